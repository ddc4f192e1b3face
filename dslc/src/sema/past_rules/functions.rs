//! Atoms as elementary functions: a row each, by the formula of the atom's own row.
//!
//! What has a value only on a part of the reals must say so here too: `1 / x` of `inv_pos` is written
//! `(√x)^−2`, which has a value above 0 alone.

use num_traits::{One, Signed, Zero};

use super::Rational;
use crate::concavity::{Elementary, Expr};

/// An atom of numbers, by its arguments and then its parameters; none for parameters that it does not
/// take.
type Scalar = fn(&[Expr], &[Rational]) -> Option<Expr>;

/// An atom of vectors, by the elements of its first argument.
type Vector = fn(Vec<Expr>) -> Option<Expr>;

/// Atoms of numbers, also element by element.
const SCALARS: &[(&str, Scalar)] = &[
    ("square", |x, _| Some(at(x, 0)?.whole_power(2))),
    ("sqrt", |x, _| Some(at(x, 0)?.sqrt())),
    ("inv_pos", |x, _| Some(positive_power(at(x, 0)?, &whole(-1)))),
    ("power", |x, p| power(at(x, 0)?, p.first()?)),
    ("odd_power", |x, p| Some(at(x, 0)?.power(p.first()?.clone()))),
    ("maximum", |x, _| Some(Expr::Largest(x.to_vec()))),
    ("minimum", |x, _| Some(Expr::Least(x.to_vec()))),
    ("abs", |x, _| Some(at(x, 0)?.apply(Elementary::Abs))),
    ("pos", |x, _| Some(pos(at(x, 0)?))),
    ("neg", |x, _| Some(pos(-at(x, 0)?))),
    ("exp", |x, _| Some(at(x, 0)?.exp())),
    ("log", |x, _| Some(at(x, 0)?.log())),
    ("log1p", |x, _| Some((one() + at(x, 0)?).log())),
    ("logistic", |x, _| Some((one() + at(x, 0)?.exp()).log())),
    ("entr", |x, _| Some(at(x, 0)?.apply(Elementary::Entropy))),
    ("xexp", |x, _| Some(at(x, 0)? * at(x, 0)?.exp())),
    ("rel_entr", |x, _| rel_entr(at(x, 0)?, at(x, 1)?)),
    ("kl_div", |x, _| Some(rel_entr(at(x, 0)?, at(x, 1)?)? - at(x, 0)? + at(x, 1)?)),
    ("scalene", |x, p| {
        let sides = [pos(at(x, 0)?), pos(-at(x, 0)?)];
        let sides = sides.into_iter().zip(p).map(|(side, factor)| number(factor) * side);
        Some(Expr::Sum(sides.collect()))
    }),
    ("multiply", |x, _| Some(at(x, 0)? * at(x, 1)?)),
    ("diff_pos", |x, _| Some(at(x, 0)? - at(x, 1)?)),
    ("real", |x, _| at(x, 0)),
    ("conj", |x, _| at(x, 0)),
    ("sigmoid", |x, _| Some(at(x, 0)?.sigmoid())),
    ("tanh", |x, _| Some(at(x, 0)?.tanh())),
    ("atan", |x, _| Some(at(x, 0)?.apply(Elementary::Atan))),
    ("asinh", |x, _| Some((at(x, 0)? + (one() + at(x, 0)?.whole_power(2)).sqrt()).log())),
    ("sinh", |x, _| Some((at(x, 0)?.exp() - (-at(x, 0)?).exp()) * half())),
    ("atanh", |x, _| Some(half() * ((one() + at(x, 0)?).log() - (one() - at(x, 0)?).log()))),
    ("sin", |x, _| Some(at(x, 0)?.apply(Elementary::Sin))),
    ("cos", |x, _| Some(at(x, 0)?.apply(Elementary::Cos))),
    ("alpha_fair", |x, p| {
        let (x, rest) = (at(x, 0)?, Rational::one() - p.first()?);
        if rest.is_zero() {
            return Some(x.log());
        }
        let factor = number(&rest.recip());
        Some(factor * positive_power(x, &rest))
    }),
    ("michaelis_menten", |x, p| Some(nonneg(at(x, 0)?) / (number(p.first()?) + at(x, 0)?))),
    ("hill", |x, p| {
        let (k, n) = (p.first()?, p.get(1)?);
        let x = positive_power(at(x, 0)?, n);
        Some(x.clone() / (number(k).power(n.clone()) + x))
    }),
];

/// Atoms of a vector that are one number.
const VECTORS: &[(&str, Vector)] = &[
    ("sum", |x| Some(Expr::Sum(x))),
    ("max", |x| (!x.is_empty()).then_some(Expr::Largest(x))),
    ("min", |x| (!x.is_empty()).then_some(Expr::Least(x))),
    ("mean", |x| {
        let share = Rational::new(1.into(), i64::try_from(x.len()).ok().filter(|n| *n > 0)?.into());
        Some(number(&share) * Expr::Sum(x))
    }),
    ("prod", |x| Some(Expr::Product(x))),
    ("norm1", |x| Some(Expr::Sum(x.into_iter().map(|x| x.apply(Elementary::Abs)).collect()))),
    ("norm2", |x| Some(squares(x).sqrt())),
    ("norm_inf", |x| {
        (!x.is_empty())
            .then(|| Expr::Largest(x.into_iter().map(|x| x.apply(Elementary::Abs)).collect()))
    }),
    ("sum_squares", |x| Some(squares(x))),
    ("log_sum_exp", |x| {
        (!x.is_empty()).then(|| Expr::Sum(x.into_iter().map(Expr::exp).collect()).log())
    }),
    ("inv_prod", |x| {
        let inverse = x.into_iter().map(|x| positive_power(x, &whole(-1)));
        Some(Expr::Product(inverse.collect()))
    }),
];

/// An atom applied to numbers.
pub fn scalar(atom: &str, arguments: &[Expr], parameters: &[Rational]) -> Option<Expr> {
    let (_, row) = SCALARS.iter().find(|(name, _)| *name == atom)?;
    row(arguments, parameters)
}

/// Whether an atom of numbers has a row.
pub fn is_scalar(atom: &str) -> bool {
    SCALARS.iter().any(|(name, _)| *name == atom)
}

/// An atom applied to the elements of a vector.
pub fn vector(atom: &str, elements: Vec<Expr>) -> Option<Expr> {
    let (_, row) = VECTORS.iter().find(|(name, _)| *name == atom)?;
    row(elements)
}

fn at(arguments: &[Expr], place: usize) -> Option<Expr> {
    arguments.get(place).cloned()
}

fn number(value: &Rational) -> Expr {
    Expr::Number(value.clone())
}

fn whole(value: i64) -> Rational {
    Rational::from_integer(value.into())
}

fn one() -> Expr {
    Expr::from(1)
}

fn half() -> Expr {
    Expr::Number(Rational::new(1.into(), 2.into()))
}

/// x where it is not below 0.
fn nonneg(x: Expr) -> Expr {
    x.sqrt().whole_power(2)
}

fn pos(x: Expr) -> Expr {
    Expr::Largest(vec![x, Expr::from(0)])
}

/// `x^p` from 0 upwards, for p < 0 above 0.
fn positive_power(x: Expr, p: &Rational) -> Expr {
    if p.is_integer() { x.sqrt().power(p * whole(2)) } else { x.power(p.clone()) }
}

/// `power(x, p)`: p = 0, p = 1 and even p on all reals.
fn power(x: Expr, p: &Rational) -> Option<Expr> {
    let even = (p / whole(2)).is_integer();
    Some(if p.is_one() || even && !p.is_negative() {
        x.power(p.clone())
    } else {
        positive_power(x, p)
    })
}

/// `x·ln(x / y)`.
fn rel_entr(x: Expr, y: Expr) -> Option<Expr> {
    Some(-x.clone().apply(Elementary::Entropy) - x * y.log())
}

fn squares(x: Vec<Expr>) -> Expr {
    Expr::Sum(x.into_iter().map(|x| x.whole_power(2)).collect())
}
