#!/usr/bin/env python3
"""What has no place in the tree: paths of a machine, registry hosts, left-over markers, merge conflicts.

usage: check_words.py SOURCE_TOP [BUILD_TOP]
"""
import os, re, subprocess, sys

WORDS = [(r"(?<![\w.])/(work|home/\w+)/", "a path of somebody's machine"),
         (r"\b(TODO|FIXME|XXX)\b", "a left-over marker"),
         (r"^(<<<<<<<|>>>>>>>) ", "a merge conflict"),
         (r"registry\.npmjs|deb\.debian|pypi\.org|crates\.io", "a registry host")]
SKIP = ("tests/check_words.py",)


def main():
    top = sys.argv[1]
    listed = subprocess.run(["git", "-C", top, "ls-files", "-co", "--exclude-standard"], stdout=subprocess.PIPE)
    names = listed.stdout.decode().splitlines()
    wrong = []
    for name in names:
        path = os.path.join(top, name)
        if name in SKIP or not os.path.isfile(path) or os.path.getsize(path) > 4 << 20:
            continue
        data = open(path, "rb").read()
        if b"\0" in data[:4096]:
            continue
        for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
            for word, what in WORDS:
                if re.search(word, line):
                    wrong.append(f"{name}:{number}: {what}: {line.strip()[:80]}")
    print("\n".join(wrong))
    print(f"{len(names) - min(len(wrong), len(names))} passed, {len(wrong)} failed")
    return 1 if wrong or not names else 0


if __name__ == "__main__":
    sys.exit(main())
