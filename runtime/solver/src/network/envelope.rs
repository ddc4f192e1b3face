//! Direct factors of the Newton system where links can be ordered so that routes stay narrow:
//! lines, rings, ladders, long trees.
//!
//! Row l of the factor is stored from its first nonzero on (its *envelope*; George and Liu 1981),
//! and factoring costs half the squares of the rows' widths. Links are taken in their own order or
//! as a breadth-first search from an end of the network meets them, whichever is narrower.

use super::Links;
use crate::sparse::Matrix;

/// A lower triangular matrix by rows.
pub(crate) struct Envelope {
    /// Position of each link in the order.
    position: Vec<u32>,
    /// Row p holds columns `first[p] ..= p`.
    first: Vec<u32>,
    /// Where row p begins in `values`.
    start: Vec<usize>,
    values: Vec<f64>,
    /// Positions of one route, sorted.
    route: Vec<(u32, f64)>,
    solution: Vec<f64>,
}

/// Factoring may cost this many operations for each coefficient: about what conjugate gradients
/// would take.
const WORTH: usize = 30;

impl Envelope {
    /// `None` if conjugate gradients are cheaper.
    pub fn find(links: &Links) -> Option<Self> {
        let routes = links.routes();
        let budget = WORTH * routes.nonzeros();
        let square = |i: usize| routes.columns(i).len() * routes.columns(i).len();
        let assembly = (0..routes.rows()).map(square).sum::<usize>() / 2;
        let budget = budget.checked_sub(assembly)?;
        let own: Vec<u32> = (0..links.count() as u32).collect();
        Self::within(routes, own, budget)
            .or_else(|| Self::within(routes, breadth_first(routes), budget))
    }

    fn within(routes: &Matrix, position: Vec<u32>, budget: usize) -> Option<Self> {
        let mut first: Vec<u32> = (0..position.len() as u32).collect();
        for i in 0..routes.rows() {
            let at = |&l: &u32| position[l as usize];
            let Some(least) = routes.columns(i).iter().map(at).min() else { continue };
            for l in routes.columns(i) {
                let p = position[*l as usize] as usize;
                first[p] = first[p].min(least);
            }
        }
        let mut start = Vec::with_capacity(first.len() + 1);
        let (mut size, mut work) = (0, 0usize);
        start.push(0);
        for (p, &first) in first.iter().enumerate() {
            let width = p - first as usize;
            size += width + 1;
            work += width * width / 2;
            start.push(size);
        }
        (work <= budget).then(|| Envelope {
            solution: vec![0.0; position.len()],
            position,
            first,
            start,
            values: vec![0.0; size],
            route: Vec::new(),
        })
    }

    /// Factors `A diag(fall) Aᵀ + diag(extra)`.
    pub fn factor(&mut self, links: &Links, fall: &[f64], extra: &[f64]) {
        self.values.fill(0.0);
        for (l, extra) in extra.iter().enumerate() {
            let p = self.position[l] as usize;
            self.values[self.start[p + 1] - 1] += extra;
        }
        for (i, &fall) in fall.iter().enumerate() {
            self.route.clear();
            self.route.extend(links.route(i).map(|(l, a)| (self.position[l], a)));
            self.route.sort_unstable_by_key(|(p, _)| *p);
            for (k, &(p, a)) in self.route.iter().enumerate() {
                // Row p from column 0 on would begin here.
                let row = self.start[p as usize + 1] - 1 - p as usize;
                for &(r, b) in &self.route[..=k] {
                    self.values[row + r as usize] += fall * a * b;
                }
            }
        }
        for p in 0..self.first.len() {
            let (done, rest) = self.values.split_at_mut(self.start[p]);
            let first = self.first[p] as usize;
            let (row, diagonal) = rest.split_at_mut(p - first);
            for r in first..p {
                let other = &done[self.start[r]..self.start[r + 1]];
                let from = first.max(self.first[r] as usize);
                let known =
                    dot(&row[from - first..r - first], &other[from - self.first[r] as usize..]);
                row[r - first] = (row[r - first] - known) / other[other.len() - 1];
            }
            // Rounding may leave nothing of a price that is not determined: then it stays.
            let left = diagonal[0] - dot(row, row);
            diagonal[0] = if left > f64::EPSILON * f64::EPSILON * diagonal[0] {
                left.sqrt()
            } else {
                f64::MAX.sqrt()
            };
        }
    }

    /// Solves for `right`.
    pub fn solve(&mut self, right: &[f64], x: &mut [f64]) {
        let y = &mut self.solution;
        for (l, right) in right.iter().enumerate() {
            y[self.position[l] as usize] = *right;
        }
        for p in 0..self.first.len() {
            let (first, row) =
                (self.first[p] as usize, &self.values[self.start[p]..self.start[p + 1]]);
            y[p] = (y[p] - dot(row, &y[first..p])) / row[row.len() - 1];
        }
        for p in (0..self.first.len()).rev() {
            let (first, row) =
                (self.first[p] as usize, &self.values[self.start[p]..self.start[p + 1]]);
            y[p] /= row[row.len() - 1];
            let known = y[p];
            for (y, a) in y[first..p].iter_mut().zip(row) {
                *y -= a * known;
            }
        }
        for (l, x) in x.iter_mut().enumerate() {
            *x = y[self.position[l] as usize];
        }
    }
}

/// Product over the length of the shorter one.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Positions of the links as a breadth-first search meets them, each part of the network from an
/// end of it; links are neighbours if a route has both (Cuthill and McKee 1969).
fn breadth_first(routes: &Matrix) -> Vec<u32> {
    let users = routes.transposed(|_| 1.0);
    let every: Vec<u32> = (0..routes.width() as u32).collect();
    let (_, ends) = search(routes, &users, &every);
    let (order, _) = search(routes, &users, &ends);
    let mut position = vec![0; order.len()];
    for (p, l) in order.into_iter().enumerate() {
        position[l as usize] = p as u32;
    }
    position
}

/// Searches from each of `starts` that an earlier search has not met. Returns the links in order,
/// and the last one of each search.
fn search(routes: &Matrix, users: &Matrix, starts: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut met = vec![false; routes.width()];
    let mut used = vec![false; routes.rows()];
    let (mut order, mut ends) = (Vec::with_capacity(routes.width()), Vec::new());
    for &start in starts {
        if std::mem::replace(&mut met[start as usize], true) {
            continue;
        }
        let mut next = order.len();
        order.push(start);
        while let Some(&link) = order.get(next) {
            next += 1;
            for &source in users.columns(link as usize) {
                if std::mem::replace(&mut used[source as usize], true) {
                    continue;
                }
                for &other in routes.columns(source as usize) {
                    if !std::mem::replace(&mut met[other as usize], true) {
                        order.push(other);
                    }
                }
            }
        }
        ends.extend(order.last());
    }
    (order, ends)
}

#[cfg(test)]
mod tests;
