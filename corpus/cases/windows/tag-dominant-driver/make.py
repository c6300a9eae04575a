#!/usr/bin/env python3
"""Writes the drivers of the bundle: the one that uses the tag, one that has other tags, one that only names it in a text.

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


def driver(name, tags, numbers, company, description, texts=b""):
    code = b"".join(pe.mov(8, t) + pe.nops(9) for t in tags)
    info = pe.version(numbers, {"CompanyName": company, "FileDescription": description})
    write("drivers/" + name, pe.image(pe.X86, [(b".text", pe.CODE, code), (b".rdata", pe.DATA, texts), (b".rsrc", pe.DATA, info)],
                                      resources=(2, 0, len(info))))


driver("xpdlfilt.sys", [b"Xpdl", b"Xpd2", b"Xpdl"], (3, 2, 0, 118), "Contoso Ltd.", "Contoso upload filter")
driver("other.sys", [b"Othr"], (1, 0, 0, 0), "Fabrikam", "Other filter")
driver("viewer.sys", [b"View"], (7, 0, 0, 0), "Litware", "Looks at Xpdl", b"shows what Xpdl holds\0")
