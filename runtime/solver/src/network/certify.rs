//! A feasible point, an upper bound, and the gap between them.

use super::Network;

/// Values this close, relative to their size, are the same.
const ROUNDING: f64 = 1e-14;

/// A point and prices with what they prove.
#[derive(Clone, Debug)]
pub(crate) struct Certified {
    /// A feasible point.
    pub x: Vec<f64>,
    /// Its utility.
    pub value: f64,
    /// Prices ≥ 0.
    pub prices: Vec<f64>,
    /// Upper bound on the utility of every feasible point, by weak duality at `prices`.
    pub bound: f64,
}

impl Certified {
    /// Relative duality gap.
    pub fn gap(&self) -> f64 {
        ((self.bound - self.value) / self.value.abs().max(1.0)).max(0.0)
    }

    /// The better point and the better bound of the two; within rounding, the `other`.
    pub fn join(&mut self, other: Certified) {
        if other.value >= self.value - ROUNDING * self.value.abs() {
            (self.x, self.value) = (other.x, other.value);
        }
        if other.bound <= self.bound + ROUNDING * self.bound.abs() {
            (self.prices, self.bound) = (other.prices, other.bound);
        }
    }
}

/// Certifies what `x` (whose loads are `load`) and `prices` (whose routes cost `q`) are worth.
///
/// Each source is drawn towards its lower end by the overload of its worst link, which is feasible
/// since loads only fall. The bound lets each source choose freely within the rates that its links
/// allow at most: every feasible point is within them.
pub(crate) fn certify(
    network: &Network<'_>,
    x: &[f64],
    load: &[f64],
    prices: &[f64],
    q: &[f64],
) -> Certified {
    let sources = &network.sources;
    let over = |l: usize| (1.0 + (load[l] - network.capacity[l]) / network.room[l]).max(1.0);
    let excess: Vec<f64> = (0..load.len()).map(over).collect();
    let pairs = prices.iter().zip(&network.capacity);
    let mut bound: f64 = pairs.map(|(price, capacity)| price * capacity).sum();
    let mut value = 0.0;
    let mut feasible = Vec::with_capacity(x.len());
    for (i, &x) in x.iter().enumerate() {
        let lo = sources.lo[i];
        let worst = network.links.route(i).map(|(l, _)| excess[l]).fold(1.0, f64::max);
        let rate = (lo + (x - lo) / worst).clamp(lo, sources.most[i].max(lo));
        value += sources.value(i, rate);
        feasible.push(rate);
        let asked = sources.demand(i, q[i], sources.most[i]);
        bound += sources.value(i, asked) - q[i] * asked;
    }
    Certified { x: feasible, value, prices: prices.to_vec(), bound }
}

/// What a source would still gain per unit where a bound of its own stops it.
pub(crate) fn reduced_costs(network: &Network<'_>, prices: &[f64]) -> Vec<f64> {
    let sources = &network.sources;
    let mut q = vec![0.0; sources.count()];
    network.links.route_prices(prices, &mut q);
    let cost = |(i, &q): (usize, &f64)| {
        let (lo, hi) = (sources.lo[i], sources.hi[i]);
        let x = sources.demand(i, q, hi);
        if x > lo && x < hi { 0.0 } else { sources.slope(i, x) - q }
    };
    q.iter().enumerate().map(cost).collect()
}
