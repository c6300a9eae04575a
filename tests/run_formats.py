#!/usr/bin/env python3
"""Golden facts: tests/formats/NAME/*.in against the *.facts beside it.

usage: run_formats.py FATHOM DIR [NAME...]

Each line of a .facts file is one JSON object that the next fact of the member must hold: "kind" and every
field listed must be equal ("when", "host" and "line" too, where listed); fields not listed are free. Facts that
no line expects fail the case, and so do lines that no fact meets. A line with "diagnostic" expects a
diagnostic with that code (and "line", where listed); diagnostics not listed fail the case. Lines that begin
with '#' are comments: say there how the values follow from the input.
What the format is called must be NAME: the directory's name.
"""
import json, os, subprocess, sys


def load(path):
    facts, diags = [], []
    for number, text in enumerate(open(path, encoding="utf-8"), 1):
        if not text.strip() or text.startswith("#"):
            continue
        want = json.loads(text)
        (diags if "diagnostic" in want else facts).append((number, want))
    return facts, diags


def differs(want, got):
    for key, value in want.items():
        if got.get(key) != value:
            return f"{key} is {json.dumps(got.get(key), ensure_ascii=False)}, want {json.dumps(value, ensure_ascii=False)}"
    return None


def compare(wanted, got, what):
    for i, (number, want) in enumerate(wanted):
        if i >= len(got):
            return f"line {number} of the .facts: no such {what}: {json.dumps(want, ensure_ascii=False)}"
        wrong = differs(want, got[i])
        if wrong:
            return f"line {number} of the .facts: {what} {i + 1}: {wrong}"
    if len(got) > len(wanted):
        return f"{len(got) - len(wanted)} {what}s nobody expected, first {json.dumps(got[len(wanted)], ensure_ascii=False)}"
    return None


def check(fathom, path, name):
    run = subprocess.run([fathom, "facts", "--diagnostics", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if run.returncode != 0:
        return f"exit status {run.returncode}: {run.stderr.decode(errors='replace')[-400:]}"
    rows = [json.loads(line) for line in run.stdout.decode().splitlines()]
    facts = [r for r in rows if "diagnostic" not in r]
    diags = [r for r in rows if "diagnostic" in r]
    want_facts, want_diags = load(path[:-3] + ".facts")
    return compare(want_facts, facts, "fact") or compare(want_diags, diags, "diagnostic")


def main():
    fathom, top, *only = sys.argv[1:]
    passed = failed = 0
    for name in sorted(os.listdir(top)):
        folder = os.path.join(top, name)
        if not os.path.isdir(folder) or (only and name not in only):
            continue
        for case in sorted(os.listdir(folder)):
            if not case.endswith(".in"):
                continue
            path = os.path.join(folder, case)
            wrong = check(fathom, path, name) if os.path.exists(path[:-3] + ".facts") else "no .facts beside it"
            passed += not wrong
            failed += bool(wrong)
            if wrong:
                print(f"{name}/{case}: {wrong}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
