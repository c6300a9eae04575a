#!/usr/bin/env python3
"""Every header compiles alone. usage: check_headers.py SOURCE_TOP BUILD_TOP"""
import glob, os, shlex, subprocess, sys


def main():
    top, build = sys.argv[1:3]
    folders = ["core", "parsers", "parsers/bundle", "rules", "analyze", "analyze/correlate", "analyze/report"]
    headers = [h for f in ("core", "parsers", "rules", "analyze", "corpus")
               for h in sorted(glob.glob(os.path.join(top, f, "**", "*.h"), recursive=True))]
    folders += sorted({os.path.relpath(os.path.dirname(h), top) for h in headers} - set(folders))
    include = [f"-I{os.path.join(t, f)}" for f in folders for t in (top, build) if os.path.isdir(os.path.join(t, f))]
    wrong = []
    for header in headers:
        run = subprocess.run([*shlex.split(os.environ.get("CC", "cc")), "-std=c17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror",
                              "-fsyntax-only", "-x", "c", *include, "-include", header, "/dev/null"],
                             stderr=subprocess.PIPE)
        if run.returncode:
            wrong.append(f"{os.path.relpath(header, top)}: {run.stderr.decode(errors='replace').splitlines()[0]}")
    print("\n".join(wrong))
    print(f"{len(headers) - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong or not headers else 0


if __name__ == "__main__":
    sys.exit(main())
