//! Primal-dual hybrid gradient: `x⁺ = prox_τU(x − τ Aᵀπ)`, `π⁺ = [π + σ (A (2x⁺ − x) − c)]⁺`.
//!
//! With `τ_i = t_i / Σ_l a_li` and `σ_l = 1 / Σ_i a_li t_i` the condition `‖σ^½ A τ^½‖ ≤ 1` holds for
//! every t > 0 (Pock and Chambolle 2011, lemma 2). t follows the sources' response, and is taken anew
//! with the average of the rounds so far, if that is better, at ever rarer restarts.

use super::{Demand, Network, Rounds};
use crate::network::first_prices;

/// Rounds before the first restart; each later one doubles, up to the last.
const RESTARTS: (usize, usize) = (20, 320);

pub(super) struct PrimalDual {
    x: Vec<f64>,
    prices: Vec<f64>,
    sum: Vec<f64>,
    tau: Vec<f64>,
    sigma: Vec<f64>,
    demand: Demand,
    made: usize,
    until: usize,
}

impl PrimalDual {
    pub fn new(network: &Network<'_>) -> Self {
        let prices = first_prices(network);
        let (sources, links) = (network.sources.count(), network.links.count());
        let mut method = PrimalDual {
            x: vec![0.0; sources],
            sum: vec![0.0; links],
            tau: vec![0.0; sources],
            sigma: vec![0.0; links],
            demand: Demand::new(network),
            made: 0,
            until: RESTARTS.0,
            prices,
        };
        method.restart(network);
        method
    }

    /// Starts anew from the better of the last and the average prices.
    fn restart(&mut self, network: &Network<'_>) {
        if self.made > 0 {
            let average: Vec<f64> = self.sum.iter().map(|sum| sum / self.made as f64).collect();
            let there = self.demand.answer(network, &average);
            if there < self.demand.answer(network, &self.prices) {
                self.prices = average;
            }
        }
        self.demand.answer(network, &self.prices);
        self.x.copy_from_slice(&self.demand.x);
        let mut length = vec![0.0; self.x.len()];
        for (i, length) in length.iter_mut().enumerate() {
            let whole: f64 = network.links.route(i).map(|(_, a)| a).sum();
            *length = network.sources.fall(i, self.x[i]).clamp(1e-100, 1e100);
            self.tau[i] = *length / whole.max(f64::MIN_POSITIVE);
        }
        network.links.loads(&length, &mut self.sigma);
        for sigma in &mut self.sigma {
            *sigma = 1.0 / sigma.max(f64::MIN_POSITIVE);
        }
        self.sum.fill(0.0);
        self.made = 0;
    }
}

impl Rounds for PrimalDual {
    fn round(&mut self, network: &Network<'_>) {
        let Demand { q, x: beyond, load } = &mut self.demand;
        network.links.route_prices(&self.prices, q);
        for i in 0..self.x.len() {
            let from = self.x[i] - self.tau[i] * q[i];
            let next = network.sources.prox(i, from, self.tau[i], self.x[i]);
            beyond[i] = 2.0 * next - self.x[i];
            self.x[i] = next;
        }
        network.links.loads(beyond, load);
        for l in 0..self.prices.len() {
            let step = 0.99 * self.sigma[l] * (load[l] - network.capacity[l]);
            self.prices[l] = (self.prices[l] + step).max(0.0);
            self.sum[l] += self.prices[l];
        }
        self.made += 1;
        if self.made == self.until {
            self.until = (2 * self.until).min(RESTARTS.1);
            self.restart(network);
        }
    }

    fn prices(&self) -> &[f64] {
        &self.prices
    }
}
