rate = cp.Variable(3, bounds=[3, 10], name="rate")
problem = cp.Problem(cp.Maximize(cp.sum(cp.log(rate))), [cp.sum(rate) <= 8])
problem.solve()
print(problem.status)
