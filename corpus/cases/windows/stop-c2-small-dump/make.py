#!/usr/bin/env python3
"""Writes two small dumps of one machine: a double free, and the same again a day later.

usage: make.py
"""
import os, sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../tests/formats"))
from samples import Case, tool

case = Case(__file__)
dump = tool("dump-kernel")
ROOT = "\\SystemRoot\\system32\\"
LOADED = [(ROOT + "ntoskrnl.exe", 0xFFFFF80000000000, 0x900000, 0x5D000000), (ROOT + "hal.dll", 0xFFFFF80000A00000, 0x60000, 0x5D000001),
          (ROOT + "drivers\\fltmgr.sys", 0xFFFFF80010000000, 0x70000, 0x5D000002),
          (ROOT + "drivers\\ttxflt.sys", 0xFFFFF80010100000, 0x12000, 1388534400)]
UNLOADED = [("ttxold.sys", 0xFFFFF80020000000, 0xFFFFF80020012000), ("dump_diskdump.sys", 0xFFFFF80020100000, 0xFFFFF80020110000)]
for name, day in (("030419-8015-01.dmp", 0), ("030519-9125-01.dmp", 1)):
    head = dump.header(1, (7, 0x126A, 0x4120002, 0xFFFFE70C21A3B010 + day * 0x40), build=17763, machine=0x8664, cpus=16, code=0xC2, type=4,
                       time=dump.filetime(1551700000 + day * 90000), uptime=36 * 10**11, product=3)
    case.write("Minidump/" + name, dump.triage(head, 1, LOADED, UNLOADED))
