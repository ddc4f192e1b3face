share = cp.Variable(2, nonneg=True, name="share")
utility = cp.sum(-cp.multiply(share, cp.log(share)))
cp.Problem(cp.Maximize(utility), [cp.sum(share) <= 1]).solve()
