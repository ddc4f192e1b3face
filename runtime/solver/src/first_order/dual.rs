//! `π ← [π + γ (A x(π) − c) / h]⁺`: dual ascent with one step for each link.
//!
//! h bounds the dual's curvature where it stands; γ is halved whenever the dual function would
//! rise, so that it never does, and grows again slowly.

use super::{Demand, Network, Rounds};
use crate::network::first_prices;

pub(super) struct Dual {
    prices: Vec<f64>,
    demand: Demand,
    value: f64,
    length: f64,
}

impl Dual {
    pub fn new(network: &Network<'_>) -> Self {
        let mut demand = Demand::new(network);
        let prices = first_prices(network);
        let value = demand.answer(network, &prices);
        Dual { prices, demand, value, length: 1.0 }
    }
}

impl Rounds for Dual {
    fn round(&mut self, network: &Network<'_>) {
        let scale = self.demand.scale(network);
        let excess: Vec<f64> =
            self.demand.load.iter().zip(&network.capacity).map(|(load, c)| load - c).collect();
        for _ in 0..40 {
            let step = |l: usize| (self.prices[l] + self.length * excess[l] / scale[l]).max(0.0);
            let next: Vec<f64> = (0..excess.len()).map(step).collect();
            let value = self.demand.answer(network, &next);
            if value <= self.value + 1e-14 * self.value.abs() {
                (self.prices, self.value) = (next, value);
                self.length = (1.1 * self.length).min(1.0);
                return;
            }
            self.length *= 0.5;
        }
        self.demand.answer(network, &self.prices);
    }

    fn prices(&self) -> &[f64] {
        &self.prices
    }
}
