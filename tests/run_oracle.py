#!/usr/bin/env python3
"""Binary event logs beside another reader: every record that libevt's and libevtx's export tools read is a fact of ours.

usage: run_oracle.py FATHOM PATH...

A path is a log, or a folder that is searched for *.evt, *.evtx and the samples evt/*.in and evtx/*.in. A record of the oracle is
known by number, id and computer, in the old format by source and strings, too (in the new one the tools print the name of the
event's source, which is not that of its provider). That ours are more is no fault: the tools give up on files that we read on.
Skipped (77) where the tools are not installed.
"""
import json, os, re, shutil, subprocess, sys, tempfile

TOOLS = {"evt": "evtexport", "evtx": "evtxexport"}
CHUNK = b"ElfChnk\0"


def logs(paths):
    for path in paths:
        if os.path.isfile(path):
            yield path
        for folder, _, names in sorted(os.walk(path)):
            for name in sorted(names):
                known = name.lower().endswith((".evt", ".evtx"))
                if known or (name.endswith(".in") and os.path.basename(folder) in TOOLS):
                    yield os.path.join(folder, name)


def padded(path, kind):
    """Our samples leave out the empty end of a chunk, which libevtx insists on."""
    data = open(path, "rb").read()
    if kind == "evt" or not path.endswith(".in"):
        return data
    first, *chunks = data.split(CHUNK)
    return first + b"".join((CHUNK + c).ljust(65536, b"\0") for c in chunks)


def squeezed(text):
    return " ".join(text.split())


def oracle(path, kind):
    """Records as the tool prints them: "Name : value" lines, a string going on until the next of them."""
    with tempfile.NamedTemporaryFile(suffix="." + kind) as copy:
        copy.write(padded(path, kind))
        copy.flush()
        out = subprocess.run([TOOLS[kind], copy.name], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode(errors="replace")
    for block in re.split(r"^(?=Event number\t)", out, flags=re.M)[1:]:
        fields, strings = {}, []
        for name, value in re.findall(r"^([A-Z][A-Za-z]+[^\t\n]*)\t+: ?(.*(?:\n(?![A-Z][A-Za-z]+[^\t\n]*\t+:).*)*)", block, re.M):
            if name.startswith("String: "):
                strings.append(squeezed(value))
            else:
                fields[name] = squeezed(value)
        number = int(re.match(r"0x([0-9a-f]+)", fields["Event identifier"]).group(1), 16) & 0xFFFF
        key = (int(fields["Event number"]), number, fields.get("Computer name", "").lower())
        yield key + ((fields.get("Source name", ""), tuple(filter(None, strings))) if kind == "evt" else ())


def ours(fathom, path, kind):
    run = subprocess.run([fathom, "facts", path], stdout=subprocess.PIPE, check=True)
    for line in run.stdout.decode().splitlines():
        fact = json.loads(line)
        if fact["kind"] == "event":
            key = (fact.get("record"), fact.get("id"), fact.get("computer", "").lower())
            strings = tuple(filter(None, map(squeezed, fact.get("data", {}).values())))
            yield key + ((fact.get("provider"), strings) if kind == "evt" else ())


def main():
    fathom, *paths = sys.argv[1:]
    if not all(map(shutil.which, TOOLS.values())):
        print("evtexport and evtxexport are not installed")
        return 77
    passed = failed = read = 0
    for path in logs(paths):
        kind = "evt" if path.lower().endswith(".evt") or os.path.basename(os.path.dirname(path)) == "evt" else "evtx"
        theirs, mine = list(oracle(path, kind)), list(ours(fathom, path, kind))
        lost = sorted(set(theirs) - set(mine))
        read += len(theirs)
        print(f"{path}: {len(theirs)} of the oracle, {len(mine)} of ours" + (f"; lost {lost[:3]}" if lost else ""))
        passed += not lost
        failed += bool(lost)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not read else 0


if __name__ == "__main__":
    sys.exit(main())
