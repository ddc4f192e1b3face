//! Numbers of vectors and matrices.

use num_traits::{One, Signed, ToPrimitive, Zero};

use super::atom::{Answer, Lack};
use super::matrix;
use super::scalar::{nearest, power};
use super::tensor::Tensor;
use crate::sema::atoms::definite;
use crate::sema::hir::Rational;

/// The number that an atom makes of its arguments; none for atoms that do not.
pub fn value(name: &str, arguments: &[Tensor], p: &[Rational]) -> Option<Answer<Rational>> {
    let first = arguments.first()?;
    let (x, n) = (&first.elements, count(&first.elements));
    let half = Rational::new(1.into(), 2.into());
    let squares = || -> Rational { x.iter().map(|x| x * x).sum() };
    let largest = || x.iter().max().cloned().ok_or(Lack::NoValue);
    let least = || x.iter().min().cloned().ok_or(Lack::NoValue);
    Some(match name {
        "max" => largest(),
        "min" => least(),
        "ptp" => largest().and_then(|largest| Ok(largest - least()?)),
        "mean" => mean(x),
        "dot" => Ok(x.iter().zip(&arguments.get(1)?.elements).map(|(a, b)| a * b).sum()),
        "sum_largest" => ranked(x, p.first()?, true),
        "sum_smallest" => ranked(x, p.first()?, false),
        "cvar" => {
            let count = (Rational::one() - p.first()?) * &n;
            ranked(x, &count, true).map(|sum| sum / count)
        }
        "dotsort" => Ok(sorted_product(x, p)),
        "length" => {
            let last = x.iter().rposition(|x| !x.is_zero()).map_or(0, |at| at + 1);
            Ok(Rational::from_integer(last.into()))
        }
        "norm1" => Ok(x.iter().map(Signed::abs).sum()),
        "norm2" => power(&squares(), &half),
        "norm_inf" => x.iter().map(Signed::abs).max().ok_or(Lack::NoValue),
        "norm" | "pnorm" => pnorm(x, p.first()?),
        "mixed_norm" => {
            let (p, q) = (p.first()?, p.get(1)?);
            let rows = x.chunks(first.extent.columns.max(1)).map(|row| pnorm(row, p));
            rows.collect::<Answer<Vec<_>>>().and_then(|rows| pnorm(&rows, q))
        }
        "sum_squares" => Ok(squares()),
        "tv" => Ok(x.windows(2).map(|pair| step(pair).abs()).sum()),
        "var" => variance(x),
        "std" => variance(x).and_then(|variance| power(&variance, &half)),
        "dist_ratio" => {
            let from = |at: usize| -> Option<Rational> {
                let other = &arguments.get(at)?.elements;
                Some(x.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum())
            };
            let (a, b) = (from(1)?, from(2)?);
            if b.is_zero() { Err(Lack::NoValue) } else { power(&(a / b), &half) }
        }
        "log_sum_exp" => log_sum_exp(x),
        "geo_mean" => geo_mean(x, p),
        "harmonic_mean" => harmonic_mean(x),
        "inv_prod" if x.iter().all(Signed::is_positive) => {
            Ok(x.iter().product::<Rational>().recip())
        }
        "inv_prod" => Err(Lack::NoValue),
        "prod" => Ok(x.iter().product()),
        "quad_over_lin" => {
            let divisor = arguments.get(1)?.elements.first()?;
            if divisor.is_positive() { Ok(squares() / divisor) } else { Err(Lack::NoValue) }
        }
        "quad_form" => Ok(form(x, p)),
        "matrix_frac" => {
            let rows = definite::rows(p)?;
            matrix::solved(p, rows, x).map(|y| x.iter().zip(&y).map(|(a, b)| a * b).sum())
        }
        _ => return None,
    })
}

fn count(x: &[Rational]) -> Rational {
    Rational::from_integer(x.len().into())
}

fn step(pair: &[Rational]) -> Rational {
    match pair {
        [a, b] => b - a,
        _ => Rational::zero(),
    }
}

fn mean(x: &[Rational]) -> Answer<Rational> {
    if x.is_empty() { Err(Lack::NoValue) } else { Ok(x.iter().sum::<Rational>() / count(x)) }
}

fn variance(x: &[Rational]) -> Answer<Rational> {
    let mean = mean(x)?;
    Ok(x.iter().map(|x| (x - &mean) * (x - &mean)).sum::<Rational>() / count(x))
}

/// The sum of the first k elements in an order; of the next one the share that k has of it.
fn ranked(x: &[Rational], k: &Rational, largest: bool) -> Answer<Rational> {
    let mut sorted: Vec<_> = x.iter().collect();
    sorted.sort();
    if largest {
        sorted.reverse();
    }
    let mut left = k.clone();
    let mut sum = Rational::zero();
    for x in sorted {
        let share = left.clone().min(Rational::one());
        if !share.is_positive() {
            break;
        }
        sum += x * &share;
        left -= share;
    }
    Ok(sum)
}

fn sorted_product(x: &[Rational], weights: &[Rational]) -> Rational {
    let (mut x, mut w) = (x.to_vec(), weights.to_vec());
    w.resize(x.len().max(w.len()), Rational::zero());
    x.sort();
    w.sort();
    x.iter().zip(&w).map(|(a, b)| a * b).sum()
}

fn pnorm(x: &[Rational], p: &Rational) -> Answer<Rational> {
    if p.is_zero() || *p < Rational::one() && x.iter().any(Signed::is_negative) {
        return Err(Lack::NoValue);
    }
    if p.is_negative() && x.iter().any(Zero::is_zero) {
        return Ok(Rational::zero());
    }
    let powers: Vec<_> = x.iter().map(|x| power(&x.abs(), p)).collect::<Answer<_>>()?;
    power(&powers.iter().sum(), &p.recip())
}

fn log_sum_exp(x: &[Rational]) -> Answer<Rational> {
    let most = x.iter().max().ok_or(Lack::NoValue)?;
    let terms: Option<Vec<_>> = x.iter().map(|x| (x - most).to_f64()).collect();
    let sum: f64 = terms.ok_or(Lack::TooLarge)?.into_iter().map(f64::exp).sum();
    nearest(most, |most| most + sum.ln())
}

fn geo_mean(x: &[Rational], weights: &[Rational]) -> Answer<Rational> {
    let one = Rational::one();
    let weight = |at: usize| if weights.is_empty() { Some(&one) } else { weights.get(at) };
    let total: Rational = (0..x.len()).filter_map(weight).sum();
    if x.iter().any(Signed::is_negative) || !total.is_positive() {
        return Err(Lack::NoValue);
    }
    // One root of the product, exact where it is rational.
    let factors = x.iter().enumerate().map(|(at, x)| power(x, weight(at).ok_or(Lack::NoValue)?));
    let product: Rational = factors.collect::<Answer<Vec<_>>>()?.iter().product();
    power(&product, &total.recip())
}

fn harmonic_mean(x: &[Rational]) -> Answer<Rational> {
    if x.is_empty() || x.iter().any(Signed::is_negative) {
        return Err(Lack::NoValue);
    }
    if x.iter().any(Zero::is_zero) {
        return Ok(Rational::zero());
    }
    Ok(count(x) / x.iter().map(Rational::recip).sum::<Rational>())
}

fn form(x: &[Rational], matrix: &[Rational]) -> Rational {
    let rows = matrix.chunks(x.len().max(1)).zip(x);
    let row = |row: &[Rational]| -> Rational { row.iter().zip(x).map(|(p, x)| p * x).sum() };
    rows.map(|(entries, x)| x * row(entries)).sum()
}
