"""CVXPY's side of `benches/run front`: does a stage for each line of standard input, answers with JSON.

A stage is timed here, without the pipe. Expressions are built anew for each repetition: CVXPY keeps
what it has once found out about one.
"""

import json
import sys
import time

import cvxpy as cp
import numpy as np

SIGNS = {"unknown": {}, "nonneg": {"nonneg": True}, "nonpos": {"nonpos": True}}
FORMS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": cp.multiply,
    "div": lambda a, b: a / b,
    "neg_": lambda a: -a,
    "hstack": lambda *parts: cp.hstack(parts),
    "inv_prod": lambda a: cp.inv_prod(a),
    "index": lambda a, at: a[at],
    "dot": lambda a, b: cp.sum(cp.multiply(a, b)),
    "wgeo_mean": cp.geo_mean,
}


def leaves(named):
    """Variables and parameters by their names in the corpus."""
    made = {}
    for name, sign in named.items():
        kind = cp.Parameter if name[0] in "pq" else cp.Variable
        shape = 3 if name[0] in "vq" else ()
        made[name] = kind(shape, **SIGNS[sign])
    return made


def build(expr, known):
    """The CVXPY expression of a prefix form."""
    head, *rest = expr
    if head in ("var", "param"):
        return known[rest[0]]
    if head == "const":
        return cp.Constant(rest[0])
    if head == "cvec":
        return cp.Constant(np.array(rest[0], dtype=float))
    is_expr = lambda part: isinstance(part, list) and isinstance(part[0], str)
    parts = [build(part, known) if is_expr(part) else part for part in rest]
    if head in FORMS:
        return FORMS[head](*parts)
    return getattr(cp, head)(*parts)


def count(expr):
    """Nodes of a CVXPY expression."""
    return 1 + sum(count(part) for part in expr.args)


def rules(corpus):
    """Building, then curvature and sign, of every expression of the corpus."""
    known = leaves(corpus["leaves"])
    start = time.perf_counter()
    built = [build(expr, known) for expr in corpus["expressions"]]
    middle = time.perf_counter()
    for expr in built:
        expr.curvature
        expr.sign
    end = time.perf_counter()
    return {
        "nodes": sum(count(expr) for expr in built),
        "build": middle - start,
        "rules": end - middle,
    }


def verdict(items):
    """The problem of `generated` in `verdict.rs`: built, then asked whether it is disciplined."""
    count = items // 4
    start = time.perf_counter()
    x = [cp.Variable(bounds=[0, 100]) for _ in range(count)]
    capacity = [10 + i % 13 for i in range(count)]
    resources = [
        2 * x[i] + 3 * x[(i + 1) % count] + x[(i + 7) % count] <= capacity[i] for i in range(count)
    ]
    # Adding term by term takes quadratic time; this is the fast way to write it.
    utility = cp.sum(cp.hstack([(1 + i % 7) * cp.log(1 + x[i]) for i in range(count)]))
    problem = cp.Problem(cp.Maximize(utility), resources)
    middle = time.perf_counter()
    accepted = problem.is_dcp()
    end = time.perf_counter()
    return {"accepted": accepted, "build": middle - start, "check": end - middle}


def main():
    corpus = json.load(open(sys.argv[1], encoding="utf-8"))
    print(json.dumps({"version": cp.__version__}), flush=True)
    for line in sys.stdin:
        stage, *rest = line.split()
        answer = rules(corpus) if stage == "rules" else verdict(int(rest[0]))
        print(json.dumps(answer), flush=True)


main()
