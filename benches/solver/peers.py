"""One solver on one network: reads {"solver", "tolerance", "utility", "start", "links", "weight",
"target", "capacity"} as JSON from stdin, writes {"x", "prices", "seconds", "mebibytes", "status",
"iterations"} to stdout.

Seconds are CPU time from the arrays in memory to the answer, mebibytes what the process grew by.
OSQP takes squares only: neither the logarithm nor 1/x is a quadratic program.
"""

import json
import resource
import sys
import time

import numpy as np
import scipy.sparse as sp


def cvxpy(net, tolerance):
    """A model as its user writes it, canonicalised and solved through Clarabel."""
    import cvxpy as cp

    x = cp.Variable(len(net["w"]), nonneg=True)
    utility = {
        "log": lambda: net["w"] @ cp.log(x),
        "reciprocal": lambda: -net["w"] @ cp.inv_pos(x),
        "square": lambda: -0.5 * net["w"] @ cp.square(x - net["d"]),
    }[net["utility"]]()
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

    if net["utility"] == "log":
        t, one, x = order
        put(t, n + i, -1.0)
        put(x, i, -1.0)
        right[one::3] = 1.0
        cost = np.concatenate([np.zeros(n), -net["w"]])
    elif net["utility"] == "square":  # 2 t >= (x - d)^2, with t + 1/2 >= |(t - 1/2, x - d)|
        put(0, n + i, -1.0)
        put(1, n + i, -1.0)
        put(2, i, -1.0)
        right[0::3], right[1::3], right[2::3] = 0.5, -0.5, -net["d"]
        cost = np.concatenate([np.zeros(n), net["w"]])
    else:  # t x >= 1
        put(0, n + i, -1.0)
        put(0, i, -1.0)
        put(1, n + i, -1.0)
        put(1, i, 1.0)
        right[2::3] = 2.0
        cost = np.concatenate([np.zeros(n), net["w"]])
    triplets = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    cone = sp.csc_matrix(triplets, shape=(3 * n, 2 * n))
    linear, limits = sp.hstack([net["A"], sp.csc_matrix((m, n))]), net["c"]
    if net["utility"] == "square":  # the others have x > 0 of their own
        linear = sp.vstack([linear, -sp.eye(n, 2 * n)])
        limits = np.concatenate([limits, np.zeros(n)])
    matrix = sp.vstack([linear, cone], format="csc")
    return cost, matrix, np.concatenate([limits, right]), len(limits)


def ecos(net, tolerance):
    import ecos

    n, m = len(net["w"]), len(net["c"])
    # exp(v0/v2) <= v1/v2
    cost, G, h, linear = cones(net, order=(0, 2, 1))
    dims = {"l": linear, "q": [], "e": n} if net["utility"] == "log" else {"l": linear, "q": [3] * n, "e": 0}
    options = {"abstol": tolerance, "reltol": tolerance, "feastol": tolerance, "verbose": False}
    answer = ecos.solve(cost, G, h, dims, max_iters=500, **options)
    info = answer["info"]
    return answer["x"][:n], answer["z"][:m], info["infostring"], info["iter"]


def scs(net, tolerance):
    import scs

    n, m = len(net["w"]), len(net["c"])
    cost, A, b, linear = cones(net, order=(0, 1, 2))
    cone = {"l": linear, "ep": n} if net["utility"] == "log" else {"l": linear, "q": [3] * n}
    options = {"eps_abs": tolerance, "eps_rel": tolerance, "max_iters": 200000, "verbose": False}
    solver = scs.SCS({"A": A, "b": b, "c": cost}, cone, **options)
    answer = solver.solve()
    return answer["x"][:n], answer["y"][:m], answer["info"]["status"], answer["info"]["iter"]


def osqp(net, tolerance):
    import osqp

    n, m = len(net["w"]), len(net["c"])
    A = sp.vstack([net["A"], sp.identity(n)], format="csc")
    low = np.concatenate([np.full(m, -np.inf), np.zeros(n)])
    high = np.concatenate([net["c"], np.full(n, np.inf)])
    solver = osqp.OSQP()
    options = {"eps_abs": tolerance, "eps_rel": tolerance, "max_iter": 200000, "verbose": False}
    solver.setup(sp.diags(net["w"], format="csc"), -net["w"] * net["d"], A, low, high, **options)
    answer = solver.solve()
    return answer.x, answer.y[:m], answer.info.status, answer.info.iter


def main():
    given = json.load(sys.stdin)
    start, links = np.array(given["start"]), np.array(given["links"])
    sources = np.repeat(np.arange(len(start) - 1), np.diff(start))
    shape = (len(given["capacity"]), len(start) - 1)
    net = {
        "A": sp.csc_matrix((np.ones(len(links)), (links, sources)), shape=shape),
        "c": np.array(given["capacity"]),
        "w": np.array(given["weight"]),
        "d": np.array(given["target"]),
        "utility": given["utility"],
    }
    solver = {"cvxpy": cvxpy, "ecos": ecos, "scs": scs, "osqp": osqp}[given["solver"]]
    # The first import is not the solver's work.
    __import__(given["solver"])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.process_time()
    x, prices, status, iterations = solver(net, given["tolerance"])
    seconds = time.process_time() - begin
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    answer = {"seconds": seconds, "mebibytes": grown, "status": str(status), "iterations": int(iterations)}
    answer["x"], answer["prices"] = list(map(float, x)), list(map(float, prices))
    json.dump(answer, sys.stdout)


main()
