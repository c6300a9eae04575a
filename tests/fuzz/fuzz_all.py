#!/usr/bin/env python3
"""Every fuzz target under libFuzzer for a while each, on its samples and seeds.

usage: fuzz_all.py BUILD_DIR SECONDS
"""
import glob, os, subprocess, sys


def main():
    build, seconds = sys.argv[1], sys.argv[2]
    top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    passed = failed = 0
    for exe in sorted(glob.glob(os.path.join(build, "tests/fuzz/fuzz_*"))):
        if os.path.isdir(exe) or not os.access(exe, os.X_OK):
            continue
        name = os.path.basename(exe)
        corpus = os.path.join(build, "corpus", name)
        os.makedirs(corpus, exist_ok=True)
        kind = name.removeprefix("fuzz_format_").replace("_", "-")
        seeds = [p for p in (f"{top}/tests/formats/{kind}", f"{top}/tests/fuzz/seeds/{name[5:]}") if os.path.isdir(p)]
        run = subprocess.run([os.path.abspath(exe), f"-max_total_time={seconds}", "-max_len=65536", "-timeout=10",
                              "-rss_limit_mb=2048", "-print_final_stats=0", corpus, *seeds],
                             cwd=corpus, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        passed += run.returncode == 0
        failed += run.returncode != 0
        print(f"{name}: {'ok' if run.returncode == 0 else 'FAILED'}", flush=True)
        if run.returncode:
            print(run.stdout.decode(errors="replace")[-6000:])
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
