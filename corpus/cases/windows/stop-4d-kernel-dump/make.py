#!/usr/bin/env python3
"""Writes the header of a kernel dump: 0x4D, pages wait for a write that failed for want of commit.

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


dump = tool("dump-kernel")
write("MEMORY.DMP", dump.header(1, (0x3A1F2, 0x39D00, 0x40, 0xC000012D), build=7601, machine=0x8664, cpus=8, code=0x4D, type=2,
                                time=dump.filetime(1400000000), uptime=9 * 864 * 10**9, product=3, runs=[(1, 0x9E), (0x100, 0x1FFF00)]) + b"\0" * 100)
