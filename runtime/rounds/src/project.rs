//! The nearest shares of a capacity.

/// Moves `y` to the nearest point with `Σ y = total` and `y ≥ least`: all shares fall or rise by one
/// amount, those at their least stay there. Without room for the least shares they are what is left.
pub fn share(y: &mut [f64], least: &[f64], total: f64) {
    let spare = total - least.iter().sum::<f64>();
    for (y, least) in y.iter_mut().zip(least) {
        *y -= least;
    }
    // Held, Wolfe, Crowder 1974: the amount is that of the largest shares that stay above their least.
    let mut sorted: Vec<f64> = y.to_vec();
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    let (mut sum, mut fall) = (0.0, 0.0);
    for (at, value) in sorted.iter().enumerate() {
        sum += value;
        let next = (sum - spare.max(0.0)) / (at + 1) as f64;
        if at > 0 && *value <= next {
            break;
        }
        fall = next;
    }
    for (y, least) in y.iter_mut().zip(least) {
        *y = (*y - fall).max(0.0) + least;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::share;

    proptest! {
        /// The projection's optimality: Σ (y − p)(q − p) ≤ 0 for every feasible q; here q is a share
        /// that gives all that is spare to one user.
        #[test]
        fn shares_are_the_nearest(
            users in prop::collection::vec((-5.0f64..5.0, 0.0f64..1.0), 1..8),
            spare in 0.0f64..10.0,
        ) {
            let (y, least): (Vec<f64>, Vec<f64>) = users.into_iter().unzip();
            let total = least.iter().sum::<f64>() + spare;
            let mut p = y.clone();
            share(&mut p, &least, total);
            prop_assert!((p.iter().sum::<f64>() - total).abs() < 1e-9);
            prop_assert!(p.iter().zip(&least).all(|(p, least)| p >= least));
            for all in 0..y.len() {
                let q = |at: usize| least[at] + if at == all { spare } else { 0.0 };
                let turn: f64 = (0..y.len()).map(|at| (y[at] - p[at]) * (q(at) - p[at])).sum();
                prop_assert!(turn <= 1e-9, "{turn}");
            }
        }
    }
}
