#!/usr/bin/env python3
"""Writes the user dumps beside it, stream by stream, by the descriptions in parsers/minidump.c and formats/dump_user.c.

usage: make.py
"""
import os, struct

HERE = os.path.dirname(os.path.abspath(__file__))
THREADS, MODULES, EXCEPTION, SYSTEM, COMMENT, WIDE_COMMENT, HANDLES, UNLOADED, MISC, REGIONS, MACHINE = 3, 4, 6, 7, 10, 11, 12, 14, 15, 16, 21
COMMIT, RESERVE, FREE, PRIVATE, IMAGE = 0x1000, 0x2000, 0x10000, 0x20000, 0x1000000


class Dump:
    """Header, room for the directory, then what is added; the directory is written last."""

    def __init__(self, streams, seconds):
        self.b = bytearray(struct.pack("<4sHHIIIIQ", b"MDMP", 0xA793, 0x61B1, streams, 32, 0, seconds, 0) + b"\0" * 12 * streams)
        self.directory = []

    def add(self, data):
        at = len(self.b)
        self.b += data
        return at

    def stream(self, kind, data, size=None):
        self.point(kind, self.add(data), len(data) if size is None else size)

    def point(self, kind, at, size):
        struct.pack_into("<III", self.b, 32 + 12 * len(self.directory), kind, size, at)
        self.directory.append(kind)

    def string(self, text):
        wide = text.encode("utf-16-le")
        return self.add(struct.pack("<I", len(wide)) + wide + b"\0\0")

    def modules(self, modules, aligned=False):
        """(path, base, size, stamp, version or None)"""
        rows = b""
        for path, base, size, stamp, version in modules:
            fixed = bytearray(52)
            if version:
                struct.pack_into("<III", fixed, 0, 0xFEEF04BD, 0x10000, version[0] << 16 | version[1])
                struct.pack_into("<I", fixed, 12, version[2] << 16 | version[3])
            rows += struct.pack("<QIIII", base, size, 0, stamp, self.string(path)) + fixed + b"\0" * 32
        self.stream(MODULES, struct.pack("<I", len(modules)) + b"\0" * 4 * aligned + rows)


def system(arch, cpus, product, major, minor, build, platform=2):
    return struct.pack("<HHHBBIIIIIHH", arch, 0, 0, cpus, product, major, minor, build, platform, 0, 0, 0) + b"\0" * 24


def exception(code, address, *parameters):
    return struct.pack("<IIIIQQII", 77, 0, code, 0, 0, address, len(parameters), 0) + b"".join(
        struct.pack("<Q", p) for p in parameters).ljust(120, b"\0") + b"\0" * 8


def machine(total, available, commit, limit, peak, paged, nonpaged, flags=7):
    b = bytearray(492)
    struct.pack_into("<HHIII", b, 0, 1, flags, 156001, 4096, total)
    struct.pack_into("<QQQQ", b, 116, available, commit, limit, peak)
    struct.pack_into("<II", b, 260, paged, nonpaged)
    return bytes(b)


def regions(rows):
    """(size, state, type)"""
    return struct.pack("<IIQ", 16, 48, len(rows)) + b"".join(
        struct.pack("<QQIIQIIII", 0, 0, 4, 0, size, state, 4, kind, 0) for size, state, kind in rows)


def write(name, d):
    with open(os.path.join(HERE, name), "wb") as f:
        f.write(d.b)


def full():
    d = Dump(12, 1400000000)
    d.stream(SYSTEM, system(9, 4, 3, 6, 3, 9600))
    d.stream(EXCEPTION, exception(0xC0000006, 0x7FF810001234, 0, 0x1000, 0xC000009A))
    d.modules([("C:\\App\\Dienst.exe", 0x140000000, 0x5000, 1390000000, (3, 2, 10, 65535)),
               ("C:\\Windows\\System32\\ntdll.dll", 0x7FF810000000, 0x1A0000, 0x53000000, None)], aligned=True)
    name = d.string("C:\\App\\plug.dll")
    d.stream(UNLOADED, struct.pack("<III", 12, 24, 1) + struct.pack("<QIIII", 0x180000000, 0x7000, 0, 5, name))
    d.stream(MISC, struct.pack("<IIIIII", 24, 3, 4711, 1399990000, 1, 2))
    d.stream(REGIONS, regions([(0x10000, COMMIT, PRIVATE), (0x30000, COMMIT, PRIVATE), (0x50000, COMMIT, IMAGE), (0x100000, RESERVE, PRIVATE),
                               (0x7000, FREE, 0), (0x9000, FREE, 0)]))
    d.stream(MACHINE, machine(1 << 20, 1000, 2000000, 2097152, 2050000, 60000, 70000))
    d.stream(THREADS, struct.pack("<I", 3) + b"\0" * 144)
    d.stream(HANDLES, struct.pack("<IIII", 16, 40, 5, 0) + b"\0" * 200)
    d.stream(COMMENT, b"hang at noon\0rest")
    write("full.in", d)


def clr():
    """A 32-bit process on a 64-bit system, written by another program: names before their list; .NET: out of memory."""
    d = Dump(4, 1500000000)
    d.stream(SYSTEM, system(0, 2, 1, 10, 0, 19045))
    d.modules([("C:\\Tool\\tool.exe", 0x400000, 0x10000, 0, (1, 0, 0, 0)), ("C:\\Windows\\SysWOW64\\KernelBase.dll", 0x76000000, 0x200000, 1, None)])
    d.stream(EXCEPTION, exception(0xE0434352, 0x76011223, 0xFFFFFFFF8007000E))
    d.stream(WIDE_COMMENT, "nächster Halt".encode("utf-16-le"))
    write("clr.in", d)


def hostile():
    """A stream behind the end; the exception inside of the modules; counts and sizes that nothing holds; strings nowhere."""
    d = Dump(9, 1500000000)
    d.stream(SYSTEM, system(0, 2, 1, 10, 0, 19045))
    rows = struct.pack("<QIIII", 0x400000, 0x1000, 0, 0, 0xFFFFFFF0) + b"\0" * 84
    rows += struct.pack("<QIIII", 0x500000, 0x1000, 0, 0, d.add(struct.pack("<I", 0x7FFFFFFF))) + b"\0" * 84
    at = d.add(struct.pack("<I", 0x10000000) + rows)
    d.point(MODULES, at, 4 + len(rows))
    d.point(EXCEPTION, at + 100, 60)
    d.point(MISC, 0x00FFFFFF, 24)
    d.stream(REGIONS, struct.pack("<IIQ", 16, 4, 10))
    d.stream(HANDLES, struct.pack("<IIII", 4, 40, 5, 0))
    d.stream(MACHINE, machine(1000, 10, 500, 400, 0, 1, 1))
    d.stream(THREADS, struct.pack("<I", 0xFFFFFFFF) + b"\0" * 48)
    d.point(SYSTEM, 0, 10)  # a second one counts for nothing
    struct.pack_into("<I", d.b, 8, 5000)
    write("hostile.in", d)


def bare():
    """A directory behind the end, and another system."""
    d = Dump(1, 0)
    struct.pack_into("<I", d.b, 12, 4000)
    write("bare.in", d)
    d = Dump(1, 1500000000)
    d.stream(SYSTEM, system(9, 8, 0, 5, 4, 0, 0x8201))
    write("linux.in", d)


if __name__ == "__main__":
    full()
    clr()
    hostile()
    bare()
