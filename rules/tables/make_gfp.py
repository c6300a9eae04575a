#!/usr/bin/env python3
"""Build step: gfp_combos.tsv and gfp_bits.tsv as C rows for parsers/gfp.c.

usage: make_gfp.py COMBOS BITS OUTPUT
"""
import sys

from tsv import Table


def packed(version, last):
    parts = [int(part) for part in version.split(".")]
    patch = min(parts[2], 255) if len(parts) > 2 else 255 if last else 0
    return parts[0] << 16 | parts[1] << 8 | patch


def rows(path):
    for row in Table(path).rows:
        yield packed(row["from"], False), packed(row["to"], True), row["name"], int(row["mask"], 16)


def main():
    combos, bits, output = sys.argv[1:]
    # The kernel tries the names that stand for most bits first.
    ordered = sorted(rows(combos), key=lambda row: (-bin(row[3]).count("1"), row[3], row[0])) + list(rows(bits))
    with open(output, "w", encoding="utf-8") as out:
        for first, last, name, mask in ordered:
            out.write(f'{{ 0x{first:06x}, 0x{last:06x}, 0x{mask:x}, STR_INIT("{name}") }},\n')


if __name__ == "__main__":
    main()
