rate = cp.Variable(pos=True, name="rate")
cp.Problem(cp.Maximize(cp.log(rate)), [2 <= rate <= 8]).solve()
