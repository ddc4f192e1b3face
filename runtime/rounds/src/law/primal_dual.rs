//! Primal-dual hybrid gradient: `π ← [π + σ(A(2x⁺ − x) − c)]⁺` (Chambolle and Pock 2011).
//!
//! The agents' part, `x ← prox(x − τAᵀπ)`, is their own: they are held by 1/τ where they stand.

use super::dual::tell_price;
use super::{Heard, Law, Resource, Row, Told};

/// A price, and the use of the round before.
#[derive(Debug)]
pub struct PrimalDual {
    sigma: f64,
    price: [f64; 1],
    used: f64,
}

impl PrimalDual {
    /// At price 0.
    pub fn new(sigma: f64, used: f64) -> Self {
        PrimalDual { sigma, price: [0.0], used }
    }
}

impl Law for PrimalDual {
    fn tell(&self, _: &Resource, row: &Row, _: &[f64], told: &mut [Told]) {
        tell_price(self.price[0], row, told);
    }

    fn hear(&mut self, resource: &Resource, row: &Row, heard: &Heard<'_>) {
        let used = row.used(resource, heard.x);
        let ahead = 2.0 * used - self.used;
        let moved = self.sigma.mul_add(ahead - resource.capacity, self.price[0]);
        self.price[0] = resource.sense.project(moved);
        self.used = used;
    }

    fn price(&self, _: &Resource, _: &Row, _: &[f64]) -> f64 {
        self.price[0]
    }

    fn shared(&mut self) -> &mut [f64] {
        &mut self.price
    }
}
