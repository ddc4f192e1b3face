//! The scaled dual gradient with momentum.
//!
//! Steps are taken from a point ahead of the prices; the momentum is dropped, and the scale taken
//! anew, when it points uphill. The step is shortened until the quadratic model holds.

use super::{Demand, Network, Rounds};
use crate::network::first_prices;

/// Rounds after which the scale is taken anew whatever the momentum says.
const STALE: usize = 400;

pub(super) struct Accelerated {
    prices: Vec<f64>,
    ahead: Vec<f64>,
    demand: Demand,
    trial: Demand,
    scale: Vec<f64>,
    length: f64,
    momentum: f64,
    since: usize,
}

impl Accelerated {
    pub fn new(network: &Network<'_>) -> Self {
        let mut demand = Demand::new(network);
        let prices = first_prices(network);
        demand.answer(network, &prices);
        Accelerated {
            ahead: prices.clone(),
            prices,
            scale: demand.scale(network),
            trial: Demand::new(network),
            demand,
            length: 1.0,
            momentum: 1.0,
            since: 0,
        }
    }

    /// The next prices from `ahead`, by the longest step whose model holds.
    fn step(&mut self, network: &Network<'_>) -> Vec<f64> {
        let value = self.demand.answer(network, &self.ahead);
        let slope = |l: usize| self.demand.load[l] - network.capacity[l];
        let mut next = self.ahead.clone();
        for _ in 0..40 {
            let (mut linear, mut square) = (0.0, 0.0);
            for (l, next) in next.iter_mut().enumerate() {
                *next = (self.ahead[l] + self.length * slope(l) / self.scale[l]).max(0.0);
                let moved = *next - self.ahead[l];
                linear -= slope(l) * moved;
                square += self.scale[l] * moved * moved;
            }
            let reached = self.trial.answer(network, &next);
            if reached <= value + linear + square / (2.0 * self.length) + 1e-13 * value.abs() {
                break;
            }
            self.length *= 0.5;
        }
        next
    }
}

impl Rounds for Accelerated {
    fn round(&mut self, network: &Network<'_>) {
        let next = self.step(network);
        let uphill: f64 = (0..next.len())
            .map(|l| (network.capacity[l] - self.demand.load[l]) * (next[l] - self.prices[l]))
            .sum();
        self.since += 1;
        if uphill > 0.0 || self.since > STALE {
            (self.momentum, self.since, self.length) = (1.0, 0, 1.0);
            self.scale = self.trial.scale(network);
            self.ahead.copy_from_slice(&next);
        } else {
            let grown = 0.5 * (1.0 + (1.0 + 4.0 * self.momentum * self.momentum).sqrt());
            let carry = (self.momentum - 1.0) / grown;
            for l in 0..next.len() {
                self.ahead[l] = (next[l] + carry * (next[l] - self.prices[l])).max(0.0);
            }
            self.momentum = grown;
            self.length *= 1.02;
        }
        self.prices = next;
    }

    fn prices(&self) -> &[f64] {
        &self.prices
    }
}
