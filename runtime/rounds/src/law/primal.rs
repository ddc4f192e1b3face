//! Primal: every user has a part of the capacity, and parts move to whom a unit more is worth most.
//!
//! `y ← Π[y + aλ]` on `Σy = c`, where λ is the multiplier that a user reports for its part: the
//! derivative of its best utility in it.

use super::{Heard, Law, Resource, Row, Told};
use crate::project::share;

/// Parts, and what they were last said to be worth.
#[derive(Debug)]
pub struct Primal {
    step: f64,
    constant: bool,
    parts: Vec<f64>,
    worth: Vec<f64>,
}

impl Primal {
    /// Equal parts of what is left when everybody has its least.
    pub fn new(step: f64, constant: bool, resource: &Resource, row: &Row) -> Self {
        let mut parts = row.least.clone();
        share(&mut parts, &row.least, resource.sense.sign() * resource.capacity);
        let worth = vec![0.0; parts.len()];
        Primal { step, constant, parts, worth }
    }
}

impl Law for Primal {
    fn tell(&self, _: &Resource, row: &Row, _: &[f64], told: &mut [Told]) {
        for ((_, entries), part) in row.users.iter().zip(&self.parts) {
            if let Some(told) = told.get_mut(entries.clone()) {
                told.fill(Told { most: *part, ..Told::NOTHING });
            }
        }
    }

    fn hear(&mut self, resource: &Resource, row: &Row, heard: &Heard<'_>) {
        let slower = if self.constant { 1.0 } else { (heard.round as f64).sqrt() };
        let step = self.step / slower;
        for (part, worth) in self.parts.iter_mut().zip(heard.worth) {
            *part += step * worth;
        }
        share(&mut self.parts, &row.least, resource.sense.sign() * resource.capacity);
        self.worth.copy_from_slice(heard.worth);
    }

    /// The mean of what a unit is worth to those who have more than their least: at the optimum they
    /// agree.
    fn price(&self, resource: &Resource, row: &Row, _: &[f64]) -> f64 {
        let (mut sum, mut count, mut most) = (0.0, 0usize, 0.0f64);
        for ((worth, part), least) in self.worth.iter().zip(&self.parts).zip(&row.least) {
            most = most.max(*worth);
            if part > least {
                sum += worth;
                count += 1;
            }
        }
        resource.sense.sign() * if count == 0 { most } else { sum / count as f64 }
    }

    fn shared(&mut self) -> &mut [f64] {
        &mut self.parts
    }
}
