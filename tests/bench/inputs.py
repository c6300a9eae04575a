"""Inputs of the bench: every file is made from a seed, so that two runs measure the same bytes.

Sizes are in bytes and reached from below by whole records. Nothing here knows of fathom but `rule_pack`.
"""
import json, os, random, struct, subprocess, zipfile, zlib

WORDS = ("link state carrier restored session opened closed user root accepted connection port retry count device reset peer "
         "queue depth temperature normal firmware loaded version module init done wait scrub pass cache flushed mount unmount quota "
         "checked sync started finished probe slot enclosure fan speed voltage sensor polling interval changed address lease renewed "
         "bound route added removed policy matched packet counter cleared table rebuilt index merged snapshot taken rotated").split()
INCIDENTS = ["nf_conntrack: table full, dropping packet",
             "INFO: task backupd:2107 blocked for more than 120 seconds.",
             "blk_update_request: I/O error, dev sdc, sector 81273400 op 0x0:(READ) flags 0x80700 phys_seg 1 prio class 0",
             "TCP: request_sock_TCP: Possible SYN flooding on port 8443. Sending cookies.  Check SNMP counters."]
# What the generated rules look for: a driver says that something went wrong with a part of it.
PARTS = ("controller channel adapter port lane queue ring doorbell mailbox bridge endpoint target path volume stripe journal "
         "cursor session token bundle cache heap arena slab").split()
TROUBLES = ["retry count exceeded ({})", "parity mismatch at {}", "watchdog expired after {} ms", "refused command {}",
            "lost sync with peer {}", "descriptor {} is stale", "quota of {} units is used up", "checksum of block {} differs"]


def driver(i):
    """A name like a driver's, distinct for every i."""
    a, b = "bcdfghjklmnprstvwz", "aeiou"
    return "".join((a[i % 18], b[i // 18 % 5], a[i // 90 % 18], b[i // 1620 % 5], a[i // 8100 % 18])) + str(i % 7)


def pattern(i):
    """Of rule i, as a PCRE that rg understands too."""
    trouble = TROUBLES[i % len(TROUBLES)].replace("(", r"\(").replace(")", r"\)").format("[0-9]+")
    return f"{driver(i)}: {PARTS[i // 8 % len(PARTS)]} [0-9]+: {trouble}"


def message(r, i):
    """A line that rule i matches."""
    return f"{driver(i)}: {PARTS[i // 8 % len(PARTS)]} {r.randint(0, 99)}: {TROUBLES[i % len(TROUBLES)].format(r.randint(1, 99999))}"


def near_miss(r, n):
    """Words of one rule in the mouth of another's driver."""
    i, k = r.randrange(n), r.randrange(n)
    return message(r, i).replace(PARTS[i // 8 % len(PARTS)], "unit", 1) if i == k else f"{driver(i)}: {message(r, k).split(': ', 1)[1]} again"


def rule_pack(folder, n):
    """n rules over lines, one file each, and the same patterns for rg."""
    os.makedirs(folder, exist_ok=True)
    for i in range(n):
        rule = {"title": f"{driver(i)} reports trouble with a {PARTS[i // 8 % len(PARTS)]}", "cause": f"site/driver/{driver(i)}",
                "role": "symptom", "severity": "low", "status": "test",
                "evidence": {"line": {"fact": "log.line", "text": {"regex": pattern(i)}}},
                "summary": "Said {count(line)} times.", "confidence": [["likely", "true"]],
                "remedy": [{"do": f"Update the driver {driver(i)}", "command": f"modinfo {driver(i)}",
                            "verify": "the line does not come again", "risk": "restart"}],
                "references": ["the driver's manual"], "cases": {"fires": [], "silent": []}}
        with open(os.path.join(folder, f"{driver(i)}.json"), "w", encoding="utf-8") as file:
            json.dump(rule, file)
    with open(os.path.join(folder, "causes.tsv"), "w", encoding="utf-8") as file:
        for name in sorted({driver(i) for i in range(n)}):
            file.write(f"site/driver/{name}\tsymptom\t{name} is in trouble\tthe driver\tthe driver\n")
    with open(folder + ".patterns", "w", encoding="utf-8") as file:
        file.write("".join(pattern(i) + "\n" for i in range(n)))


def syslog_block(seed, lines, rules):
    """Lines of a busy node: one in a hundred nearly matches a rule, one in a hundred does, a few tell of incidents."""
    r = random.Random(seed)
    out, second, uptime = [], seed * 40000, seed * 40000.0
    for _ in range(lines):
        second += r.randint(0, 3)
        uptime += r.random() * 3
        who, kind = r.random(), r.random()
        if kind < 0.0009:
            text, who = r.choice(INCIDENTS), 0.0
        elif kind < 0.0100:
            text = message(r, r.randrange(rules))
        elif kind < 0.0200:
            text = near_miss(r, rules)
        else:
            text = " ".join(r.choice(WORDS) for _ in range(r.randint(5, 14))) + f" {r.randint(0, 1 << 20)}"
        tag = "kernel" if who < 0.5 else f"{r.choice(['sshd', 'systemd', 'app', 'agentd', 'cron'])}[{r.randint(400, 9000)}]"
        stamp = f"[{uptime:12.6f}] " if who < 0.5 else ""
        day, s = divmod(second, 86400)
        out.append(f"Mar {1 + day % 28:2} {s // 3600:02}:{s // 60 % 60:02}:{s % 60:02} node7 {tag}: {stamp}{text}\n")
    return "".join(out).encode()


def syslog(path, size, rules=1000, seed=1):
    lines = min(20000, size // 108)  # what a small file holds: a line has some 105 bytes
    fill(path, [syslog_block(seed + i, lines, rules) for i in range(4)], size)


def event_xml(path, size, encoding="utf-8"):
    r = random.Random(2)
    providers = [("Microsoft-Windows-Kernel-General", 16), ("Microsoft-Windows-GroupPolicy", 1500), ("Microsoft-Windows-FilterManager", 6),
                 ("Microsoft-Windows-Time-Service", 37), ("Service Control Manager", 7036), ("Microsoft-Windows-DNS-Client", 1014)]
    out = []
    for i in range(4000):
        rare = r.random()  # a shortage now and then, the uptime about once a day
        provider, event = ("Srv", 2019) if rare < 0.002 else ("EventLog", 6013) if rare < 0.005 else r.choice(providers)
        data = " ".join(r.choice(WORDS) for _ in range(6))
        out.append(
            f"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='{provider}' "
            f"Guid='{{{r.getrandbits(128):032x}}}'/><EventID Qualifiers='16384'>{event}</EventID><Version>0</Version><Level>4</Level>"
            f"<Task>0</Task><Opcode>0</Opcode><Keywords>0x8080000000000000</Keywords><TimeCreated SystemTime='2024-03-{1 + i % 28:02}T"
            f"{i % 24:02}:{i % 60:02}:11.{r.randint(0, 9999999):07}Z'/><EventRecordID>{i}</EventRecordID><Correlation/>"
            f"<Execution ProcessID='568' ThreadID='{r.randint(1000, 9999)}'/><Channel>System</Channel><Computer>HOST1</Computer>"
            f"<Security UserID='S-1-5-18'/></System><EventData><Data Name='param1'>{data}</Data><Data Name='param2'>running</Data>"
            f"</EventData></Event>\n")
    head, tail = "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n<Events>\n", "</Events>\n"
    body = "".join(out)
    if encoding == "utf-8":
        fill(path, [body.encode()], size, head.encode(), tail.encode())
    else:  # as many characters as the other has
        fill(path, [body.encode("utf-16-le")], 2 * size, ("\ufeff" + head.replace("utf-8", "utf-16")).encode("utf-16-le"),
             tail.encode("utf-16-le"))


def poolmon(path, size):
    r = random.Random(3)
    tags = sorted({"".join(r.choice("ABCDEFGHabcdefghMNmn") for _ in range(4)) for _ in range(1800)})
    base = {t: (r.choice(["Nonp", "Paged"]), r.randint(16, 4096), r.randint(1, 90000), r.randint(0, 9000000)) for t in tags}
    snapshots = []
    for s in range(12):
        rows = []
        for t in tags:
            kind, each, held, frees = base[t]
            held += s * 900 if t in tags[:3] else 0
            rows.append(f" {t} {kind:5}{held + frees:12}{frees:15}{held:14}{each * held:14}{each:12}\n")
        snapshots.append(" Memory:16468560K Avail:12072536K  PageFlts:468600648   InRam Krnl:56708K P:950888K\n"
                         " Commit:4100436K Limit:17517136K Peak:11685564K            Pool N:710920K P:983564K\n\n"
                         " Tag  Type     Allocs         Frees    Diff   Bytes    Per Alloc\n\n" + "".join(rows))
    fill(path, ["\n".join(snapshots).encode()], size)


def backup(path, size):
    r = random.Random(5)
    lines = []
    for i in range(20000):
        stamp = f"2024-03-{1 + i // 1500 % 28:02}T{i // 60 % 24:02}:{i % 60:02}:{r.randint(0, 59):02}:{r.randint(0, 999):03}+01:00 {r.randint(1000, 9999)}"
        if r.random() < 0.002:
            lines.append(f"{stamp} E00070004: Error 0x70004: Write error\n| line info: 0x{r.getrandbits(64):016X}\n| $module: disk_bundle_vs_9999\n"
                         f"| \n| error 0xfff0: The system could not provide what was asked for\n| | code: 0x800705aa\n| | function: WriteFile\n")
        else:
            lines.append(f"{stamp} I00000000: {' '.join(r.choice(WORDS) for _ in range(8))} {r.randint(0, 1 << 20)}\n")
    fill(path, ["".join(lines).encode()], size)


def hostile(path, size, rules=1000):
    """Every line is made of eight literals that rules look for, of any rules and in any order: none matches."""
    r = random.Random(4)
    literals = [part.replace("\\", "") for i in range(rules) for part in pattern(i).split("[0-9]+") if len(part) > 3]
    fill(path, ["".join(" ".join(r.choice(literals) for _ in range(8)) + "\n" for _ in range(5000)).encode()], size)


def mix(folder, size):
    """Eight members of several formats, for archives and for workers."""
    os.makedirs(folder, exist_ok=True)
    each = size // 8
    for i in range(4):
        syslog(os.path.join(folder, f"messages-{i}"), each, seed=10 * (i + 1))
    event_xml(os.path.join(folder, "system.xml"), each)
    event_xml(os.path.join(folder, "application.xml"), each)
    backup(os.path.join(folder, "backup.log"), each)
    syslog(os.path.join(folder, "kern.log"), each, seed=90)


def evtx(path, sample, size):
    """The whole chunks of a log again and again, records and chunks numbered anew, as if it had been larger."""
    with open(sample, "rb") as file:
        head, body = bytearray(file.read(4096)), file.read()
    chunks = [body[i:i + 65536] for i in range(0, len(body) - 65535, 65536) if body[i:i + 8] == b"ElfChnk\0"]
    out, record = [], 1
    for i in range(min(size // 65536, 65535)):
        chunk = bytearray(chunks[i % len(chunks)])
        free, at, first = struct.unpack_from("<I", chunk, 48)[0], 512, record
        while at + 24 <= free and chunk[at:at + 4] == b"**\0\0":
            length = struct.unpack_from("<I", chunk, at + 4)[0]
            struct.pack_into("<Q", chunk, at + 8, record)
            record, at = record + 1, at + max(length, 24)
        struct.pack_into("<4Q", chunk, 8, first, record - 1, first, record - 1)
        struct.pack_into("<I", chunk, 52, zlib.crc32(bytes(chunk[512:free])))
        struct.pack_into("<I", chunk, 124, zlib.crc32(bytes(chunk[:120] + chunk[128:512])))
        out.append(bytes(chunk))
    struct.pack_into("<3Q", head, 8, 0, len(out) - 1, record)
    struct.pack_into("<H", head, 42, len(out))
    struct.pack_into("<I", head, 124, zlib.crc32(bytes(head[:120])))
    with open(path, "wb") as file:
        file.write(bytes(head) + b"".join(out))


def zst(path, plain):
    subprocess.run(["zstd", "-q", "-f", "-3", plain, "-o", path], check=True)


def zipped(path, folder):
    """The files of a folder in a zip, in the order of their names."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(os.listdir(folder)):
            archive.write(os.path.join(folder, name), name)


def fill(path, blocks, size, head=b"", tail=b""):
    """Blocks in turn until size is reached. A file that is there already is the same one."""
    whole = max(1, (size - len(head) - len(tail)) // max(1, sum(map(len, blocks)) // len(blocks)))
    if os.path.exists(path) and os.path.getsize(path) == len(head) + len(tail) + sum(len(blocks[i % len(blocks)]) for i in range(whole)):
        return
    with open(path, "wb") as file:
        file.write(head)
        for i in range(whole):
            file.write(blocks[i % len(blocks)])
        file.write(tail)
