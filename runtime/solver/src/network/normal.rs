//! The linear system of a Newton step, `(A diag(fall) Aᵀ + diag(extra)) step = right`.

use super::Links;
use super::envelope::Envelope;
use super::pcg::Pcg;

/// Solves it by what is cheaper for these links.
pub(crate) enum Normal {
    Factors(Envelope),
    Products { pcg: Pcg, extra: Vec<f64>, diagonal: Vec<f64> },
}

/// Most products of one solution.
const PRODUCTS: usize = 1000;

impl Normal {
    pub fn new(links: &Links) -> Self {
        let count = links.count();
        match Envelope::find(links) {
            Some(envelope) => Normal::Factors(envelope),
            None => Normal::Products {
                pcg: Pcg::new(count),
                extra: vec![0.0; count],
                diagonal: vec![0.0; count],
            },
        }
    }

    /// Sets the numbers of the system.
    pub fn prepare(&mut self, links: &Links, fall: &[f64], new: &[f64]) {
        match self {
            Normal::Factors(envelope) => envelope.factor(links, fall, new),
            Normal::Products { extra, diagonal, .. } => {
                extra.copy_from_slice(new);
                links.normal_diagonal(fall, diagonal);
                for (diagonal, extra) in diagonal.iter_mut().zip(extra) {
                    *diagonal += *extra;
                }
            }
        }
    }

    /// Solves to the relative `accuracy`; `onwards` starts at the given `step`, which must be the
    /// last solution, else at 0.
    pub fn solve(
        &mut self,
        links: &Links,
        fall: &[f64],
        right: &[f64],
        step: &mut [f64],
        accuracy: f64,
        onwards: bool,
    ) {
        let (pcg, extra, diagonal) = match self {
            Normal::Factors(envelope) => return envelope.solve(right, step),
            Normal::Products { pcg, extra, diagonal } => (pcg, &*extra, &*diagonal),
        };
        if !onwards {
            step.fill(0.0);
        }
        let product = |v: &[f64], y: &mut [f64]| {
            links.normal_product(fall, v, y);
            for ((y, extra), v) in y.iter_mut().zip(extra).zip(v) {
                *y += extra * v;
            }
        };
        pcg.solve(product, diagonal, right, step, accuracy, PRODUCTS);
    }
}
