#!/usr/bin/env python3
"""Writes the System log of Server 2003 as a copy of the open file: Srv 2019 in it, a stop and a restart.

usage: make.py
"""
import os, sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../tests/formats"))
from samples import Case, tool

case = Case(__file__)
evt = tool("evt")
records = [evt.record(2101, "EventLog", 0x80001775, 4, computer="FILE5")]
for n in range(2102, 2110):
    records.append(evt.record(n, "Srv", 0xC00007E3, 1, ["\\Device\\LanmanServer"], computer="FILE5",
                              data=evt.packet(0xC00007E3, 0xC000009A)))
records.append(evt.record(2140, "Save Dump", 0x400003E9, 4, [
    "0x0000003f (0x00000000, 0x00000400, 0x00000bb8, 0x00018000)", "C:\\WINDOWS\\MEMORY.DMP", "FILE5"], computer="FILE5"))
body = b"".join(records)
case.write("SysEvent.Evt", evt.header(48, 48 + len(records[0]), 2102, 2101, 65536, 9) + body + evt.mark(48, 48 + len(body), 2141, 2101) + b"\0" * 64)
