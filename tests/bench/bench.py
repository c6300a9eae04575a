#!/usr/bin/env python3
"""Throughput beside peers, as ratios in one run.

usage: bench.py BUILD_DIR [--size MIB] [--rounds N] [--only NAME,...] [--json FILE] [--dir DIR]

Inputs are generated from a seed. Per input every command runs in turn, round after round; the first round is dropped.
A ratio is the median over the rounds of (peer's time / fathom's time): above 1, fathom is faster. Absolute figures of a
noisy machine mean little, so they are shown only beside the ratios.
"""
import argparse, json, os, random, statistics, subprocess, sys, time

HERE = os.path.dirname(os.path.abspath(__file__))
WORDS = "link state carrier lost restored session opened closed for user root accepted connection from port timed out retry " \
        "count device reset by peer queue depth limit temperature normal firmware loaded version module init done wait".split()
INCIDENTS = ["nf_conntrack: table full, dropping packet",
             "INFO: task backupd:2107 blocked for more than 120 seconds.",
             "blk_update_request: I/O error, dev sdc, sector 81273400 op 0x0:(READ) flags 0x80700 phys_seg 1 prio class 0",
             "swapper/1: page allocation failure: order:0, mode:0xa20(GFP_ATOMIC), nodemask=(null),cpuset=/,mems_allowed=0",
             "TCP: request_sock_TCP: Possible SYN flooding on port 8443. Sending cookies.  Check SNMP counters."]
PATTERNS = ["table full, dropping packet", "invoked oom-killer", "page allocation failure", "blocked for more than [0-9]+ seconds",
            "soft lockup - CPU#[0-9]+ stuck", "I/O error, dev [a-z0-9]+, sector", "neighbo[u]?r table overflow", "Out of memory: Kill",
            "Memory cgroup out of memory", "TCP: out of memory", "Possible SYN flooding on port", "file-max limit [0-9]+ reached",
            "fork rejected by pids controller", "EDAC MC[0-9]+: [0-9]+ [CU]E", "rcu_(sched|preempt).*detected stalls",
            "nfs: server .* not responding", "SLUB: Unable to allocate memory", "vmalloc: allocation failure",
            "not enough memory for the allocation", "Fatal resource shortage", "hv_balloon: ", "Out of puff", "kmemleak: ",
            "Kernel panic - not syncing", "Oops: ", "Bad page state", "callbacks suppressed", "Hardware Error", "Memory failure: ",
            "WinError 1450", "0x800705AA", "dwErr=0x", "OutOfMemoryException", "No buffer space available", "Cannot allocate memory"]


def syslog(path, size):
    r = random.Random(1)
    lines = []
    for i in range(20000):
        text = " ".join(r.choice(WORDS) for _ in range(r.randint(6, 16)))
        who = r.choice(["kernel:", "kernel:", f"sshd[{r.randint(400, 9000)}]:", f"systemd[1]:", f"app[{r.randint(400, 9000)}]:"])
        if r.random() < 0.0009:
            who, text = "kernel:", r.choice(INCIDENTS)
        stamp = f"[{i * 3 + r.random():12.6f}] " if who == "kernel:" else ""
        lines.append(f"Mar {1 + i // 2000:2} {i // 900 % 24:02}:{i // 15 % 60:02}:{i * 4 % 60:02} node7 {who} {stamp}{text} {r.randint(0, 1 << 30)}\n")
    repeat(path, "".join(lines).encode(), size)


def event_xml(path, size, encoding="utf-8"):
    r = random.Random(2)
    out = []
    for i in range(4000):
        provider, event = r.choice([("Service Control Manager", 7036), ("Microsoft-Windows-Kernel-General", 16), ("Disk", 51), ("EventLog", 6013), ("Microsoft-Windows-GroupPolicy", 1500)])
        if r.random() < 0.002:
            provider, event = "Srv", 2019
        out.append(f"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='{provider}' Guid='{{{r.getrandbits(128):032x}}}'/>"
                   f"<EventID Qualifiers='16384'>{event}</EventID><Version>0</Version><Level>4</Level><Task>0</Task><Opcode>0</Opcode><Keywords>0x8080000000000000</Keywords>"
                   f"<TimeCreated SystemTime='2024-03-{1 + i % 28:02}T{i % 24:02}:{i % 60:02}:11.{r.randint(0, 9999999):07}Z'/><EventRecordID>{i}</EventRecordID><Correlation/><Execution ProcessID='568' ThreadID='{r.randint(1000, 9999)}'/>"
                   f"<Channel>System</Channel><Computer>HOST1</Computer><Security UserID='S-1-5-18'/></System><EventData><Data Name='param1'>{' '.join(r.choice(WORDS) for _ in range(6))}</Data><Data Name='param2'>running</Data></EventData></Event>\n")
    head, tail = "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n<Events>\n", "</Events>\n"
    body = "".join(out)
    if encoding != "utf-8":
        repeat(path, body.encode("utf-16-le"), size, ("\ufeff" + head.replace("utf-8", "utf-16")).encode("utf-16-le"), tail.encode("utf-16-le"))
    else:
        repeat(path, body.encode(), size, head.encode(), tail.encode())


def poolmon(path, size):
    r = random.Random(3)
    tags = ["".join(r.choice("ABCDEFGHabcdefghMNmn") for _ in range(4)) for _ in range(1800)]
    base = {t: (r.choice(["Nonp", "Paged"]), r.randint(16, 4096), r.randint(1, 90000), r.randint(0, 9000000)) for t in tags}
    snaps = []
    for s in range(12):
        rows = []
        for t in tags:
            kind, each, held, frees = base[t]
            held += s * 900 if t in tags[:3] else 0
            rows.append(f" {t} {kind:5}{held + frees:12}{frees:15}{held:14}{each * held:14}{each:12}\n")
        snaps.append(" Memory:16468560K Avail:12072536K  PageFlts:468600648   InRam Krnl:56708K P:950888K\n Commit:4100436K Limit:17517136K Peak:11685564K            Pool N:710920K P:983564K\n\n Tag  Type     Allocs         Frees    Diff   Bytes    Per Alloc\n\n" + "".join(rows))
    repeat(path, "\n".join(snaps).encode(), size)


def hostile(path, size):
    r = random.Random(4)
    repeat(path, "".join(" ".join(r.choice(PATTERNS[:20]).split("[")[0] for _ in range(8)) + "\n" for _ in range(5000)).encode(), size)


def repeat(path, body, size, head=b"", tail=b""):
    with open(path, "wb") as file:
        file.write(head)
        for _ in range(max(1, size // len(body))):
            file.write(body)
        file.write(tail)


MAWK = r"""/ Nonp / || / Paged / { n++; s += $(NF-1) } END { print n, s }"""


def clock(command):
    began = time.monotonic()
    run = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    took = time.monotonic() - began
    if run.returncode not in (0, 1):
        sys.exit(f"bench: {' '.join(command)}: {run.stderr.decode(errors='replace')}")
    return took


def peak_memory(command):
    """Peak resident set in MiB of one run, told by wait4."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    return usage.ru_maxrss / 1024


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("build")
    ap.add_argument("--size", type=int, default=128)
    ap.add_argument("--rounds", type=int, default=4)
    ap.add_argument("--only", default="")
    ap.add_argument("--json", default="")
    ap.add_argument("--dir", default="")
    a = ap.parse_args()
    fathom = [os.path.abspath(os.path.join(a.build, "analyze/fathom")), "analyze", "--format", "json"]
    folder = a.dir or os.path.join(os.path.abspath(a.build), "bench")
    os.makedirs(folder, exist_ok=True)
    sax2 = os.path.join(folder, "sax2")
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "libxml-2.0"], stdout=subprocess.PIPE, check=True).stdout.decode().split()
    subprocess.run(["cc", "-O2", "-o", sax2, os.path.join(HERE, "sax2.c"), *flags], check=True)
    patterns = os.path.join(folder, "patterns")
    with open(patterns, "w", encoding="utf-8") as file:
        file.write("\n".join(PATTERNS) + "\n")
    wc, rg = ["wc", "-l"], ["rg", "-c", "-a", "-j1", "-f", patterns]
    inputs = [("syslog", "syslog.log", syslog, {"wc -l": wc, "rg, same patterns": rg}),
              ("event XML", "events.xml", event_xml, {"wc -l": wc, "libxml2 SAX2": [sax2]}),
              ("event XML, UTF-16", "events16.xml", lambda p, s: event_xml(p, s, "utf-16"), {"wc -l": wc}),
              ("poolmon", "poolmon.txt", poolmon, {"wc -l": wc, "mawk": ["mawk", MAWK]}),
              ("hostile", "hostile.log", hostile, {"wc -l": wc, "rg, same patterns": rg})]
    result = []
    print(f"{'input':20} {'MiB/s':>8} {'peak MiB':>9}   ratio to each peer (above 1: fathom is faster; spread in brackets)")
    for name, file, make, peers in inputs:
        if a.only and name.split(",")[0].split()[0] not in a.only.split(","):
            continue
        path = os.path.join(folder, file)
        if not os.path.exists(path) or os.path.getsize(path) < a.size << 19:
            make(path, a.size << 20)
        mib = os.path.getsize(path) / (1 << 20)
        times = {"fathom": []} | {p: [] for p in peers}
        for number in range(a.rounds + 1):
            for who in times:
                took = clock((fathom if who == "fathom" else peers[who]) + [path])
                if number:
                    times[who].append(took)
        row = {"input": name, "mib": round(mib, 1), "mib_per_s": round(mib / statistics.median(times["fathom"]), 1),
               "peak_mib": round(peak_memory(fathom + [path]), 1), "ratios": {}}
        for peer in peers:
            ratios = sorted(p / f for p, f in zip(times[peer], times["fathom"]))
            row["ratios"][peer] = {"median": round(statistics.median(ratios), 3), "low": round(ratios[0], 3), "high": round(ratios[-1], 3)}
        result.append(row)
        print(f"{name:20} {row['mib_per_s']:8.0f} {row['peak_mib']:9.1f}   " + ", ".join(
            f"{peer} {r['median']:.2f} [{r['low']:.2f}..{r['high']:.2f}]" for peer, r in row["ratios"].items()), flush=True)
    if a.json:
        with open(a.json, "w", encoding="utf-8") as file:
            json.dump(result, file, indent=2)


if __name__ == "__main__":
    main()
