#!/usr/bin/env python3
"""Whole bundles as desks get them: what each member is taken for, whose it is, how much of the text is understood.

usage: run_evidence.py FATHOM [--keep DIR]

A sosreport as a tree and as tar.gz, and a zip of mixed Windows evidence, made by evidence/*.py. Catches: a form of a file that
its format no longer takes, members of two machines mixed up, text that passes unread.
"""
import io, json, os, subprocess, sys, tarfile, tempfile, zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "evidence"))
import sosreport, windows_zip  # noqa: E402

SHARE = 0.9  # of the bytes of text, at least
wrong, passed = [], 0


def check(holds, what):
    global passed
    passed += bool(holds)
    if not holds:
        wrong.append(what)


def inspect(fathom, path):
    run = subprocess.run([fathom, "inspect", "--format", "json", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    check(run.returncode == 0, f"{path}: exit status {run.returncode}: {run.stderr.decode(errors='replace')[-400:]}")
    return json.loads(run.stdout)


def judge(name, read, wanted, hosts):
    """wanted: {the end of a member's path: (format, host)}; all members have to be in it."""
    check(sorted(h.upper() for h in read["hosts"]) == sorted(hosts), f"{name}: hosts {read['hosts']}, want {hosts}")
    total = understood = 0
    left = dict(wanted)
    for member in read["members"]:
        path = member["path"]
        key = next((k for k in left if path == k or path.endswith(("/" + k, "!" + k))), None)
        check(key is not None, f"{name}: {path}: nobody expects it")
        form, host = left.pop(key) if key else (member["format"], None)
        check(member["format"] == form, f"{name}: {path}: taken for {member['format']}, is {form}")
        check(host is None or (member["host"] or "").split(".")[0].upper() == host, f"{name}: {path}: of {member['host']}, is of {host}")
        total, understood = total + member["bytes"], understood + member["understood"]
        if member["understood"] < SHARE * member["bytes"]:
            print(f"{name}: {path}: {member['understood']} of {member['bytes']} bytes")
        for diag in member["diagnostics"]:
            check(diag["level"] == "note", f"{name}: {path}: {diag}")
    check(not left, f"{name}: not read: {sorted(left)}")
    check(total and understood > SHARE * total, f"{name}: {understood} of {total} bytes are understood")
    print(f"{name}: {len(read['members'])} members, {100 * understood / max(total, 1):.1f} % of {total} bytes")


def main():
    fathom, *rest = sys.argv[1:]
    with tempfile.TemporaryDirectory() as place:
        place = rest[1] if rest else place
        sos = sosreport.files()
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for path, (_, text) in sos.items():
                full, info = os.path.join(place, path), tarfile.TarInfo(path)
                os.makedirs(os.path.dirname(full), exist_ok=True)
                with open(full, "w", encoding="utf-8") as f:
                    f.write(text)
                info.size = len(text.encode())
                tar.addfile(info, io.BytesIO(text.encode()))
        wanted = {path: (form, sosreport.HOST.upper()) for path, (form, _) in sos.items()}
        judge("sosreport", inspect(fathom, os.path.join(place, sosreport.TOP)), wanted, [sosreport.HOST.upper()])
        with open(os.path.join(place, "0815.tar.gz"), "wb") as f:
            f.write(packed.getvalue())
        judge("sosreport.tar.gz", inspect(fathom, os.path.join(place, "0815.tar.gz")), wanted, [sosreport.HOST.upper()])
        mixed = windows_zip.files()
        with zipfile.ZipFile(os.path.join(place, "case.zip"), "w", zipfile.ZIP_DEFLATED) as z:
            for path, (_, _, data) in mixed.items():
                if data is not None:
                    z.writestr(path.split("!")[0], data)
        judge("windows", inspect(fathom, os.path.join(place, "case.zip")), {path: (form, host) for path, (form, host, _) in mixed.items()},
              [windows_zip.BACKUP, windows_zip.SERVER])
    print("\n".join(wrong))
    print(f"{passed} passed, {len(wrong)} failed")
    return 1 if wrong or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
