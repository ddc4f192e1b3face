//! Intervals of powers with exact exponents and of the functions that [`Interval`] lacks.
//!
//! Values come from CORE-MATH (Sibidanov, Zimmermann and Glondu 2022), which rounds correctly: the
//! exact value is less than one step away. They are widened by [`STEPS`].

use num_rational::Ratio;
use num_traits::ToPrimitive;

use super::Rational;
use crate::sema::constant::rational_power;
use crate::sema::interval::Interval;

/// Steps by which a correctly rounded value is widened on each side.
const STEPS: usize = 1;

/// Powers up to this one are products, so that small whole numbers have exact powers.
const LONGEST_PRODUCT: u32 = 16;

/// Beyond this magnitude the turns of an angle are not counted.
const FAR: f64 = 1e6;

/// The exponent of a power.
#[derive(Clone, Debug, PartialEq)]
pub enum Exponent {
    /// A whole number.
    Whole(i64),
    /// 1/2.
    Half,
    /// Another number in this interval.
    Real(Interval),
}

impl Exponent {
    /// Of an exact number.
    pub fn of(value: &Rational) -> Self {
        let whole = value.numer().to_i64().filter(|n| value.is_integer() && n.abs() < 1 << 31);
        match whole {
            Some(n) => Exponent::Whole(n),
            None if *value == Rational::new(1.into(), 2.into()) => Exponent::Half,
            None => Exponent::Real(Interval::of(value)),
        }
    }
}

/// `base^exponent`, when it is rational and not too long.
pub fn exact_power(base: &Rational, exponent: &Rational) -> Option<Rational> {
    let (numerator, denominator) = (exponent.numer().to_i64()?, exponent.denom().to_i64()?);
    rational_power(base, Ratio::new(numerator, denominator))
}

/// `x^p`, of the part of x where it has a value; all reals where that is nothing.
pub fn power(x: Interval, p: &Exponent) -> Interval {
    match p {
        Exponent::Whole(n) if *n < 0 => Interval::point(1.0) / whole(x, n.unsigned_abs()),
        Exponent::Whole(n) => whole(x, n.unsigned_abs()),
        Exponent::Half => x.sqrt(),
        Exponent::Real(p) => real(x, *p),
    }
}

fn whole(x: Interval, n: u64) -> Interval {
    let Ok(n) = u32::try_from(n) else { return Interval::ALL };
    if n == 0 {
        return Interval::point(1.0);
    }
    if n == 1 {
        return x;
    }
    if n > LONGEST_PRODUCT {
        let at = |x: f64| {
            let size = end(x.abs(), f64::from(n));
            if x < 0.0 && n % 2 == 1 { -size } else { size }
        };
        let base = if n.is_multiple_of(2) { x.abs() } else { x };
        return Interval::new(at(base.lo).lo, at(base.hi).hi);
    }
    let chain = |x: f64| {
        let square = |x: Interval| x.square();
        let (mut result, mut base, mut left) = (Interval::point(1.0), Interval::point(x), n);
        while left > 0 {
            if left % 2 == 1 {
                result = result * base;
            }
            base = square(base);
            left /= 2;
        }
        result
    };
    let base = if n.is_multiple_of(2) { x.abs() } else { x };
    // An end at infinity is no number: its power is at infinity as well.
    let at = |x: f64| if x.is_infinite() { Interval { lo: x, hi: x } } else { chain(x) };
    Interval::new(at(base.lo).lo, at(base.hi).hi)
}

fn real(x: Interval, p: Interval) -> Interval {
    let Some(x) = x.intersect(Interval::NONNEG) else { return Interval::ALL };
    if p.lo.is_infinite() || p.hi.is_infinite() {
        return Interval::NONNEG;
    }
    if p.hi < 0.0 {
        return Interval::point(1.0) / real(x, -p);
    }
    let Some(p) = p.intersect(Interval::NONNEG) else { return Interval::NONNEG };
    // x^p grows with x, and with p it goes one way.
    let (low, high) =
        (end(x.lo, p.lo).hull(end(x.lo, p.hi)), end(x.hi, p.lo).hull(end(x.hi, p.hi)));
    Interval::new(low.lo.max(0.0), high.hi)
}

/// `x^p` for x ≥ 0 and p ≥ 0.
fn end(x: f64, p: f64) -> Interval {
    if x == 0.0 || x == 1.0 || x.is_infinite() {
        return Interval { lo: x, hi: x };
    }
    let value = rounded(core_math::pow(x, p));
    Interval { lo: value.lo.max(0.0), hi: value.hi }
}

/// Around a correctly rounded value.
fn rounded(value: f64) -> Interval {
    let step = |value: f64, next: fn(f64) -> f64| (0..STEPS).fold(value, |v, _| next(v));
    Interval { lo: step(value, f64::next_down), hi: step(value, f64::next_up) }
}

/// The inverse tangent.
pub fn atan(x: Interval) -> Interval {
    let at = |x: f64| if x == 0.0 { Interval::ZERO } else { rounded(core_math::atan(x)) };
    Interval::new(at(x.lo).lo, at(x.hi).hi)
}

/// The sine.
pub fn sin(x: Interval) -> Interval {
    // Crests at π/2 + 2πk, troughs at −π/2 + 2πk.
    wave(x, core_math::sin, 0.25)
}

/// The cosine.
pub fn cos(x: Interval) -> Interval {
    wave(x, core_math::cos, 0.0)
}

/// A wave of period 2π whose crests stand at `crest` turns, and its troughs half a turn later.
fn wave(x: Interval, function: fn(f64) -> f64, crest: f64) -> Interval {
    let whole = Interval { lo: -1.0, hi: 1.0 };
    if !(x.lo > -FAR && x.hi < FAR) {
        return whole;
    }
    // Turns, widened by far more than the rounding of the division: a crest that is not there only
    // widens the result.
    let turns = |x: f64, slack: f64| x / std::f64::consts::TAU + slack;
    let (from, to) = (turns(x.lo, -1e-9), turns(x.hi, 1e-9));
    let holds = |at: f64| (from - at).ceil() <= (to - at).floor();
    let at = |x: f64| match x {
        0.0 => Interval::point(function(0.0)),
        _ => rounded(function(x)),
    };
    let ends = at(x.lo).hull(at(x.hi));
    Interval {
        lo: if holds(crest + 0.5) { -1.0 } else { ends.lo.max(-1.0) },
        hi: if holds(crest) { 1.0 } else { ends.hi.min(1.0) },
    }
}
