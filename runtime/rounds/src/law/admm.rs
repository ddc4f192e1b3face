//! ADMM in sharing form (Boyd et al. 2011, 7.3): a copy z of each use, projected on the capacity.
//!
//! The projection moves all copies by one amount, which is the new scaled multiplier u: it is the same
//! for every user, and `ρu` is the price.

use super::{Heard, Law, Resource, Row, Told};

/// Copies and their multiplier.
#[derive(Debug)]
pub struct Admm {
    rho: f64,
    u: [f64; 1],
    copies: Vec<f64>,
}

impl Admm {
    /// Copies of what is used at `x`, at price 0.
    pub fn new(rho: f64, row: &Row, x: &[f64]) -> Self {
        let copies = row.coefficients.iter().zip(x).map(|(a, x)| a * x).collect();
        Admm { rho, u: [0.0], copies }
    }
}

impl Law for Admm {
    fn tell(&self, _: &Resource, row: &Row, _: &[f64], told: &mut [Told]) {
        let copies = row.coefficients.iter().zip(&self.copies);
        for (told, (a, copy)) in told.iter_mut().zip(copies) {
            let (pull, towards) = (self.rho * a * a, (copy - self.u[0]) / a);
            *told = Told { pull, towards, ..Told::NOTHING };
        }
    }

    fn hear(&mut self, resource: &Resource, row: &Row, heard: &Heard<'_>) {
        let count = row.coefficients.len().max(1) as f64;
        let excess = row.used(resource, heard.x) + count * self.u[0] - resource.capacity;
        let u = resource.sense.project(excess / count);
        for ((copy, a), x) in self.copies.iter_mut().zip(&row.coefficients).zip(heard.x) {
            *copy = a * x + self.u[0] - u;
        }
        self.u[0] = u;
    }

    fn price(&self, _: &Resource, _: &Row, _: &[f64]) -> f64 {
        self.rho * self.u[0]
    }

    fn shared(&mut self) -> &mut [f64] {
        &mut self.u
    }
}
