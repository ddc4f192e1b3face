weight = cp.Parameter(2, nonneg=True, name="weight")
rate = cp.Variable(2, pos=True, name="rate")
utility = cp.sum(cp.multiply(weight, cp.log(rate)))
cp.Problem(cp.Maximize(utility), [cp.sum(rate) <= 8]).solve()
