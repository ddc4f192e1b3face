"""One solver on one network: reads {"solver", "tolerance", "alpha", "start", "links", "weight",
"capacity"} as JSON from stdin, writes {"x", "prices", "seconds", "status", "iterations"} to stdout.

Seconds are CPU time from the arrays in memory to the answer. OSQP is not among the solvers: neither
the logarithm nor 1/x is a quadratic program.
"""

import json
import sys
import time

import numpy as np
import scipy.sparse as sp


def cvxpy(net, tolerance):
    """A model as its user writes it, canonicalised and solved through Clarabel."""
    import cvxpy as cp

    x = cp.Variable(len(net["w"]))
    utility = net["w"] @ (cp.log(x) if net["alpha"] == 1 else -cp.inv_pos(x))
    capacities = net["A"] @ x <= net["c"]
    problem = cp.Problem(cp.Maximize(utility), [capacities])
    options = {"tol_gap_abs": tolerance, "tol_gap_rel": tolerance, "tol_feas": tolerance}
    problem.solve(solver=cp.CLARABEL, max_threads=1, **options)
    return x.value, capacities.dual_value, problem.status, problem.solver_stats.num_iters


def cones(net, order):
    """min q'(x, t) with A x + s = c, s >= 0, and a cone of three rows for each source, whose parts
    of the logarithm (t, 1, x) stand in `order`."""
    n, m = len(net["w"]), len(net["c"])
    rows, columns, values, right = [], [], [], np.zeros(3 * n)
    i = np.arange(n)

    def put(part, column, value):
        rows.append(3 * i + part)
        columns.append(column)
        values.append(np.full(n, value))

    if net["alpha"] == 1:
        t, one, x = order
        put(t, n + i, -1.0)
        put(x, i, -1.0)
        right[one::3] = 1.0
        cost = np.concatenate([np.zeros(n), -net["w"]])
    else:  # t x >= 1
        put(0, n + i, -1.0)
        put(0, i, -1.0)
        put(1, n + i, -1.0)
        put(1, i, 1.0)
        right[2::3] = 2.0
        cost = np.concatenate([np.zeros(n), net["w"]])
    triplets = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    cone = sp.csc_matrix(triplets, shape=(3 * n, 2 * n))
    links = sp.hstack([net["A"], sp.csc_matrix((m, n))])
    return cost, sp.vstack([links, cone], format="csc"), np.concatenate([net["c"], right])


def ecos(net, tolerance):
    import ecos

    n, m = len(net["w"]), len(net["c"])
    # exp(v0/v2) <= v1/v2
    cost, G, h = cones(net, order=(0, 2, 1))
    dims = {"l": m, "q": [], "e": n} if net["alpha"] == 1 else {"l": m, "q": [3] * n, "e": 0}
    options = {"abstol": tolerance, "reltol": tolerance, "feastol": tolerance, "verbose": False}
    answer = ecos.solve(cost, G, h, dims, max_iters=500, **options)
    info = answer["info"]
    return answer["x"][:n], answer["z"][:m], info["infostring"], info["iter"]


def scs(net, tolerance):
    import scs

    n, m = len(net["w"]), len(net["c"])
    cost, A, b = cones(net, order=(0, 1, 2))
    cone = {"l": m, "ep": n} if net["alpha"] == 1 else {"l": m, "q": [3] * n}
    options = {"eps_abs": tolerance, "eps_rel": tolerance, "max_iters": 200000, "verbose": False}
    solver = scs.SCS({"A": A, "b": b, "c": cost}, cone, **options)
    answer = solver.solve()
    return answer["x"][:n], answer["y"][:m], answer["info"]["status"], answer["info"]["iter"]


def main():
    given = json.load(sys.stdin)
    start, links = np.array(given["start"]), np.array(given["links"])
    sources = np.repeat(np.arange(len(start) - 1), np.diff(start))
    shape = (len(given["capacity"]), len(start) - 1)
    net = {
        "A": sp.csc_matrix((np.ones(len(links)), (links, sources)), shape=shape),
        "c": np.array(given["capacity"]),
        "w": np.array(given["weight"]),
        "alpha": given["alpha"],
    }
    solver = {"cvxpy": cvxpy, "ecos": ecos, "scs": scs}[given["solver"]]
    # The first import is not the solver's work.
    __import__(given["solver"])
    begin = time.process_time()
    x, prices, status, iterations = solver(net, given["tolerance"])
    seconds = time.process_time() - begin
    answer = {"seconds": seconds, "status": str(status), "iterations": int(iterations)}
    answer["x"], answer["prices"] = list(map(float, x)), list(map(float, prices))
    json.dump(answer, sys.stdout)


main()
