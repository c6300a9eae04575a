#!/usr/bin/env python3
"""Writes a listing whose pool is not strained, two drivers and a table of tags.

usage: make.py
"""
import os, sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../tests/formats"))
from samples import Case, tool

case = Case(__file__)
pe = tool("driver-image")
info = pe.version((2, 1, 0, 7), {"CompanyName": "Contoso", "FileDescription": "Contoso file system filter"})
code = b"".join(pe.mov(8, t) + pe.nops(9) for t in (b"Cfsq", b"Cfsq", b"Cfs9"))
case.write("drivers/contosofs.sys", pe.image(pe.X64, [(b".text", pe.CODE, code), (b".rsrc", pe.DATA, info)], resources=(1, 0, len(info))))
info = pe.version((9, 0, 0, 1), {"CompanyName": "Fabrikam"})
case.write("drivers/fabmon.sys", pe.image(pe.X64, [(b".text", pe.CODE, pe.nops(64)), (b".data", pe.DATA, b"\0\0Fbq1\0\0\0\0"), (b".rsrc", pe.DATA, info)],
                                     resources=(2, 0, len(info))))
case.write("pooltag.txt", b"rem our own\r\nLwq? - litware.sys - Litware queues\r\nCfsq - contosofs.sys - Contoso requests\r\n")
rows = [("Cfsq", "Nonp", 90210, 70210, 6400000), ("Fbq1", "Nonp", 4000, 1000, 3072000), ("Lwq7", "Paged", 9000, 8000, 2048000),
        ("Zzyq", "Nonp", 500, 100, 1638400), ("MmSt", "Paged", 400000, 390000, 20480000)]
text = (" Memory:16677216K Avail: 9123456K  PageFlts:  1234   InRam Krnl: 9120K P:310212K\r\n"
        " Commit:6812345K Limit:33454432K Peak:7012345K            Pool N:290120K P:330212K\r\n\r\n"
        " Tag  Type     Allocs            Frees            Diff    Bytes      Per Alloc\r\n\r\n")
for tag, pool, allocs, frees, size in rows:
    text += " %-4s %-5s %12d %15d %14d %12d %11d\r\n" % (tag, pool, allocs, frees, allocs - frees, size, size // (allocs - frees))
case.write("poolmon.txt", text.encode())
