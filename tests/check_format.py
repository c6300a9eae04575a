#!/usr/bin/env python3
"""clang-format would change nothing; no trailing blanks, no tabs in C, no line past 120 columns.

usage: check_format.py SOURCE_TOP [BUILD_TOP]
"""
import glob, os, re, shutil, subprocess, sys


def main():
    top = sys.argv[1]
    paths = [p for f in ("core", "parsers", "rules", "analyze", "corpus", "tests")
             for p in sorted(glob.glob(os.path.join(top, f, "**", "*.[ch]"), recursive=True))]
    wrong = []
    tool = shutil.which("clang-format")
    if tool is None:
        print("clang-format is missing")
        return 1
    run = subprocess.run([tool, "--style=file", "--dry-run", *paths], cwd=top, stderr=subprocess.PIPE)
    for path in sorted(set(re.findall(r"^(.+?):\d+:\d+: .*clang-format-violations", run.stderr.decode(), re.M))):
        wrong.append(f"{os.path.relpath(path, top)}: not formatted (clang-format -i)")
    for path in paths:
        name = os.path.relpath(path, top)
        text = open(path, encoding="utf-8").read()
        for number, line in enumerate(text.split("\n"), 1):
            if line != line.rstrip() or "\t" in line or len(line) > 120:
                wrong.append(f"{name}:{number}: trailing blank, tab or too long")
        if not text.startswith("/* SPDX-License-Identifier: Apache-2.0 */\n"):
            wrong.append(f"{name}: no SPDX line")
    print("\n".join(wrong))
    print(f"{len(paths) - min(len(wrong), len(paths))} passed, {len(wrong)} failed")
    return 1 if wrong or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
