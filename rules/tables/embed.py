#!/usr/bin/env python3
"""Build step: tables and texts as C arrays.

usage: embed.py tables OUT_C TABLE.tsv...     struct table tables[] of analyze/tables.h
       embed.py text OUT_C NAME=FILE...       const char NAME[] of each file

A .tsv file: lines that begin with '#' are comments; the first of them that holds a tab names the columns
("# tag<TAB>owner ..."). Every other line is one row; missing cells at its end are empty.
"""
import os, sys


def quoted(text):
    out = []
    for byte in text.encode("utf-8"):
        c = chr(byte)
        # Octal escapes end after three digits whatever follows; '?' could begin a trigraph.
        out.append(c if 32 <= byte < 127 and c not in '"\\?' else "\\%03o" % byte)
    return '"' + "".join(out) + '"'


def read_table(path):
    columns, rows = None, []
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        line = line.rstrip("\n")
        if line.startswith("#"):
            if columns is None and "\t" in line:
                columns = [c.strip().split(" ")[0] for c in line[1:].split("\t")]
            continue
        if not line:
            continue
        if columns is None:
            sys.exit(f"{path}:{number}: a row before the line that names the columns")
        cells = line.split("\t")
        if len(cells) > len(columns):
            sys.exit(f"{path}:{number}: {len(cells)} cells under {len(columns)} columns")
        rows.append(cells + [""] * (len(columns) - len(cells)))
    if columns is None:
        sys.exit(f"{path}: no line names the columns")
    return columns, rows


def write_tables(out, paths):
    out.write('#include "tables.h"\n')
    names = []
    for path in sorted(paths, key=os.path.basename):
        name = os.path.splitext(os.path.basename(path))[0]
        columns, rows = read_table(path)
        names.append(name)
        out.write(f"\nstatic const char *const {name}_columns[] = {{ {', '.join(map(quoted, columns))} }};\n")
        out.write(f"static const char *const {name}_cells[] = {{\n")
        for row in rows:
            out.write("    " + ", ".join(map(quoted, row)) + ",\n")
        out.write("};\n")
        out.write(f"static const struct table {name} = {{\n    {quoted(name)}, {name}_columns, {len(columns)}, "
                  f"{name}_cells, {len(rows)},\n}};\n")
    out.write("\nconst struct table *const tables[] = { " + ", ".join(f"&{n}" for n in names) + ", NULL };\n")


def write_texts(out, pairs):
    """As numbers: compilers need not take string literals longer than 4095 bytes."""
    out.write('#include "texts.h"\n')
    for pair in pairs:
        name, path = pair.split("=", 1)
        data = open(path, "rb").read() + b"\0"
        out.write(f"\nconst char {name}[] = {{\n")
        for i in range(0, len(data), 24):
            out.write("    " + ", ".join(str(b if b < 128 else b - 256) for b in data[i:i + 24]) + ",\n")
        out.write("};\n")


def main():
    what, target, *inputs = sys.argv[1:]
    with open(target, "w", encoding="utf-8") as out:
        out.write("/* Written by rules/tables/embed.py. */\n")
        {"tables": write_tables, "text": write_texts}[what](out, inputs)


if __name__ == "__main__":
    main()
