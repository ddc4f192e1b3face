//! The routing matrix, by source.

use crate::sparse::Matrix;

/// Which links each source uses, and how much of them per unit.
pub(crate) struct Links {
    /// Row i is the route of source i.
    routes: Matrix,
    /// Every coefficient is 1, so that the values need not be read.
    unit: bool,
}

impl Links {
    pub fn new(routes: Matrix) -> Self {
        let unit = (0..routes.rows()).all(|i| routes.values(i).iter().all(|&a| a == 1.0));
        Links { routes, unit }
    }

    /// Number of links.
    pub fn count(&self) -> usize {
        self.routes.width()
    }

    /// The route of source `i`: links and coefficients.
    pub fn route(&self, i: usize) -> impl ExactSizeIterator<Item = (usize, f64)> + '_ {
        self.routes.row(i)
    }

    /// `q ← Aᵀπ`: the price of each source's route.
    pub fn route_prices(&self, prices: &[f64], q: &mut [f64]) {
        for (i, q) in q.iter_mut().enumerate() {
            *q = self.along(i, prices);
        }
    }

    /// `y ← A x`: the load of each link.
    pub fn loads(&self, x: &[f64], y: &mut [f64]) {
        y.fill(0.0);
        for (i, &x) in x.iter().enumerate() {
            self.spread(i, x, y);
        }
    }

    /// `y ← A diag(d) Aᵀ v`, in one pass over the routes.
    pub fn normal_product(&self, d: &[f64], v: &[f64], y: &mut [f64]) {
        y.fill(0.0);
        for (i, &d) in d.iter().enumerate() {
            let along = d * self.along(i, v);
            self.spread(i, along, y);
        }
    }

    /// `y ← diag(A diag(d) Aᵀ)`.
    pub fn normal_diagonal(&self, d: &[f64], y: &mut [f64]) {
        if self.unit {
            return self.loads(d, y);
        }
        y.fill(0.0);
        for (i, &d) in d.iter().enumerate() {
            for (l, a) in self.routes.row(i) {
                y[l] += d * a * a;
            }
        }
    }

    fn along(&self, i: usize, v: &[f64]) -> f64 {
        if self.unit {
            self.routes.columns(i).iter().map(|&l| v[l as usize]).sum()
        } else {
            self.routes.dot(i, v)
        }
    }

    fn spread(&self, i: usize, t: f64, y: &mut [f64]) {
        if self.unit {
            for &l in self.routes.columns(i) {
                y[l as usize] += t;
            }
        } else {
            self.routes.add_to(i, t, y);
        }
    }
}
