//! Eigenvalues and singular values, in `f64`: Jacobi's method, which is slow and accurate.

use num_traits::ToPrimitive;

use super::atom::{Answer, Lack};
use super::tensor::Tensor;
use crate::sema::atoms::definite;
use crate::sema::hir::Rational;

/// Most rows.
const MOST_ROWS: usize = 64;
/// Sweeps of rotations; convergence is quadratic, and ten are enough for any size here.
const SWEEPS: usize = 60;
/// Iterations of the power method.
const ITERATIONS: usize = 20_000;

/// A matrix by its rows.
type Rows = Vec<Vec<f64>>;

/// The number that an atom makes of the spectrum of its arguments; none for another atom.
pub fn value(name: &str, arguments: &[Tensor], p: &[Rational]) -> Option<Answer<Rational>> {
    let first = arguments.first()?;
    let k = || p.first().and_then(|k| k.to_integer().to_usize()).unwrap_or(0);
    let answer = match name {
        "lambda_max" => symmetric(first).and_then(|all| all.last().copied().ok_or(Lack::NoValue)),
        "lambda_min" => symmetric(first).and_then(|all| all.first().copied().ok_or(Lack::NoValue)),
        "lambda_sum_largest" => symmetric(first).map(|all| all.iter().rev().take(k()).sum()),
        "lambda_sum_smallest" => symmetric(first).map(|all| all.iter().take(k()).sum()),
        "condition_number" => symmetric(first).and_then(|all| match (all.first(), all.last()) {
            (Some(least), Some(most)) if *least > 0.0 => Ok(most / least),
            _ => Err(Lack::NoValue),
        }),
        "von_neumann_entr" => symmetric(first).and_then(|all| {
            // What rounding left of an eigenvalue 0.
            let none = all.last().map_or(0.0, |most| most.abs()) * 1e-12;
            let term = |own: &f64| match *own {
                own if own > none => Ok(-own * own.ln()),
                own if own >= -none => Ok(0.0),
                _ => Err(Lack::NoValue),
            };
            all.iter().map(term).sum()
        }),
        "sigma_max" => singular(first).and_then(|all| all.last().copied().ok_or(Lack::NoValue)),
        "normNuc" => singular(first).map(|all| all.iter().sum()),
        "gen_lambda_max" => generalized(first, arguments.get(1)?),
        "pf_eigenvalue" => perron(first),
        _ => return None,
    };
    Some(answer.and_then(|value| Rational::from_float(value).ok_or(Lack::TooLarge)))
}

fn rows(x: &Tensor) -> Answer<Rows> {
    if x.extent.rows.max(x.extent.columns) > MOST_ROWS {
        return Err(Lack::TooLarge);
    }
    let elements: Option<Vec<_>> = x.elements.iter().map(ToPrimitive::to_f64).collect();
    let elements = elements.ok_or(Lack::TooLarge)?;
    Ok(elements.chunks(x.extent.columns.max(1)).map(<[f64]>::to_vec).collect())
}

/// The eigenvalues of a symmetric matrix, ascending.
fn symmetric(x: &Tensor) -> Answer<Vec<f64>> {
    if !definite::symmetric(&x.elements) {
        return Err(Lack::NoValue);
    }
    Ok(eigenvalues(rows(x)?))
}

fn eigenvalues(mut a: Rows) -> Vec<f64> {
    let n = a.len();
    for _ in 0..SWEEPS {
        let mut rotated = false;
        for p in 0..n {
            for q in p + 1..n {
                let off = a[p][q];
                if off.abs() <= f64::EPSILON * 1e-3 * (a[p][p] * a[q][q]).abs().sqrt() || off == 0.0
                {
                    continue;
                }
                rotated = true;
                let theta = (a[q][q] - a[p][p]) / (2.0 * off);
                let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
                let c = 1.0 / t.hypot(1.0);
                rotate(&mut a, (p, q), c, t * c);
            }
        }
        if !rotated {
            break;
        }
    }
    let mut all: Vec<_> = (0..n).map(|at| a[at][at]).collect();
    all.sort_by(f64::total_cmp);
    all
}

/// Turns rows and columns p and q.
fn rotate(a: &mut Rows, (p, q): (usize, usize), c: f64, s: f64) {
    for row in a.iter_mut() {
        (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
    }
    let (left, right) = a.split_at_mut(q);
    for (x, y) in left[p].iter_mut().zip(right[0].iter_mut()) {
        (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
    }
}

/// The singular values, ascending: the eigenvalues of `[0 x; xᵀ 0]` that are not below 0, which does
/// not square the condition as `xᵀx` would.
fn singular(x: &Tensor) -> Answer<Vec<f64>> {
    let x = rows(x)?;
    let (m, n) = (x.len(), x.first().map_or(0, Vec::len));
    let mut both = vec![vec![0.0; m + n]; m + n];
    for (i, row) in x.iter().enumerate() {
        for (j, entry) in row.iter().enumerate() {
            both[i][m + j] = *entry;
            both[m + j][i] = *entry;
        }
    }
    let all = eigenvalues(both);
    Ok(all.into_iter().rev().take(m.min(n)).rev().map(|own| own.max(0.0)).collect())
}

/// The largest λ with `det(a − λ·b) = 0`, by Cholesky's factor of b.
fn generalized(a: &Tensor, b: &Tensor) -> Answer<f64> {
    if !definite::symmetric(&a.elements) || !definite::symmetric(&b.elements) {
        return Err(Lack::NoValue);
    }
    let (a, mut factor) = (rows(a)?, rows(b)?);
    let n = factor.len();
    for j in 0..n {
        for i in j..n {
            let inner: f64 = (0..j).map(|k| factor[i][k] * factor[j][k]).sum();
            let left = factor[i][j] - inner;
            if i == j && left <= 0.0 {
                return Err(Lack::NoValue);
            }
            factor[i][j] = if i == j { left.sqrt() } else { left / factor[j][j] };
        }
    }
    // factor⁻¹ · a · factor⁻ᵀ: forward substitution on the columns, twice.
    let forward = |right: &Rows| {
        let mut solved = right.clone();
        for (i, own) in factor.iter().enumerate() {
            let (above, rest) = solved.split_at_mut(i);
            for (column, entry) in rest[0].iter_mut().enumerate() {
                let products = above.iter().zip(own).map(|(row, own)| own * row[column]);
                *entry = (*entry - products.sum::<f64>()) / own[i];
            }
        }
        solved
    };
    let transposed = |x: &Rows| (0..n).map(|j| x.iter().map(|row| row[j]).collect()).collect();
    let once: Rows = transposed(&forward(&a));
    eigenvalues(forward(&once)).last().copied().ok_or(Lack::NoValue)
}

/// The spectral radius of a matrix with elements above 0, by the power method; the bounds of Collatz
/// and Wielandt say when it is reached.
fn perron(x: &Tensor) -> Answer<f64> {
    let x = rows(x)?;
    if x.iter().flatten().any(|entry| *entry <= 0.0) {
        return Err(Lack::NoValue);
    }
    let mut vector = vec![1.0; x.len()];
    for _ in 0..ITERATIONS {
        let next: Vec<f64> =
            x.iter().map(|row| row.iter().zip(&vector).map(|(a, v)| a * v).sum()).collect();
        let ratios = || next.iter().zip(&vector).map(|(a, b)| a / b);
        let (least, most) = (ratios().fold(f64::INFINITY, f64::min), ratios().fold(0.0, f64::max));
        if most - least <= 1e-14 * most {
            return Ok(f64::midpoint(least, most));
        }
        let size = next.iter().copied().fold(0.0, f64::max);
        vector = next.into_iter().map(|entry| entry / size).collect();
    }
    Err(Lack::TooLarge)
}
