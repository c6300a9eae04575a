#!/usr/bin/env python3
"""Every diagnostic code in the source stands in docs/diagnostics.md, those of rule files in docs/rule-checks.md, and
every code there in the source.

usage: check_diagnostics.py SOURCE_TOP [BUILD_TOP]
"""
import glob, os, re, sys

FAMILIES = {"bundle", "text", "facts", "findings", "regex", "rule", "rules", "clock", "timeline"}
DOCS = ("docs/diagnostics.md", "docs/rule-checks.md")


def main():
    top = sys.argv[1]
    formats = {os.path.basename(p)[:-2].replace("_", "-") for p in glob.glob(os.path.join(top, "parsers/formats/*.c"))}
    formats |= {os.path.basename(p)[:-2].replace("_", "-") for p in glob.glob(os.path.join(top, "parsers/**/*.c"), recursive=True)}
    used, kinds = {}, set()
    for path in ("parsers/kinds.def", "analyze/correlate/derived.def"):
        kinds |= set(re.findall(r'^KIND\(\w+, "([^"]+)"', open(os.path.join(top, path), encoding="utf-8").read(), re.M))
    for layer in ("core", "parsers", "rules", "analyze"):
        for path in glob.glob(os.path.join(top, layer, "**/*.c"), recursive=True):
            for code in re.findall(r'"([a-z0-9-]+\.[a-z0-9-]+)"', open(path, encoding="utf-8").read()):
                if code.split(".")[0] in FAMILIES | formats and code not in kinds and not code.endswith((".c", ".h", ".def", ".tsv", ".txt", ".conf", ".d", ".slice", ".zip")):
                    used.setdefault(code, os.path.relpath(path, top))
    told = {}
    for name in DOCS:
        for code in re.findall(r"^\| `([a-z0-9-]+\.[a-z0-9-]+)` \|", open(os.path.join(top, name), encoding="utf-8").read(), re.M):
            told[code] = name
    wrong = [f"{used[c]}: {c} is told in none of {', '.join(DOCS)}" for c in sorted(set(used) - set(told))]
    wrong += [f"{told[c]}: nothing gives {c}" for c in sorted(set(told) - set(used))]
    wrong += [f"{told[c]}: {c} is a code of rule files" if c.startswith("rule.") else f"{told[c]}: {c} is no code of rule files"
              for c in sorted(told) if c.startswith("rule.") != (told[c] == DOCS[1])]
    print("\n".join(wrong))
    print(f"{len(set(used) & set(told))} passed, {len(wrong)} failed")
    return 1 if wrong or not used else 0


if __name__ == "__main__":
    sys.exit(main())
