#!/usr/bin/env python3
"""Two cases side by side: every folder corpus/diffs/AREA/NAME with before/ and after/ against its want.json.

usage: run_diff.py FATHOM CORPUS_DIFFS SCHEMA

want.json: "why" (where the numbers come from), "findings" (all of them, in order: state, cause, and of fixed,
reason, ask, changes what is given, texts by a part of them), "rows" ([section, name, before, after] and, where
given, a dict with more of the row), "absent" (names of rows that must not be there), "notes", "hosts" ([before,
after] names). Checked besides: the schema, widths of the text report, that it holds every title, both orders.
"""
import json, os, re, subprocess, sys

wrong, passed = [], 0


def check(holds, what):
    global passed
    passed += bool(holds)
    if not holds:
        wrong.append(what)


def run(*args):
    done = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def near(want, got):
    return abs(want - got) <= 1e-6 * max(1, abs(want)) if isinstance(want, (int, float)) and isinstance(got, (int, float)) \
        and not isinstance(want, bool) else want == got


def check_finding(name, want, got):
    side = got["before"] or got["after"]
    check((got["state"], side["cause"]) == (want["state"], want["cause"]),
          f"{name}: {got['state']} {side['cause']}, want {want['state']} {want['cause']}")
    if "fixed" in want:
        check(got["fixed"] == want["fixed"], f"{name}: fixed {got['fixed']}, want {want['fixed']}: {got['reason']}")
    if "reason" in want:
        check(want["reason"] in (got["reason"] or ""), f"{name}: reason {got['reason']!r}, want {want['reason']!r}")
    if "ask" in want:
        check(any(want["ask"] in ask for ask in got["ask"]), f"{name}: asks {got['ask']}, want {want['ask']!r}")
    else:
        check(not got["ask"], f"{name}: asks {got['ask']}")
    if "changes" in want:
        changes = [[change["what"], change["before"], change["after"]] for change in got["changes"]]
        check(changes == want["changes"], f"{name}: changes {changes}, want {want['changes']}")
    check(got["old_records"] == want.get("old_records", False), f"{name}: old_records {got['old_records']}")


def check_rows(name, want, diff):
    rows = {(section["name"], row["name"]): row for section in diff["sections"] for row in section["rows"]}
    for section, row, before, after, *more in want.get("rows", []):
        got = rows.get((section, row))
        check(got is not None, f"{name}: no row {section} {row!r}; there are {sorted(rows)}")
        for key, value in {"before": before, "after": after, **(more[0] if more else {})}.items() if got else ():
            check(near(value, got[key]), f"{name}: {section} {row}: {key} {got[key]}, want {value}")
    for row in want.get("absent", []):
        check(not any(row == key[1] for key in rows), f"{name}: row {row!r} should not be there")


def check_text(name, fathom, before, after, diff):
    for width in (80, 110):
        status, text, _ = run(fathom, "diff", "--width", str(width), "--color", "never", before, after)
        check(status == 0, f"{name}: text: status {status}")
        for line in text.splitlines():
            check(len(line) <= width and line == line.rstrip(), f"{name}: at {width} columns: {line!r}")
        flat = re.sub(r"\s+", " ", text)
        for finding in diff["findings"]:
            title = (finding["after"] or finding["before"])["title"]
            check(title.split()[0] in flat, f"{name}: text lacks {title!r}")


def check_diff(name, fathom, folder, validator):
    before, after = os.path.join(folder, "before"), os.path.join(folder, "after")
    want = json.load(open(os.path.join(folder, "want.json"), encoding="utf-8"))
    status, text, err = run(fathom, "diff", "--format", "json", before, after)
    check(status == 0 and not err, f"{name}: status {status} {err}")
    diff = json.loads(text)
    for error in validator.iter_errors(diff) if validator else ():
        check(False, f"{name}: not by the schema: {list(error.path)} {error.message}")
    check(len(diff["findings"]) == len(want["findings"]),
          f"{name}: findings {[(f['state'], (f['before'] or f['after'])['cause']) for f in diff['findings']]}")
    for wanted, got in zip(want["findings"], diff["findings"]):
        check_finding(name, wanted, got)
    check_rows(name, want, diff)
    notes = want.get("notes", [])
    check(len(notes) == len(diff["notes"]) and all(a in b for a, b in zip(notes, diff["notes"])),
          f"{name}: notes {diff['notes']}, want {notes}")
    if "hosts" in want:
        hosts = [[host["before"], host["after"]] for host in diff["hosts"]]
        check(hosts == want["hosts"], f"{name}: hosts {hosts}, want {want['hosts']}")
    check_text(name, fathom, before, after, diff)
    # A case beside itself: nothing is gone, new or changed, and no number differs.
    same = json.loads(run(fathom, "diff", "--format", "json", before, before)[1])
    check(all(finding["state"] == "same" for finding in same["findings"]) and not same["sections"],
          f"{name}: before beside itself: {[f['state'] for f in same['findings']]} {same['sections']}")
    check(len(same["notes"]) == 1 and "byte for byte" in same["notes"][0], f"{name}: before beside itself: {same['notes']}")
    # The other way round what was gone is new, and nothing is called fixed that was never there.
    back = json.loads(run(fathom, "diff", "--format", "json", after, before)[1])
    check(sum(f["state"] == "new" for f in back["findings"]) == sum(f["state"] == "gone" and not f["old_records"]
          for f in diff["findings"]), f"{name}: the other way round: {[f['state'] for f in back['findings']]}")


def main():
    fathom, top, schema = sys.argv[1:4]
    try:
        import jsonschema
        validator = jsonschema.Draft202012Validator(json.load(open(schema, encoding="utf-8")))
    except ImportError:
        print("python3-jsonschema is missing: the schema is not checked")
        validator = None
    for area in sorted(os.listdir(top)):
        for name in sorted(os.listdir(os.path.join(top, area))):
            check_diff(f"{area}/{name}", fathom, os.path.join(top, area, name), validator)
    print("\n".join(wrong))
    print(f"{passed} passed, {len(wrong)} failed")
    return 1 if wrong or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
