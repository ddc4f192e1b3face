wait = cp.Variable(pos=True, name="wait")  # seconds
buffer = cp.Variable(pos=True, name="buffer")  # bytes
problem = cp.Problem(cp.Maximize(cp.log(wait) + cp.log(buffer)), [wait + buffer <= 1])
problem.solve()
print(problem.status)
