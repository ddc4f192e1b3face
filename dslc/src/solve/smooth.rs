//! Terms of one variable as one smooth function.

use std::sync::Arc;

use dslc_solver::Smooth;

use crate::instance::Application;
use crate::instance::numeric::{Jet, Real};

/// `Σ weight · atom` of one column.
#[derive(Debug)]
pub struct OneColumn {
    /// The column.
    pub column: usize,
    /// The column's bounds, on which the sum is concave.
    pub domain: (f64, f64),
    /// Weights and atoms.
    pub terms: Vec<(f64, Arc<Application>)>,
}

impl OneColumn {
    fn jet(&self, s: f64) -> Jet {
        let zero = Jet::affine(0.0, vec![0.0]);
        self.terms.iter().fold(zero, |sum, (weight, atom)| {
            sum.plus(&atom.jet(&[self.column], &[s]).scaled(*weight))
        })
    }
}

impl Smooth for OneColumn {
    fn name(&self) -> &str {
        "a function of one variable"
    }

    fn domain(&self) -> (f64, f64) {
        self.domain
    }

    fn value(&self, s: f64) -> f64 {
        let term = |(weight, atom): &(f64, Arc<Application>)| weight * atom.at(&0.0, &|_| s);
        self.terms.iter().map(term).sum()
    }

    fn slope(&self, s: f64) -> f64 {
        self.jet(s).gradient().first().copied().unwrap_or(0.0)
    }

    fn curvature(&self, s: f64) -> f64 {
        // Rounding may leave the least bit above 0 where the curvature vanishes.
        self.jet(s).hessian().first().copied().unwrap_or(0.0).min(0.0)
    }
}
