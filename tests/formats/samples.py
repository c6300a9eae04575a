"""For the scripts that write the binary files of worked cases: the builders of the formats' own samples, and a place to write to.

    from samples import Case, tool
"""
import importlib.util, os

HERE = os.path.dirname(os.path.abspath(__file__))


def tool(name):
    """tests/formats/NAME/make.py as a module."""
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), os.path.join(HERE, name, "make.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Case:
    """The case whose make.py this is."""

    def __init__(self, script):
        self.input = os.path.join(os.path.dirname(os.path.abspath(script)), "input")

    def write(self, name, data):
        with open(os.path.join(self.input, name), "wb") as f:
            f.write(data)
