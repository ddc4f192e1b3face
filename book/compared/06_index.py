weight = np.array([1, 2])
rate = cp.Variable(3, pos=True, name="rate")
utility = cp.sum(cp.multiply(weight, cp.log(rate)))
cp.Problem(cp.Maximize(utility), [cp.sum(rate) <= 8]).solve()
