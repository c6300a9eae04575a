#!/usr/bin/env python3
"""An esxtop log of 51,446 columns, as a host with many machines writes it: read by column, in bounded memory.

usage: run_wide.py FATHOM [--rows N] [--keep FILE]

The log is made here and not stored: 1,168 machines of 44 columns each and 54 columns of the host, a row every five
seconds. Machine i has 4096 + i MB; every 100th is ballooned to its maximum of 65 % and swapped from the second row on.
The share of such a file that is wanted is small: what `fathom facts` may keep is bounded below.
"""
import json, os, resource, subprocess, sys, tempfile

MACHINES, ROWS = 1168, 12
MEMORY = ["Memory Size MBytes", "Memory Granted Size MBytes", "% Active Estimate", "Memctl?", "Memctl MBytes",
          "Memctl Target MBytes", "Memctl Max MBytes", "Swapped MBytes", "Swap Target MBytes", "Swap Read MBytes/sec",
          "Swap Written MBytes/sec"]
HOST = ["Memory Overcommit (1 Minute Avg)", "Machine MBytes", "Free MBytes", "Kernel MinFree MBytes", "Kernel State"]


def heading():
    yield "(PDH-CSV 4.0) (UTC)(0)"
    for name in HOST:
        yield rf"\\esx4\Memory\{name}"
    for cpu in range(49):
        yield rf"\\esx4\Physical Cpu({cpu})\% Util Time"
    for i in range(MACHINES):
        for name in MEMORY:
            yield rf'\\esx4\Group Memory({1000 + i}:vm {i}, "blue")\{name}'
        for k in range(44 - len(MEMORY)):
            yield rf"\\esx4\Vcpu({1000 + i}:vm {i}:{k})\% Used"


def row(number):
    yield f"03/14/2026 02:{number // 12:02d}:{number % 12 * 5:02d}"
    yield from ("0.50", "262144.00", "900.00", "1024.00", "2")
    yield from ["12.50"] * 49
    for i in range(MACHINES):
        short = i % 100 == 0 and number > 0
        size, most = 4096 + i, (4096 + i) * 0.65
        balloon = most if short else 0
        yield from (f"{size:.2f}", f"{size:.2f}", "20.00", "1", f"{balloon:.2f}", f"{balloon:.2f}", f"{most:.2f}",
                    "512.00" if short else "0.00", "600.00" if short else "0.00", "0.25" if short else "0.00", "0.00")
        yield from ["3.25"] * (44 - len(MEMORY))


def make(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as out:
        for cells in [heading()] + [row(i) for i in range(rows)]:
            out.write(",".join(f'"{cell}"' for cell in cells) + "\r\n")


def check(facts, rows):
    wrong = []

    def want(what, got, expected):
        if got != expected:
            wrong.append(f"{what}: {got}, want {expected}")

    by_kind = {}
    for fact in facts:
        by_kind.setdefault(fact.get("kind", fact.get("diagnostic")), []).append(fact)
    want("vm.host", len(by_kind.get("vm.host", [])), 2)
    want("vm.balloon", len(by_kind.get("vm.balloon", [])), 2 * MACHINES)
    want("counter", len(by_kind.get("counter", [])), len(HOST) + len(MEMORY) * MACHINES)
    want("diagnostics", [k for k in by_kind if "pdh." in k], [])
    last = {f["name"]: f for f in by_kind.get("vm.balloon", []) if f["snapshot"] == 2}
    # 4196 MB x 0.65 = 2727.40 MB, 2727.40 x 1048576 = 2859886182.4
    ballooned = last.get('vm 100, "blue"', {})
    want("vm 100", [ballooned.get(k) for k in ("size", "maximum", "swapped", "line")], [2859886182, 2859886182, 536870912, rows + 1])
    want("vm 101", [last.get('vm 101, "blue"', {}).get(k) for k in ("size", "memory")], [0, 4197 << 20])
    return wrong


def main():
    fathom = sys.argv[1]
    rows = int(sys.argv[sys.argv.index("--rows") + 1]) if "--rows" in sys.argv else ROWS
    keep = sys.argv[sys.argv.index("--keep") + 1] if "--keep" in sys.argv else None
    with tempfile.TemporaryDirectory() as folder:
        path = keep or os.path.join(folder, "esxtop.csv")
        make(path, rows)
        run = subprocess.run([fathom, "facts", "--diagnostics", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    if run.returncode != 0:
        wrong = [f"exit status {run.returncode}: {run.stderr.decode(errors='replace')[-400:]}"]
    else:
        wrong = check([json.loads(line) for line in run.stdout.decode().splitlines()], rows)
    # 12,853 columns of 0.4 KB each and their facts; an instrumented build takes more.
    if peak > 400:
        wrong.append(f"{peak} MB of memory")
    print("\n".join(wrong))
    print(f"{0 if wrong else 1} passed, {len(wrong)} failed  ({peak} MB)")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
