#!/usr/bin/env python3
"""fathom explain over everything that the tables hold: the schema, references that lead somewhere, texts that fit.

usage: run_explain.py FATHOM SOURCE_TOP

Catches: a row whose "see" names something that nobody can look up; an id that explain gives and does not take; an
answer that breaks the schema or runs past the width; a row of a table that its own word does not find.
"""
import json, os, subprocess, sys

wrong, passed = [], 0
FATHOM = ""


def check(holds, what):
    global passed
    passed += bool(holds)
    if not holds:
        wrong.append(what)


def run(*args):
    done = subprocess.run([FATHOM, "explain", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0 or done.stderr:
        wrong.append(f"explain {' '.join(args)[:200]}: status {done.returncode}, {done.stderr[-200:]}")
    return done.stdout.decode()


def explain_each(words):
    """One thing for each argument: a word that cannot be part of a phrase stands between."""
    out = {}
    for i in range(0, len(words), 200):
        args = [a for w in words[i:i + 200] for a in (w, "win32:1450")]
        for entry in json.loads(run("--format", "json", "--", *args))["words"]:
            out[entry["text"]] = entry
    return out


def read_tables(top):
    sys.dont_write_bytecode = True
    sys.path.insert(0, os.path.join(top, "rules", "tables"))
    from tsv import Table
    names = ("own_codes", "events", "message_classes", "exit_codes", "vzctl_exit", "pool_tags", "beancounters", "vss_states",
             "bugchecks", "acronis_codes", "facilities", "terms")
    return {n: Table(os.path.join(top, "rules", "tables", n + ".tsv")) for n in names}


def own_words(tables):
    """(a word that asks for the row, the id of its reading)"""
    for row in tables["own_codes"].rows:
        yield (f"{row['family']}:{row['number']}",) * 2
    for row in tables["events"].rows:
        yield (f"{row['provider']}/{row['id']}",) * 2
    for row in tables["message_classes"].rows:
        yield row["class"], row["class"]
    for row in tables["exit_codes"].rows:
        scope = row["scope"]
        if scope != "robocopy":
            yield f"exit:{scope}:{row['code']}", f"exit:{row['code']}" if scope == "process" else f"exit:{scope}:{row['code']}"
    for row in tables["vzctl_exit"].rows:
        generation = "" if row["generation"] == "both" else ":" + row["generation"]
        yield f"vzctl:{row['code']}", f"vzctl:{row['code']}{generation}"
    for row in tables["pool_tags"].rows:
        yield f"tag:{row['tag']}" if row["tag"][0] not in "-" else row["tag"], row["tag"]
    for row in tables["beancounters"].rows:
        yield row["resource"], row["resource"]
    for row in tables["vss_states"].rows:
        yield f"vss state {row['state']}", f"vss state {row['state']}"
    for row in tables["terms"].rows:
        yield row["term"], row["term"]
    for row in tables["bugchecks"].rows:
        yield f"bugcheck:{row['code']}", f"bugcheck:{row['code']}"
    for row in tables["acronis_codes"].rows:
        yield f"acronis:{row['module']}/{row['code']}", f"acronis:{row['module']}/{row['code']}"
    for row in tables["facilities"].rows:
        yield f"{row['family']} facility {row['number']}", f"{row['family']} facility {row['number']}"


def test_rows(tables):
    wanted = list(own_words(tables))
    answers = explain_each([word for word, _ in wanted])
    for word, want in wanted:
        entry = answers.get(word)
        ids = [r["id"] for r in entry["readings"]] if entry else None
        check(entry and want in ids, f"explain {word!r} gives {ids}, want {want}")
    return answers


def test_references(tables, answers):
    """What a row says to see is known, and more than by a text that holds it."""
    words = sorted({w.strip() for t in tables.values() for r in t.rows for w in r.get("see", "").split(",") if w.strip()})
    answers = explain_each(words)
    for word in words:
        readings = answers[word]["readings"] if word in answers else []
        check(readings and readings[0]["likelihood"] in ("likely", "possible"),
              f"a row says to see {word!r}, which explain does not know: {[r['id'] for r in readings][:3]}")


def test_schema(answers):
    try:
        import jsonschema
    except ImportError:
        print("python3-jsonschema is missing: answers are not checked against the schema")
        return
    schema = json.loads(subprocess.run([FATHOM, "schema", "explain"], stdout=subprocess.PIPE).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    asked = ["1450", "0xC000009A", "0xC2 0x7 1 2 3", "Srv/2019", "windows/pool/tag-leak", "GFP_ATOMIC", "disk", "shadow",
             "java: page allocation failure: order:1, mode:0x20", "java.lang.OutOfMemoryError: Java heap space", "zzzzzzzz",
             "knemsize", "101: kmemsize 1 2 3 4 5", "vss state 9", "0x70004", "", "\x1b[31m", "FM*"]
    errors = list(validator.iter_errors(json.loads(run("--format", "json", "--", *asked))))
    check(not errors, f"not by the schema: {errors[:1]}")
    whole = {"schema": 1, "fathom": "0", "words": list(answers.values())}
    errors = list(validator.iter_errors(whole))
    check(not errors, f"not by the schema: {errors[:1]}")


def test_text(tables):
    """80 columns, no trailing blanks, nothing that a terminal would obey."""
    words = [f"{r['family']}:{r['number']}" for r in tables["own_codes"].rows][::7]
    words += [f"{r['provider']}/{r['id']}" for r in tables["events"].rows]
    words += [f"tag:{r['tag']}" for r in tables["pool_tags"].rows][::9]
    words += ["windows/pool/tag-leak", "0xC2 0x7 0x1200 0x0 0xfffffa8003a1b010", "x\x1b[31my", "GFP_KERNEL"]
    text = run("--", *[a for w in words for a in (w, "win32:1450")])
    long = [line for line in text.splitlines() if len(line) > 80]
    check(not long, f"wider than 80 columns: {long[:3]}")
    check(not [line for line in text.splitlines() if line != line.rstrip()], "trailing blanks")
    check("\x1b" not in text, "an escape of the terminal comes through")
    narrow = run("--width", "40", "1450", "Srv/2019")
    check(not [line for line in narrow.splitlines() if len(line) > 40], "wider than --width 40")
    check(run("1450") == run("1450"), "two answers differ")


def main():
    global FATHOM
    FATHOM, top = os.path.abspath(sys.argv[1]), sys.argv[2]
    tables = read_tables(top)
    answers = test_rows(tables)
    test_references(tables, answers)
    test_schema(answers)
    test_text(tables)
    print("\n".join(wrong))
    print(f"{passed} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
