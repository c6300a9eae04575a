#!/usr/bin/env python3
"""Writes the header of a full dump of Server 2003, cut as mails cut it: 0x3F, 1024 PTEs asked for, more free in pieces.

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
write("MEMORY.DMP", dump.header(0, (0, 1024, 3000, 98304), build=3790, machine=0x14C, cpus=4, code=0x3F, type=1,
                                time=dump.filetime(1200000000), uptime=20 * 864 * 10**9, product=3,
                                runs=[(1, 0x9E), (0x100, 0xEFF), (0x1000, 0xBEEE0)]) + b"\0" * 4096)
