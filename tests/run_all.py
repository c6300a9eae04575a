#!/usr/bin/env python3
"""Runs the meson suites and adds up what each test counted.

usage: run_all.py BUILD_DIR [SUITE...]

A test that prints "N passed, N failed" counts as that many, cmocka's own lines are read too, any other test
counts as one. Output of failed tests is shown. The last line is the sum.
"""
import json, os, re, subprocess, sys


def count(output, ok):
    plain = re.findall(r"^(\d+) passed, (\d+) failed", output, re.M)
    if plain:
        passed, failed = map(int, plain[-1])
    else:
        passed = sum(map(int, re.findall(r"\[  PASSED  \] (\d+) test", output)))
        failed = sum(map(int, re.findall(r"\[  FAILED  \] \S+: (\d+) test", output)))
        if not passed and not failed:
            passed = int(ok)
    return passed, failed if ok or failed else 1


def main():
    build, *suites = sys.argv[1:]
    command = ["meson", "test", "-C", build, "--no-rebuild", "--num-processes", str(os.cpu_count() or 2)]
    for suite in suites:
        command += ["--suite", suite]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    passed = failed = 0
    try:
        log = open(os.path.join(build, "meson-logs", "testlog.json"), encoding="utf-8")
    except OSError:
        print(run.stdout.decode(errors="replace"))
        print("0 passed, 1 failed")
        return 1
    for line in log:
        test = json.loads(line)
        output = (test.get("stdout") or "") + (test.get("stderr") or "")
        ok = test["result"] in ("OK", "EXPECTEDFAIL")
        good, bad = (0, 0) if test["result"] == "SKIP" else count(output, ok)
        passed, failed = passed + good, failed + bad
        print(f"{'ok  ' if ok else test['result']:5} {test['name']:32} {good:6} passed {bad:4} failed {test['duration']:7.1f} s")
        if not ok:
            print("\n".join("      " + text for text in output.strip().splitlines()[-60:]))
    tally = f"{passed} passed, {failed} failed"
    with open(os.path.join(build, "tally"), "w", encoding="utf-8") as file:
        print(tally, file=file)
    print(tally)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
