//! Penalty: ascent on `U(x) + μ log(c − Ax)` by proximal gradient steps.
//!
//! The barrier is linearised where the users stand: its price is `π = μ/(c − Ax)`, and they are held there
//! by 1/s. A move d is admitted where it stays inside and the barrier B lies above its parabola,
//! `B(x + d) ≥ B(x) + ∇B·d − ‖d‖²/2s`: then the sum of utility and barriers does not fall (Beck and
//! Teboulle 2009). Otherwise s is halved, and the round moves nobody. After a move s may grow again.

use super::{Heard, Law, Resource, Row, Told};
use crate::problem::Use;

/// How much longer a step is tried after one that was admitted.
const GROWTH: f64 = 1.1;

/// A barrier and its step.
#[derive(Debug)]
pub struct Penalty {
    barrier: f64,
    step: f64,
}

impl Penalty {
    /// With a step that the first rounds cut to its size.
    pub fn new(barrier: f64) -> Self {
        Penalty { barrier, step: 1.0 }
    }

    /// c − Ax, counted so that it is above 0 inside.
    fn room(resource: &Resource, row: &Row, x: &[f64]) -> f64 {
        resource.sense.sign() * (resource.capacity - row.used(resource, x))
    }
}

/// Derivatives of the use in the row's entries.
fn slopes(resource: &Resource, row: &Row, x: &[f64]) -> Vec<f64> {
    match &resource.uses {
        Use::Affine(_) => row.coefficients.clone(),
        Use::Curved(curve) => curve.gradient(x),
    }
}

impl Law for Penalty {
    fn tell(&self, resource: &Resource, row: &Row, x: &[f64], told: &mut [Told]) {
        let price = self.price(resource, row, x);
        for (told, slope) in told.iter_mut().zip(slopes(resource, row, x)) {
            *told = Told { price: price * slope, hold: self.step.recip(), ..Told::NOTHING };
        }
    }

    fn admits(&mut self, resource: &Resource, row: &Row, before: &[f64], after: &[f64]) -> bool {
        let (old, new) = (Self::room(resource, row, before), Self::room(resource, row, after));
        let price = self.price(resource, row, before);
        let (mut along, mut length) = (0.0, 0.0);
        let moves = before.iter().zip(after).map(|(before, after)| after - before);
        for (slope, d) in slopes(resource, row, before).into_iter().zip(moves) {
            along -= price * slope * d;
            length += d * d;
        }
        let gain = self.barrier * (new / old).ln();
        // Near the optimum both sides are rounding alone.
        let rounding = f64::EPSILON * (along.abs() + self.barrier);
        let admitted = new > 0.0 && gain >= along - length / (2.0 * self.step) - rounding;
        self.step *= if admitted { GROWTH } else { 0.5 };
        admitted
    }

    fn hear(&mut self, _: &Resource, _: &Row, _: &Heard<'_>) {}

    fn price(&self, resource: &Resource, row: &Row, x: &[f64]) -> f64 {
        resource.sense.sign() * self.barrier / Self::room(resource, row, x)
    }

    fn shared(&mut self) -> &mut [f64] {
        &mut []
    }
}
