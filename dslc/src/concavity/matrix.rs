//! Small symmetric matrices: interval tests of definiteness, and eigenvectors in `f64`.

use crate::sema::interval::Interval;

/// A symmetric matrix of intervals.
#[derive(Clone, Debug)]
pub struct Matrix {
    size: usize,
    /// All entries by rows.
    entries: Vec<Interval>,
}

impl Matrix {
    /// From the upper triangle by rows.
    pub fn from_upper(size: usize, upper: &[Interval]) -> Self {
        let mut matrix = Matrix { size, entries: vec![Interval::ALL; size * size] };
        let mut upper = upper.iter();
        for row in 0..size {
            for column in row..size {
                let entry = upper.next().copied().unwrap_or(Interval::ALL);
                matrix.entries[row * size + column] = entry;
                matrix.entries[column * size + row] = entry;
            }
        }
        matrix
    }

    pub(super) fn at(&self, row: usize, column: usize) -> Interval {
        self.entries.get(row * self.size + column).copied().unwrap_or(Interval::ALL)
    }

    /// The negative.
    #[must_use]
    pub fn negated(&self) -> Self {
        Matrix { size: self.size, entries: self.entries.iter().map(|entry| -*entry).collect() }
    }

    /// An upper bound of the largest eigenvalue of every symmetric matrix inside, by Gershgorin's
    /// circles.
    pub fn gershgorin(&self) -> f64 {
        let row = |row: usize| {
            (0..self.size).fold(Interval::ZERO, |sum, column| {
                let entry = self.at(row, column);
                sum + if row == column { entry } else { entry.abs() }
            })
        };
        (0..self.size).map(|at| row(at).hi).fold(f64::NEG_INFINITY, f64::max)
    }

    /// Whether every symmetric matrix inside is negative semidefinite.
    pub fn is_nonpositive(&self) -> bool {
        self.gershgorin() <= 0.0 || self.below(0.0)
    }

    /// Whether every symmetric matrix inside has all eigenvalues below `shift` (Rohn 1994: the vertex
    /// matrices decide). Each vertex by Gauss's elimination in intervals.
    fn below(&self, shift: f64) -> bool {
        /// Beyond this the vertices are too many.
        const MOST: usize = 6;
        let finite = |entry: &Interval| entry.lo.is_finite() && entry.hi.is_finite();
        if self.size > MOST || !self.entries.iter().all(finite) {
            return false;
        }
        let vertices = 1usize << self.size.saturating_sub(1);
        (0..vertices).all(|signs| self.vertex(signs, shift).has_negative_pivots())
    }

    fn vertex(&self, signs: usize, shift: f64) -> Matrix {
        let flipped = |at: usize| at > 0 && signs >> (at - 1) & 1 == 1;
        let mut vertex = self.clone();
        for row in 0..self.size {
            for column in 0..self.size {
                let entry = self.at(row, column);
                vertex.entries[row * self.size + column] = if row == column {
                    Interval::point(entry.hi) - Interval::point(shift)
                } else if flipped(row) == flipped(column) {
                    Interval::point(entry.hi)
                } else {
                    Interval::point(entry.lo)
                };
            }
        }
        vertex
    }

    fn has_negative_pivots(mut self) -> bool {
        let size = self.size;
        for pivot in 0..size {
            let head = self.at(pivot, pivot);
            if head.hi >= 0.0 {
                return false;
            }
            for row in pivot + 1..size {
                for column in row..size {
                    let own = self.at(row, column);
                    let (a, b) = (self.at(pivot, row), self.at(pivot, column));
                    let product = if row == column { a.square() } else { a * b };
                    let entry = own - product / head;
                    self.entries[row * size + column] = entry;
                    self.entries[column * size + row] = entry;
                }
            }
        }
        true
    }

    /// An upper bound of the largest eigenvalue of every symmetric matrix inside; infinite when an
    /// entry is not bounded.
    pub fn largest(&self) -> f64 {
        /// Bisections: a thousandth of the gap is left.
        const STEPS: usize = 10;
        if self.size == 1 {
            return self.at(0, 0).hi;
        }
        let mut high = self.gershgorin();
        // No eigenvalue bound can be below the largest entry of the diagonal.
        let mut low = (0..self.size).map(|at| self.at(at, at).hi).fold(f64::NEG_INFINITY, f64::max);
        if !high.is_finite() || !low.is_finite() {
            return high;
        }
        for _ in 0..STEPS {
            let middle = 0.5 * low + 0.5 * high;
            if self.below(middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
        high
    }

    /// The middles of the entries, by rows; none when one is not finite.
    pub fn middle(&self) -> Option<Vec<f64>> {
        let middle = |entry: &Interval| {
            let middle = 0.5 * entry.lo + 0.5 * entry.hi;
            middle.is_finite().then_some(middle)
        };
        self.entries.iter().map(middle).collect()
    }

    /// `dᵀHd`.
    pub fn form(&self, direction: &[Interval]) -> Interval {
        let mut sum = Interval::ZERO;
        for (row, a) in direction.iter().enumerate() {
            sum = sum + self.at(row, row) * a.square();
            for (column, b) in direction.iter().enumerate().skip(row + 1) {
                sum = sum + Interval::point(2.0) * self.at(row, column) * (*a * *b);
            }
        }
        sum
    }
}

/// The largest eigenvalue of a symmetric matrix, given by rows, and its eigenvector: Jacobi's rotations.
pub fn eigen(size: usize, entries: Vec<f64>) -> (f64, Vec<f64>) {
    /// Sweeps; quadratic convergence needs a handful.
    const SWEEPS: usize = 12;
    let mut a = entries;
    let mut vectors = vec![0.0; size * size];
    (0..size).for_each(|at| vectors[at * size + at] = 1.0);
    for _ in 0..SWEEPS {
        for p in 0..size {
            for q in p + 1..size {
                let off = a[p * size + q];
                if off == 0.0 {
                    continue;
                }
                let angle = 0.5 * f64::atan2(2.0 * off, a[q * size + q] - a[p * size + p]);
                let (sin, cos) = angle.sin_cos();
                for at in 0..size {
                    let (x, y) = (a[at * size + p], a[at * size + q]);
                    a[at * size + p] = cos * x - sin * y;
                    a[at * size + q] = sin * x + cos * y;
                }
                for at in 0..size {
                    let (x, y) = (a[p * size + at], a[q * size + at]);
                    a[p * size + at] = cos * x - sin * y;
                    a[q * size + at] = sin * x + cos * y;
                    let (x, y) = (vectors[at * size + p], vectors[at * size + q]);
                    vectors[at * size + p] = cos * x - sin * y;
                    vectors[at * size + q] = sin * x + cos * y;
                }
            }
        }
    }
    let best = (0..size).max_by(|p, q| a[p * size + p].total_cmp(&a[q * size + q])).unwrap_or(0);
    let vector = (0..size).map(|at| vectors[at * size + best]).collect();
    (a.get(best * size + best).copied().unwrap_or(f64::NAN), vector)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(upper: &[f64]) -> Vec<Interval> {
        upper.iter().map(|x| Interval::point(*x)).collect()
    }

    #[test]
    fn eigenvectors_are_those_of_the_largest_eigenvalue() {
        // Eigenvalues 1 and 3.
        let (value, vector) = eigen(2, vec![2.0, 1.0, 1.0, 2.0]);
        assert!((value - 3.0).abs() < 1e-12 && (vector[0] - vector[1]).abs() < 1e-12);
        // 0, 3, 3 for I·3 − ones.
        let (value, _) = eigen(3, vec![2.0, -1.0, -1.0, -1.0, 2.0, -1.0, -1.0, -1.0, 2.0]);
        assert!((value - 3.0).abs() < 1e-12);
    }

    #[test]
    fn definiteness_is_not_claimed_where_a_matrix_inside_lacks_it() {
        let tight = Matrix::from_upper(2, &points(&[-1.0, 0.99, -1.0]));
        assert!(tight.is_nonpositive());
        let wide = [Interval::point(-1.0), Interval::new(-1.01, 0.5), Interval::point(-1.0)];
        assert!(!Matrix::from_upper(2, &wide).is_nonpositive());
        // Not diagonally dominant: Gershgorin alone does not tell.
        let upper = points(&[-1.0, 0.6, 0.6, -1.0, 0.6, -3.0]);
        let matrix = Matrix::from_upper(3, &upper);
        assert!(matrix.gershgorin() > 0.0 && matrix.is_nonpositive());
    }

    #[test]
    fn the_largest_eigenvalue_is_bounded_closely() {
        let matrix = Matrix::from_upper(2, &points(&[2.0, 1.0, 2.0]));
        let bound = matrix.largest();
        assert!((3.0..3.01).contains(&bound), "{bound}");
    }
}
