//! Functions of numbers.

use num_bigint::BigInt;
use num_rational::Ratio;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::LONGEST;
use super::atom::{Answer, Lack};
use crate::sema::atoms::pieces;
use crate::sema::hir::Rational;
use crate::sema::special;

/// A function of numbers and parameters.
pub type Function = fn(&[&Rational], &[Rational]) -> Answer<Rational>;

/// The function of numbers that an atom is; none for atoms of vectors.
pub fn function(name: &str) -> Option<Function> {
    Some(match name {
        "maximum" => |x, _| x.iter().copied().max().cloned().ok_or(Lack::NoValue),
        "minimum" => |x, _| x.iter().copied().min().cloned().ok_or(Lack::NoValue),
        "abs" => |x, _| Ok(at(x, 0)?.abs()),
        "pos" => |x, _| Ok(at(x, 0)?.max(&Rational::zero()).clone()),
        "neg" => |x, _| Ok((-at(x, 0)?).max(Rational::zero())),
        "square" => |x, _| Ok(at(x, 0)? * at(x, 0)?),
        "inv_pos" => |x, _| Ok(above(at(x, 0)?, 0)?.recip()),
        "sqrt" => |x, _| power(at(x, 0)?, &Rational::new(1.into(), 2.into())),
        "power" => |x, p| powered(at(x, 0)?, first(p)?),
        "odd_power" => |x, p| power(at(x, 0)?, first(p)?),
        "multiply" => |x, _| Ok(at(x, 0)? * at(x, 1)?),
        "real" | "conj" => |x, _| Ok(at(x, 0)?.clone()),
        "one_minus_pos" => |x, _| {
            let x = at(x, 0)?;
            let inside = x.is_positive() && *x < Rational::one();
            if inside { Ok(Rational::one() - x) } else { Err(Lack::NoValue) }
        },
        "diff_pos" => |x, _| Ok(at(x, 0)? - at(x, 1)?),
        "log" => |x, _| nearest(above(at(x, 0)?, 0)?, f64::ln),
        "log1p" => |x, _| nearest(above(at(x, 0)?, -1)?, f64::ln_1p),
        "exp" => |x, _| nearest(at(x, 0)?, f64::exp),
        "logistic" => |x, _| nearest(at(x, 0)?, special::logistic),
        "entr" => |x, _| entropy(at(x, 0)?),
        "xexp" => |x, _| nearest(at(x, 0)?, |x| x * x.exp()),
        "kl_div" => |x, _| {
            let (x, y) = (at(x, 0)?, at(x, 1)?);
            Ok(relative_entropy(x, y)? - x + y)
        },
        "rel_entr" => |x, _| relative_entropy(at(x, 0)?, at(x, 1)?),
        "loggamma" => |x, _| nearest(above(at(x, 0)?, 0)?, special::loggamma),
        "normcdf" => |x, _| nearest(at(x, 0)?, special::normcdf),
        "log_normcdf" => |x, _| nearest(at(x, 0)?, special::log_normcdf),
        "sigmoid" => |x, _| nearest(at(x, 0)?, special::sigmoid),
        "tanh" => |x, _| nearest(at(x, 0)?, f64::tanh),
        "atan" => |x, _| nearest(at(x, 0)?, f64::atan),
        "sin" => |x, _| nearest(at(x, 0)?, f64::sin),
        "cos" => |x, _| nearest(at(x, 0)?, f64::cos),
        "tan" => |x, _| nearest(at(x, 0)?, f64::tan),
        "sinh" => |x, _| nearest(at(x, 0)?, f64::sinh),
        "asinh" => |x, _| nearest(at(x, 0)?, f64::asinh),
        "atanh" => |x, _| {
            let x = at(x, 0)?;
            if x.abs() < Rational::one() { nearest(x, f64::atanh) } else { Err(Lack::NoValue) }
        },
        "ceil" => |x, _| Ok(at(x, 0)?.ceil()),
        "floor" => |x, _| Ok(at(x, 0)?.floor()),
        "sign" => |x, _| Ok(at(x, 0)?.signum()),
        "huber" => |x, p| {
            let (x, m) = (at(x, 0)?.abs(), first(p)?);
            Ok(if x <= *m { &x * &x } else { (&x + &x - m) * m })
        },
        "scalene" => |x, p| {
            let (x, zero) = (at(x, 0)?, Rational::zero());
            Ok(first(p)? * x.max(&zero) + p.get(1).ok_or(Lack::NoValue)? * (-x).max(zero.clone()))
        },
        "alpha_fair" => |x, p| alpha_fair(at(x, 0)?, first(p)?),
        "michaelis_menten" => |x, p| hill(at(x, 0)?, first(p)?, &Rational::one()),
        "hill" => |x, p| hill(at(x, 0)?, first(p)?, p.get(1).ok_or(Lack::NoValue)?),
        "pwl" => |x, p| pieces::value(&pieces::points(p), at(x, 0)?).ok_or(Lack::NoValue),
        "concave_envelope" => |x, p| {
            let hull = pieces::envelope(&pieces::points(p));
            pieces::value(&hull, at(x, 0)?).ok_or(Lack::NoValue)
        },
        _ => return None,
    })
}

fn at<'r>(x: &[&'r Rational], place: usize) -> Answer<&'r Rational> {
    x.get(place).copied().ok_or(Lack::NoValue)
}

fn first(p: &[Rational]) -> Answer<&Rational> {
    p.first().ok_or(Lack::NoValue)
}

fn above(x: &Rational, least: i64) -> Answer<&Rational> {
    if *x > Rational::from_integer(least.into()) { Ok(x) } else { Err(Lack::NoValue) }
}

/// The nearest `f64` to a function of a number.
pub fn nearest(value: &Rational, function: impl Fn(f64) -> f64) -> Answer<Rational> {
    let value = value.to_f64().ok_or(Lack::TooLarge)?;
    Rational::from_float(function(value)).ok_or(Lack::TooLarge)
}

/// `−x·ln x`, and 0 at 0.
pub fn entropy(x: &Rational) -> Answer<Rational> {
    if x.is_zero() { Ok(Rational::zero()) } else { nearest(above(x, 0)?, |x| -x * x.ln()) }
}

fn relative_entropy(x: &Rational, y: &Rational) -> Answer<Rational> {
    above(y, 0)?;
    if x.is_zero() {
        return Ok(Rational::zero());
    }
    Ok(above(x, 0)? * nearest(&(x / y), f64::ln)?)
}

fn alpha_fair(x: &Rational, a: &Rational) -> Answer<Rational> {
    if a.is_one() {
        return nearest(above(x, 0)?, f64::ln);
    }
    let rest = Rational::one() - a;
    if x.is_negative() && !a.is_zero() {
        return Err(Lack::NoValue);
    }
    Ok(power(x, &rest)? / rest)
}

fn hill(x: &Rational, k: &Rational, n: &Rational) -> Answer<Rational> {
    let (x, k) = (power_of_nonneg(x, n)?, power_of_nonneg(k, n)?);
    let whole = &x + &k;
    if whole.is_zero() { Err(Lack::NoValue) } else { Ok(x / whole) }
}

fn power_of_nonneg(x: &Rational, n: &Rational) -> Answer<Rational> {
    if x.is_negative() { Err(Lack::NoValue) } else { power(x, n) }
}

/// The atom `power`: on all reals for 0, 1 and even exponents, else where x is not below 0.
fn powered(x: &Rational, p: &Rational) -> Answer<Rational> {
    let even = (p / Rational::from_integer(2.into())).is_integer() && !p.is_negative();
    if even || p.is_one() { power(x, p) } else { power_of_nonneg(x, p) }
}

/// `base^exponent`; of a base below 0 for whole exponents only.
pub fn power(base: &Rational, exponent: &Rational) -> Answer<Rational> {
    let inside = match (base.is_negative(), exponent.is_integer()) {
        (true, whole) => whole,
        (false, _) => !base.is_zero() || !exponent.is_negative(),
    };
    if !inside {
        return Err(Lack::NoValue);
    }
    let whole = |n: &BigInt| n.to_i64();
    let exact = whole(exponent.numer()).zip(whole(exponent.denom()));
    let exact = exact.and_then(|(n, d)| rational_power(base, Ratio::new(n, d)));
    let near = || nearest(base, |base| base.powf(exponent.to_f64().unwrap_or(f64::NAN)));
    exact.map_or_else(near, Ok)
}

/// `base^exponent`, when it is rational and not too long.
pub fn rational_power(base: &Rational, exponent: Ratio<i64>) -> Option<Rational> {
    if base.is_zero() {
        return match exponent.cmp(&Ratio::zero()) {
            std::cmp::Ordering::Less => None,
            std::cmp::Ordering::Equal => Some(Rational::one()),
            std::cmp::Ordering::Greater => Some(Rational::zero()),
        };
    }
    let root = exponent.denom().to_u32()?;
    if base.is_negative() && root != 1 {
        return None;
    }
    let whole = exponent.numer().to_i32()?;
    let bits = base.numer().bits().max(base.denom().bits());
    if bits.checked_mul(whole.unsigned_abs().into())? > LONGEST {
        return None;
    }
    let raised = base.pow(whole);
    let exact = |n: &BigInt| {
        let nearest = n.nth_root(root);
        (nearest.pow(root) == *n).then_some(nearest)
    };
    Some(Rational::new(exact(raised.numer())?, exact(raised.denom())?))
}
