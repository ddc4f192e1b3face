//! Preconditioned conjugate gradients.

/// Vectors that are reused from solution to solution.
pub(crate) struct Pcg {
    residual: Vec<f64>,
    scaled: Vec<f64>,
    direction: Vec<f64>,
    product: Vec<f64>,
}

impl Pcg {
    pub fn new(size: usize) -> Self {
        let zeros = || vec![0.0; size];
        Pcg { residual: zeros(), scaled: zeros(), direction: zeros(), product: zeros() }
    }

    /// Solves `M x = right` from `x` on, where `multiply(v, y)` sets `y ← M v`, M is symmetric
    /// positive definite, and its `diagonal` is the preconditioner. Stops when the residual is
    /// `accuracy` times the right side in the preconditioner's norm, or after `most` products;
    /// returns how many it took.
    pub fn solve(
        &mut self,
        multiply: impl Fn(&[f64], &mut [f64]),
        diagonal: &[f64],
        right: &[f64],
        x: &mut [f64],
        accuracy: f64,
        most: usize,
    ) -> usize {
        self.residual.copy_from_slice(right);
        let mut products = 0;
        if x.iter().any(|x| *x != 0.0) {
            multiply(x, &mut self.product);
            products += 1;
            for (residual, product) in self.residual.iter_mut().zip(&self.product) {
                *residual -= product;
            }
        }
        let size: f64 = right.iter().zip(diagonal).map(|(right, d)| right * right / d).sum();
        let enough = size * accuracy * accuracy;
        let mut norm = 0.0;
        for j in 0..x.len() {
            self.scaled[j] = self.residual[j] / diagonal[j];
            norm += self.residual[j] * self.scaled[j];
        }
        self.direction.copy_from_slice(&self.scaled);
        while products < most && norm > enough {
            multiply(&self.direction, &mut self.product);
            products += 1;
            let pairs = self.direction.iter().zip(&self.product);
            let curvature: f64 = pairs.map(|(v, product)| v * product).sum();
            if curvature <= 0.0 || curvature.is_nan() {
                break;
            }
            let length = norm / curvature;
            let mut next = 0.0;
            for j in 0..x.len() {
                x[j] += length * self.direction[j];
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
        products
    }
}
