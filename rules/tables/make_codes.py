#!/usr/bin/env python3
"""Build step: the tables that parsers look codes and messages up in, as C (parsers/code_tables.h).

usage: make_codes.py CODES OWN_CODES CODE_MESSAGES LOG_MESSAGES VZCTL_EXIT BEANCOUNTERS OUT_C

codes.tsv holds names of the public-domain headers, own_codes.tsv what we say of them. Rows are sorted by family and
number for a binary search.
"""
import sys

from tsv import Blob, Table, quoted

FAMILIES = {"win32": 1, "ntstatus": 2, "hresult": 3, "errno": 4, "bugcheck": 5}


def write_codes(out, codes, own):
    table, blob = {}, Blob()
    for row in codes.rows:
        key = (FAMILIES[row["family"]], int(row["number"], 0))
        if key in table:
            codes.fail(row, "the number occurs twice")
        table[key] = [row["name"], "", ""]
    seen = set()
    for row in own.rows:
        key = (FAMILIES[row["family"]], int(row["number"], 0))
        if key in seen:
            own.fail(row, "the number occurs twice")
        seen.add(key)
        name = row["name"] or table.get(key, [""])[0]
        table[key] = [name, row["meaning"], row["class"]]
    out.write("const struct code_row code_rows[] = {\n")
    for (family, number), texts in sorted(table.items()):
        out.write(f"    {{ {family}, {number:#x}u, {', '.join(str(blob.put(t)) for t in texts)} }},\n")
    out.write(f"}};\nconst size_t code_nrows = {len(table)};\n")
    blob.write(out, "const char code_blob[]")


def write_messages(out, messages):
    literals, codes = [], []
    for n, row in enumerate(messages.rows):
        family, number = row["code"].split(":")
        data = row["fragment"]
        if len(data.encode()) < 6:
            messages.fail(row, "too short to be told apart")
        symbol = "true" if row["language"] == "symbol" else "false"
        literals.append(f"    {{ {{ {quoted(data)}, {len(data.encode())} }}, {n}, {symbol} }},\n")
        codes.append(f"    {{ {FAMILIES[family]}, {int(number, 0):#x}u, {symbol} }},\n")
    out.write("const struct literal code_literals[] = {\n" + "".join(literals) + "};\n")
    out.write("const struct code_message code_messages[] = {\n" + "".join(codes) + "};\n")
    out.write(f"const size_t code_nmessages = {len(codes)};\n")


def write_log_messages(out, messages):
    classes = sorted({row["class"] for row in messages.rows})
    out.write("const struct literal log_literals[] = {\n")
    for n, row in enumerate(messages.rows):
        data = row["fragment"].encode()
        if not 6 <= len(data) <= 255:
            messages.fail(row, "the fragment has %d bytes" % len(data))
        out.write(f"    {{ {{ {quoted(row['fragment'])}, {len(data)} }}, {n}, false }},\n")
    out.write("};\nconst struct log_wording log_wordings[] = {\n")
    for row in messages.rows:
        component = quoted(row["component"]) if row["component"] else "NULL"
        out.write(f"    {{ {classes.index(row['class'])}, {component}, {quoted(row['also'])} }},\n")
    out.write(f"}};\nconst size_t log_nwordings = {len(messages.rows)};\n")
    out.write("const char *const log_classes[] = {\n" + "".join(f"    {quoted(c)},\n" for c in classes) + "};\n")


def write_exits(out, exits):
    out.write("const struct vzctl_exit vzctl_exits[] = {\n")
    for row in exits.rows:
        for vz7 in {"both": (0, 1), "legacy": (0,), "vz7": (1,)}[row["generation"]]:
            out.write(f"    {{ {vz7}, {int(row['code'])}, {quoted(row['name'])}, {quoted(row['meaning'])} }},\n")
    out.write("    { 0, 0, NULL, NULL },\n};\n")


def write_beancounters(out, beancounters):
    units = {"bytes": 1, "pages": 4096, "count": 0}
    out.write("const struct beancounter beancounters[] = {\n")
    for row in beancounters.rows:
        if row["resource"] != "dummy":
            data = row["resource"]
            out.write(f"    {{ {{ {quoted(data)}, {len(data)} }}, {units[row['unit']]} }},\n")
    out.write("    { { NULL, 0 }, 0 },\n};\n")


def main():
    codes, own, code_messages, log_messages, exits, beancounters = map(Table, sys.argv[1:7])
    with open(sys.argv[7], "w", encoding="ascii") as out:
        out.write('/* Made by make_codes.py; do not edit. */\n#include "code_tables.h"\n\n')
        write_codes(out, codes, own)
        write_messages(out, code_messages)
        write_log_messages(out, log_messages)
        write_exits(out, exits)
        write_beancounters(out, beancounters)


if __name__ == "__main__":
    main()
