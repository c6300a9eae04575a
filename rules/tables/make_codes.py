#!/usr/bin/env python3
"""Build step: codes.tsv and messages.tsv as C tables.

usage: make_codes.py CODES_TSV MESSAGES_TSV OUT_C

Every family's rows are sorted by number for a binary search. A message gets the window of four bytes by which the
scanner meets it: the one whose bytes are rarest in logs, far from blanks and common letters.
"""
import sys

FAMILIES = {"win32": 1, "ntstatus": 2, "hresult": 3, "errno": 4, "bugcheck": 5}
COMMON = " etaoinsrlhducmp_"


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


def gram(data):
    def cost(i):
        return sum((len(COMMON) - COMMON.index(chr(b))) if chr(b) in COMMON else 0 for b in data.lower()[i:i + 4])
    return min(range(len(data) - 3), key=lambda i: (cost(i), i))


def main():
    codes, messages, out = sys.argv[1:]
    o = ["/* Made from codes.tsv and messages.tsv; do not edit. */", '#include "code_tables.h"', ""]
    table = sorted((FAMILIES[r[0]], int(r[1], 0), r[2], r[3]) for r in rows(codes, 5))
    if len({r[:2] for r in table}) != len(table):
        sys.exit(f"{codes}: a number occurs twice")
    o.append("const struct code_row code_rows[] = {")
    for family, number, name, meaning in table:
        o.append(f"    {{ {family}, {number:#x}u, {c_string(name.encode()) if name else 'NULL'}, "
                 f"{c_string(meaning.encode()) if meaning else 'NULL'} }},")
    o += ["};", f"const size_t code_nrows = {len(table)};", ""]
    o.append("const struct code_message code_messages[] = {")
    n = 0
    for language, code, fragment in rows(messages, 3):
        family, number = code.split(":")
        data = fragment.encode()
        if len(data) < 6:
            sys.exit(f"{messages}: {fragment}: too short to be told apart")
        o.append(f"    {{ {FAMILIES[family]}, {int(number, 0):#x}u, {int(language == 'symbol')}, {gram(data)}, {len(data)}, {c_string(data)} }},")
        n += 1
    o += ["};", f"const size_t code_nmessages = {n};", ""]
    open(out, "w", encoding="ascii").write("\n".join(o))


if __name__ == "__main__":
    main()
