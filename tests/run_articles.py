#!/usr/bin/env python3
"""fathom rules docs: every cause has its page, every link leads somewhere, HTML is well-formed and needs nothing else.

usage: run_articles.py FATHOM SOURCE_TOP

Catches: a page left out, a dead link, a text of a rule that is not escaped or shows its braces, a step that is lost, a
table whose rows do not fit its head, pages that differ from run to run.
"""
import json, os, re, subprocess, sys, tempfile
import xml.etree.ElementTree as xml

wrong, passed = [], 0
FATHOM = TOP = ""
HOSTILE = 'a <b>"x"</b> & `tick` [link](http://example.test) | bar *star* {{brace}}'


def check(holds, what):
    global passed
    passed += bool(holds)
    if not holds:
        wrong.append(what)


def run(*args):
    done = subprocess.run([FATHOM, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={**os.environ, "XDG_CONFIG_HOME": "/dev/null", "XDG_CONFIG_DIRS": "/dev/null", "XDG_CACHE_HOME": "/dev/null"})
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def pages(folder):
    found = {}
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            found[os.path.relpath(path, folder)] = open(path, encoding="utf-8").read()
    return found


def write_docs(folder, kind, *args):
    code, out, err = run("rules", "docs", "--format", kind, "--output", folder, *args)
    found = pages(folder)
    check(code == 0 and not err and out.startswith(f"{len(found)} pages; begin with {folder}/index."), f"rules docs: {code} {out} {err}")
    return found


def causes():
    listed = [line.split("\t")[0] for line in open(os.path.join(TOP, "rules/db/causes.tsv"), encoding="utf-8") if line[0] not in "#\n"]
    rules = json.loads(run("rules", "list", "--format", "json")[1])
    return sorted(set(listed) | {r["cause"] for r in rules}), rules


def leads(name, href, found):
    return os.path.normpath(os.path.join(os.path.dirname(name), href)) in found


def text_of(node):
    """What a reader sees outside code."""
    out = [] if node.tag in ("code", "style") else [node.text or ""]
    for child in node:
        out += [text_of(child), child.tail or ""]
    return "".join(out)


def test_html(folder):
    found = write_docs(folder, "html")
    ids, rules = causes()
    trees = {}
    for name, text in found.items():
        try:
            trees[name] = xml.fromstring(text)
        except xml.ParseError as error:
            check(False, f"{name} is not well-formed: {error}")
            continue
        tree = trees[name]
        check(tree.findtext("head/title") and len(list(tree.iter("h1"))) == 1, f"{name} has no title, or not one heading")
        check(not list(tree.iter("script")) and not list(tree.iter("link")) and "url(" not in text, f"{name} needs something else")
        dead = [a.get("href") for a in tree.iter("a") if not leads(name, a.get("href"), found)]
        check(not dead, f"{name}: dead links {dead[:5]}")
        shown = text_of(tree.find("body"))
        check("{" not in shown and "[[" not in shown and "]]" not in shown, f"{name} shows a template: {re.findall(r'.{0,40}[{].{0,40}', shown)[:2]}")
        empty = [node.tag for node in tree.iter() if node.tag in ("ul", "ol", "p", "h2", "h3") and not "".join(node.itertext()).strip()]
        check(not empty, f"{name} has empty {empty[:3]}")
        check(not re.search(r"\.\.\s", shown.replace("...", "")), f"{name}: two full stops: {re.findall(r'.{30}[.][.] ', shown)[:2]}")
    to = {os.path.normpath(a.get("href")) for a in trees["index.html"].iter("a")}
    for cause in ids:
        check(f"{cause}.html" in found and f"{cause}.html" in to, f"{cause} has no page, or the index does not know it")
    sources, decoder, at = {}, json.JSONDecoder(), 0
    text = run("rules", "show", "--format", "json", *(r["id"] for r in rules))[1]
    for rule in rules:
        sources[rule["id"]], at = decoder.raw_decode(text, at)
        at += 1
    for rule in rules:
        tree = trees[f"{rule['cause']}.html"]
        text = "".join(tree.itertext())
        source = sources[rule["id"]]
        check(rule["id"] in text, f"{rule['id']} is not on the page of {rule['cause']}")
        steps = len(tree.findall(".//ol/li"))
        check(steps >= len({s["do"] for s in source.get("remedy", [])}), f"{rule['cause']}: {steps} steps")
        check(all(r in text for r in source.get("references", [])), f"{rule['id']}: a reference is lost")
    head = trees["windows/pool/nonpaged-exhausted.html"]
    titles = [h.text for h in head.iter("h2")]
    check(titles == ["Symptoms", "Cause", "How it was told", "Codes, events, tags and messages", "What rules it out", "Remedy",
                     "What to collect", "References", "Related"], f"parts of an article: {titles}")
    targets = [a.get("href") for a in head.iter("a")]
    check("../../backup/write-failed.html" in targets and "../../windows/pool/tag-leak.html" in targets, f"what it leads to: {targets}")
    words = "".join(head.itertext())
    check("win32:1450" in words and "Srv/2019" in words, "codes and events of a cause")


def cells(line):
    return len(re.findall(r"(?<!\\)\|", line))


def test_markdown(folder):
    found = write_docs(folder, "markdown")
    ids, _ = causes()
    check(all(f"{cause}.md" in found for cause in ids), "a cause without a page")
    for name, text in found.items():
        prose = re.sub(r"^ *```\n.*?^ *```$", "", text, flags=re.S | re.M)
        check(prose.count("```") == 0, f"{name}: fences do not match")
        dead = [href for href in re.findall(r"(?<!\\)\]\(([^)]*)\)", prose) if not leads(name, href, found)]
        check(not dead, f"{name}: dead links {dead[:5]}")
        tables = re.findall(r"(?:^\|.*\n)+", prose, re.M)
        ragged = [line for table in tables for line in table.splitlines() if cells(line) != cells(table.splitlines()[0])]
        check(not ragged, f"{name}: rows that do not fit: {ragged[:2]}")
        check(text.startswith("# Causes") if name == "index.md" else text.startswith("[Causes](") and "\n# " in text, f"{name}: head")
        check(not re.search(r"^(?:Check|Only if)", text, re.M), f"{name}: a part of a step stands outside of it")
    again = write_docs(folder + "-again", "markdown")
    check(again == found, "two runs differ")
    write_docs(folder, "markdown")  # over what is there


def test_hostile(folder):
    rule = {"title": HOSTILE, "cause": "site/odd-one", "role": "symptom", "severity": [["high", "count(line) > 3"], ["low", "true"]],
            "status": "draft", "evidence": {"line": {"fact": "log.line", "text": {"contains": "<img src=x>"}}},
            "let": {"n": "count(line)"}, "summary": "{if(known(line.component), line.component, '')} says [[?n > 1: it {n} times ]]so.",
            "remedy": [{"do": HOSTILE, "command": "echo {line.file} ```", "verify": "`", "risk": "data", "when": "n > 1 || n < 5"}],
            "references": [HOSTILE], "explains": ["site/none", "linux/net/*"]}
    pack = os.path.join(folder, "pack/site")
    os.makedirs(pack)
    json.dump(rule, open(os.path.join(pack, "odd.json"), "w"))
    found = write_docs(f"{folder}/html", "html", "--rules", f"{folder}/pack")
    tree = xml.fromstring(found["site/odd-one.html"])
    plain = HOSTILE.replace("{{", "{").replace("}}", "}")
    check(tree.find(".//h3").text == plain and tree.find(".//ol/li/p").text == plain, "a text of a rule is changed")
    check(tree.find(".//pre/code").text == "echo FILE ```", f"a command: {tree.find('.//pre/code').text}")
    check("component says it n times so." in "".join(tree.itertext()), "a summary as people read it")
    check("low to high" in "".join(tree.itertext()) and "not stable yet" in "".join(tree.itertext()), "severity and status")
    page = xml.fromstring(found["linux/net/conntrack-full.html"])
    check("../../site/odd-one.html" in [a.get("href") for a in page.iter("a")], "a site's rule that explains a built-in cause")
    found = write_docs(f"{folder}/md", "markdown", "--rules", f"{folder}/pack")
    text = found["site/odd-one.md"]
    check("http://example.test)" in text and "](http" not in text.replace("\\](http", ""), "a link of a rule's text is live")
    check("~~~~\n   echo FILE ```\n   ~~~~" in text, "a fence in a command")
    blocked = os.path.join(folder, "file")
    open(blocked, "w").close()
    code, out, err = run("rules", "docs", "--output", blocked)
    check(code == 2 and out == "" and f"{blocked}/index.html" in err, f"a folder that is a file: {code} {err}")


def main():
    global FATHOM, TOP
    FATHOM, TOP = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    for test in (test_html, test_markdown, test_hostile):
        with tempfile.TemporaryDirectory() as folder:
            test(os.path.join(folder, "kb") if test is not test_hostile else folder)
    print("\n".join(wrong))
    print(f"{passed} passed, {len(wrong)} failed")
    return 1 if wrong or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
