//! One judge for every solver: the certified gap of a point and prices, computed here.

use crate::instances::{Instance, Utility};

/// U(x), without its weight.
fn utility(instance: &Instance, i: usize, x: f64) -> f64 {
    match instance.utility {
        Utility::Fair(1.0) => x.ln(),
        Utility::Fair(alpha) => x.powf(1.0 - alpha) / (1.0 - alpha),
        Utility::Square => -0.5 * (x - instance.target[i]).powi(2),
    }
}

/// The rate in `0 ..= most` that a source asks for at the price `q`.
fn demand(instance: &Instance, i: usize, q: f64, most: f64) -> f64 {
    let weight = instance.weight[i];
    let asked = match instance.utility {
        Utility::Fair(alpha) => (weight / q).powf(1.0 / alpha),
        Utility::Square => instance.target[i] - q / weight,
    };
    asked.clamp(0.0, most)
}

/// `(dual − U(x̃)) / max(1, |U|)`: x̃ is `x` drawn back until it is feasible, the dual is weak
/// duality at `prices` within the rates that the links allow. Infinite for x outside U's domain.
pub fn gap(instance: &Instance, x: &[f64], prices: &[f64]) -> f64 {
    let active = |i: usize| instance.weight[i] > 0.0;
    // A square is worth something at 0 too, and rounding below it is forgiven.
    let square = instance.utility == Utility::Square;
    if (0..x.len()).any(|i| x[i].is_nan() || x[i] <= 0.0 && active(i) && !square) {
        return f64::INFINITY;
    }
    let x: Vec<f64> = x.iter().map(|x| x.max(0.0)).collect();
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
    for (i, x) in x.iter().enumerate().filter(|(i, _)| active(*i)) {
        let (weight, route) = (instance.weight[i], instance.route(i));
        let over = |l: &u32| load[*l as usize] / instance.capacity[*l as usize];
        let worst = route.iter().map(over).fold(1.0, f64::max);
        value += weight * utility(instance, i, x / worst);
        let q: f64 = route.iter().map(|&l| price(l)).sum();
        let most =
            route.iter().map(|&l| instance.capacity[l as usize]).fold(f64::INFINITY, f64::min);
        let asked = demand(instance, i, q, most);
        dual += weight * utility(instance, i, asked) - q * asked;
    }
    let gap = (dual - value) / value.abs().max(1.0);
    if gap.is_nan() { f64::INFINITY } else { gap.max(0.0) }
}
