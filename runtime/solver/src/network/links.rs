//! The routing matrix, by source.

use super::runs::Runs;
use crate::sparse::Matrix;

/// Which links each source uses, and how much of them per unit.
pub(crate) struct Links {
    /// Row i is the route of source i.
    routes: Matrix,
    products: Products,
}

/// How products with the matrix are formed.
enum Products {
    /// From all coefficients.
    Weighted,
    /// Every coefficient is 1, so that the values need not be read.
    Unit,
    /// Routes are few runs of consecutive links.
    Runs(Runs),
}

impl Links {
    pub fn new(routes: Matrix) -> Self {
        let products = match Runs::find(&routes) {
            Some(runs) => Products::Runs(runs),
            None if (0..routes.rows()).all(|i| routes.values(i).iter().all(|&a| a == 1.0)) => {
                Products::Unit
            }
            None => Products::Weighted,
        };
        Links { routes, products }
    }

    /// Number of links.
    pub fn count(&self) -> usize {
        self.routes.width()
    }

    /// Row i is the route of source i.
    pub fn routes(&self) -> &Matrix {
        &self.routes
    }

    /// The route of source `i`: links and coefficients.
    pub fn route(&self, i: usize) -> impl ExactSizeIterator<Item = (usize, f64)> + '_ {
        self.routes.row(i)
    }

    /// `q ← Aᵀπ`: the price of each source's route.
    pub fn route_prices(&self, prices: &[f64], q: &mut [f64]) {
        match &self.products {
            Products::Runs(runs) => runs.along(prices, q),
            Products::Unit => {
                for (i, q) in q.iter_mut().enumerate() {
                    *q = sum(self.routes.columns(i), prices);
                }
            }
            Products::Weighted => self.routes.multiply(prices, q),
        }
    }

    /// `y ← A x`: the load of each link.
    pub fn loads(&self, x: &[f64], y: &mut [f64]) {
        y.fill(0.0);
        match &self.products {
            Products::Runs(runs) => runs.across(x, y),
            Products::Unit => {
                for (i, &x) in x.iter().enumerate() {
                    spread(self.routes.columns(i), x, y);
                }
            }
            Products::Weighted => {
                for (i, &x) in x.iter().enumerate() {
                    self.routes.add_to(i, x, y);
                }
            }
        }
    }

    /// `y ← A diag(d) Aᵀ v`, in one pass over the routes.
    pub fn normal_product(&self, d: &[f64], v: &[f64], y: &mut [f64]) {
        y.fill(0.0);
        match &self.products {
            Products::Runs(runs) => runs.normal_product(d, v, y),
            Products::Unit => {
                for (i, &d) in d.iter().enumerate() {
                    let route = self.routes.columns(i);
                    spread(route, d * sum(route, v), y);
                }
            }
            Products::Weighted => {
                for (i, &d) in d.iter().enumerate() {
                    self.routes.add_to(i, d * self.routes.dot(i, v), y);
                }
            }
        }
    }

    /// `y ← diag(A diag(d) Aᵀ)`.
    pub fn normal_diagonal(&self, d: &[f64], y: &mut [f64]) {
        let Products::Weighted = self.products else { return self.loads(d, y) };
        y.fill(0.0);
        for (i, &d) in d.iter().enumerate() {
            for (l, a) in self.routes.row(i) {
                y[l] += d * a * a;
            }
        }
    }
}

fn sum(route: &[u32], v: &[f64]) -> f64 {
    route.iter().map(|&l| v[l as usize]).sum()
}

fn spread(route: &[u32], t: f64, y: &mut [f64]) {
    for &l in route {
        y[l as usize] += t;
    }
}

#[cfg(test)]
mod tests;
