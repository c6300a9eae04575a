#!/usr/bin/env python3
"""Writes codes.tsv: names and numbers of Win32, NTSTATUS, HRESULT and bug check codes from the public-domain
headers of Debian's mingw-w64-common, joined with own_codes.tsv (our own meanings, errno, newer names).

usage: gen_codes.py [INCLUDE_DIR] > codes.tsv

Only names and numbers are taken. Of several names for one number the first of the header stays.
"""
import os, re, sys

TOP = os.path.dirname(os.path.abspath(__file__))
# Marks of ranges, not codes.
NO_CODE = re.compile(r"^(FACILITY_|WSABASEERR|STATUS_SEVERITY|SEVERITY_|.*_BASE$|.*_(FIRST|LAST|MIN|MAX)$|WINDOWS_NT_)")


def defines(path):
    for line in open(path, encoding="latin-1"):
        m = re.match(r"#\s*define\s+(\w+)[ \t]+(.+?)\s*$", line)
        if m and not NO_CODE.match(m.group(1)):
            yield m.group(1), m.group(2)


def wrapped(text, *wrappers):
    for w in wrappers:
        m = re.match(re.escape(w) + r"\s*\(?(0x[0-9A-Fa-f]+|\d+)[lLuU]*\)*$", text)
        if m:
            return int(m.group(1), 0)
    return None


def read_headers(top):
    table = {}

    def put(family, number, name, source):
        table.setdefault((family, number), [name, "", "mingw-w64 " + source])

    for name, text in defines(os.path.join(top, "winerror.h")):
        number = wrapped(text, "__MSABI_LONG(")
        m = re.match(r"\(WSABASEERR \+ (\d+)\)", text)
        if m:
            number = 10000 + int(m.group(1))
        if number is not None and 0 < number < 0x10000:
            put("win32", number, name, "winerror.h")
            continue
        number = wrapped(text, "_HRESULT_TYPEDEF_(", "((HRESULT)")
        if number is not None and number >= 0x80000000 and number >> 16 != 0x8007:
            put("hresult", number, name, "winerror.h")
    for name, text in defines(os.path.join(top, "vsserror.h")):
        number = wrapped(text, "((HRESULT)")
        if number is not None and number >= 0x80000000:
            put("hresult", number, name, "vsserror.h")
    for name, text in defines(os.path.join(top, "ntstatus.h")):
        number = wrapped(text, "((NTSTATUS)")
        if number is not None and number >= 0x40000000 and name.startswith(("STATUS_", "DBG_", "RPC_NT_")):
            put("ntstatus", number, name, "ntstatus.h")
    for name, text in defines(os.path.join(top, "bugcodes.h")):
        number = wrapped(text, "((ULONG)")
        if number is not None and 0 < number < 0x10000:
            put("bugcheck", number, name, "bugcodes.h")
    return table


def join_own(table, path):
    for line in open(path, encoding="utf-8"):
        if line.startswith("#") or not line.strip():
            continue
        family, number, name, meaning = line.rstrip("\n").split("\t")
        key = (family, int(number, 0))
        row = table.setdefault(key, ["", "", "own"])
        row[0] = name or row[0]
        row[1] = meaning


def main():
    top = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/mingw-w64/include"
    table = read_headers(top)
    join_own(table, os.path.join(TOP, "own_codes.tsv"))
    families = ["win32", "ntstatus", "hresult", "errno", "bugcheck"]
    print("# Written by gen_codes.py; edit own_codes.tsv instead.")
    print("# family\tnumber\tname\tmeaning\tsource")
    for (family, number), (name, meaning, source) in sorted(table.items(), key=lambda r: (families.index(r[0][0]), r[0][1])):
        text = str(number) if family in ("win32", "errno") else "0x%X" % number if family == "bugcheck" else "0x%08X" % number
        print("\t".join([family, text, name, meaning, source]))


if __name__ == "__main__":
    main()
