#!/usr/bin/env python3
"""Build step: tables and texts as C arrays.

usage: embed.py tables OUT_C TABLE.tsv...     struct table tables[] of analyze/tables.h
       embed.py text OUT_C NAME=FILE...       const char NAME[] of each file
"""
import os, sys

from tsv import Blob, Table, quoted


def numbers(out, name, values):
    out.write(f"static const uint16_t {name}[] = {{ {', '.join(map(str, values)) or '0'} }};\n")


def write_table(out, table, name):
    blob = Blob()
    out.write(f"\nstatic const char *const {name}_columns[] = {{ {', '.join(map(quoted, table.columns))} }};\n")
    out.write(f"static const uint32_t {name}_cells[] = {{\n")
    for row in table.rows:
        out.write("    " + ", ".join(str(blob.put(row[c])) for c in table.columns) + ",\n")
    out.write("};\n")
    keys = [table.key_of(row) for row in table.rows]
    keyed = sorted(range(len(keys)), key=lambda i: keys[i].encode()) if table.key else []
    for i, j in zip(keyed, keyed[1:]):
        if keys[i] == keys[j]:
            table.fail(table.rows[j], f"{keys[j]!r} stands here twice")
    # Rows whose first key cell is a pattern.
    wild = [i for i, key in enumerate(keys) if table.key and set(key.split("\t")[0]) & set("?*")]
    numbers(out, name + "_keyed", keyed)
    numbers(out, name + "_wild", wild)
    out.write(f"static const uint8_t {name}_key[] = {{ {', '.join(str(table.columns.index(c)) for c in table.key) or '0'} }};\n")
    blob.write(out, f"static const char {name}_texts[]")
    out.write(f"static const struct table {name} = {{\n    {quoted(name)}, {name}_columns, {len(table.columns)}, "
              f"{name}_cells, {len(table.rows)}, {name}_texts,\n    {name}_key, {len(table.key)}, "
              f"{'true' if table.any_case else 'false'}, {name}_keyed, {name}_wild, {len(wild)},\n}};\n")


def write_tables(out, paths):
    out.write('#include "tables.h"\n')
    names = []
    for path in sorted(paths, key=os.path.basename):
        names.append(os.path.splitext(os.path.basename(path))[0])
        write_table(out, Table(path), names[-1])
    out.write("\nconst struct table *const tables[] = { " + ", ".join(f"&{n}" for n in names) + ", NULL };\n")


def write_texts(out, pairs):
    out.write('#include "texts.h"\n\n')
    for pair in pairs:
        name, path = pair.split("=", 1)
        blob = Blob()
        blob.data = bytearray(open(path, "rb").read() + b"\0")
        blob.write(out, f"const char {name}[]")


def main():
    what, target, *inputs = sys.argv[1:]
    with open(target, "w", encoding="utf-8") as out:
        out.write("/* Written by rules/tables/embed.py. */\n")
        {"tables": write_tables, "text": write_texts}[what](out, inputs)


if __name__ == "__main__":
    main()
