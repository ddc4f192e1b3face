rate = cp.Variable(pos=True, name="rate")
cp.Problem(cp.Maximize(cp.sqroot(rate)), [rate <= 8]).solve()
