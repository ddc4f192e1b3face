//! Consensus: each user keeps a copy of the price, averages it with its peers' copies and moves it by its
//! own excess over an equal part of the capacity (Nedić and Ozdaglar 2009).

use super::{Heard, Law, Resource, Row, Told};
use crate::problem::Peers;

/// A copy of the price at each user.
#[derive(Debug)]
pub struct Consensus {
    step: f64,
    peers: Peers,
    prices: Vec<f64>,
}

impl Consensus {
    /// Copies at price 0.
    pub fn new(step: f64, peers: Peers, users: usize) -> Self {
        Consensus { step, peers, prices: vec![0.0; users] }
    }

    /// Wπ with Metropolis weights `1/(1 + max(d_i, d_j))` (Xiao and Boyd 2004).
    fn mixed(&self) -> Vec<f64> {
        let count = self.prices.len();
        // In a ring of three everybody is everybody's neighbour.
        if self.peers == Peers::All || count <= 3 {
            let mean = self.prices.iter().sum::<f64>() / count.max(1) as f64;
            return vec![mean; count];
        }
        let at = |place: usize| self.prices.get(place % count).copied().unwrap_or(0.0);
        (0..count).map(|k| (at(k + count - 1) + at(k) + at(k + 1)) / 3.0).collect()
    }
}

impl Law for Consensus {
    fn tell(&self, _: &Resource, row: &Row, _: &[f64], told: &mut [Told]) {
        for ((_, entries), price) in row.users.iter().zip(&self.prices) {
            for at in entries.clone() {
                told[at] = Told { price: row.coefficients[at] * price, ..Told::NOTHING };
            }
        }
    }

    fn hear(&mut self, resource: &Resource, row: &Row, heard: &Heard<'_>) {
        let part = resource.capacity / self.prices.len().max(1) as f64;
        let moved = self.mixed().into_iter().enumerate().map(|(user, price)| {
            let excess = row.used_by(user, heard.x) - part;
            resource.sense.project(self.step.mul_add(excess, price))
        });
        self.prices = moved.collect();
    }

    fn price(&self, _: &Resource, _: &Row, _: &[f64]) -> f64 {
        self.prices.iter().sum::<f64>() / self.prices.len().max(1) as f64
    }

    fn shared(&mut self) -> &mut [f64] {
        &mut self.prices
    }
}
