#!/usr/bin/env python3
"""The documents are true: every command in a ```sh block runs, every report shown is what fathom prints.

usage: run_docs.py FATHOM SOURCE_TOP [--update]

A command must end with status 0. `fathom` is the binary given; `./dev test` is not run, for it is what runs this.
A block behind "<!-- report: PATH -->" must equal the text report of PATH at 80 columns, one behind
"<!-- output: COMMAND -->" what that command prints; --update rewrites them.
"""
import os, re, subprocess, sys

NOT_RUN = ("./dev test",)


def shown_by(command, top, env):
    return subprocess.run(["bash", "-c", command], cwd=top, env=env, stdout=subprocess.PIPE).stdout.decode()


def main():
    fathom, top = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    update = "--update" in sys.argv[3:]
    env = dict(os.environ, PATH=os.path.dirname(fathom) + os.pathsep + os.environ["PATH"],
               XDG_CONFIG_HOME="/dev/null", XDG_CONFIG_DIRS="/dev/null")
    passed, wrong = 0, []
    names = ["README.md"] + sorted(os.path.join("docs", n) for n in os.listdir(os.path.join(top, "docs")) if n.endswith(".md"))
    for name in names:
        text = open(os.path.join(top, name), encoding="utf-8").read()
        for block in re.findall(r"^```sh\n(.*?)^```", text, re.S | re.M):
            for command in filter(None, block.splitlines()):
                if command in NOT_RUN:
                    continue
                run = subprocess.run(["bash", "-c", command], cwd=top, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                passed += run.returncode == 0
                if run.returncode:
                    wrong.append(f"{name}: {command}: status {run.returncode}: {run.stdout.decode(errors='replace')[-300:]}")
        for what, value, shown in re.findall(r"<!-- (report|output): (.+?) -->\n```\n(.*?)^```", text, re.S | re.M):
            command = f"fathom analyze --color never --width 80 {value}" if what == "report" else value
            real = shown_by(command, top, env)
            head = f"<!-- {what}: {value} -->\n```\n"
            if update:
                text = text.replace(f"{head}{shown}```", f"{head}{real}```")
                open(os.path.join(top, name), "w", encoding="utf-8").write(text)
            elif real != shown:
                wrong.append(f"{name}: what is shown for `{command}` is not what it prints (run_docs.py --update)")
            else:
                passed += 1
        for link in re.findall(r"\]\(([^)#:]+)\)", text):
            if not os.path.exists(os.path.join(top, os.path.dirname(name), link)):
                wrong.append(f"{name}: dead link: {link}")
    print("\n".join(wrong))
    print(f"{passed} passed, {len(wrong)} failed")
    return 1 if wrong or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
