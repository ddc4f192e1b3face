"""What CVXPY prints for the mistake of each `NN_*.py` here: written beside it as `NN_*.txt`.

Run by `book/compared/run`, which gets CVXPY from PyPI.
"""

import contextlib
import io
import pathlib
import warnings

import cvxpy as cp
import numpy as np

warnings.simplefilter("ignore")


def said(code):
    """What running the code prints; of an exception, what Python prints last."""
    output = io.StringIO()
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            exec(code, {"cp": cp, "np": np})
    except Exception as error:
        kind = type(error)
        module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
        output.write(f"{module}{kind.__qualname__}: {error}")
    lines = (line.rstrip() for line in output.getvalue().strip().splitlines())
    return "\n".join(lines) + "\n"


here = pathlib.Path(__file__).parent
(here / "version.txt").write_text(cp.__version__ + "\n")
for path in sorted(here.glob("[0-9]*.py")):
    path.with_suffix(".txt").write_text(said(path.read_text()))
