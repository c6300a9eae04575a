#!/usr/bin/env python3
"""Writes the header of a dump of the running system: 0x161, as the Task Manager and livekd make it.

usage: make.py
"""
import os, sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../tests/formats"))
from samples import Case, tool

case = Case(__file__)
dump = tool("dump-kernel")
case.write("livedump.dmp", dump.header(1, (0, 0, 0, 0), build=22631, machine=0x8664, cpus=8, code=0x161, type=2,
                                  time=dump.filetime(1700000000), uptime=3 * 864 * 10**9, product=1, runs=[(1, 0x9E), (0x100, 0x1FFF00)]) + b"\0" * 100)
