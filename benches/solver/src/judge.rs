//! One judge for every solver: the certified gap of a point and prices, computed here.

use crate::instances::Instance;

fn utility(alpha: f64, weight: f64, x: f64) -> f64 {
    if alpha == 1.0 { weight * x.ln() } else { weight * x.powf(1.0 - alpha) / (1.0 - alpha) }
}

/// `(dual − U(x̃)) / max(1, |U|)`: x̃ is `x` drawn back until it is feasible, the dual is weak
/// duality at `prices` within the rates that the links allow. Infinite for x ≤ 0.
pub fn gap(instance: &Instance, x: &[f64], prices: &[f64]) -> f64 {
    if x.iter().any(|x| *x <= 0.0) {
        return f64::INFINITY;
    }
    let mut load = vec![0.0; instance.capacity.len()];
    for (i, x) in x.iter().enumerate() {
        for &l in instance.route(i) {
            load[l as usize] += x;
        }
    }
    let price = |l: u32| prices[l as usize].max(0.0);
    let mut dual: f64 =
        (0..).zip(&instance.capacity).map(|(l, capacity)| price(l) * capacity).sum();
    let mut value = 0.0;
    for (i, x) in x.iter().enumerate() {
        let (alpha, weight, route) = (instance.alpha, instance.weight[i], instance.route(i));
        let over = |l: &u32| load[*l as usize] / instance.capacity[*l as usize];
        let worst = route.iter().map(over).fold(1.0, f64::max);
        value += utility(alpha, weight, x / worst);
        let q: f64 = route.iter().map(|&l| price(l)).sum();
        let most =
            route.iter().map(|&l| instance.capacity[l as usize]).fold(f64::INFINITY, f64::min);
        let asked = (weight / q).powf(1.0 / alpha).min(most);
        dual += utility(alpha, weight, asked) - q * asked;
    }
    let gap = (dual - value) / value.abs().max(1.0);
    if gap.is_nan() { f64::INFINITY } else { gap.max(0.0) }
}
