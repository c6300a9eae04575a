#!/usr/bin/env python3
"""The documents are true: every command in a ```sh block runs, every report shown is what fathom prints.

usage: run_docs.py FATHOM SOURCE_TOP [--update] [NAME...]

A document is walked from its top, in the folder of the sources; behind "<!-- scratch -->" in an empty folder of its own. A
command must end with status 0. `fathom` is the binary given; `./dev test` is not run, for it is what runs this. A block
behind "<!-- file: PATH -->" becomes that file. A block behind "<!-- report: PATH -->" must equal the text report of
PATH at 80 columns, one behind "<!-- output: COMMAND -->" what that command prints; --update rewrites them.
"""
import os, re, subprocess, sys, tempfile

NOT_RUN = ("./dev test",)
STEPS = re.compile(r"^```sh\n(?P<commands>.*?)^```|^<!-- (?P<what>report|output|file): (?P<value>.+?) -->\n```\n(?P<shown>.*?)^```"
                   r"|^<!-- (?P<scratch>scratch) -->", re.S | re.M)

wrong, passed = [], 0


def check(holds, what):
    global passed
    passed += bool(holds)
    if not holds:
        wrong.append(what)


def shown_by(command, where, env):
    return subprocess.run(["bash", "-c", command], cwd=where, env=env, stdout=subprocess.PIPE).stdout.decode()


def environment_of(command, env):
    """What builds keeps the caches of who builds: a compiler may have its own there."""
    return {**env, "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", "")} if command.startswith("./dev ") else env


def run_commands(name, commands, where, env):
    for command in filter(None, commands.splitlines()):
        if command in NOT_RUN:
            continue
        run = subprocess.run(["bash", "-c", command], cwd=where, env=environment_of(command, env), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        check(run.returncode == 0, f"{name}: {command}: status {run.returncode}: {run.stdout.decode(errors='replace')[-300:]}")


def write_file(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def walk(name, text, top, scratch, env, update):
    """Does what the document says and gives it back, with what is shown made true."""
    where, out, at = top, [], 0
    for step in STEPS.finditer(text):
        if step["scratch"]:
            where = scratch
        elif step["commands"] is not None:
            run_commands(name, step["commands"], where, env)
        elif step["what"] == "file":
            write_file(os.path.join(where, step["value"]), step["shown"])
        else:
            command = step["value"]
            if step["what"] == "report":
                command = f"fathom analyze --color never --width 80 {command}"
            real = shown_by(command, where, env)
            check(update or real == step["shown"], f"{name}: what is shown for `{command}` is not what it prints (run_docs.py --update)")
            out += [text[at:step.start("shown")], real]
            at = step.end("shown")
    return "".join([*out, text[at:]])


def main():
    fathom, top = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    update, chosen = "--update" in sys.argv[3:], [n for n in sys.argv[3:] if n != "--update"]
    env = dict(os.environ, PATH=os.path.dirname(fathom) + os.pathsep + os.environ["PATH"],
               XDG_CONFIG_HOME="/dev/null", XDG_CONFIG_DIRS="/dev/null", XDG_CACHE_HOME="/dev/null")
    names = ["README.md"] + sorted(os.path.join("docs", n) for n in os.listdir(os.path.join(top, "docs")) if n.endswith(".md"))
    for name in names:
        if chosen and name not in chosen:
            continue
        path = os.path.join(top, name)
        text = open(path, encoding="utf-8").read()
        with tempfile.TemporaryDirectory() as scratch:
            real = walk(name, text, top, scratch, env, update)
        if update and real != text:
            write_file(path, real)
        for link in re.findall(r"\]\(([^)#:]+)\)", text):
            check(os.path.exists(os.path.join(top, os.path.dirname(name), link)), f"{name}: dead link: {link}")
    print("\n".join(wrong))
    print(f"{passed} passed, {len(wrong)} failed")
    return 1 if wrong or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
