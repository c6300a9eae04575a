"""Reads the data files of this folder.

A .tsv file: lines that begin with '#' are comments; the last of them before the first row names the columns
("# tag<TAB>owner ..."). Every other line is one row; cells missing at its end are empty. A cell may stand in double
quotes, so that blanks at its ends are seen; they are taken off. "# key: provider id, any case" names the columns
whose cells tell a row from all others, and by which the file is sorted.
"""
import sys


class Table:
    def __init__(self, path):
        self.path, self.columns, self.rows, self.lines = path, None, [], []
        self.key, self.any_case = [], False
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            line = line.rstrip("\n")
            if line.startswith("# key: "):
                names, _, case = line[7:].partition(", ")
                self.key, self.any_case = names.split(), case == "any case"
                continue
            if line.startswith("#"):
                if not self.rows and "\t" in line:
                    self.columns = [c.strip().split(" ")[0] for c in line[1:].split("\t")]
                continue
            if not line:
                continue
            cells = line.split("\t")
            if self.columns is None or len(cells) > len(self.columns):
                sys.exit(f"{path}:{number}: {len(cells)} cells under {len(self.columns or [])} columns")
            cells += [""] * (len(self.columns) - len(cells))
            cells = [c[1:-1] if len(c) > 1 and c[0] == c[-1] == "\"" and c.count("\"") == 2 else c for c in cells]
            self.rows.append(dict(zip(self.columns, cells)))
            self.lines.append(number)
        if self.columns is None:
            sys.exit(f"{path}: no line names the columns")

    def key_of(self, row):
        """What a look-up gives: the cells of the key with tabs between them."""
        text = "\t".join(row[c] for c in self.key)
        return text.lower() if self.any_case else text

    def fail(self, row, text):
        sys.exit(f"{self.path}:{self.lines[self.rows.index(row)]}: {text}")


def quoted(text):
    """A C string. Octal escapes end after three digits whatever follows; '?' could begin a trigraph."""
    out = []
    for byte in text.encode("utf-8"):
        c = chr(byte)
        out.append(c if 32 <= byte < 127 and c not in '"\\?' else "\\%03o" % byte)
    return '"' + "".join(out) + '"'


class Blob:
    """Texts laid end to end, each ended by NUL and told by where it begins: no pointers to relocate at start."""

    def __init__(self):
        self.at, self.data = {"": 0}, bytearray(b"\0")

    def put(self, text):
        if text not in self.at:
            self.at[text] = len(self.data)
            self.data += text.encode("utf-8") + b"\0"
        return self.at[text]

    def write(self, out, name):
        """As numbers: compilers need not take string literals longer than 4095 bytes."""
        out.write(f"{name} = {{\n")
        for i in range(0, len(self.data), 24):
            out.write("    " + ", ".join(str(b if b < 128 else b - 256) for b in self.data[i:i + 24]) + ",\n")
        out.write("};\n")
