//! Vectors and matrices of vectors and matrices.

use num_traits::{Signed, Zero};

use super::atom::{Answer, Lack};
use super::scalar::nearest;
use super::spectral;
use super::tensor::Tensor;
use crate::sema::hir::Rational;

/// The value of an atom that makes more than one number, or uses its argument as a matrix.
pub fn value(name: &str, arguments: &[Tensor], p: &[Rational]) -> Option<Answer<Tensor>> {
    let first = arguments.first()?;
    let second = arguments.get(1);
    Some(match name {
        "cummax" => Ok(running(first, |a, b| a.max(b).clone())),
        "cumprod" => Ok(running(first, |a, b| a * b)),
        "matmul" => product(first, second?),
        "outer" => {
            let elements = first.elements.iter().flat_map(|a| second_products(a, second));
            let columns = second?.elements.len();
            Ok(Tensor::matrix(first.elements.len(), columns, elements.collect()))
        }
        "kron" => Ok(kronecker(first, second?)),
        "convolve" => Ok(convolved(&first.elements, &second?.elements)),
        "log_det" => determinant(first).map(Tensor::of),
        "tr_inv" => {
            let rows = first.extent.rows;
            inverse(&first.elements, rows).map(|inverse| {
                Tensor::of((0..rows).filter_map(|at| inverse.get(at * rows + at)).sum())
            })
        }
        "eye_minus_inv" => {
            let rows = first.extent.rows;
            let one = |at: usize| Rational::from_integer(i64::from(at / rows == at % rows).into());
            let left = first.elements.iter().enumerate().map(|(at, x)| one(at) - x);
            inverse(&left.collect::<Vec<_>>(), rows).map(|all| Tensor::matrix(rows, rows, all))
        }
        _ => return spectral::value(name, arguments, p).map(|value| value.map(Tensor::of)),
    })
}

fn second_products(a: &Rational, second: Option<&Tensor>) -> Vec<Rational> {
    second.map_or_else(Vec::new, |b| b.elements.iter().map(|b| a * b).collect())
}

fn running(x: &Tensor, both: impl Fn(&Rational, &Rational) -> Rational) -> Tensor {
    let mut elements: Vec<Rational> = Vec::with_capacity(x.elements.len());
    for next in &x.elements {
        let so_far = elements.last().map_or_else(|| next.clone(), |last| both(last, next));
        elements.push(so_far);
    }
    Tensor { extent: x.extent, elements }
}

/// The product of matrices; a vector on the left is a row, on the right a column.
fn product(a: &Tensor, b: &Tensor) -> Answer<Tensor> {
    let (rows, inner) =
        if a.extent.rank == 1 { (1, a.extent.rows) } else { (a.extent.rows, a.extent.columns) };
    let columns = b.extent.columns;
    if inner != b.extent.rows || a.extent.rank == 0 || b.extent.rank == 0 {
        return Err(Lack::NoValue);
    }
    let element = |at: usize| -> Rational {
        let (row, column) = (at / columns.max(1), at % columns.max(1));
        let terms = (0..inner).filter_map(|k| {
            Some(a.elements.get(row * inner + k)? * b.elements.get(k * columns + column)?)
        });
        terms.sum()
    };
    let elements: Vec<_> = (0..rows * columns).map(element).collect();
    Ok(match (a.extent.rank, b.extent.rank) {
        (1, 1) => elements.into_iter().next().map(Tensor::of).ok_or(Lack::NoValue)?,
        (1, _) | (_, 1) => Tensor::vector(elements),
        _ => Tensor::matrix(rows, columns, elements),
    })
}

fn kronecker(a: &Tensor, b: &Tensor) -> Tensor {
    let (rows, columns) = (a.extent.rows * b.extent.rows, a.extent.columns * b.extent.columns);
    let element = |at: usize| {
        let (row, column) = (at / columns.max(1), at % columns.max(1));
        let own = (row / b.extent.rows) * a.extent.columns + column / b.extent.columns;
        let inner = (row % b.extent.rows) * b.extent.columns + column % b.extent.columns;
        Some(a.elements.get(own)? * b.elements.get(inner)?)
    };
    Tensor::matrix(rows, columns, (0..rows * columns).filter_map(element).collect())
}

fn convolved(a: &[Rational], b: &[Rational]) -> Tensor {
    let mut sums = vec![Rational::zero(); (a.len() + b.len()).saturating_sub(1)];
    for (i, a) in a.iter().enumerate() {
        for (sum, b) in sums.iter_mut().skip(i).zip(b) {
            *sum += a * b;
        }
    }
    Tensor::vector(sums)
}

/// `ln det` of a symmetric matrix whose pivots are above 0.
fn determinant(x: &Tensor) -> Answer<Rational> {
    let mut left: Vec<Vec<_>> =
        x.elements.chunks(x.extent.columns.max(1)).map(<[Rational]>::to_vec).collect();
    let mut determinant = Rational::from_integer(1.into());
    while let Some(mut row) = left.pop() {
        let pivot = row.pop().filter(Signed::is_positive).ok_or(Lack::NoValue)?;
        for other in &mut left {
            let factor = other.pop().ok_or(Lack::NoValue)? / &pivot;
            for (entry, above) in other.iter_mut().zip(&row) {
                *entry -= &factor * above;
            }
        }
        determinant *= pivot;
    }
    nearest(&determinant, f64::ln)
}

/// The x with `matrix · x = right`.
pub fn solved(matrix: &[Rational], rows: usize, right: &[Rational]) -> Answer<Vec<Rational>> {
    eliminated(matrix, rows, right, 1)
}

fn inverse(matrix: &[Rational], rows: usize) -> Answer<Vec<Rational>> {
    let one = |at: usize| Rational::from_integer(i64::from(at / rows == at % rows).into());
    eliminated(matrix, rows, &(0..rows * rows).map(one).collect::<Vec<_>>(), rows)
}

/// Gauss and Jordan on exact numbers; several right-hand sides stand row by row.
fn eliminated(
    matrix: &[Rational],
    rows: usize,
    right: &[Rational],
    columns: usize,
) -> Answer<Vec<Rational>> {
    let both = matrix.chunks(rows.max(1)).zip(right.chunks(columns.max(1)));
    let mut left: Vec<Vec<_>> = both.map(|(a, b)| [a, b].concat()).collect();
    for at in 0..rows {
        let entry = |row: &Vec<Rational>| row.get(at).is_some_and(|entry| !entry.is_zero());
        let found = left.iter().skip(at).position(entry).ok_or(Lack::NoValue)?;
        left.swap(at, at + found);
        let mut pivot_row = left.get(at).cloned().ok_or(Lack::NoValue)?;
        let pivot = pivot_row.get(at).cloned().ok_or(Lack::NoValue)?;
        pivot_row.iter_mut().for_each(|entry| *entry /= &pivot);
        for (place, row) in left.iter_mut().enumerate() {
            if place == at {
                row.clone_from(&pivot_row);
                continue;
            }
            let factor = row.get(at).cloned().ok_or(Lack::NoValue)?;
            for (entry, own) in row.iter_mut().zip(&pivot_row) {
                *entry -= &factor * own;
            }
        }
    }
    Ok(left.into_iter().flat_map(|row| row.into_iter().skip(rows)).collect())
}
