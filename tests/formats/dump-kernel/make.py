#!/usr/bin/env python3
"""Writes the kernel dumps beside it: headers and small dumps, by the description in parsers/crash_header.c and formats/dump_kernel.c.

usage: make.py
"""
import os, struct

HERE = os.path.dirname(os.path.abspath(__file__))
FIELDS = {  # offset in a 32-bit and a 64-bit header, size (0 = of a pointer)
    "build": (12, 12, 4), "machine": (32, 48, 4), "cpus": (36, 52, 4), "code": (40, 56, 4), "type": (3976, 3992, 4),
    "time": (4032, 4008, 8), "uptime": (4024, 4144, 8), "product": (3988, 4160, 4), "runs": (100, 136, 4), "pages": (104, 144, 0)}


def filetime(seconds, ticks=0):
    return (seconds + 11644473600) * 10000000 + ticks


def header(wide, parameters=(0, 0, 0, 0), runs=(), comment=b"", **fields):
    """All that is not named stays "PAGE"."""
    b = bytearray(b"PAGE" * (2048 if wide else 1024))
    pointer = "<Q" if wide else "<I"
    b[:8] = b"PAGEDU64" if wide else b"PAGEDUMP"
    struct.pack_into("<I", b, 8, 15)
    if runs:
        fields.setdefault("runs", len(runs))
        fields.setdefault("pages", sum(n for _, n in runs))
    for name, value in fields.items():
        at, size = FIELDS[name][wide], FIELDS[name][2]
        struct.pack_into({4: "<I", 8: "<Q", 0: pointer}[size], b, at, value)
    step = 8 if wide else 4
    for i, p in enumerate(parameters):
        struct.pack_into(pointer, b, (64 if wide else 44) + i * step, p)
    for i, run in enumerate(runs):
        struct.pack_into(pointer + pointer[1], b, (152 if wide else 108) + 2 * i * step, *run)
    if comment:
        at = 4016 if wide else 2080
        b[at:at + 128] = comment.ljust(128, b"\0")
    return bytes(b)


def counted(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le") + b"\0\0"


def triage(head, wide, loaded, unloaded, broken="", grown=0):
    """A small dump: loaded are (path, base, size, stamp), unloaded (name, start, end); grown: bytes that a later entry has more."""
    pointer = "<Q" if wide else "<I"
    at = len(head) + 0x50
    gone = struct.pack(pointer, len(unloaded))
    for name, start, end in unloaded:
        n = 2 * len(name)
        gone += struct.pack("<HHIQ", n, n, 0, 0) if wide else struct.pack("<HHI", n, n, 0)
        gone += name[:12].encode("utf-16-le").ljust(24, b"\0") + struct.pack(pointer + pointer[1], start, end)
    gone += b"\0" * (-len(gone) % 8)
    gone_at, list_at = at, at + len(gone)
    size = (0x90 if wide else 0x4C) + grown
    strings_at = list_at + size * len(loaded)
    entries = strings = b""
    for path, base, image, stamp in loaded:
        entry = bytearray(size)
        struct.pack_into("<I", entry, 0, strings_at + len(strings))
        struct.pack_into(pointer, entry, 0x38 if wide else 0x1C, base)
        struct.pack_into(pointer, entry, 0x48 if wide else 0x24, image)
        struct.pack_into("<I", entry, 0x88 if wide else 0x48, stamp)
        entries += entry
        strings += counted(path)
        strings += b"\0" * (-len(strings) % 8)
    broken_at = strings_at + len(strings) if broken else 0
    end = strings_at + len(strings) + (len(counted(broken)) if broken else 0)
    block = bytearray(0x50)
    for field, value in ((0x04, end + 4), (0x08, end), (0x18, gone_at), (0x30, list_at), (0x34, len(loaded)), (0x38, strings_at),
                         (0x3C, len(strings)), (0x40, broken_at)):
        struct.pack_into("<I", block, field, value)
    return head + bytes(block) + gone + entries + strings + (counted(broken) if broken else b"") + b"TRGD"


def write(name, data):
    with open(os.path.join(HERE, name), "wb") as f:
        f.write(data)


def main():
    root = "\\SystemRoot\\system32\\"
    write("small64.in", triage(
        header(1, (7, 0x109B, 0x1234, 0xFFFFE00012345670), build=14393, machine=0x8664, cpus=8, code=0xC2, type=4,
               time=filetime(1500000000, 5000000), uptime=36000000000, product=3, runs=[(1, 0x9F), (0x100, 0x7FF01)],
               comment=b"taken by hand\xe9"), 1,
        [(root + "ntoskrnl.exe", 0xFFFFF80000000000, 0x800000, 1466000000),
         ("\\??\\C:\\Program Files\\Contoso\\contosofs.sys", 0xFFFFF80010000000, 0x21000, 0x5A000000),
         (root + "drivers\\ügly.sys", 0xFFFFF80010100000, 0x3000, 0)],
        [("oldcam.sys", 0xFFFFF80020000000, 0xFFFFF80020009000), ("dump_storport.sys", 0xFFFFF80020010000, 0xFFFFF80020010000)],
        broken="\\??\\C:\\Program Files\\Contoso\\contosofs.sys", grown=16))
    write("small32.in", triage(
        header(0, (0xC0402F18, 0xC000009A, 0x1C8BE8C0, 0x805E3000), build=3790, machine=0x14C, cpus=4, code=0x7A, type=4,
               time=filetime(1200000000), uptime=864000000000 * 3, product=2), 0,
        [(root + "ntoskrnl.exe", 0x80800000, 0x280000, 0x45D0A0A0), ("vzkrnl.sys", 0xF7000000, 0x40000, 0x46000000)],
        [("kmixer.sys", 0xF0000000, 0xF002B000)]))
    write("full32.in", header(
        0, (0, 1024, 300, 2000), build=2600, machine=0x14C, cpus=1, code=0x3F, type=1, time=filetime(1100000000),
        uptime=10000000, product=1, runs=[(1, 4), (16, 3)]) + b"\xAA" * 5000)
    write("kernel64.in", header(
        1, (0xA123, 0xA000, 0x20, 0xC000012D), build=7601, machine=0x8664, cpus=2, code=0x1000004D, type=2,
        time=filetime(1400000000), runs=[(0, 1)]))
    # Nothing of it can be true: runs that do not add up, a stop in 1602, 900 years since boot, too many processors, an unknown
    # machine; a list of drivers that ends behind the file, a million unloaded ones, no end mark.
    odd = bytearray(triage(
        header(1, build=9999, machine=0x1234, cpus=0x10000, code=0xDEADDEAD, type=4, time=315360000000000, uptime=1 << 58,
               product=7, runs=[(0, 5)], pages=6), 1, [("a.sys", 1, 2, 3)], [("b.sys", 9, 5)]))
    struct.pack_into("<I", odd, 0x2000 + 0x34, 0xFFFFFFFF)
    at, = struct.unpack_from("<I", odd, 0x2000 + 0x18)
    struct.pack_into("<I", odd, at, 1000000)
    struct.pack_into("<I", odd, 0x2000 + 0x40, 0xFFFFFFF0)
    write("odd64.in", bytes(odd[:-4]))
    # Taken of a running system: no code. And nothing but half a header.
    write("cut64.in", header(1, build=22631, machine=0xAA64, cpus=8, code=0, type=2, time=filetime(1700000000))[:4100])


if __name__ == "__main__":
    main()
