"""The model of `text.rs` as its user writes it for CVXPY: reads the tables of a folder, solves, prints.

    model.py FOLDER UTILITY TOLERANCE
"""

import csv
import json
import sys
from pathlib import Path

import cvxpy as cp
import numpy as np
import scipy.sparse as sp

folder, utility, tolerance = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])


def table(name):
    with open(folder / name, newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return list(rows)


sources, links = table("sources.csv"), table("links.csv")
column = {row[0]: i for i, row in enumerate(sources)}
row_of = {row[0]: i for i, row in enumerate(links)}
weight = np.array([float(row[1]) for row in sources])
target = np.array([float(row[2]) for row in sources])
capacity = np.array([float(row[1]) for row in links])
routes = [(row_of[link], column[source], float(a)) for link, source, a in table("routes.csv")]
at, on, value = zip(*routes)
A = sp.csr_matrix((value, (at, on)), shape=(len(capacity), len(weight)))

x = cp.Variable(len(weight), nonneg=True)
worth = {
    "log": lambda: weight @ cp.log(x),
    "reciprocal": lambda: -weight @ cp.inv_pos(x),
    "square": lambda: -0.5 * weight @ cp.square(x - target),
}[utility]()
problem = cp.Problem(cp.Maximize(worth), [A @ x <= capacity])
problem.solve(
    solver=cp.CLARABEL,
    max_threads=1,
    tol_gap_abs=tolerance,
    tol_gap_rel=tolerance,
    tol_feas=tolerance,
)
json.dump({"status": problem.status, "objective": float(problem.value)}, sys.stdout)
