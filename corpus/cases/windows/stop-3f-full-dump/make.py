#!/usr/bin/env python3
"""Writes the header of a full dump of Server 2003, cut as mails cut it: 0x3F, 1024 PTEs asked for, more free in pieces.

usage: make.py
"""
import os, sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../tests/formats"))
from samples import Case, tool

case = Case(__file__)
dump = tool("dump-kernel")
case.write("MEMORY.DMP", dump.header(0, (0, 1024, 3000, 98304), build=3790, machine=0x14C, cpus=4, code=0x3F, type=1,
                                time=dump.filetime(1200000000), uptime=20 * 864 * 10**9, product=3,
                                runs=[(1, 0x9E), (0x100, 0xEFF), (0x1000, 0xBEEE0)]) + b"\0" * 4096)
