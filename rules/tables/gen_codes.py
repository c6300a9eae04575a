#!/usr/bin/env python3
"""Writes codes.tsv: names and numbers of Win32, NTSTATUS, HRESULT and bug check codes from the public-domain
headers of Debian's mingw-w64-common. What we say of them, and names that the headers lack, is own_codes.tsv.

usage: gen_codes.py [INCLUDE_DIR] > codes.tsv

Only names and numbers are taken. Of several names for one number the first of the header stays.
"""
import os, re, sys

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
        table.setdefault((family, number), (name, "mingw-w64 " + source))

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
    for header, base, first in (("winhttp.h", "WINHTTP_ERROR_BASE", 12000), ("wininet.h", "INTERNET_ERROR_BASE", 12000),
                                ("lmerr.h", "NERR_BASE", 2100)):
        for name, text in defines(os.path.join(top, header)):
            m = re.match(r"\(%s ?\+ ?(\d+)\)" % base, text)
            if m:
                put("win32", first + int(m.group(1)), name, header)
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


def main():
    top = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/mingw-w64/include"
    table = read_headers(top)
    print("# Written by gen_codes.py; edit own_codes.tsv instead.")
    print("# key: family number")
    print("# family\tnumber\tname\tsource")
    for (family, number), (name, source) in sorted(table.items()):
        text = str(number) if family == "win32" else "0x%X" % number if family == "bugcheck" else "0x%08X" % number
        print("\t".join([family, text, name, source]))


if __name__ == "__main__":
    main()
