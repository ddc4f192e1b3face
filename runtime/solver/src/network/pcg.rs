//! Preconditioned conjugate gradients for the Newton step in the prices.

use super::Links;

/// Vectors that are reused from step to step.
pub(crate) struct Pcg {
    residual: Vec<f64>,
    scaled: Vec<f64>,
    direction: Vec<f64>,
    product: Vec<f64>,
}

impl Pcg {
    pub fn new(links: usize) -> Self {
        let zeros = || vec![0.0; links];
        Pcg { residual: zeros(), scaled: zeros(), direction: zeros(), product: zeros() }
    }

    /// Solves `(A diag(fall) Aᵀ + diag(extra)) step = right` to the relative accuracy `accuracy`
    /// in the norm of the preconditioner, which is the matrix's own `diagonal`. Returns the number
    /// of products.
    #[allow(clippy::too_many_arguments, reason = "the parts of one linear system")]
    pub fn solve(
        &mut self,
        links: &Links,
        fall: &[f64],
        extra: &[f64],
        diagonal: &[f64],
        right: &[f64],
        step: &mut [f64],
        accuracy: f64,
        most: usize,
    ) -> usize {
        step.fill(0.0);
        self.residual.copy_from_slice(right);
        for j in 0..right.len() {
            self.scaled[j] = right[j] / diagonal[j];
        }
        self.direction.copy_from_slice(&self.scaled);
        let mut norm = dot(&self.residual, &self.scaled);
        let enough = norm * accuracy * accuracy;
        for products in 0..most {
            if norm <= enough || norm == 0.0 {
                return products;
            }
            links.normal_product(fall, &self.direction, &mut self.product);
            for ((product, extra), v) in self.product.iter_mut().zip(extra).zip(&self.direction) {
                *product += extra * v;
            }
            let curvature = dot(&self.direction, &self.product);
            if curvature <= 0.0 || curvature.is_nan() {
                return products;
            }
            let length = norm / curvature;
            let mut next = 0.0;
            for j in 0..step.len() {
                step[j] += length * self.direction[j];
                let residual = self.residual[j] - length * self.product[j];
                self.residual[j] = residual;
                let scaled = residual / diagonal[j];
                self.scaled[j] = scaled;
                next += residual * scaled;
            }
            let turn = next / norm;
            norm = next;
            for (v, scaled) in self.direction.iter_mut().zip(&self.scaled) {
                *v = scaled + turn * *v;
            }
        }
        most
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
