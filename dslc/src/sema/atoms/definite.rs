//! Whether a symmetric matrix of exact numbers is definite, by its pivots.

use num_traits::{Signed, Zero};

use crate::sema::hir::Rational;

/// Most rows whose pivots are calculated: exact ones grow with every row.
const MOST_ROWS: usize = 40;

/// What the eigenvalues of a symmetric matrix are known to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Definite {
    /// All above 0.
    Positive,
    /// All at 0 or above.
    Semi,
    /// One is below 0, or nothing is known.
    Unknown,
}

/// Rows of a square matrix given row by row; none when it is not square.
pub fn rows(matrix: &[Rational]) -> Option<usize> {
    let rows = matrix.len().isqrt();
    (rows > 0 && rows * rows == matrix.len()).then_some(rows)
}

/// Whether it equals its transpose.
pub fn symmetric(matrix: &[Rational]) -> bool {
    rows(matrix).is_some_and(|n| {
        (0..n).all(|i| (0..i).all(|j| matrix.get(i * n + j) == matrix.get(j * n + i)))
    })
}

/// What is known of a symmetric matrix, times −1 if `negated`.
pub fn definite(matrix: &[Rational], negated: bool) -> Definite {
    let Some(n) = rows(matrix) else { return Definite::Unknown };
    let sign = Rational::from_integer(if negated { -1 } else { 1 }.into());
    let mut left: Vec<Vec<Rational>> =
        matrix.chunks(n).map(|row| row.iter().map(|entry| entry * &sign).collect()).collect();
    if n > MOST_ROWS {
        return by_dominance(&left);
    }
    let mut known = Definite::Positive;
    // Symmetric elimination: the eigenvalues have the signs of the pivots (Sylvester).
    while let Some(pivot_row) = left.pop() {
        let Some((pivot, row)) = pivot_row.split_last() else { break };
        if pivot.is_negative() {
            return Definite::Unknown;
        }
        if pivot.is_zero() {
            if row.iter().any(|entry| !entry.is_zero()) {
                return Definite::Unknown;
            }
            known = Definite::Semi;
        }
        for (other, factor) in left.iter_mut().zip(row) {
            other.pop();
            if factor.is_zero() {
                continue;
            }
            let factor = factor / pivot;
            for (entry, above) in other.iter_mut().zip(row) {
                *entry -= &factor * above;
            }
        }
    }
    known
}

/// Gershgorin: a diagonal that outweighs its rows leaves no eigenvalue below 0.
fn by_dominance(rows: &[Vec<Rational>]) -> Definite {
    let mut known = Definite::Positive;
    for (at, row) in rows.iter().enumerate() {
        let Some(own) = row.get(at) else { return Definite::Unknown };
        let all: Rational = row.iter().map(Signed::abs).sum();
        let twice = own + own;
        if own.is_negative() || twice < all {
            return Definite::Unknown;
        }
        if twice == all {
            known = Definite::Semi;
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(matrix: &[i64]) -> Definite {
        let matrix: Vec<_> =
            matrix.iter().map(|entry| Rational::from_integer((*entry).into())).collect();
        definite(&matrix, false)
    }

    #[test]
    fn pivots_decide() {
        assert_eq!(of(&[2, 1, 1, 2]), Definite::Positive);
        assert_eq!(of(&[1, 1, 1, 1]), Definite::Semi);
        assert_eq!(of(&[1, 2, 2, 1]), Definite::Unknown);
        assert_eq!(of(&[0, 1, 1, 0]), Definite::Unknown);
        assert_eq!(of(&[0, 0, 0, 0]), Definite::Semi);
        assert_eq!(of(&[4, 2, 0, 2, 2, 1, 0, 1, 1]), Definite::Semi);
    }

    #[test]
    fn a_large_matrix_is_known_by_its_diagonal() {
        let n = MOST_ROWS + 1;
        let of_diagonal = |own| {
            let entry =
                |at| if at / n == at % n { own } else { i64::from(at / n % 2 == at % n % 2) };
            of(&(0..n * n).map(entry).collect::<Vec<_>>())
        };
        assert_eq!(of_diagonal(60), Definite::Positive);
        assert_eq!(of_diagonal(1), Definite::Unknown);
    }
}
