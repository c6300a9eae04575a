#!/usr/bin/env python3
"""Writes a listing whose pool is not strained, two drivers and a table of tags.

usage: make.py
"""
import importlib.util, os

HERE = os.path.dirname(os.path.abspath(__file__))


def tool(name):
    """The builder of a format's samples."""
    path = os.path.join(HERE, "../../../../tests/formats", name, "make.py")
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write(name, data):
    with open(os.path.join(HERE, "input", name), "wb") as f:
        f.write(data)


pe = tool("driver-image")
info = pe.version((2, 1, 0, 7), {"CompanyName": "Contoso", "FileDescription": "Contoso file system filter"})
code = b"".join(pe.mov(8, t) + pe.nops(9) for t in (b"Cfsq", b"Cfsq", b"Cfs9"))
write("drivers/contosofs.sys", pe.image(pe.X64, [(b".text", pe.CODE, code), (b".rsrc", pe.DATA, info)], resources=(1, 0, len(info))))
info = pe.version((9, 0, 0, 1), {"CompanyName": "Fabrikam"})
write("drivers/fabmon.sys", pe.image(pe.X64, [(b".text", pe.CODE, pe.nops(64)), (b".data", pe.DATA, b"\0\0Fbq1\0\0\0\0"), (b".rsrc", pe.DATA, info)],
                                     resources=(2, 0, len(info))))
write("pooltag.txt", b"rem our own\r\nLwq? - litware.sys - Litware queues\r\nCfsq - contosofs.sys - Contoso requests\r\n")
rows = [("Cfsq", "Nonp", 90210, 70210, 6400000), ("Fbq1", "Nonp", 4000, 1000, 3072000), ("Lwq7", "Paged", 9000, 8000, 2048000),
        ("Zzyq", "Nonp", 500, 100, 1638400), ("MmSt", "Paged", 400000, 390000, 20480000)]
text = (" Memory:16677216K Avail: 9123456K  PageFlts:  1234   InRam Krnl: 9120K P:310212K\r\n"
        " Commit:6812345K Limit:33454432K Peak:7012345K            Pool N:290120K P:330212K\r\n\r\n"
        " Tag  Type     Allocs            Frees            Diff    Bytes      Per Alloc\r\n\r\n")
for tag, pool, allocs, frees, size in rows:
    text += " %-4s %-5s %12d %15d %14d %12d %11d\r\n" % (tag, pool, allocs, frees, allocs - frees, size, size // (allocs - frees))
write("poolmon.txt", text.encode())
