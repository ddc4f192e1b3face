//! Dual: `π ← [π + α(Ax − c)]⁺` (Low and Lapsley 1999).

use super::{Heard, Law, Resource, Row, Told};

/// A price.
#[derive(Debug)]
pub struct Dual {
    step: f64,
    price: [f64; 1],
}

impl Dual {
    /// At price 0.
    pub fn new(step: f64) -> Self {
        Dual { step, price: [0.0] }
    }
}

impl Law for Dual {
    fn tell(&self, _: &Resource, row: &Row, _: &[f64], told: &mut [Told]) {
        tell_price(self.price[0], row, told);
    }

    fn hear(&mut self, resource: &Resource, row: &Row, heard: &Heard<'_>) {
        let step = resource.by_members.as_ref().map_or(self.step, |step| step.at(heard.present));
        let excess = row.used(resource, heard.x) - resource.capacity;
        self.price[0] = resource.sense.project(step.mul_add(excess, self.price[0]));
    }

    fn price(&self, _: &Resource, _: &Row, _: &[f64]) -> f64 {
        self.price[0]
    }

    fn shared(&mut self) -> &mut [f64] {
        &mut self.price
    }
}

/// Tells every entry one price.
pub fn tell_price(price: f64, row: &Row, told: &mut [Told]) {
    for (told, a) in told.iter_mut().zip(&row.coefficients) {
        *told = Told { price: a * price, ..Told::NOTHING };
    }
}
