#!/usr/bin/env python3
"""The commands of the knowledge base: packs and where they come from, rules test, rules coverage,
rules draft, bad packs, large packs, the schema of rules.

usage: run_rules.py FATHOM SOURCE_TOP
"""
import gzip, io, json, os, re, subprocess, sys, tempfile, zipfile

wrong, passed = [], 0
FATHOM = TOP = ""
EMPTY = {"XDG_CONFIG_HOME": "/dev/null", "XDG_CONFIG_DIRS": "/dev/null", "XDG_CACHE_HOME": "/dev/null"}


def check(holds, what):
    global passed
    passed += bool(holds)
    if not holds:
        wrong.append(what)


def run(*args, env=None, cwd=None):
    done = subprocess.run([FATHOM, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd,
                          env={**os.environ, **EMPTY, **(env or {})})
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text if isinstance(text, str) else json.dumps(text, indent=2))
    return path


def rule(cause="site/fan", **keys):
    whole = {"title": "The fan failed", "cause": cause, "role": "symptom", "severity": "high", "status": "test",
             "evidence": {"line": {"fact": "log.line", "text": {"contains": "fan failed"}}},
             "summary": "The fan failed.", "references": ["own case"],
             "cases": {"fires": ["site/fan-failed"], "silent": ["site/fan-well"]}}
    whole.update(keys)
    return whole


def listed(env, *args):
    return {r["id"]: r for r in json.loads(run("rules", "list", "--format", "json", *args, env=env)[1])}


def test_places(folder):
    """Catches: a folder of the convention that is not read, read in the wrong order, or read although forbidden."""
    home, system, dirs = (os.path.join(folder, n) for n in ("home", "system", "more"))
    write(f"{system}/fathom/rules/site/a.json", rule(title="of the system"))
    write(f"{system}/fathom/rules/site/b.json", rule(title="of the system"))
    write(f"{system}/fathom/rules/linux/oom/global.json", {"disabled": True})
    write(f"{dirs}/fathom/rules/site/a.json", rule(title="of the other system"))
    write(f"{home}/.config/fathom/rules/site/a.json", rule(title="of the user"))
    write(f"{folder}/given/site/a.json", rule(title="of the command line"))
    write(f"{folder}/given/linux/lockup.json", {"extends": "linux/lockup", "severity": "info"})
    env = {"XDG_CONFIG_HOME": f"{home}/.config", "XDG_CONFIG_DIRS": f"{dirs}:{system}:relative", "HOME": home}
    rules = listed(env)
    check(rules["site/a"]["title"] == "of the user" and rules["site/a"]["pack"] == f"{home}/.config/fathom/rules",
          f"the user's folder does not come last: {rules.get('site/a')}")
    check(rules["site/a"]["replaces"] == f"{dirs}/fathom/rules", f"the first of the list is not over the second: {rules['site/a']}")
    check(rules["site/b"]["title"] == "of the system", "a folder of XDG_CONFIG_DIRS is not read")
    check(rules["linux/oom/global"]["disabled"], "a site's pack does not disable")
    check(rules["linux/lockup"]["pack"] == "built-in" and rules["linux/lockup"]["replaces"] is None, "a built-in rule's pack")
    default = listed({"XDG_CONFIG_HOME": "", "XDG_CONFIG_DIRS": "/dev/null", "HOME": home})
    check(default.get("site/a", {}).get("title") == "of the user", "~/.config is not the default")
    rules = listed(env, "--rules", f"{folder}/given")
    check(rules["site/a"]["title"] == "of the command line", "--rules does not come last")
    check(rules["linux/lockup"]["severity"] == "info" and rules["linux/lockup"]["replaces"] == "built-in", "extends in a pack")
    text = run("rules", "list", "--rules", f"{folder}/given", env=env)[1]
    check("replaces that of built-in]" in text and "disabled by" in text, "rules list does not tell where rules come from")
    check(not any(i.startswith("site/") for i in listed(env, "--no-site-rules")), "--no-site-rules reads a folder")
    check("site/a" in listed(env, "--no-site-rules", "--rules", f"{folder}/given"), "--no-site-rules forbids --rules, too")
    write(f"{home}/.config/fathom/rules/site/torn.json", "{")
    code, _, err = run("rules", "list", env=env)
    check(code == 2 and "torn.json#" in err, f"a broken rule of the user is not told: {code} {err[:200]}")
    log = write(f"{folder}/log.txt", "2026-03-01 10:00:00 fan failed\n")
    os.remove(f"{home}/.config/fathom/rules/site/torn.json")
    code, text, _ = run("analyze", log, env=env)
    check("The fan failed." in text and " own" in text.splitlines()[0], f"a report with own rules: {text[:200]}")
    report = json.loads(run("analyze", "--format", "json", log, env=env)[1])
    check(report["rules"]["site"] == 2, f"own rules in the report: {report['rules']}")
    check(json.loads(run("analyze", "--format", "json", "--no-site-rules", log, env=env)[1])["rules"]["site"] == 0,
          "--no-site-rules in a report")


def test_site(folder):
    """Catches: duties that are not asked of a site's rules, or are asked of the built-in ones beside them."""
    pack, cases = f"{folder}/rules", f"{folder}/cases"
    args = ["rules", "test", "--rules", pack, "--cases", cases]
    write(f"{pack}/site/fan.json", rule(title="FILL IN: what it is"))
    write(f"{pack}/causes.tsv", "site/fan\tsymptom\ta fan failed\nsite/pump\tsymptom\ta pump failed\n")
    write(f"{cases}/site/fan-failed/input/log.txt", "2026-03-01 10:00:00 fan failed\n")
    expect = {"title": "t", "source": "written for this test", "expect": {"findings": [{"cause": "site/fan"}]}}
    write(f"{cases}/site/fan-failed/case.json", expect)
    code, text, _ = run(*args)
    check(code == 1 and "rule site/fan: there is no case site/fan-well" in text, f"a missing case: {text}")
    check("rule site/fan: /title is still to be filled in: what it is" in text, f"a blank: {text}")
    check("cause site/pump: no case shows it" in text, f"a cause without a case: {text}")
    check("linux/" not in text and "windows/" not in text, f"duties of built-in rules: {text}")
    write(f"{pack}/site/fan.json", rule())
    write(f"{pack}/causes.tsv", "site/fan\tsymptom\ta fan failed\n")
    write(f"{cases}/site/fan-well/input/log.txt", "2026-03-01 10:00:00 fan is well\n")
    write(f"{cases}/site/fan-well/case.json", {**expect, "healthy": True, "expect": {}})
    code, text, _ = run(*args)
    check(code == 0 and ", 0 failed" in text, f"a rule with all it needs: {text}")
    code, text, _ = run("rules", "check", "--strict", pack)
    check(code == 2 and "[rule.unexplained]" in text and text.count("\n") == 2, f"rules check of a site: {text}")
    write(f"{pack}/causes.tsv", "site/fan\tsymptom\ta fan failed\t\tdust\n")
    code, text, _ = run("rules", "check", "--strict", "--rules", pack)
    check(code == 0, f"rules check --strict of a sound site: {text}")
    # a case that is healthy and yields something, one whose rule is silent, one that is no near miss
    write(f"{cases}/site/fan-well/input/log.txt", "2026-03-01 10:00:00 fan failed\n")
    code, text, _ = run(*args)
    check(code == 1 and "a healthy capture yields site/fan" in text and "is not silent on site/fan-well" in text, f"not healthy: {text}")
    write(f"{pack}/site/fan.json", rule(evidence={"e": {"fact": "pool.tag", "tag": "Fan "}}, when="count(e) > 0"))
    write(f"{cases}/site/fan-well/input/log.txt", "2026-03-01 10:00:00 fan is well\n")
    code, text, _ = run(*args)
    check(code == 1 and "rule site/fan: does not fire on site/fan-failed" in text, f"a rule that does not fire: {text}")
    check("warning: rule site/fan: none of its silent cases is a near miss" in text, f"no near miss: {text}")
    check(run(*args, "--strict")[1].count("warning") == 0, "--strict leaves warnings")
    write(f"{pack}/site/fan.json", rule(summary="{line.component} says so"))
    code, text, _ = run(*args)
    check(code == 1 and "its summary prints an unknown value ('?') on site/fan-failed" in text, f"a question mark: {text}")
    code, text, _ = run(*args[:2], "site/fan-well", *args[2:])
    check(code == 0 and text == "1 passed, 0 failed\n", f"one case by name: {text}")


def test_coverage(folder):
    """Catches: counts that are not those of the cases, reports that are not read."""
    cases = os.path.join(TOP, "corpus/cases")
    reports = f"{folder}/reports.ndjson"
    with open(reports, "w", encoding="utf-8") as file:
        for name in ("linux/oom-php-fpm", "windows/event-333", "windows/healthy-2003-node"):
            report = json.loads(run("analyze", "--format", "json", os.path.join(cases, name, "input"))[1])
            file.write(json.dumps(report) + "\n")
    got = json.loads(run("rules", "coverage", "--format", "json", "--cases", cases, reports)[1])
    rules = {r["id"]: r for r in got["rules"]}
    check(got["reports"] == 3, f"{got['reports']} reports")
    flush = rules["windows/registry/flush-failed"]
    check("windows/event-333" in flush["fires"] and flush["reports"] == 1 and flush["last_case"] == "input" and flush["last"],
          f"coverage of a rule: {flush}")
    check(rules["linux/oom/global"]["last"] is None or rules["linux/oom/global"]["last"][0].isdigit(), "times since boot are no dates")
    check(rules["windows/pool/tpla-per-cpu"]["tested"] > 0, "no cost")
    check('m.class conntrack-full' in rules["linux/net/conntrack-full"]["lookups"], f"lookups: {rules['linux/net/conntrack-full']}")
    again = run("rules", "coverage", "--format", "json", "--cases", cases, reports)[1]
    check(json.loads(again) == got, "two runs count differently")
    code, text, _ = run("rules", "coverage", "--cases", cases)
    check(code == 0 and all(len(line) <= 80 and line == line.rstrip() for line in text.splitlines()), "the table at 80 columns")
    one = write(f"{folder}/one.json", run("analyze", "--format", "json", os.path.join(cases, "windows/event-333"))[1])
    code, text, _ = run("rules", "coverage", "--cases", cases, one)
    check(code == 0 and all(len(line) <= 80 and line == line.rstrip() for line in text.splitlines()), "with reports, at 80 columns")
    check("fired in none of 1 reports" in text, f"a whole document is no report: {text[-200:]}")
    code, _, err = run("rules", "coverage", "--cases", cases, __file__)
    check(code == 2 and "no report of fathom" in err, f"what is no report: {err}")


FAN = "Mar  1 10:00:00 web1 fand[212]: fan 3 of tray 7 failed after 88 s\n"
SESSIONS = [f"Mar  1 10:{i // 60 + 1:02}:{i % 60:02} web1 systemd[1]: Started session {i} of user root.\n" for i in range(300)]


def tree(folder):
    files = {}
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            files[os.path.relpath(path, folder)] = open(path, "rb").read()
    return files


def drafted(folder, out, *args, status=0):
    """Runs rules draft into folder/out and gives what it wrote."""
    code, text, err = run("rules", "draft", *args, "-o", f"{folder}/{out}")
    check(code == status, f"rules draft {args}: status {code}: {err[-200:]}")
    return tree(f"{folder}/{out}"), text + err


def test_draft_line(folder):
    """Catches: a draft that is no sound rule, does not fire on its case, keeps the whole log, or leaves no blank to be told."""
    log = write(f"{folder}/in/messages", "".join([*SESSIONS[:200], FAN, *SESSIONS[200:]]))
    files, text = drafted(folder, "out", log, "--line", "messages:201")
    rule_file = json.loads(files["rules/site/fan-of-tray-failed-after.json"])
    check(rule_file["evidence"]["line"] == {"fact": "log.line", "component": "fand",
          "text": {"regex": "fan \\d+ of tray \\d+ failed after \\d+ s"}}, f"selection of a line: {rule_file['evidence']}")
    case = "cases/site/fan-of-tray-failed-after"
    check(files[f"{case}/input/messages"].decode() == "".join([*SESSIONS[197:200], FAN, *SESSIONS[200:203]]), "the input is not cut")
    check(json.loads(files[f"{case}/case.json"])["expect"]["findings"] == [{"cause": "site/fan-of-tray-failed-after"}], "its case")
    check(os.path.isdir(f"{folder}/out/{case}-near-miss/input"), "no place for a near miss")
    check("7 of 301 lines" in text and "does not fire" not in text, f"what it says: {text}")
    code, text, err = run("rules", "check", f"{folder}/out/rules")
    check(code == 0, f"a draft has errors: {text} {err}")
    blanks = sum(text.count(b"FILL IN") for name, text in files.items() if name.startswith("rules/"))
    code, text, _ = run("rules", "check", "--strict", f"{folder}/out/rules")
    check(code == 2 and text.count("[rule.blank]") == blanks > 8, f"{blanks} blanks, told are {text.count('[rule.blank]')}")
    args = ["rules", "test", "--strict", "--rules", f"{folder}/out/rules", "--cases", f"{folder}/out/cases"]
    code, text, _ = run(*args)
    total = sum(text.count(b"FILL IN") for text in files.values())
    check(code == 1 and text.count("still to be filled in") == total, f"rules test tells {text.count('still to be')} of {total} blanks")
    check("near-miss: there is nothing in bundle.zip or input/" in text, f"the missing near miss: {text}")
    # what a person does
    for name, data in files.items():
        filled = re.sub(rb"FILL IN: [^\"\t\n]*", b"Tray 7 has to be looked at by somebody", data)
        open(os.path.join(folder, "out", name), "wb").write(filled)
    rule_file.update(title="A fan of a tray failed", summary="Said {count(line)} times.", references=["own case"], collect=[],
                     remedy=[{"do": "Replace the fan that the line names", "verify": "the line is not said again", "risk": "none"}])
    write(f"{folder}/out/rules/site/fan-of-tray-failed-after.json", rule_file)
    write(f"{folder}/out/{case}-near-miss/input/messages", FAN.replace("failed after 88 s", "runs again"))
    code, text, _ = run("rules", "check", "--strict", f"{folder}/out/rules")
    check(code == 0, f"a draft that was filled in: {text}")
    code, text, _ = run(*args)
    check(code == 0 and ", 0 failed" in text, f"rules test of a draft that was filled in: {text}")
    # nothing is written over, and the list of causes only grows
    before = tree(f"{folder}/out")
    after, text = drafted(folder, "out", log, "--line", "messages:201", status=2)
    check(after == before and "is there already" in text, f"a second draft of the same: {text}")
    after, text = drafted(folder, "out", log, "--line", "messages:1", "--id", "site/session")
    check("rule site/fan" not in text and after["rules/causes.tsv"].startswith(before["rules/causes.tsv"]) and
          after["rules/causes.tsv"].count(b"\n") == 3 and all(after[n] == before[n] for n in before if n != "rules/causes.tsv"),
          f"a second draft beside the first: {after['rules/causes.tsv']}")
    check("note: rule site/fan-of-tray-failed-after takes this already" in
          run("rules", "draft", log, "--line", "messages:201", "--rules", f"{folder}/out/rules", "-o", f"{folder}/more")[1],
          "a rule that takes it already is not told")


def test_draft_others(folder):
    """Catches: a tag without its snapshots, a binary log that is cut, members of archives that are not found or leave the folder."""
    row = " {} Nonp {:10} ( 1) {:10} ( 0) {:6} {:12} ( 0) {:6}\n"
    head = " Memory: 4193208K Avail: 2000000K  PageFlts: 1   InRam Krnl: 2000K P: 50000K\n Commit: 900000K Limit:8000000K Peak:1000000K" \
           "            Pool N: 90000K P: 60000K\n System pool information\n Tag  Type     Allocs            Frees            Diff" \
           "   Bytes       Per Alloc\n\n"
    shots = "".join(head + "".join(row.format(tag, 900 + n, 100, 800 + n, size, 128) for tag, size in
                                   (("Qzx1", 40000000 + n), ("Abcd", 3000000), ("Efgh", 2000000), ("Ijkl", 1000000))) for n in (0, 50))
    log = write(f"{folder}/poolmon.txt", shots)
    files, text = drafted(folder, "tag", log, "--tag", "Qzx1")
    rule_file = json.loads(files["rules/site/tag-qzx1.json"])
    check(rule_file["evidence"]["tag"] == {"fact": "pool.tag", "tag": "Qzx1", "pool": "nonpaged"}, f"selection of a tag: {rule_file}")
    check(rule_file["when"] == "last(tag.bytes) > 20 MB", f"half of 38 MB, rounded up: {rule_file['when']}")
    cut = files["cases/site/tag-qzx1/input/poolmon.txt"].decode()
    check(cut.count("Qzx1") == 2 and cut.count("Tag  Type") == 2 and "Abcd" not in cut and "does not fire" not in text, f"rows of a tag: {cut}")
    log = write(f"{folder}/svc.log", "2026-03-01 10:00:00 ERROR copy failed: err = 1450\n" * 2)
    files, _ = drafted(folder, "code", log, "--code", "1450")
    rule_file = json.loads(files["rules/site/win32-1450.json"])
    check(rule_file["evidence"]["error"]["code"] == {"code": ["win32:1450"]}, f"selection of a code: {rule_file['evidence']}")
    evtx = os.path.join(TOP, "tests/formats/evtx/types.in")
    files, text = drafted(folder, "event", evtx, "--event", "contoso-types/7")
    check(files["cases/site/contoso-types-7/input/types.in"] == open(evtx, "rb").read() and "as it is" in text, f"a binary log: {text}")
    rule_file = json.loads(files["rules/site/contoso-types-7.json"])
    check(rule_file["evidence"]["event"] == {"fact": "event", "provider": {"nocase": "Contoso-Types"}, "id": 7}, f"{rule_file['evidence']}")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a/messages.gz", gzip.compress(FAN.encode(), mtime=0))
        archive.writestr("../../up.log", FAN.replace("web1", "web2"))
    path = f"{folder}/case.zip"
    open(path, "wb").write(packed.getvalue())
    files, _ = drafted(folder, "zip", path, "--line", "a/messages.gz:1", "--id", "site/fan")
    check(files["cases/site/fan/input/a/messages"].decode() == FAN, f"a packed member: {sorted(files)}")
    members = [json.loads(line)["member"] for line in run("facts", path)[1].splitlines()]
    up = next(name for name in members if "up.log" in name)
    files, _ = drafted(folder, "out/deep/er", path, "--line", f"{up}:1", "--id", "site/up")
    check(any(name.startswith("cases/site/up/input/") and name.endswith("up.log") for name in files), f"a way out: {sorted(files)}")
    # without a choice: what the report tells first
    log = write(f"{folder}/k/crash.txt", "Unhandled Exception: Contoso.FanException: fan 3 stopped\n   at Contoso.Fan.Run()\n")
    files, _ = drafted(folder, "unknown", log)
    rules = [json.loads(text) for name, text in files.items() if name.startswith("rules/") and name.endswith(".json")]
    check(len(rules) == 1 and rules[0]["evidence"]["line"]["text"] ==
          {"regex": "Unhandled Exception: Contoso\\.FanException: fan \\d+ stopped"}, f"the first of what is unknown: {rules}")
    for args, says in (([log, "--line", "crash.txt:99"], "it ends at line 2"), ([log, "--line", "x:1"], "there is no member 'x'"),
                       ([log, "--line", "crash.txt"], "takes MEMBER:LINE"), ([log, "--tag", "Abcd", "--code", "5"], "at a time"),
                       ([log, "--tag", "Abcd"], "nothing in the bundle says the pool tag 'Abcd'"), ([log, "--event", "7"], "PROVIDER/ID"),
                       ([log, "--line", "crash.txt:1", "--id", "../x"], "--id takes area/name"),
                       ([f"{folder}/none.zip"], "No such file"), ([evtx], "nothing stands out")):
        files, text = drafted(folder, "wrong", *args, status=2)
        check(says in text and not files, f"rules draft {args[1:]}: {text[-200:]} {sorted(files)}")


def test_bad_pack(folder):
    """Catches: a check that stops at the first error, hangs at a pattern, or leaves a file out."""
    regex = lambda pattern: {"line": {"fact": "log.line", "text": {"regex": pattern}}}
    bad = {
        "a": '{"title": "a",}', "b": '{"title": "b", "title": "b"}', "c": "[]",
        "d": rule(evidence={"e": {"fact": "pool.tg", "tag": "A"}}),
        "e": rule(evidence={"e": {"fact": "pool.tag", "tog": "A"}}),
        "f": rule(evidence={"e": {"fact": "pool.tag", "bytes": {"above": 1}}}),
        "g": rule(severity=7), "h": rule(remedy="restart it"), "i": rule(role="villain"),
        "j": rule(when="count(line) >"), "k": rule(when="count(lime) > 1"), "l": rule(when="counts(line) > 1"),
        "m": rule(evidence=regex("fan (")), "n": rule(evidence=regex("fans (a+)+ failed")), "o": rule(evidence=regex("[0-9]+")),
        "p": rule(title="{line.component"), "q": rule(supersedes=["site/r"]), "r": rule(supersedes=["site/q"]),
        "s": rule("site/s", explains=["site/t"]), "t": rule("site/t", explains=["site/s"]),
        "u": rule(evidence={"e": {"fact": "pool.tag", "tag": "A", "say": "{bytes | fortnights}"}}),
        "v": rule(evidence={"t": {"fact": "pool.tag", "tag": "A"}}, when="t.bytes > 5 min"),
        "w": rule(nonsense=1), "x": {"extends": "site/nobody"}, "y": " " * (1 << 20) + "{}", "z": "",
    }
    for name, text in bad.items():
        write(f"{folder}/pack/site/{name}.json", text)
    os.symlink("nowhere.json", f"{folder}/pack/site/zz.json")
    write(f"{folder}/pack/causes.tsv", "site/fan\tsymptom\ta fan failed\nsite/FAN\tsymptom\tx\nsite/x\tvillain\tx\nsite/s\tmechanism\n")
    code, text, err = run("rules", "check", f"{folder}/pack")
    want = {"a": "rule.json", "b": "rule.json", "c": "rule.type", "d": "rule.unknown-kind", "e": "rule.unknown-field",
            "f": "rule.unknown-operator", "g": "rule.type", "h": "rule.type", "i": "rule.value", "j": "rule.syntax", "k": "rule.unknown-name",
            "l": "rule.unknown-function", "m": "rule.regex", "n": "rule.runaway-regex", "o": "rule.slow-regex", "p": "rule.template",
            "q": "rule.circle", "s": "rule.circle", "u": "rule.unknown-filter", "v": "rule.unit", "w": "rule.unknown-key",
            "x": "rule.unknown-rule", "y": "rule.unreadable", "z": "rule.json", "zz": "rule.unreadable"}
    lines = text.splitlines()
    for name, told in want.items():
        check(any(f"/site/{name}.json#" in line and line.endswith(f"[{told}]") for line in lines) or
              (told == "rule.circle" and any(f"site/{name}" in line and line.endswith("[rule.circle]") for line in lines)),
              f"{name}.json: no {told}: {[line for line in lines if f'/{name}.json' in line][:3]}")
    check([line.split("#")[1].split(":")[0].split()[0] for line in lines if line.endswith("[rule.causes]")] == ["L2", "L3", "L4"],
          f"rows of causes.tsv: {[line for line in lines if 'rule.causes' in line]}")
    check(code == 2 and not err and " errors" in lines[-1], f"status {code}, {lines[-1:]}")
    as_json = json.loads(run("rules", "check", "--format", "json", f"{folder}/pack")[1])
    check(len(as_json) == len(lines) - 1, f"{len(as_json)} problems as JSON, {len(lines) - 1} lines")
    code, out, err = run("analyze", "--rules", f"{folder}/pack", f"{folder}/pack/causes.tsv")
    check(code == 2 and out == "" and "errors in the rules" in err, f"analyze with a bad pack: {code} {err[-100:]}")


def test_many_rules(folder):
    """Catches: work that grows with the square of a pack; a limit that a large pack meets. 10,000 rules, one circle of all."""
    many = 10000
    for i in range(many):
        if i % 1000 == 0:
            os.makedirs(f"{folder}/pack/site/d{i // 1000}")
        with open(f"{folder}/pack/site/d{i // 1000}/r{i}.json", "w") as file:
            file.write(f'{{"title":"t {i}","cause":"site/c{i}","role":"symptom","severity":"low","status":"test","summary":"s",'
                       f'"references":["r"],"evidence":{{"l":{{"fact":"log.line","text":{{"contains":"needle number {i} here"}}}}}},'
                       f'"explains":["site/c{(i + 1) % many}"]}}')
    write(f"{folder}/pack/causes.tsv", "".join(f"site/c{i}\tsymptom\tneedle number {i} was found\n" for i in range(many)))
    code, text, err = run("rules", "check", f"{folder}/pack")
    lines = text.splitlines()
    check(code == 0 and f" {many + builtin_count()} rules, 0 errors".strip() in lines[-1], f"a large pack: {code} {lines[-1:]} {err[-200:]}")
    check(sum(line.endswith("[rule.circle]") for line in lines) == 1, "the circle is not told once")
    log = write(f"{folder}/log.txt", "2026-03-01 10:00:00 needle number 3141 here\n")
    report = json.loads(run("analyze", "--format", "json", "--rules", f"{folder}/pack", log)[1])
    check([f["rule"] for f in report["findings"]] == ["site/d3/r3141"], f"one of many: {[f['rule'] for f in report['findings']]}")


def builtin_count():
    return len(json.loads(run("rules", "list", "--format", "json")[1]))


def test_schema(folder):
    """Catches: a schema that refuses a sound rule, takes an unsound one, or does not know kinds, fields and causes."""
    try:
        import jsonschema
    except ImportError:
        print("python3-jsonschema is missing: rules are not checked against the schema")
        return
    schema = json.loads(run("schema", "rule")[1])
    jsonschema.Draft202012Validator.check_schema(schema)
    takes = jsonschema.Draft202012Validator(schema).is_valid
    for where, _, names in os.walk(os.path.join(TOP, "rules/db")):
        for name in names:
            if name.endswith(".json"):
                with open(os.path.join(where, name), encoding="utf-8") as file:
                    check(takes(json.load(file)), f"the schema refuses {name}")
    check(takes(rule()) and takes({"disabled": True}) and takes({"extends": "linux/lockup", "severity": "info"}), "sound rules")
    event = {"fact": "event", "provider": {"nocase": "srv"}, "data.Name": "x", "id": [2019, 2020]}
    check(takes(rule(evidence={"e": event})), "fields of a map")
    for keys in ({"role": "villain"}, {"severity": 7}, {"nonsense": 1}, {"remedy": [{"do": "x"}]}, {"evidence": {}}, {"title": ""},
                 {"evidence": {"e": {"tag": "A"}}}, {"evidence": {"e": {"fact": "pool.tg"}}}, {"evidence": {"e": {**event, "tog": 1}}},
                 {"evidence": {"e": {"fact": "pool.tag", "bytes": {"above": 1}}}}, {"evidence": {"e": {"fact": "pool.tag", "data.x": 1}}}):
        check(not takes(rule(**keys)), f"the schema takes {keys}")
    selection = schema["$defs"]["selection"]
    kinds = {k["title"] for k in json.loads(run("schema", "facts", "--format", "json")[1])["oneOf"]}
    check(set(selection["properties"]["fact"]["enum"]) == kinds, "kinds that an editor offers")
    check("windows/pool/tag-leak" in schema["properties"]["cause"]["examples"], "causes that an editor offers")
    check("$comment" not in json.dumps(schema), "a place of the schema was not filled in")


def main():
    global FATHOM, TOP
    FATHOM, TOP = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    for test in (test_places, test_site, test_coverage, test_draft_line, test_draft_others, test_bad_pack, test_schema,
                 test_many_rules):
        with tempfile.TemporaryDirectory() as folder:
            test(folder)
    print("\n".join(wrong))
    print(f"{passed} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
