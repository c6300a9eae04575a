#!/usr/bin/env python3
"""Writes the images beside it: headers, a few instructions, a version resource, by the descriptions in parsers/pe.c and tag_scan.c.

usage: make.py
"""
import os, struct

HERE = os.path.dirname(os.path.abspath(__file__))
X86, X64, ARM64 = 0x14C, 0x8664, 0xAA64
CODE, DATA = 0x60000020, 0x40000040
ALIGN, HEAD = 512, 1024


def image(machine, sections, stamp=0x5A000000, subsystem=1, resources=None, debug=None, pe_at=0x80):
    """sections: (name, flags, bytes[, offset in the file]); resources, debug: (index of a section, offset in it, size)."""
    wide = machine != X86
    optional = bytearray(240 if wide else 224)
    table, body, at = b"", b"", HEAD
    rvas = []
    for i, (name, flags, data, *where) in enumerate(sections):
        size = -(-len(data) // ALIGN) * ALIGN
        rvas.append(0x1000 * (i + 1))
        table += struct.pack("<8sIIIIIIHHI", name, len(data), rvas[i], size, where[0] if where else at, 0, 0, 0, 0, flags)
        if not where:
            body += data.ljust(size, b"\0")
            at += size
    struct.pack_into("<H", optional, 0, 0x20B if wide else 0x10B)
    struct.pack_into("<I", optional, 56, 0x1000 * (len(sections) + 1))
    struct.pack_into("<H", optional, 68, subsystem)
    count = 108 if wide else 92
    struct.pack_into("<I", optional, count, 16)
    for number, place in ((2, resources), (6, debug)):
        if place:
            struct.pack_into("<II", optional, count + 4 + 8 * number, rvas[place[0]] + place[1], place[2])
    coff = struct.pack("<HHIIIHH", machine, len(sections), stamp, 0, 0, len(optional), 0x22)
    head = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", pe_at)
    return (head.ljust(pe_at, b"\0") + b"PE\0\0" + coff + bytes(optional) + table).ljust(HEAD, b"\0") + body


def block(key, value=b"", kind=0, chars=None, children=b""):
    """One node of a version resource: lengths, type, name, value, what lies below."""
    head = key.encode("utf-16-le") + b"\0\0"
    body = b"\0" * (-(6 + len(head)) % 4) + value
    total = 6 + len(head) + len(body)
    body += b"\0" * (-total % 4) + children
    total = 6 + len(head) + len(body)
    return struct.pack("<HHH", total, len(value) if chars is None else chars, kind) + head + body + b"\0" * (-total % 4)


def string(key, text):
    return block(key, text.encode("utf-16-le") + b"\0\0", 1, len(text) + 1)


def version(numbers, strings, extra=b""):
    fixed = struct.pack("<IIHHHH", 0xFEEF04BD, 0x10000, numbers[1], numbers[0], numbers[3], numbers[2]).ljust(52, b"\0")
    table = block("040904B0", children=b"".join(string(k, v) for k, v in strings.items()))
    return b"\0" * 64 + block("VS_VERSION_INFO", fixed, children=extra + block("StringFileInfo", children=table))


def mov(register, tag):
    """mov r32, imm32: eax 0, edx 2 ... r8d 8, r9d 9"""
    return (b"\x41" if register > 7 else b"") + bytes([0xB8 + register % 8]) + tag


def movz_movk(register, tag, between=b""):
    low, high = struct.unpack("<HH", tag)
    return struct.pack("<I", 0x52800000 | low << 5 | register) + between + struct.pack("<I", 0x72A00000 | high << 5 | register)


def nops(n):
    return b"\x90" * n


def write(name, data):
    with open(os.path.join(HERE, name), "wb") as f:
        f.write(data)


def main():
    code = (mov(8, b"Cfs1") + nops(4) + mov(8, b"Cfs1") + nops(4) + mov(2, b"Cfs1") + nops(4)
            + b"\xC7\x44\x24\x28" + b"CfsQ" + nops(4)       # mov [rsp+28h], imm32
            + b"\xC7\x84\x24\0\1\0\0" + b"CfsQ" + nops(4)   # mov [rsp+100h], imm32
            + b"\xC7\x05\x10\0\0\0" + b"Cf  " + nops(4)     # mov [rip+10h], imm32
            + b"\xC7\x04\x25\0\0\0\0" + b"Cfs4" + nops(4)   # mov [abs], imm32
            + b"\xC7\x43\x08" + b"Cf#3" + nops(4)           # mov [rbx+8], imm32
            + mov(0, b"a-b-") + mov(0, b" Cfs") + mov(0, b"C\0fs") + mov(0, struct.pack("<I", 0xC000009A)))
    data = b"\0\0\0\0Cfd2\0\0\0\0" + b"Cfs1\xFF" + b"\1Cfs1 is a text\0" + b"\2four\3" + b"x" * 9 + b"\0"
    rdata = struct.pack("<IIHHIIII", 0, 0x11223344, 0, 0, 16, 36, 0, 0) + struct.pack("<IIHHIIII", 0, 0, 0, 0, 2, 0, 0, 0)
    info = version((2, 1, 0, 7), {"CompanyName": "Contoso Löschwerk", "FileDescription": "Contoso file system filter",
                                  "FileVersion": "2.1 (release)", "ProductName": "Contoso Backup"})
    write("x64.in", image(X64, [(b".text", CODE, code), (b".data", DATA, data), (b".rdata", DATA, rdata), (b".rsrc", DATA, info)],
                          resources=(3, 0, len(info)), debug=(2, 0, 56)))
    push = b"\x68Old1" + nops(3) + b"\x68Old1" + nops(3) + b"\xA3\0\0\0\0" + mov(0, b"Old2")
    info = version((0, 0, 0, 0), {"CompanyName": "", "OriginalFilename": "old.sys", "FileDescription": "Old port driver"})
    write("x86.in", image(X86, [(b".text", CODE, push), (b"INIT", CODE, mov(1, b"Old3")), (b".rsrc", DATA, info[156:])],
                          stamp=1000000000, resources=(2, 0, len(info))))
    code = movz_movk(2, b"Arm1") + movz_movk(3, b"Arm2", struct.pack("<I", 0xAA0003E0)) + movz_movk(1, b"Arm1")
    code += struct.pack("<II", 0x52800000 | 0x4141 << 5 | 4, 0x72A00000 | 0x4141 << 5 | 5)  # two registers: no constant
    code += struct.pack("<III", 0x52800000 | 0x4242 << 5, 0xD503201F, 0xD503201F) + struct.pack("<I", 0x72A00000 | 0x4242 << 5)
    write("arm64.in", image(ARM64, [(b".text", CODE, code)], stamp=0))
    # A section inside of the one before it, and one behind the end of the file; the header's count of sections is a lie.
    bad = bytearray(image(X64, [(b".text", CODE, nops(40) + mov(8, b"Bad1")), (b".odd", DATA, b"", HEAD + 88), (b".rsrc", DATA, b"", 1 << 20)],
                          resources=(2, 0, 100)))
    table = 0x80 + 24 + 240
    for i in (1, 2):
        struct.pack_into("<I", bad, table + 40 * i + 16, 64)
    struct.pack_into("<H", bad, 0x86, 0xFFFF)
    write("broken.in", bytes(bad))
    # More words than anybody's tags.
    many = b"".join(mov(8, b"%04d" % i) + nops(3) for i in range(600))
    write("many.in", image(X64, [(b".text", CODE, many)]))


if __name__ == "__main__":
    main()
