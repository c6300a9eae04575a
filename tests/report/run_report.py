#!/usr/bin/env python3
"""The renderers on one fixed report.

usage: run_report.py FIXED_REPORT DIR SCHEMA [--update]

text.80 and text.140 beside this file are what the text renderer must write; --update writes them anew, and then
somebody has to read them. Checked besides: widths, trailing blanks, control characters, colours only where asked
for, the JSON report against its schema, and that what JSON says of a finding is what was put in.
"""
import json, os, re, subprocess, sys, unicodedata

wrong, passed = [], 0


def check(holds, what):
    global passed
    passed += bool(holds)
    if not holds:
        wrong.append(what)


def columns(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in line)


def run(program, *args):
    return subprocess.run([program, *args], stdout=subprocess.PIPE, check=True).stdout


def check_text(program, folder, width, update):
    got = run(program, "text", str(width)).decode("utf-8")
    path = os.path.join(folder, f"text.{width}")
    if update:
        open(path, "w", encoding="utf-8").write(got)
    want = open(path, encoding="utf-8").read() if os.path.exists(path) else ""
    check(got == want, f"text at {width} columns is not {path}")
    for number, line in enumerate(got.splitlines(), 1):
        check(columns(line) <= width, f"text at {width}: line {number} has {columns(line)} columns: {line}")
        check(line == line.rstrip(), f"text at {width}: line {number} ends in a blank")
        check(not re.search(r"[\x00-\x1f\x7f-\x9f]", line), f"text at {width}: line {number} holds a control character")


def check_color(program):
    plain = run(program, "text", "80").decode()
    colored = run(program, "text", "80", "color").decode()
    check("\x1b[" in colored, "no colours although asked for")
    check(re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain, "colours change the text")
    check("\x1b[31m\u5907" not in colored, "colours of a log reach the terminal")


def check_json(program, schema):
    text = run(program, "json", "80")
    check(text == run(program, "json", "140"), "JSON depends on the width")
    report = json.loads(text)
    try:
        import jsonschema
        errors = list(jsonschema.Draft202012Validator(json.load(open(schema))).iter_errors(report))
        check(not errors, f"JSON is not what the schema says: {[(list(e.path), e.message) for e in errors[:3]]}")
    except ImportError:
        print("python3-jsonschema is missing: the schema is not checked")
    findings = {f["title"]: f for f in report["findings"]}
    pool = findings["Nonpaged pool is exhausted: 251 of 256 MB"]
    check(len({f["id"] for f in report["findings"]}) == len(report["findings"]) == 14, "14 findings, each its own id")
    check(pool["count"] == 15 and pool["severity"] == "critical", "count or severity of a finding")
    check(pool["evidence"][0] == {"source": "vz1.zip!logs/system.xml", "line": 88, "offset": 7040, "record": 0,
                                  "text": 'Srv 2019 "pool was empty"'}, "evidence of a finding")
    check(pool["first"] == "2012-03-14T02:11:00Z" and pool["last"] == "2012-03-14T02:25:00Z", "times of a finding")
    check(pool["table"]["heads"] == ["tag", "held", "of the limit", "owner"] and len(pool["table"]["rows"]) == 4 and
          pool["table"]["rows"][1] == ["NDpp", "61 MB", "24%", "packets"] and pool["table"]["total"] == 6 and
          pool["table"]["foot"][1] == "251 MB", "the table of a finding")
    cause = next(f for f in report["findings"] if f["subject"] == "TPLA")
    check(cause["explains"] == [pool["id"]] and [r["risk"] for r in cause["remedy"]] == ["restart", "downtime"],
          "what a cause explains and what to do")
    check(report["case"]["hosts"][1] == {"id": "ct103", "os": None, "arch": None, "cpus": None, "ram": None},
          "a host of which only the name is known")


def main():
    program, folder, schema, *rest = sys.argv[1:]
    for width in (80, 140):
        check_text(program, folder, width, "--update" in rest)
    narrow = run(program, "text", "40").decode()
    check(all(columns(line) <= 40 for line in narrow.splitlines()), "40 columns are not kept")
    check_color(program)
    check_json(program, schema)
    print("\n".join(wrong))
    print(f"{passed} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
