x = cp.Variable(name="x")
target = 2
utility = -3 * (x - target) * (x - target)
cp.Problem(cp.Maximize(utility), [x <= 8]).solve()
