#!/usr/bin/env python3
"""The command line: exit statuses, messages, help, output that cannot be written.

usage: run_cli.py FATHOM CASES
"""
import json, os, subprocess, sys, tempfile, time

wrong, passed = [], 0
FATHOM = CASES = ""


def check(holds, what):
    global passed
    passed += bool(holds)
    if not holds:
        wrong.append(what)


def run(*args, stdin=None, cwd=None):
    done = subprocess.run([FATHOM, *args], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def says(status, out, err, *args, stdin=None, cwd=None):
    """Runs and checks: exit status, a text that stdout holds, a text that stderr holds ("" = says nothing)."""
    got = run(*args, stdin=stdin, cwd=cwd)
    name = "fathom " + " ".join(args)
    check(got[0] == status, f"{name}: status {got[0]}, want {status}: {got[2][-300:]}")
    check(out in got[1] and (out != "" or got[1] == ""), f"{name}: stdout lacks {out!r}: {got[1][:300]!r}")
    check(err in got[2] and (err != "" or got[2] == ""), f"{name}: stderr lacks {err!r}: {got[2][:300]!r}")
    return got


def command_names():
    lines = run("--help")[1].split("Commands:\n")[1].split("\n\n")[0].splitlines()
    return [line[2:18].strip() for line in lines]


def test_help():
    says(2, "", "usage: fathom")
    for word in ("--help", "-h", "help"):
        says(0, "Exit status:", "", word)
    says(0, "fathom 0.", "", "--version")
    names = command_names()
    check({"analyze", "inspect", "facts", "explain", "why", "diff", "rules list", "rules show", "rules check", "rules test",
           "schema facts", "schema report", "schema diff", "schema explain", "schema rule"} <= set(names),
          f"commands of the help text: {names}")
    for name in names:
        _, text, _ = says(0, f"usage: fathom {name} [OPTION...]", "", *name.split(), "--help")
        check("Options:" in text and "--help" in text, f"{name} --help lists no options")
        examples = [line for line in text.split("Examples:\n")[-1].splitlines() if "fathom" in line]
        check(len(examples) >= 2, f"{name} --help has {len(examples)} examples")
        check(all(len(line) <= 90 for line in text.splitlines()),
              f"{name} --help has long lines: {[line for line in text.splitlines() if len(line) > 90]}")
        says(2, "", f"fathom {name}: there is no option --nonsense", *name.split(), "--nonsense")
        says(0, f"usage: fathom {name} [OPTION...]", "", "help", *name.split())
    for group in ("rules", "schema"):
        says(0, f"{group} ", "", group, "--help")
        check(run(group)[0] == 2 and run(group, "nonsense")[0] == 2, f"fathom {group} without a command: status")


def test_usage(folder):
    note = os.path.join(folder, "note.txt")
    open(note, "w").write("all is well\n")
    says(2, "", "usage: fathom analyze", "analyze")
    says(2, "", "usage: fathom why", "why", "windows/pool/tpla-per-cpu")
    says(2, "", "usage: fathom diff", "diff", note)
    says(2, "", "takes two cases, BEFORE and AFTER", "diff", note, note, note)
    says(2, "", "--format takes text json, not 'html'", "diff", "--format", "html", note, note)
    says(2, "", "--format takes text json, not 'pdf'", "analyze", "--format", "pdf", note)
    says(2, "", "--fail-on takes", "analyze", "--fail-on", "bad", note)
    says(2, "", "--width takes a number", "analyze", "--width", "9", note)
    says(2, "", "--color takes", "analyze", "--color", "red", note)
    says(2, "", "needs a value", "analyze", note, "--format")
    says(2, "", "there is no rule", "rules", "show", "no/such-rule")
    says(2, "", "there is no rule", "why", "no/such-rule", note)
    says(2, "", "there are no cases", "rules", "test", "--cases", folder)


def test_reading(folder):
    missing, empty = os.path.join(folder, "missing.zip"), os.path.join(folder, "empty.txt")
    note = os.path.join(folder, "note.txt")
    open(empty, "w").close()
    open(note, "w").write("all is well\n")
    for command in (["analyze"], ["inspect"], ["facts"], []):
        says(2, "", "missing.zip", *command, missing)
    _, text, _ = says(0, "Nothing was found", "", "analyze", empty)
    check("read" in text, "an empty file: the report does not say what was read")
    says(0, "note.txt", "missing.zip", "inspect", missing, note)
    says(0, "Nothing was found", "", note)
    says(0, "Nothing was found", "", "analyze", "-", stdin=b"all is well\n")
    code, text, _ = run("analyze", "--format", "json", "-", stdin=b"all is well\n")
    report = json.loads(text)
    check(code == 0 and len(report["sources"]) == 1 and report["sources"][0]["bytes"] == 12, "standard input as JSON")
    os.makedirs(os.path.join(folder, "void"))
    says(2, "", "there is no file", "analyze", os.path.join(folder, "void"))


def capture(commit, pool=110000):
    """What poolmon says at its head, and two tags."""
    return (f" Memory:16468560K Avail: 2072536K  PageFlts:468600648   InRam Krnl:56708K P:950888K\n"
            f" Commit:{commit}K Limit:17517136K Peak:{commit}K            Pool N:{pool}K P:183564K\n\n"
            " Tag  Type     Allocs            Frees            Diff   Bytes  Per Alloc\n\n"
            " AcpA Nonp     1000 (   0)      900 (   0)      100    6400 (     0)     64\n"
            " MmSt Paged  100000 (   0)    90000 (   0)    10000 32000000 (     0)   3200\n")


def put(folder, name, text):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)


def test_what_decides(folder):
    """The line that the words rest on is shown, wherever it stands among more than a report has room for."""
    for full in (0, 5, 11):
        captures = os.path.join(folder, f"captures-{full}")
        for i in range(12):
            put(captures, f"snap{i:02}.txt", capture(17400000 if i == full else 4100436 + i * 1048576))
        _, text, _ = says(0, "The commit limit", "", "analyze", captures)
        check(f"snap{full:02}.txt:2" in text, f"of twelve captures the one that is full, {full}, is not shown")
        check("and 4 more" in text, "eight captures are shown, and that there are four more")


def test_whose(folder):
    """Two machines, and a capture that names none: it is said once, and of neither; in its folder it is that one's."""
    system = "\nHost Name:                 {}\nOS Name:                   Microsoft Windows Server 2012 R2 Standard\n" \
             "OS Version:                6.3.9600 N/A Build 9600\nSystem Type:               x64-based PC\n" \
             "Total Physical Memory:     16,384 MB\n"
    flat, apart = os.path.join(folder, "flat"), os.path.join(folder, "apart")
    for name in ("NODEA", "NODEB"):
        put(flat, f"{name}.txt", system.format(name))
        put(os.path.join(apart, name), "systeminfo.txt", system.format(name))
    put(flat, "poolmon.txt", capture(17400000))
    put(os.path.join(apart, "NODEB"), "poolmon.txt", capture(17400000))
    _, text, _ = says(0, "On a machine that is not named: The system has promised", "", "analyze", flat)
    check(text.count("The commit limit is reached") == 1, "what a capture without a name says is said once")
    _, text, _ = says(0, "On NODEB: The system has promised", "", "analyze", apart)
    check("not named" not in text, "a folder tells whose a capture is")


def test_findings(folder):
    case = os.path.join(CASES, "windows/vz-2003-npp-shortage/input")
    code, text, err = says(0, "TPLA", "", "analyze", case)
    check(not any(line != line.rstrip() for line in text.splitlines()), "trailing blanks in a report")
    check(run("analyze", "--fail-on", "critical", case)[0] == 1, "--fail-on critical does not give status 1")
    check(run("analyze", "--fail-on", "critical", os.path.join(CASES, "windows/healthy-2003-node/input"))[0] == 0,
          "--fail-on critical on a healthy node does not give status 0")
    check("\x1b[" in run("analyze", "--color", "always", case)[1], "--color always gives no colours")
    check("\x1b[" not in text, "colours in a pipe")
    json_text = run("analyze", "--format", "json", case)[1]
    check(json_text == run("analyze", "--format", "json", case)[1], "two runs give two reports")
    report = json.loads(json_text)
    levels = ["info", "low", "medium", "high", "critical"]
    high = json.loads(run("analyze", "--format", "json", "--min-severity", "high", case)[1])
    want = [f["id"] for f in report["findings"] if levels.index(f["severity"]) >= 3]
    check([f["id"] for f in high["findings"]] == want, "--min-severity high")
    target = os.path.join(folder, "report.json")
    open(target, "w").write("x" * 1000000)
    says(0, "", "", "analyze", "--format", "json", "-o", target, case)
    check(open(target).read() == json_text, "-o FILE is not what stdout gets")
    says(0, "", "findings", "analyze", "--stats", "-o", target, case)
    schema = json.loads(run("schema", "report")[1])
    try:
        import jsonschema
    except ImportError:
        print("python3-jsonschema is missing: reports are not checked against the schema")
        return
    validator = jsonschema.Draft202012Validator(schema)
    jsonschema.Draft202012Validator.check_schema(json.loads(run("schema", "facts", "--format", "json")[1]))
    jsonschema.Draft202012Validator.check_schema(json.loads(run("schema", "rule")[1]))
    for area in sorted(os.listdir(CASES)):
        for name in sorted(os.listdir(os.path.join(CASES, area))):
            path = os.path.join(CASES, area, name)
            bundle = os.path.join(path, "bundle.zip")
            path = bundle if os.path.exists(bundle) else os.path.join(path, "input")
            errors = list(validator.iter_errors(json.loads(run("analyze", "--format", "json", path)[1])))
            check(not errors, f"{area}/{name}: not what the schema says: {[e.message for e in errors[:2]]}")


TWO_DAYS = b"""2024-02-29T06:07:08Z app[1]: error 0x800705AA: cannot open the file
2024-02-29T23:59:59Z app[1]: error 0x800705AA: cannot open the file
2024-03-01T00:00:00Z app[1]: error 0x80070008: cannot open the file
Mar  2 01:02:03 node app[1]: error 0x80070008: cannot open the file
"""
ONE_DAY = b"""2024-02-29 23:30:00 app[1]: error 0x800705AA: cannot open the file
2024-03-01 00:30:00 app[1]: error 0x80070008: cannot open the file
"""


def times(text, *args):
    """The times of the errors that `facts` shows."""
    facts = [json.loads(line) for line in run("facts", *args, "-", stdin=text)[1].splitlines()]
    return [fact.get("when") for fact in facts if fact["kind"] == "error"]


def test_times(folder):
    first, second, third = "2024-02-29T06:07:08Z", "2024-02-29T23:59:59Z", "2024-03-01T00:00:00Z"
    # The year of the last line is told by the lines before it, its zone by none: it may lie anywhere near its date.
    last = "2024-03-02T01:02:03"
    check(times(TWO_DAYS, "--tz", "UTC") == [first, second, third, last + "Z"], f"--tz UTC: {times(TWO_DAYS, '--tz', 'UTC')}")
    check(times(TWO_DAYS, "--until", "2024-02-29") == [first, second], "--until DAY has the whole day in it")
    check(times(TWO_DAYS, "--since", "2024-03-01") == [third, last], "--since DAY begins with it")
    check(times(TWO_DAYS, "--since", "2024-02-29 06:07:09", "--until", "2024-02-29T23:59Z") == [second], "--since and --until")
    check(times(TWO_DAYS, "--since", "2024-03-01 01:00+01:00", "--until", "2024-03-01") == [third, last], "--since with an offset")
    # 23:30 in Berlin is 22:30 UTC; the day of --since is one of Berlin, too.
    check(times(ONE_DAY, "--tz", "Europe/Berlin") == ["2024-02-29T22:30:00Z", "2024-02-29T23:30:00Z"], "--tz NAME")
    check(times(ONE_DAY, "--since", "2024-03-01", "--tz", "CET-1CEST,M3.5.0,M10.5.0/3") == ["2024-02-29T23:30:00Z"], "--since by --tz")
    check(times(ONE_DAY, "--since", "2024-03-01") == ["2024-02-29T23:30:00", "2024-03-01T00:30:00"],
          "a local time of unknown zone is left out although it may be of the time asked for")
    note = os.path.join(folder, "note.txt")
    open(note, "w").write("all is well\n")
    says(2, "", "--since takes a time like", "analyze", "--since", "yesterday", note)
    says(2, "", "--until takes a time like", "analyze", "--until", "2024-02-30", note)
    says(2, "", "--tz takes an offset", "analyze", "--tz", "Mars/Phobos", note)
    says(2, "", "--tz takes an offset", "facts", "--tz", "../../../etc/passwd", note)
    says(2, "", "--since lies behind --until", "why", "--since", "2024-03-02", "--until", "2024-03-01", "linux/kernel/oom", note)
    # The pool ran empty at 01:11 to 01:50 UTC: a report of the day before says nothing of it and how much it left out.
    case = os.path.join(CASES, "windows/vz-2003-npp-shortage/input/system.xml")
    report = json.loads(run("analyze", "--format", "json", "--until", "2012-03-13", case)[1])
    check(not any(f["severity"] == "critical" for f in report["findings"]) and report["coverage"]["left_out"] >= 14,
          f"--until before the incident: {[f['title'] for f in report['findings']]}, {report['coverage']['left_out']} left out")
    says(0, "outside the time that was asked for: left out", "", "analyze", "--until", "2012-03-13", case)


def test_window(folder):
    """--since and --until of inspect and diff."""
    members = json.loads(run("inspect", "--format", "json", "--since", "2024-03-01", "-", stdin=TWO_DAYS)[1])["members"]
    check([(m["facts"].get("error"), m["first"]["text"] if isinstance(m["first"], dict) else m["first"]) for m in members] ==
          [(2, "2024-03-01T00:00:00Z")], f"inspect --since counts facts of that time alone: {members[0]['facts']}, {members[0]['first']}")
    top = os.path.join(os.path.dirname(os.path.abspath(CASES)), "diffs", "linux", "conntrack-fixed")

    def judged(*args):
        got = json.loads(run("diff", "--format", "json", *args, os.path.join(top, "before"), os.path.join(top, "after"))[1])
        return [(f["state"], f["fixed"]) for f in got["findings"]], len(got["notes"])

    # Four times in 8 days, none in the 16 days of AFTER. One of these days proves nothing, a day before all of them less.
    check(judged() == ([("gone", "likely")], 0), f"diff: {judged()}")
    check(judged("--until", "2026-03-10") == ([("gone", "too-early")], 0), f"diff: silence behind --until counts: {judged('--until', '2026-03-10')}")
    check(judged("--until", "2026-03-09") == ([("gone", "cannot-tell")], 0), f"diff: all of AFTER is outside: {judged('--until', '2026-03-09')}")
    check(judged("--since", "2026-03-20") == ([], 1), f"diff: what --since leaves out is not noted: {judged('--since', '2026-03-20')}")


def test_diff(folder):
    top = os.path.join(os.path.dirname(os.path.abspath(CASES)), "diffs", "windows", "leak-fixed")
    before, after = os.path.join(top, "before"), os.path.join(top, "after")
    missing, target = os.path.join(folder, "missing.zip"), os.path.join(folder, "diff.json")
    says(0, "The one finding is gone: likely fixed.", "", "diff", before, after)
    says(0, "", "", "diff", "--fail-on", "high", "-o", target, before, after)
    says(1, "1 is new.", "", "diff", "--fail-on", "high", after, before)
    says(0, "1 is new.", "", "diff", "--fail-on", "critical", after, before)
    says(0, "BEFORE has no findings.", "", "diff", "--min-severity", "critical", before, after)
    says(2, "", "missing.zip", "diff", before, missing)
    says(2, "", "missing.zip", "diff", missing, after)
    text = says(0, '"fixed": "likely"', "", "diff", "--format", "json", before, after)[1]
    says(0, "", "", "diff", "--format", "json", "-o", target, before, after)
    check(open(target).read() == text, "diff -o FILE is not what stdout gets")
    colored = run("diff", "--color", "always", before, after)[1]
    check("\x1b[" in colored and "\x1b[" not in run("diff", before, after)[1], "diff: colours")


def test_bad_rules(folder):
    pack = os.path.join(folder, "pack", "site")
    note = os.path.join(folder, "note.txt")
    open(note, "w").write("all is well\n")
    os.makedirs(pack)
    open(os.path.join(pack, "torn.json"), "w").write('{ "title": ')
    open(os.path.join(pack, "names.json"), "w").write(json.dumps({
        "title": "t", "cause": "site/names", "role": "symptom", "severity": "low", "status": "test",
        "evidence": {"a": {"fact": "kernel.message", "subsytem": "x"}}, "when": "count(a) > 1 &&",
        "summary": "{a.nothing}", "references": ["test"], "cases": {"fires": [], "silent": []}}))
    for command in (["analyze", "--rules", os.path.dirname(pack), note], ["rules", "check", os.path.dirname(pack)]):
        code, out, err = run(*command)
        err = out if command[1] == "check" else err
        name = " ".join(command[:2])
        check(code == 2, f"{name}: broken rules give status {code}")
        check("torn.json#" in err, f"{name}: the torn file is not named: {err[:400]}")
        check("names.json#/evidence/a/subsytem" in err, f"{name}: a wrong field is not pointed at: {err[:400]}")
        check("names.json#/when column " in err, f"{name}: a wrong expression has no column: {err[:400]}")
        check("[rule.json]" in err and "[rule.unknown-field]" in err, f"{name}: problems without code: {err[:400]}")
    told = json.loads(run("rules", "check", "--format", "json", os.path.dirname(pack))[1])
    check({(p["pointer"], p["code"], p["level"]) for p in told if p["column"] == 0} >=
          {("/evidence/a/subsytem", "rule.unknown-field", "error"), ("", "rule.json", "error")},
          f"rules check --format json: {told}")
    says(2, "", "nowhere", "analyze", "--rules", os.path.join(folder, "nowhere"), note)


def test_writing(folder):
    case = os.path.join(CASES, "windows/vz-2003-npp-shortage/input")
    says(2, "", "No space left on device", "analyze", "-o", "/dev/full", case)
    says(2, "", "No space left on device", "schema", "report", "-o", "/dev/full")
    says(2, "", "No such file or directory", "analyze", "-o", os.path.join(folder, "no", "where"), case)
    with open("/dev/full", "w") as full:
        for args in (["analyze", case], ["facts", case], ["rules", "list"], ["schema", "facts"]):
            done = subprocess.run([FATHOM, *args], stdout=full, stderr=subprocess.PIPE)
            check(done.returncode == 2 and b"No space left on device" in done.stderr,
                  f"{args[0]} to a full disk: status {done.returncode}, {done.stderr[-200:]}")
    for args in (["analyze", "--format", "json", case], ["schema", "facts"], ["facts", case]):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run([FATHOM, *args], stdout=writer, stderr=subprocess.PIPE)
        os.close(writer)
        check(done.returncode == 0 and not done.stderr,
              f"{args[0]} into a closed pipe: status {done.returncode}, {done.stderr[-200:]}")


def explained(*words):
    return {e["text"]: e["readings"] for e in json.loads(run("explain", "--format", "json", *words)[1])["words"]}


def test_explain(folder):
    for word, readings in explained("1450", "0x800705AA", "-2147023446", "800705aa", "win32:1450").items():
        check(readings and readings[0]["id"] == "win32:1450", f"explain {word}: {[r['id'] for r in readings]}")
    ids = {text: [r["id"] for r in readings] for text, readings in
           explained("allocation", "exit 137", "nf_conntrack: table full, dropping packet").items()}
    check(any(i.startswith("linux/alloc/") for i in ids["allocation"]), f"explain allocation finds no rule: {ids}")
    check(ids["exit 137"][0] == "exit:137", f"explain 'exit 137': {ids['exit 137']}")
    rules = explained("TPLA")["TPLA"][0]["rules"]
    check("windows/pool/tpla-per-cpu" in rules, f"explain TPLA names the rules {rules}")
    says(0, "owner not known", "", "explain", "xq#z")
    says(0, "nothing is known", "", "explain", "qwertyuiopas")
    says(2, "", "usage: fathom explain", "explain")
    # A site's rules are searched as well as the built-in ones.
    source = os.path.join(os.path.dirname(os.path.dirname(CASES)), "rules/db/windows/pool/tpla-per-cpu.json")
    rule = json.load(open(source, encoding="utf-8"))
    rule["evidence"]["tpla"]["tag"] = "Zz9z"
    os.makedirs(os.path.join(folder, "pack/site"))
    json.dump(rule, open(os.path.join(folder, "pack/site/zz.json"), "w"))
    code, text, err = run("explain", "--format", "json", "--rules", os.path.join(folder, "pack"), "Zz9z", "TPLA")
    site = {e["text"]: e["readings"][0]["rules"] for e in json.loads(text)["words"]} if code == 0 else {}
    check(site.get("Zz9z") == ["site/zz"], f"explain with a site's rule: {site} {err[-300:]}")
    check("windows/pool/tpla-per-cpu" in site.get("TPLA", []), f"explain with a site's rules loses the built-in ones: {site}")
    says(2, "", "nowhere", "explain", "--rules", os.path.join(folder, "nowhere"), "1450")


LINE_RULE = {
    "title": "Quota file is damaged", "cause": "site/quota-damaged", "role": "root-cause", "severity": "high", "status": "test",
    "evidence": {"line": {"fact": "log.line", "text": {"regex": "quota file .* is corrupt$"}}},
    "each": ["line.component"], "summary": "{first(line.component)} says so {count(line)} times.", "confidence": [["likely", "true"]],
    "remedy": [{"do": "Rebuild the quota files", "command": "quotacheck -avugm", "verify": "the line does not come again", "risk": "downtime"}],
    "references": ["own"], "cases": {"fires": [], "silent": []}}


def test_rules_over_lines():
    """A site's rule finds any line of any text by what it says, whatever format the line stands in; what is said again is
    counted and not kept (16 are); the text it sees has neither stamp nor tag."""
    forms = [("Mar  1 10:00:00 n1 fsd[12]: {}", "syslog", "fsd"), ("[   12.345678] {}", "kernel-log", "kernel"),
             ("2024-05-06 07:08:09 fsd: {}", "log", "fsd")]
    for form, name, component in forms:
        lines = []
        for i in range(40):
            lines.append(form.format("all well, nothing to see in line %d" % i))
            lines.append(form.format("quota file /vz/q%d is corrupt" % i if i % 2 else "quota file /vz/q%d is corrupt?" % i))
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "fs.log"), "w") as file:
                file.write("\n".join(lines) + "\n")
            os.mkdir(os.path.join(folder, "site"))
            with open(os.path.join(folder, "site", "quota.json"), "w") as file:
                json.dump(LINE_RULE, file)
            status, out, err = run("--rules", "site", "--format", "json", "fs.log", cwd=folder)
        found = [f for f in json.loads(out)["findings"] if f["cause"] == "site/quota-damaged"]
        check(status == 0 and len(found) == 1, f"{name}: findings {found} {err}")
        if found:
            check(found[0]["count"] == 20 and found[0]["subject"] == component, f"{name}: {found[0]['count']} of 20, {found[0]['subject']}")
            check(found[0]["evidence"][0]["line"] == 4, f"{name}: first on line {found[0]['evidence'][0]['line']}, want 4")


def test_unknown_tags():
    """Tags that no table knows: the largest first, each with who uses it by the files of the bundle, and nothing made up."""
    report = json.loads(run("analyze", "--format", "json", os.path.join(CASES, "windows/tag-unknown-driver/input"))[1])
    got = [(item["text"], item["detail"]) for item in report["unknown"]["tags"]]
    check(got == [("Cfsq", "6.1 MB nonpaged; contosofs.sys 2.1.0.7 of Contoso uses it: input/drivers/contosofs.sys"),
                  ("Fbq1", "2.9 MB nonpaged; fabmon.sys 9.0.0.1 of Fabrikam has it in its data: input/drivers/fabmon.sys"),
                  ("Lwq7", "2.0 MB paged; litware.sys by a table: input/pooltag.txt"), ("Zzyq", "1.6 MB nonpaged")],
          f"unknown tags: {got}")


def test_kept_rules():
    """Rules of a folder are kept compiled: told by nothing but a file in the cache, and never older than the folder."""
    rule = {"cause": "site/unit/fell", "role": "symptom", "severity": "high", "status": "test",
            "evidence": {"l": {"fact": "log.line", "text": {"regex": "unit \\w+ fell over"}}}, "summary": "It lies there.",
            "references": ["its manual"]}

    def report(top, title, cache):
        with open(os.path.join(top, "rules/unit.json"), "w", encoding="utf-8") as file:
            json.dump({**rule, "title": title}, file)
        os.utime(os.path.join(top, "rules/unit.json"), (1, 1))
        env = {**os.environ, "XDG_CACHE_HOME": cache}
        done = subprocess.run([FATHOM, "analyze", "--rules", "rules", "app.log"], stdout=subprocess.PIPE, cwd=top, env=env)
        return done.stdout.decode()

    with tempfile.TemporaryDirectory() as top:
        os.makedirs(os.path.join(top, "rules"))
        cache = os.path.join(top, "cache")
        os.makedirs(cache)
        with open(os.path.join(top, "app.log"), "w", encoding="utf-8") as file:
            file.write("2024-03-01 10:00:00 app: unit seven fell over\n")
        for title in ("The unit fell", "The unit lies"):
            cold = report(top, title, "/dev/null")
            check(title in cold, f"a rule of a folder is not applied: {cold[:300]}")
            time.sleep(3)  # what was changed a moment ago is not kept
            for turn in range(2):
                warm = subprocess.run([FATHOM, "analyze", "--rules", "rules", "app.log"], stdout=subprocess.PIPE, cwd=top,
                                      env={**os.environ, "XDG_CACHE_HOME": cache}).stdout.decode()
                check(warm == cold, f"kept rules say otherwise, turn {turn}: {warm[:300]}")
        check(len(os.listdir(os.path.join(cache, "fathom"))) == 2, f"kept: {os.listdir(cache)}")


def main():
    global FATHOM, CASES
    FATHOM, CASES = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    test_help()
    test_rules_over_lines()
    test_unknown_tags()
    test_kept_rules()
    for test in (test_explain, test_usage, test_reading, test_what_decides, test_whose, test_findings, test_times, test_window, test_diff, test_bad_rules, test_writing):
        with tempfile.TemporaryDirectory() as folder:
            test(folder)
    print("\n".join(wrong))
    print(f"{passed} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
