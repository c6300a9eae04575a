#!/usr/bin/env python3
"""Writes the drivers of the bundle: the one that uses the tag, one that has other tags, one that only names it in a text.

usage: make.py
"""
import os, sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../tests/formats"))
from samples import Case, tool

case = Case(__file__)
pe = tool("driver-image")


def driver(name, tags, numbers, company, description, texts=b""):
    code = b"".join(pe.mov(8, t) + pe.nops(9) for t in tags)
    info = pe.version(numbers, {"CompanyName": company, "FileDescription": description})
    case.write("drivers/" + name, pe.image(pe.X86, [(b".text", pe.CODE, code), (b".rdata", pe.DATA, texts), (b".rsrc", pe.DATA, info)],
                                      resources=(2, 0, len(info))))


driver("xpdlfilt.sys", [b"Xpdl", b"Xpd2", b"Xpdl"], (3, 2, 0, 118), "Contoso Ltd.", "Contoso upload filter")
driver("other.sys", [b"Othr"], (1, 0, 0, 0), "Fabrikam", "Other filter")
driver("viewer.sys", [b"View"], (7, 0, 0, 0), "Litware", "Looks at Xpdl", b"shows what Xpdl holds\0")
