#!/usr/bin/env python3
"""Build step: codes.tsv, messages.tsv and vzctl_exit.tsv as C tables.

usage: make_codes.py CODES_TSV MESSAGES_TSV VZCTL_EXIT_TSV OUT_C

Rows are sorted by family and number for a binary search.
"""
import sys

FAMILIES = {"win32": 1, "ntstatus": 2, "hresult": 3, "errno": 4, "bugcheck": 5}



def rows(path, cells):
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        if line.startswith("#") or not line.strip():
            continue
        row = line.rstrip("\n").split("\t")
        if len(row) != cells:
            sys.exit(f"{path}:{number}: {len(row)} cells, want {cells}")
        yield row


def c_string(data):
    out = ""
    for b in data:
        if b in b'"\\':
            out += "\\" + chr(b)
        elif 32 <= b < 127:
            out += chr(b)
        else:
            out += "\\%03o" % b
    return '"' + out + '"'


def main():
    codes, messages, exits, out = sys.argv[1:]
    o = ["/* Made by make_codes.py; do not edit. */", '#include "code_tables.h"', ""]
    table = sorted((FAMILIES[r[0]], int(r[1], 0), r[2], r[3]) for r in rows(codes, 5))
    if len({r[:2] for r in table}) != len(table):
        sys.exit(f"{codes}: a number occurs twice")
    o.append("const struct code_row code_rows[] = {")
    for family, number, name, meaning in table:
        o.append(f"    {{ {family}, {number:#x}u, {c_string(name.encode()) if name else 'NULL'}, "
                 f"{c_string(meaning.encode()) if meaning else 'NULL'} }},")
    o += ["};", f"const size_t code_nrows = {len(table)};", ""]
    texts, kinds = [], []
    for n, (language, code, fragment) in enumerate(rows(messages, 3)):
        family, number = code.split(":")
        data = fragment.encode()
        if len(data) < 6:
            sys.exit(f"{messages}: {fragment}: too short to be told apart")
        symbol = "true" if language == "symbol" else "false"
        texts.append(f"    {{ {{ {c_string(data)}, {len(data)} }}, {n}, {symbol} }},")
        kinds.append(f"    {{ {FAMILIES[family]}, {int(number, 0):#x}u, {symbol} }},")
    o += ["const struct literal code_literals[] = {", *texts, "};"]
    o += ["const struct code_message code_messages[] = {", *kinds, "};"]
    o += [f"const size_t code_nmessages = {len(texts)};", ""]
    o.append("const struct vzctl_exit vzctl_exits[] = {")
    for generation, number, name, meaning in rows(exits, 4):
        for vz7 in {"both": (0, 1), "legacy": (0,), "vz7": (1,)}[generation]:
            o.append(f"    {{ {vz7}, {int(number)}, {c_string(name.encode())}, {c_string(meaning.encode())} }},")
    o += ["    { 0, 0, NULL, NULL },", "};", ""]
    open(out, "w", encoding="ascii").write("\n".join(o))


if __name__ == "__main__":
    main()
