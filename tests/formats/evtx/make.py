#!/usr/bin/env python3
"""Writes the binary samples beside it: chunks, templates and values put together by the format's description.

usage: make.py

Chunks end behind their records (not padded to 64 KiB) to keep the samples small.
"""
import os, struct, zlib

HERE = os.path.dirname(os.path.abspath(__file__))
NULL, WSTR, ASTR, I32, U8, U16, U32, U64, BOOL, BIN, GUID, SIZE, TIME, STIME, SID, HEX32, HEX64, XML = (
    0, 1, 2, 7, 4, 6, 8, 10, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x21)
ARRAY = 0x80


def wide(s):
    return s.encode("utf-16-le")


def filetime(seconds):
    return struct.pack("<Q", (seconds + 11644473600) * 10000000)


class Chunk:
    """Grows as bytes; every offset in it is counted from its own start."""

    def __init__(self):
        self.b = bytearray(b"ElfChnk\0".ljust(0x200, b"\0"))
        self.names, self.templates = {}, {}
        self.first = self.last = None

    def put(self, fmt, *values):
        self.b += struct.pack("<" + fmt, *values)

    def name(self, name):
        if name in self.names:
            self.put("I", self.names[name])
            return
        at = len(self.b) + 4
        self.names[name] = at
        self.put("IIHH", at, 0, 0, len(name))
        self.b += wide(name) + b"\0\0"

    def hole(self, number, kind, optional=True):
        self.put("BHB", 0x0E if optional else 0x0D, number, kind)

    def content(self, c):
        """str: a value; (number, type): a hole; ("char", n), ("entity", s), ("cdata", s); else a child element."""
        if isinstance(c, str):
            self.put("BBH", 5, 1, len(c))
            self.b += wide(c)
        elif isinstance(c, tuple) and isinstance(c[0], int):
            self.hole(*c)
        elif isinstance(c, tuple) and c[0] == "char":
            self.put("BH", 8, c[1])
        elif isinstance(c, tuple) and c[0] == "entity":
            self.put("B", 9)
            self.name(c[1])
        elif isinstance(c, tuple) and c[0] == "cdata":
            self.put("BH", 7, len(c[1]))
            self.b += wide(c[1])
        else:
            self.element(**c)

    def element(self, name, attributes=(), children=(), depends=0xFFFF, in_template=True):
        self.put("B", 0x41 if attributes else 0x01)
        if in_template:
            self.put("H", depends)
        size_at = len(self.b)
        self.put("I", 0)
        self.name(name)
        if attributes:
            list_at = len(self.b)
            self.put("I", 0)
            for i, (key, value) in enumerate(attributes):
                self.put("B", 0x46 if i + 1 < len(attributes) else 0x06)
                self.name(key)
                self.content(value)
            struct.pack_into("<I", self.b, list_at, len(self.b) - list_at - 4)
        if children:
            self.put("B", 2)
            for child in children:
                self.content(child if not isinstance(child, dict) else {**child, "in_template": in_template})
            self.put("B", 4)
        else:
            self.put("B", 3)
        struct.pack_into("<I", self.b, size_at, len(self.b) - size_at - 4)

    def instance(self, key, tree, values):
        """A template instance; the template itself stands at its first use."""
        self.put("BBI", 0x0C, 1, len(key))
        if key in self.templates:
            self.put("I", self.templates[key])
        else:
            self.templates[key] = len(self.b) + 4
            self.put("I", self.templates[key])
            self.put("I16sI", 0, key.encode().ljust(16, b"\0"), 0)
            at = len(self.b)
            self.b += b"\x0f\x01\x01\x00"
            self.element(**tree)
            self.put("B", 0)
            struct.pack_into("<I", self.b, at - 4, len(self.b) - at)
        self.put("I", len(values))
        sizes_at = len(self.b)
        for kind, data in values:
            self.put("HBB", 0, kind, 0)
        for i, (kind, data) in enumerate(values):
            at = len(self.b)
            if callable(data):
                data(self)
            else:
                self.b += data
            struct.pack_into("<H", self.b, sizes_at + 4 * i, len(self.b) - at)

    def record(self, number, seconds, fill):
        at = len(self.b)
        self.put("4sIQ8s", b"**\0\0", 0, number, filetime(seconds))
        self.b += b"\x0f\x01\x01\x00"
        fill(self)
        self.put("B", 0)
        self.b += b"\0" * (-(len(self.b) + 4 - at) % 8)
        size = len(self.b) + 4 - at
        self.put("I", size)
        struct.pack_into("<I", self.b, at + 4, size)
        self.first, self.last = self.first or number, number

    def bytes(self, pad=False):
        end = len(self.b)
        struct.pack_into("<QQQQ", self.b, 8, self.first, self.last, self.first, self.last)
        struct.pack_into("<IIII", self.b, 0x28, 128, end, end, zlib.crc32(self.b[0x200:end]))
        struct.pack_into("<I", self.b, 0x7C, zlib.crc32(bytes(self.b[:0x78]) + bytes(self.b[0x80:0x200])))
        return bytes(self.b) + b"\0" * (65536 - end if pad else 0)


def header(chunks):
    b = bytearray(4096)
    struct.pack_into("<8sQQQIHHHH", b, 0, b"ElfFile\0", 0, chunks - 1, 99, 128, 1, 3, 4096, chunks)
    struct.pack_into("<II", b, 0x78, 0, zlib.crc32(b[:0x78]))
    return bytes(b)


def system(provider):
    """The usual System: id 0, qualifiers 1, level 2, time 3, record 4, user 5; the payload is 6."""
    return {"name": "Event", "attributes": [("xmlns", "http://schemas.microsoft.com/win/2004/08/events/event")], "children": [
        {"name": "System", "children": [
            {"name": "Provider", "attributes": [("Name", provider)]},
            {"name": "EventID", "attributes": [("Qualifiers", (1, U16))], "children": [(0, U16)]},
            {"name": "Level", "children": [(2, U8)]},
            {"name": "TimeCreated", "attributes": [("SystemTime", (3, TIME))]},
            {"name": "EventRecordID", "children": [(4, U64)]},
            {"name": "Channel", "children": ["System"]},
            {"name": "Computer", "children": ["EVTX1"]},
            {"name": "Security", "attributes": [("UserID", (5, SID))], "depends": 5}]},
        (6, XML)]}


def head(event, qualifiers, level, seconds, record, sid, payload):
    sid = b"" if sid is None else struct.pack("<BB6s", 1, 1, b"\0\0\0\0\0\x05") + struct.pack("<I", sid)
    return [(U16, struct.pack("<H", event)), (U16 if qualifiers else NULL, struct.pack("<H", qualifiers) if qualifiers else b""),
            (U8, bytes([level])), (TIME, filetime(seconds)), (U64, struct.pack("<Q", record)),
            (SID if sid else NULL, sid), (XML, payload)]


def data_fragment(key, tree, values):
    def fill(c):
        c.b += b"\x0f\x01\x01\x00"
        c.instance(key, tree, values)
        c.put("B", 0)
    return fill


def types_chunk():
    tree = {"name": "EventData", "children": [{"name": "Data", "attributes": [("Name", n)], "children": [(i, k)]}
            for i, (n, k) in enumerate([("Text", WSTR), ("Ansi", ASTR), ("Signed", I32), ("Flag", BOOL), ("Guid", GUID), ("Size", SIZE),
                                        ("When", STIME), ("ErrorCode", HEX32), ("Wide", HEX64), ("Bytes", BIN), ("Nothing", WSTR)])]}
    tree["children"].append({"name": "Data", "attributes": [("Name", "Mixed")],
                             "children": ["a", ("entity", "amp"), ("char", 0xE9), ("cdata", "<c>")]})
    tree["children"].append({"name": "Data", "attributes": [("Name", "Gone")], "children": ["never seen"], "depends": 10})
    values = [(WSTR, wide("two\r\nlines \U0001F600")), (ASTR, b"caf\xe9\0"), (I32, struct.pack("<i", -5)), (BOOL, struct.pack("<I", 1)),
              (GUID, bytes(range(16))), (SIZE, struct.pack("<Q", 4096)), (STIME, struct.pack("<8H", 2020, 2, 6, 29, 23, 59, 58, 7)),
              (HEX32, struct.pack("<I", 0x800705AA)), (HEX64, struct.pack("<Q", 0x3E7)), (BIN, b"\x0a\xff"), (NULL, b"")]
    c = Chunk()
    c.record(41, 1500000000, lambda c: c.instance("Contoso-Types", system("Contoso-Types"),
             head(7, 0, 2, 1500000000, 41, 18, data_fragment("types", tree, values))))
    return c


def classic_tree():
    return {"name": "EventData", "children": [{"name": "Data", "children": [(0, WSTR | ARRAY)]}, {"name": "Binary", "children": [(1, BIN)]}]}


def classic(c, number, event, strings, binary=b""):
    c.record(number, 1500000000 + number, lambda c: c.instance("Srv", system("Srv"),
             head(event, 0xC000, 2, 1500000000 + number, number, None,
                  data_fragment("classic", classic_tree(), [(WSTR | ARRAY, wide("\0".join(strings) + "\0")), (BIN, binary)]))))


def bare_fragment(key, tree, values):
    """A fragment without its four bytes of head, as older systems write it."""
    return lambda c: c.instance(key, tree, values)


def user_system(provider):
    """As system(), but the payload is an element of the template, and only what it holds is a fragment."""
    tree = system(provider)
    tree["children"][1] = {"name": "UserData", "children": [(6, XML)]}
    return tree


def inner_chunk():
    c = Chunk()
    named = {"name": "EventData", "children": [{"name": "Data", "attributes": [("Name", f"param{i + 1}")], "children": [(i, WSTR)]} for i in range(2)]
             + [{"name": "Binary", "children": [(2, BIN)]}]}
    info = {"name": "Info", "children": [{"name": "Volume", "children": [(0, WSTR)]}, {"name": "Status", "children": [(1, HEX32)]}]}
    calm = {"name": "Info", "children": [{"name": "Volume", "children": [(0, WSTR)]}]}
    packet = struct.pack("<11I", 0x00040000, 0x00540001, 0, 0xC00007E4, 0, 0xC000009A, 0, 0, 0, 0, 0x0B)
    scm, fs = "Service Control Manager", "Contoso-Volumes"

    def service(number, event, second, binary):
        values = [(WSTR, wide("Spooler")), (WSTR, wide(second)), (BIN, binary)]
        c.record(number, 1500000000 + number, lambda c: c.instance(scm, system(scm),
                 head(event, 0x4000, 4, 1500000000 + number, number, None, bare_fragment("service", named, values))))

    def volume(number, key, tree, values):
        c.record(number, 1500000000 + number, lambda c: c.instance(fs, user_system(fs),
                 head(9, 0, 2, 1500000000 + number, number, None, bare_fragment(key, tree, values))))

    service(51, 7036, "running", wide("Spooler/4 or so\0"))
    service(52, 7023, "%%1450", b"")
    service(53, 2019, "stopped", packet)
    service(54, 2020, "stopped", packet)
    volume(55, "info", info, [(WSTR, wide("C:")), (HEX32, struct.pack("<I", 0xC000009A))])
    volume(56, "calm", calm, [(WSTR, wide("D:"))])
    return c


def plain_payload(c):
    """User data as a fragment without a template: its elements have no dependency field."""
    def leaf(name, text):
        return {"name": name, "children": [text]}
    c.b += b"\x0f\x01\x01\x00"
    c.element("UserData", children=[{"name": "MemoryExhaustionInfo", "children": [
        {"name": "SystemInfo", "children": [leaf("SystemCommitLimit", "6000000000"), leaf("SystemCommitCharge", "5900000000"),
                                            leaf("NonPagedPoolUsage", "123456789")]},
        {"name": "NonPagedPoolInfo", "children": [{"name": "Tag_1", "children": [leaf("Name", "Abc"), leaf("PoolUsed", "7654321")]}]},
        {"name": "ProcessInfo", "children": [{"name": "Process_1", "children": [leaf("Name", "eats.exe"), leaf("ID", "99"),
                                                                                leaf("CommitCharge", "4000000000")]}]}]}],
        in_template=False)
    c.put("B", 0)


def write(name, data):
    with open(os.path.join(HERE, name), "wb") as f:
        f.write(data)


def main():
    write("types.in", header(1) + types_chunk().bytes())
    write("inner.in", header(1) + inner_chunk().bytes())
    c = Chunk()
    packet = struct.pack("<11I", 0x00040000, 0x00540001, 0, 0xC00007E4, 0, 0xC000009A, 0, 0, 0, 0, 0x0B)
    classic(c, 1, 2020, ["\\Device\\LanmanServer", "", "three"], packet)
    classic(c, 2, 2019, ["one"])
    d = "Microsoft-Windows-Resource-Exhaustion-Detector"
    c.record(3, 1500000003, lambda c: c.instance(d, system(d), head(2004, 0, 3, 1500000003, 3, 18, plain_payload)))
    whole = c.bytes()
    write("classic.in", header(1) + whole)

    # A chunk whose second record is overwritten, one whose header was never updated, one that the file's end cuts.
    c = Chunk()
    for i in (11, 12, 13):
        classic(c, i, 2000 + i, ["a"])
    broken = bytearray(c.bytes())
    second = broken.index(b"**\0\0", 0x204)
    broken[second:second + 8] = b"\xEE" * 8
    c = Chunk()
    classic(c, 21, 2021, ["b"])
    end = len(c.b)
    for i in (22, 23):
        classic(c, i, 2000 + i, ["c"])
    stale = bytearray(c.bytes())
    struct.pack_into("<I", stale, 0x30, end)
    stale_next = bytes(stale) + bytes(stale[end:])  # records of an earlier life: their numbers do not go on
    c = Chunk()
    for i in (31, 32):
        classic(c, i, 2000 + i, ["d"])
    cut = c.bytes()[:-40]
    write("damaged.in", header(3) + bytes(broken) + b"\0" * 100 + stale_next + b"\0" * 100 + cut)


if __name__ == "__main__":
    main()
