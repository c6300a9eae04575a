#!/usr/bin/env python3
"""Build step: kernel_messages.tsv as rows of the table in parsers/kernel/kernel_messages.c.

usage: make_kernel_messages.py KERNEL_MESSAGES OUT_INC
"""
import sys

from tsv import Table, quoted


def main():
    table = Table(sys.argv[1])
    with open(sys.argv[2], "w", encoding="ascii") as out:
        for row in table.rows:
            fragment = row["fragment"]
            if len(fragment.encode()) < 7:
                table.fail(row, "the filter looks at every fourth place: seven bytes or more")
            name = quoted(row["class"]) if row["class"] else "NULL"
            look = "look_" + row["look"] if row["look"] else "NULL"
            header = "HEADER_" + row["header"].upper() if row["header"] else "-1"
            program = {"kernel": "false", "program": "true"}[row["by"]]
            out.write(f"{{ STR_INIT({quoted(fragment)}), {name}, {look}, {header}, {program} }},\n")


if __name__ == "__main__":
    main()
