#!/usr/bin/env python3
"""Writes the header of a kernel dump: 0x4D, pages wait for a write that failed for want of commit.

usage: make.py
"""
import os, sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../tests/formats"))
from samples import Case, tool

case = Case(__file__)
dump = tool("dump-kernel")
case.write("MEMORY.DMP", dump.header(1, (0x3A1F2, 0x39D00, 0x40, 0xC000012D), build=7601, machine=0x8664, cpus=8, code=0x4D, type=2,
                                time=dump.filetime(1400000000), uptime=9 * 864 * 10**9, product=3, runs=[(1, 0x9E), (0x100, 0x1FFF00)]) + b"\0" * 100)
