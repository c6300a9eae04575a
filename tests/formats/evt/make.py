#!/usr/bin/env python3
"""Writes the binary logs beside it, record by record, by the description in parsers/formats/evt.c.

usage: make.py
"""
import os, struct

HERE = os.path.dirname(os.path.abspath(__file__))
BASE = 1300000000  # 2011-03-13T07:06:40Z; record N is N minutes later
SYSTEM_SID = struct.pack("<BB6sI", 1, 1, b"\0\0\0\0\0\5", 18)


def wide(s):
    return s.encode("utf-16-le") + b"\0\0"


def record(number, source, event, kind=4, strings=(), sid=b"", data=b"", computer="NODE1", odd=b""):
    """odd: bytes that make the length no multiple of four."""
    body = wide(source) + wide(computer)
    body += b"\0" * (-len(body) % 4)
    sid_at = 56 + len(body)
    body += sid
    strings_at = 56 + len(body)
    for s in strings:
        body += wide(s)
    data_at = 56 + len(body)
    body += data
    body += b"\0" * (-len(body) % 4) + odd
    length = 56 + len(body) + 4
    seconds = BASE + 60 * number
    return struct.pack("<I4sIIIIHHHHIIIIII", length, b"LfLe", number, seconds, seconds + 1, event, kind, len(strings), 0, 0, 0,
                       strings_at, len(sid), sid_at if sid else 0, len(data), data_at) + body + struct.pack("<I", length)


def header(start, end, next_number, oldest, size, flags=0):
    return struct.pack("<I4s10I", 48, b"LfLe", 1, 1, start, end, next_number, oldest, size, flags, 604800, 48)


def mark(start, end, next_number, oldest):
    return struct.pack("<10I", 40, 0x11111111, 0x22222222, 0x33333333, 0x44444444, start, end, next_number, oldest, 40)


def packet(event, status):
    """The I/O error packet of a driver: its event code at +0x0C, the status at +0x14."""
    return struct.pack("<11I", 0x00040000, 0x00540001, 0, event, 0, status, 0, 0, 0, 0, 0x0B)


def write(name, data):
    with open(os.path.join(HERE, name), "wb") as f:
        f.write(data)


def ring():
    """Record 103 begins at the end of the file and ends behind the header; 98 is given up, 99 half overwritten."""
    split = record(103, "Srv", 0xC00007E3, 1, ["\\Device\\LanmanServer"], data=packet(0xC00007E3, 0xC000009A))
    head = len(split) - 90
    front = split[head:]
    front += record(104, "Security", 528, 8, ["svc", "", "(0x0,0x3E7)"], SYSTEM_SID)
    front += record(105, "Service Control Manager", 0xC0001B6F, 1, ["Print Spooler", "%%1450"])
    end = 48 + len(front)
    given_up = record(98, "EventLog", 0x80001776, 0, ["grün 😀"])
    half = record(99, "EventLog", 0x80001777)[30:]
    start = end + 40 + 20 + len(given_up) + len(half)
    back = record(100, "W32Time", 0x40000023, 4, ["two\r\nlines"])
    back += record(101, "Tcpip", 0x80001082, 2, ["", "limit"])
    size = start + len(back) + head
    write("ring.in", header(start, end, 106, 100, size, 2) + front + mark(start, end, 106, 100) + b"\xCC" * 20
          + given_up + half + back + split[:head])


def filled():
    """Ten words of filler where no head of a record fits; the header was not brought up to date, nothing is given up."""
    front = record(12, "disk", 0xC004000B, 1, ["\\Device\\Harddisk1\\D"], data=packet(0xC004000B, 0xC000000E))
    end = 48 + len(front)
    back = record(10, "Save Dump", 0x400003E9, 4, ["0x000000c2 (0x00000007, 0x00000cd4, 0x02080001, 0x89a1b2c8)", "C:\\dump.dmp"])
    back += record(11, "Srv", 0xC00007E4, 1, ["\\Device\\LanmanServer"], data=packet(0xC00007E3, 0xC000009A))
    start = end + 40
    write("filled.in", header(48, 48, 1, 0, start + len(back) + 40, 3) + front + mark(start, end, 13, 10) + back
          + struct.pack("<I", 0x27) * 10)


def open_log():
    """Copied while open and after a crash: the header is of the log's first day, there is no end mark, only room behind."""
    records = b"".join(record(n, "Srv", 0xC00007E3, 1, ["\\Device\\LanmanServer"], computer="node1") for n in (1, 2))
    write("open.in", header(48, 48, 1, 0, 65536, 1) + records + b"\0" * 200)


def damaged():
    """No header; odd lengths; a smashed record; parts that point outside; a name without end; the file ends in a record."""
    good = record(20, "Srv", 0xC00007E3, 1, ["a"], odd=b"\0")
    smashed = bytearray(record(21, "Srv", 0xC00007E3, 1, ["lost"]))
    smashed[4:8] = b"LfL\0"
    outside = bytearray(record(22, "Srv", 0xC00007E3, 1, ["b", "c"], SYSTEM_SID, packet(0xC00007E3, 0xC000009A), odd=b"\0\0\0"))
    struct.pack_into("<I", outside, 44, 0xFFFFFFF0)  # SID
    struct.pack_into("<I", outside, 48, 0x7FFFFFFF)  # length of the data
    struct.pack_into("<H", outside, 26, 9)           # strings
    nameless = bytearray(record(23, "X", 7))
    nameless[56:-4] = b"\x41" * (len(nameless) - 60)
    cut = record(25, "Srv", 0xC00007E3, 1, ["never seen"])[:-30]
    write("damaged.in", good + bytes(smashed) + bytes(outside) + bytes(nameless) + record(24, "Srv", 0xC00007E7) + cut)


if __name__ == "__main__":
    ring()
    filled()
    open_log()
    damaged()
