rate = cp.Variable(nonneg=True, name="rate")
share = cp.Variable(nonneg=True, name="share")
utility = rate * share - 0.1 * rate
cp.Problem(cp.Maximize(utility), [rate <= 8, share <= 1]).solve()
