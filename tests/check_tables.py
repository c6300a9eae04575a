#!/usr/bin/env python3
"""The data files of rules/tables/: columns, keys that occur once, sorted rows, a source in each row, plain cells.

usage: check_tables.py SOURCE_TOP [BUILD_TOP]

Catches: a row that was pasted twice, put in the wrong place, or came without a source; a cell in the wrong column; a
wording that can never be met because an earlier one stands in it; a class that a parser says and no table explains.
"""
import os, re, sys

wrong = []
# Columns whose cells are one of few words.
WORDS = {
    ("pool_tags", "pool"): {"", "nonpaged", "paged", "both", "session"},
    ("pool_tags", "confidence"): {"high", "medium", "low"},
    ("vzctl_exit", "generation"): {"both", "legacy", "vz7"},
    ("beancounters", "unit"): {"bytes", "pages", "count"},
    ("kernel_messages", "by"): {"kernel", "program"},
    ("message_classes", "by"): {"kernel", "program"},
    ("own_codes", "family"): {"win32", "ntstatus", "hresult", "errno", "bugcheck"},
    ("exit_codes", "scope"): {"process", "container", "windows", "java", "sysexits", "systemd", "robocopy"},
}
# How many rows there are at least: a table that was cut is told.
LEAST = {"pool_tags": 500, "own_codes": 400, "events": 150, "bugchecks": 50, "codes": 5000, "log_messages": 170}


def check(holds, what):
    if not holds:
        wrong.append(what)


def natural(cell, any_case):
    """Numbers by value, before texts by their bytes."""
    try:
        return (0, int(cell, 0), b"")
    except ValueError:
        return (1, 0, (cell.lower() if any_case else cell).encode())


def check_rows(table, name):
    previous, seen = None, set()
    for row, number in zip(table.rows, table.lines):
        place = f"{name}.tsv:{number}"
        check("source" in row and row["source"], f"{place}: no source")
        for column, cell in row.items():
            check(cell == cell.strip() or column in ("fragment", "also"), f"{place}: blanks around {column}")
            check(not re.search(r"[\x00-\x1f\x7f]|\s\s", cell) or column == "fragment", f"{place}: control or double blanks in {column}")
            check(cell in WORDS.get((name, column), {cell}), f"{place}: {column} is {cell!r}")
        if not table.key:
            continue
        key = table.key_of(row)
        check(key not in seen, f"{place}: {key!r} occurs twice")
        seen.add(key)
        order = [natural(row[c], table.any_case) for c in table.key]
        check(previous is None or previous < order, f"{place}: not in the order of {' '.join(table.key)}")
        previous = order


def check_tags(table):
    for row, number in zip(table.rows, table.lines):
        tag = row["tag"]
        check(1 <= len(tag) <= 4 and tag.isascii(), f"pool_tags.tsv:{number}: {tag!r} is no tag")
        for column in ("owner", "product", "what"):
            check(row[column], f"pool_tags.tsv:{number}: {tag}: no {column}")


def check_wordings(kernel, log, classes):
    known = {row["class"] for row in classes.rows}
    fragments = []
    for row, number in zip(kernel.rows, kernel.lines):
        hidden = [f for f in fragments if f in row["fragment"]]
        check(not hidden, f"kernel_messages.tsv:{number}: {row['fragment']!r} is hidden by {hidden[:1]}")
        fragments.append(row["fragment"])
        check(row["class"] in known or (not row["class"] and row["header"]), f"kernel_messages.tsv:{number}: no such class: {row['class']}")
    for row, number in zip(log.rows, log.lines):
        check(row["class"] in known, f"log_messages.tsv:{number}: message_classes.tsv lacks {row['class']}")
        # The longest at a place wins; one that holds another must say the same class.
        for other in log.rows:
            if other is not row and other["fragment"].lower() in row["fragment"].lower() and not other["also"]:
                check(other["class"] == row["class"], f"log_messages.tsv:{number}: {row['fragment']!r} holds one of {other['class']}")
    said = set()
    folder = os.path.join(os.path.dirname(os.path.dirname(kernel.path)), os.pardir, "parsers")
    for where, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".c"):
                text = open(os.path.join(where, name), encoding="utf-8").read()
                said |= set(re.findall(r'class = (?:\w+ \? )?"([a-z0-9-]+)"', text))
                said |= set(re.findall(r'STR_INIT\("[^"]+"\), "((?:vzctl|hv-balloon)-[a-z-]+)" }', text))
                said |= set(re.findall(r'return "(http-[a-z-]+)"', text))
    check(len(said) > 10, f"classes in the parsers were not found: {sorted(said)}")
    for name in sorted(said - known):
        check(False, f"message_classes.tsv lacks {name}, which a parser says")


def main():
    top = sys.argv[1]
    folder = os.path.join(top, "rules", "tables")
    sys.dont_write_bytecode = True
    sys.path.insert(0, folder)
    from tsv import Table
    tables = {}
    for file in sorted(os.listdir(folder)):
        if not file.endswith(".tsv"):
            continue
        name = file[:-4]
        tables[name] = Table(os.path.join(folder, file))
        head = [l for l in open(os.path.join(folder, file), encoding="utf-8") if l.startswith("#")]
        check(tables[name].key or any(l.startswith("# order: ") for l in head), f"{file}: says neither key nor order")
        check(len(tables[name].rows) >= LEAST.get(name, 1), f"{file}: only {len(tables[name].rows)} rows")
        check_rows(tables[name], name)
    check_tags(tables["pool_tags"])
    check_wordings(tables["kernel_messages"], tables["log_messages"], tables["message_classes"])
    explained = [r for r in tables["own_codes"].rows if r["meaning"]]
    check(len(explained) >= 250, f"own_codes.tsv explains only {len(explained)} codes")
    known = {(r["family"], int(r["number"], 0)) for r in tables["codes"].rows}
    for row, number in zip(tables["own_codes"].rows, tables["own_codes"].lines):
        told = row["name"] or (row["family"], int(row["number"], 0)) in known or row["meaning"]
        check(told, f"own_codes.tsv:{number}: says nothing")
    for name in ("bugchecks", "bugcheck_values"):
        for row, number in zip(tables[name].rows, tables[name].lines):
            code = ("bugcheck", int(row["code"], 0))
            check(code in known or any((r["family"], int(r["number"], 0)) == code for r in tables["own_codes"].rows),
                  f"{name}.tsv:{number}: {row['code']} has no name")
    for row, number in zip(tables["event_providers"].rows, tables["event_providers"].lines):
        check(any(r["provider"].lower() == row["provider"].lower() for r in tables["events"].rows),
              f"event_providers.tsv:{number}: events.tsv has no {row['provider']}")
    modules = {r["module"] for r in tables["acronis_modules"].rows}
    for row, number in zip(tables["acronis_codes"].rows, tables["acronis_codes"].lines):
        check(row["module"] in modules, f"acronis_codes.tsv:{number}: no module {row['module']}")
    rows = sum(len(table.rows) for table in tables.values())
    print("\n".join(wrong))
    print(f"{max(rows - len(wrong), 0)} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
