#!/usr/bin/env python3
"""The bid matrix: every sample goes to its own format, and the winner leads the runner-up by 10.

usage: run_bids.py FATHOM DIR
"""
import json, os, subprocess, sys

LEAD = 10


def main():
    fathom, top = sys.argv[1:3]
    passed, wrong = 0, []
    for name in sorted(os.listdir(top)):
        folder = os.path.join(top, name)
        cases = [c for c in sorted(os.listdir(folder)) if c.endswith(".in")] if os.path.isdir(folder) else []
        for case in cases:
            run = subprocess.run([fathom, "inspect", "--format", "json", os.path.join(folder, case)],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            if run.returncode != 0:
                wrong.append(f"{name}/{case}: exit status {run.returncode}: {run.stderr.decode(errors='replace')}")
                continue
            for member in json.loads(run.stdout)["members"]:
                lead = member["bid"] - member["runner_up_bid"]
                if member["format"] != name:
                    wrong.append(f"{name}/{case}: taken for {member['format']} ({member['bid']})")
                elif lead < LEAD and name != "log":
                    wrong.append(f"{name}/{case}: leads {member['runner_up']} only by {lead}")
                else:
                    passed += 1
    print("\n".join(wrong))
    print(f"{passed} passed, {len(wrong)} failed")
    return 1 if wrong or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
