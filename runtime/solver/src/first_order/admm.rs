//! Alternating directions: each source holds a rate, each of its links a copy of it.
//!
//! Sources maximise `U(x) − Σ_l λ_l x − ρ/2 Σ_l (x − z_l)²`, links project the copies onto their
//! capacity, and the multiplier λ of a copy is the price of its link times its coefficient. Over-
//! relaxed by 1.6; ρ follows the curvature of the sources for the first rounds and then stays, as
//! the proof of convergence wants it.

use super::{Demand, Network, Rounds};
use crate::network::first_prices;

/// Over-relaxation.
const BEYOND: f64 = 1.6;
/// Rounds in which ρ is still fitted, and how often.
const FITTED: (usize, usize) = (400, 40);

pub(super) struct Admm {
    prices: Vec<f64>,
    x: Vec<f64>,
    /// Copies and multipliers, route after route.
    copy: Vec<f64>,
    multiplier: Vec<f64>,
    rho: Vec<f64>,
    /// Σ a²/ρ over the sources of each link.
    give: Vec<f64>,
    made: usize,
}

impl Admm {
    pub fn new(network: &Network<'_>) -> Self {
        let mut demand = Demand::new(network);
        let prices = first_prices(network);
        demand.answer(network, &prices);
        let routes =
            || (0..demand.x.len()).flat_map(|i| network.links.route(i).map(move |r| (i, r)));
        let copy = routes().map(|(i, _)| demand.x[i]).collect();
        let multiplier = routes().map(|(_, (l, a))| prices[l] * a).collect();
        let sources = demand.x.len();
        Admm {
            copy,
            multiplier,
            x: demand.x,
            rho: vec![1.0; sources],
            give: vec![0.0; prices.len()],
            prices,
            made: 0,
        }
    }

    fn fit(&mut self, network: &Network<'_>) {
        self.give.fill(0.0);
        for i in 0..self.x.len() {
            let hops = network.links.route(i).len().max(1) as f64;
            let curvature = 1.0 / network.sources.fall(i, self.x[i]).max(f64::MIN_POSITIVE);
            self.rho[i] = (2.0 * curvature / hops).clamp(1e-9, 1e12);
            for (l, a) in network.links.route(i) {
                self.give[l] += a * a / self.rho[i];
            }
        }
    }
}

impl Rounds for Admm {
    fn round(&mut self, network: &Network<'_>) {
        if self.made < FITTED.0 && self.made.is_multiple_of(FITTED.1) {
            self.fit(network);
        }
        self.made += 1;
        let mut excess: Vec<f64> = network.capacity.iter().map(|capacity| -capacity).collect();
        let mut at = 0;
        for i in 0..self.x.len() {
            let (rho, hops) = (self.rho[i], network.links.route(i).len());
            let mine = at..at + hops;
            at += hops;
            let own: f64 =
                mine.clone().map(|e| self.copy[e] - self.multiplier[e] / rho).sum::<f64>();
            let count = hops as f64;
            self.x[i] = match hops {
                0 => network.sources.demand(i, 0.0, network.sources.most[i]),
                _ => network.sources.prox(i, own / count, 1.0 / (rho * count), self.x[i]),
            };
            for (e, (l, a)) in mine.zip(network.links.route(i)) {
                let relaxed = BEYOND * self.x[i] + (1.0 - BEYOND) * self.copy[e];
                self.copy[e] = relaxed + self.multiplier[e] / rho;
                excess[l] += a * self.copy[e];
            }
        }
        for (l, price) in self.prices.iter_mut().enumerate() {
            *price = (excess[l] / self.give[l].max(f64::MIN_POSITIVE)).max(0.0);
        }
        let mut at = 0;
        for i in 0..self.x.len() {
            for (l, a) in network.links.route(i) {
                self.multiplier[at] = a * self.prices[l];
                self.copy[at] -= self.multiplier[at] / self.rho[i];
                at += 1;
            }
        }
    }

    fn prices(&self) -> &[f64] {
        &self.prices
    }
}
