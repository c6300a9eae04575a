#!/usr/bin/env python3
"""Speed beside peers, as ratios in one run.

usage: bench.py BUILD_DIR [--size MIB] [--rounds N] [--only T1,T2,...] [--clock wall|cpu] [--evtx FILE] [--evtx-folder DIR]
                [--json FILE] [--dir DIR] [--profile]

Inputs are made from a seed. Of each target the commands run in turn, round after round, and the first round is dropped. A ratio is
the median over the rounds of (peer / fathom) where more is better, or as its row says; its spread stands in brackets. Absolute
figures of a shared machine mean little and are shown only in the JSON. Everything fathom does here is what a user's call does:
all rules that are built in, findings, evidence, a report. Targets are T1 to T15 of docs/performance.md.
"""
import argparse, json, os, shutil, statistics, subprocess, sys, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import inputs  # noqa: E402

MAWK = r"""/ Nonp / || / Paged / { n++; s += $(NF-1) } END { print n, s }"""
MIB = 1 << 20
PEAK = """
import os, sys
null = (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)
print(os.wait4(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[null]), 0)[2].ru_maxrss)
"""


class Bench:
    def __init__(self, options):
        self.o = options
        self.fathom = os.path.abspath(os.path.join(options.build, "analyze/fathom"))
        self.dir = os.path.abspath(options.dir or os.path.join(options.build, "bench"))
        os.makedirs(self.dir, exist_ok=True)
        os.makedirs(os.path.join(self.dir, "cache"), exist_ok=True)
        self.env = {**os.environ, "XDG_CACHE_HOME": os.path.join(self.dir, "cache"), "XDG_CONFIG_HOME": os.path.join(self.dir, "config")}
        self.rows = []

    # --- inputs -------------------------------------------------------------------------------

    def path(self, name):
        return os.path.join(self.dir, name)

    def size(self, share=1.0):
        return max(MIB, int(self.o.size * MIB * share))

    def rules(self, n):
        folder = self.path(f"rules-{n}")
        if not os.path.exists(folder + ".patterns"):
            inputs.rule_pack(folder, n)
        return folder

    def made(self, name, make, *args, **more):
        make(self.path(name), *args, **more)
        return self.path(name)

    def sax2(self):
        exe = self.path("sax2")
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "libxml-2.0"], stdout=subprocess.PIPE, check=True).stdout.decode().split()
        subprocess.run(["cc", "-O2", "-o", exe, os.path.join(HERE, "sax2.c"), *flags], check=True)
        return exe

    # --- measuring ----------------------------------------------------------------------------

    def analyze(self, *paths, rules=None, jobs=1):
        return [self.fathom, "analyze", "--no-site-rules", "--jobs", str(jobs)] + (["--rules", rules] if rules else []) + list(paths)

    @staticmethod
    def rg(patterns, path):
        return ["rg", "-c", "-a", "-j1", "-f", patterns, path]

    def once(self, command):
        """Seconds by the clock chosen."""
        began = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=self.env)
        error = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        took = time.monotonic() - began
        if child.returncode not in (0, 1):
            sys.exit(f"bench: {' '.join(command)}: {error.decode(errors='replace')[-500:]}")
        if self.o.clock == "cpu":
            took = usage.ru_utime + usage.ru_stime
        return max(took, 1e-4)

    def peak(self, command):
        """Its peak resident set in MiB. A process begins with the peak of the one that started it: so that is a small one."""
        run = subprocess.run([sys.executable, "-I", "-S", "-c", PEAK, *command], stdout=subprocess.PIPE, env=self.env, check=True)
        return int(run.stdout) / 1024

    def turns(self, commands):
        """Of each command the times of its rounds."""
        times = [[] for _ in commands]
        for number in range(self.o.rounds + 1):
            for i, command in enumerate(commands):
                took = self.once(command)
                if number:
                    times[i].append(took)
        return times

    def row(self, target, title, ratios, goal, least=True, times=None):
        ratios = sorted(ratios)
        median = statistics.median(ratios)
        ok = goal is None or (median >= goal if least else median <= goal)
        self.rows.append({"target": target, "title": title, "median": round(median, 3), "low": round(ratios[0], 3),
                          "high": round(ratios[-1], 3), "goal": goal, "least": least, "ok": ok, "seconds": times})
        verdict = f"  {'>=' if least else '<='} {goal:<6g} {'ok' if ok else 'MISSED'}" if goal is not None else ""
        print(f"{target:4} {title:66} {median:8.2f} [{ratios[0]:.2f}..{ratios[-1]:.2f}]{verdict}", flush=True)

    def pair(self, target, title, ours, peer, goal, scale=1.0):
        times = self.turns([ours, peer])
        self.row(target, title, [scale * p / f for f, p in zip(*times)], goal, times={"fathom": times[0], "peer": times[1]})

    # --- targets ------------------------------------------------------------------------------

    def text(self):
        log, rules = self.made("syslog.log", inputs.syslog, self.size()), self.rules(1000)
        ours = self.analyze(log, rules=rules)
        if self.wants("T1"):
            self.pair("T1", "1000 rules over syslog: rg, same patterns", ours, self.rg(rules + ".patterns", log), 6)
        if self.wants("T13"):
            self.row("T13", "its peak resident set in MiB", [self.peak(ours) for _ in range(self.o.rounds)], 32, least=False)
        if self.wants("T2"):
            self.pair("T2", "the same: wc -l", ours, ["wc", "-l", log], 0.33)
            self.pair("T2", "the same: cat", ours, ["cat", log], None)
        if self.wants("T4"):
            times = self.turns([self.analyze(log, rules=self.rules(5000)), self.analyze(log, rules=self.rules(200))])
            self.row("T4", "5000 rules against 200: time", [a / b for a, b in zip(*times)], 1.5, least=False)

    def cold(self):
        if self.wants("T3"):
            log, rules = self.made("syslog-part.log", inputs.syslog, self.size(0.5), rules=5000), self.rules(5000)
            self.pair("T3", "5000 rules, half the size: rg", self.analyze(log, rules=rules), self.rg(rules + ".patterns", log), 25)
        if self.wants("T5"):
            log, rules = self.made("syslog-1m.log", inputs.syslog, MIB), self.rules(1000)
            self.pair("T5", "1000 rules over 1 MiB, start included: rg", self.analyze(log, rules=rules), self.rg(rules + ".patterns", log), 35)

    def events(self):
        xml = self.made("events.xml", inputs.event_xml, self.size())
        if self.wants("T6"):
            self.pair("T6", "Event XML: libxml2's SAX2", self.analyze(xml), [self.sax2(), xml], 10)
        if self.wants("T7"):
            wide = self.made("events16.xml", inputs.event_xml, self.size(), encoding="utf-16")
            self.pair("T7", "Event XML as UTF-16, by characters: as UTF-8", self.analyze(wide), self.analyze(xml), 0.85)
        if self.o.evtx and self.wants("T8"):
            log = self.made("events.evtx", inputs.evtx, self.o.evtx, self.size(1 / 4))
            self.pair("T8", "evtx: evtxexport", self.analyze(log), ["evtxexport", "-f", "xml", log], 100)
        if self.o.evtx_folder and self.wants("T9"):
            self.gave_up()

    def gave_up(self):
        """Files at which evtxexport stops before the end: how many of them are read to theirs."""
        stopped = good = 0
        for folder, _, names in os.walk(self.o.evtx_folder):
            for name in sorted(n for n in names if n.lower().endswith(".evtx")):
                path = os.path.join(folder, name)
                run = subprocess.run(["evtxexport", "-f", "xml", path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                if run.returncode == 0 and b"nable to" not in run.stderr:
                    continue
                stopped += 1
                report = subprocess.run([self.fathom, "inspect", "--format", "json", path], stdout=subprocess.PIPE, env=self.env)
                good += b"evtx.damaged-record" not in report.stdout
        if stopped:
            self.row("T9", f"evtx: share read of {stopped} files at which evtxexport stops", [good / stopped], 1)

    def tables(self):
        if self.wants("T10"):
            table = self.made("poolmon.txt", inputs.poolmon, self.size(0.5))
            self.pair("T10", "poolmon: mawk", self.analyze(table), ["mawk", MAWK, table], 20)

    def packed(self):
        if self.wants("T11"):
            log, rules = self.made("syslog.log", inputs.syslog, self.size()), self.rules(1000)
            self.made("syslog.log.zst", inputs.zst, log)
            self.pair("T11", "zst and 1000 rules: zstd -dc", self.analyze(log + ".zst", rules=rules), ["zstd", "-q", "-dc", log + ".zst"], 0.75)
        if self.wants("T12"):
            clock, self.o.clock = self.o.clock, "wall"
            self.workers("8 members", self.made("mix", inputs.mix, self.size()), 1.9)
            self.both_processors(self.analyze(self.path("mix")))
            self.workers("the same in a zip", self.made("mix.zip", inputs.zipped, self.path("mix")))
            self.workers("one log", self.made("syslog.log", inputs.syslog, self.size()), rules=self.rules(1000))
            self.workers("one event log", self.made("events.xml", inputs.event_xml, self.size()))
            self.o.clock = clock

    def workers(self, what, path, goal=None, rules=None):
        times = self.turns([self.analyze(path, rules=rules, jobs=2), self.analyze(path, rules=rules, jobs=1)])
        self.row("T12", f"{what}, 2 workers against 1: time", [b / a for a, b in zip(*times)], goal)

    def both_processors(self, command):
        """What the machine has to give: two runs that know nothing of each other, against one after the other."""
        ratios = []
        for _ in range(self.o.rounds):
            one, began = self.once(command), time.monotonic()
            pair = [subprocess.Popen(command, stdout=subprocess.DEVNULL, env=self.env) for _ in range(2)]
            for run in pair:
                run.wait()
            ratios.append(2 * one / (time.monotonic() - began))
        self.row("T12", "two runs at once, each by 1 worker, against one: twice the time", ratios, None)

    def hostile(self):
        if self.wants("T14"):
            log, rules = self.made("hostile.log", inputs.hostile, self.size(1 / 16)), self.rules(1000)
            self.pair("T14", "lines made of what rules look for: rg", self.analyze(log, rules=rules), self.rg(rules + ".patterns", log), 15)

    def nothing(self):
        if self.wants("T15"):
            with open(self.path("empty.txt"), "w", encoding="utf-8"):
                pass
            times = self.turns([self.analyze(self.path("empty.txt")), ["true"]])
            self.row("T15", "an empty file, start and end: true", [a / b for a, b in zip(*times)], None, least=False)

    # --- the whole ----------------------------------------------------------------------------

    def wants(self, target):
        return not self.o.only or target in self.o.only.split(",")

    def run(self):
        groups = [(self.text, "T1 T2 T4 T13"), (self.cold, "T3 T5"), (self.events, "T6 T7 T8 T9"), (self.tables, "T10"),
                  (self.packed, "T11 T12"), (self.hostile, "T14"), (self.nothing, "T15")]
        for group, targets in groups:
            if any(self.wants(t) for t in targets.split()):
                group()
        if self.o.json:
            with open(self.o.json, "w", encoding="utf-8") as file:
                json.dump({"size_mib": self.o.size, "rounds": self.o.rounds, "clock": self.o.clock, "rows": self.rows}, file, indent=2)

    def profile(self):
        """Where the time goes, by perf: the ten dearest functions of each kind of input."""
        if shutil.which("perf") is None:
            sys.exit("bench: --profile needs perf (Debian: linux-perf)")
        paths = [(self.made("syslog.log", inputs.syslog, self.size()), self.rules(1000)), (self.made("events.xml", inputs.event_xml, self.size()), None),
                 (self.made("poolmon.txt", inputs.poolmon, self.size(0.5)), None), (self.made("backup.log", inputs.backup, self.size(0.25)), None)]
        for path, rules in paths + ([(self.made("events.evtx", inputs.evtx, self.o.evtx, self.size(1 / 4)), None)] if self.o.evtx else []):
            data = self.path("perf.data")
            subprocess.run(["perf", "record", "-q", "-o", data, *self.analyze(path, rules=rules)], stdout=subprocess.DEVNULL, env=self.env, check=True)
            report = subprocess.run(["perf", "report", "-q", "--stdio", "-i", data], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
            print(os.path.basename(path))
            print("\n".join([line for line in report.splitlines() if "%" in line][:10]))


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("build")
    ap.add_argument("--size", type=int, default=256)
    ap.add_argument("--rounds", type=int, default=5)
    ap.add_argument("--only", default="")
    ap.add_argument("--clock", choices=["wall", "cpu"], default="wall")
    ap.add_argument("--evtx", default="")
    ap.add_argument("--evtx-folder", default="")
    ap.add_argument("--json", default="")
    ap.add_argument("--dir", default="")
    ap.add_argument("--profile", action="store_true")
    bench = Bench(ap.parse_args())
    bench.profile() if bench.o.profile else bench.run()


if __name__ == "__main__":
    main()
