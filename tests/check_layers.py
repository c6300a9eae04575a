#!/usr/bin/env python3
"""The layers hold: core <- parsers, core <- rules, all <- analyze and corpus; rules never include parsers.

usage: check_layers.py SOURCE_TOP [BUILD_TOP]

Reads every #include line. Fails on an upward one, on a library used outside the one file that wraps it, on
two files of one name, and on banned functions in parsers.
"""
import os, re, sys

LAYERS = {"core": {"core"}, "parsers": {"core", "parsers"}, "rules": {"core", "rules"},
          "analyze": {"core", "parsers", "rules", "analyze"},
          "corpus": {"core", "parsers", "rules", "analyze", "corpus"}}
OWNERS = {"archive.h": {"parsers/bundle/libarchive.h"}, "archive_entry.h": {"parsers/bundle/libarchive.h"},
          "zlib.h": {"parsers/bundle/unpack.c"}, "lzma.h": {"parsers/bundle/unpack.c"},
          "bzlib.h": {"parsers/bundle/unpack.c"},
          "zstd.h": {"parsers/bundle/zstd.c", "rules/pack.c", "analyze/pack_rules.c"},
          "expat.h": {"core/xml.c"}, "cjson/cJSON.h": {"core/json.c"}, "pcre2.h": {"rules/regex.c"},
          "sqlite3.h": {"corpus/library.c"}, "seccomp.h": {"analyze/sandbox.c"},
          "iconv.h": {"parsers/bundle/decode.c", "parsers/bundle/codepage.c"}}
BANNED = re.compile(r"\b(strtol|strtoul|strtoll|strtoull|atoi|atol|strtok|fgets|sscanf|sprintf|strcpy|strcat|gets|alloca)\s*\(")


def files(top):
    for layer in LAYERS:
        for folder, _, names in os.walk(os.path.join(top, layer)):
            for name in sorted(names):
                if name.endswith((".c", ".h", ".def")):
                    yield layer, os.path.relpath(os.path.join(folder, name), top)


def main():
    top = sys.argv[1]
    wrong, where, seen = [], {}, {}
    for layer, path in files(top):
        name = os.path.basename(path)
        if name in seen:
            wrong.append(f"{path}: the name stands for {seen[name]} too")
        seen[name] = path
        where[name] = layer
    for layer, path in files(top):
        for number, line in enumerate(open(os.path.join(top, path), encoding="utf-8"), 1):
            place = f"{path}:{number}"
            own = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            if own and "/" in own[1]:
                wrong.append(f"{place}: include by name, not by path: {own[1]}")
            if own and where.get(os.path.basename(own[1]), layer) not in LAYERS[layer]:
                wrong.append(f"{place}: {layer} must not include {own[1]} of {where[os.path.basename(own[1])]}")
            library = re.match(r"\s*#\s*include\s+<([^>]+)>", line)
            if library and path not in OWNERS.get(library[1], {path}):
                wrong.append(f"{place}: {library[1]} belongs to {', '.join(sorted(OWNERS[library[1]]))}")
            if layer in ("core", "parsers", "rules") and BANNED.search(line.split("//")[0]):
                wrong.append(f"{place}: banned function: {line.strip()}")
    print("\n".join(wrong))
    print(f"{len(seen) - min(len(wrong), len(seen))} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
