rate = cp.Variable(pos=True, name="rate")
cp.Problem(cp.Maximize(cp.log(rate)), [rate < 8]).solve()
