//! Intervals of real values with `f64` ends, rounded outwards: whatever real numbers the arguments
//! hold, the result holds the exact real result.
//!
//! `+ − × ÷ √` are rounded by error-free transforms (Dekker 1971, Ogita–Rump–Oishi 2005), so that an
//! exact result stays exact. `exp`, `ln` and `powf` come from CORE-MATH (Sibidanov, Zimmermann and
//! Glondu 2022), which rounds correctly, and are widened by [`LIBRARY_STEPS`].

mod functions;

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::hir::Rational;

/// Steps by which a correctly rounded result is widened on each side: one would do.
const LIBRARY_STEPS: usize = 2;

/// Below this magnitude the error term of a product or quotient may itself be rounded.
const EXACT_FROM: f64 = 1e-250;

/// A closed interval of reals; `-inf` and `inf` as ends mean "no bound". It is never empty: a
/// function that has no value on its argument answers with [`Interval::ALL`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub lo: f64,
    /// Upper end, not below `lo`.
    pub hi: f64,
}

impl Interval {
    /// All reals.
    pub const ALL: Interval = Interval { lo: f64::NEG_INFINITY, hi: f64::INFINITY };
    /// All reals not below 0.
    pub const NONNEG: Interval = Interval { lo: 0.0, hi: f64::INFINITY };
    /// 0 alone.
    pub const ZERO: Interval = Interval { lo: 0.0, hi: 0.0 };

    /// From `lo` to `hi`; all reals when they are no interval.
    pub fn new(lo: f64, hi: f64) -> Self {
        if lo <= hi && lo < f64::INFINITY && hi > f64::NEG_INFINITY {
            // `+ 0.0` turns a negative zero into 0, which prints without a sign.
            Interval { lo: lo + 0.0, hi: hi + 0.0 }
        } else {
            Interval::ALL
        }
    }

    /// The number itself.
    pub fn point(value: f64) -> Self {
        Interval::new(value, value)
    }

    /// The tightest interval around an exact rational.
    pub fn of(value: &Rational) -> Self {
        // Small numerators and denominators are exact numbers: their quotient is rounded as any other.
        let exact = |n: &BigInt| n.to_i32().map(f64::from);
        if let (Some(numerator), Some(denominator)) = (exact(value.numer()), exact(value.denom())) {
            return quotient(numerator, denominator);
        }
        let near = value.to_f64().unwrap_or(f64::NAN);
        if near.is_nan() {
            return Interval::ALL;
        }
        let Some(exact) = Rational::from_float(near) else {
            let (max, inf) = (f64::MAX, f64::INFINITY);
            return if near > 0.0 { Interval::new(max, inf) } else { Interval::new(-inf, -max) };
        };
        match exact.cmp(value) {
            std::cmp::Ordering::Equal => Interval::point(near),
            std::cmp::Ordering::Less => Interval::new(near, near.next_up()),
            std::cmp::Ordering::Greater => Interval::new(near.next_down(), near),
        }
    }

    /// From `lo` to `hi`, none meaning "no bound".
    pub fn between(lo: Option<&Rational>, hi: Option<&Rational>) -> Self {
        Interval::new(
            lo.map_or(f64::NEG_INFINITY, |lo| Interval::of(lo).lo),
            hi.map_or(f64::INFINITY, |hi| Interval::of(hi).hi),
        )
    }

    /// Whether it holds `value`.
    pub fn contains(self, value: f64) -> bool {
        self.lo <= value && value <= self.hi
    }

    /// The smallest interval that holds both.
    pub fn hull(self, other: Self) -> Self {
        Interval::new(self.lo.min(other.lo), self.hi.max(other.hi))
    }

    /// What both hold; none when that is nothing.
    pub fn intersect(self, other: Self) -> Option<Self> {
        let (lo, hi) = (self.lo.max(other.lo), self.hi.min(other.hi));
        (lo <= hi).then(|| Interval::new(lo, hi))
    }

    /// The sum of `least` to `most` terms, each of them in the interval.
    pub fn repeated(self, least: usize, most: usize) -> Self {
        let terms = |count: usize| self * Interval::of(&Rational::from_integer(count.into()));
        terms(least).hull(terms(most))
    }

    /// The absolute value.
    pub fn abs(self) -> Self {
        if self.lo >= 0.0 {
            self
        } else if self.hi <= 0.0 {
            -self
        } else {
            Interval::new(0.0, self.hi.max(-self.lo))
        }
    }

    /// The larger of two values.
    pub fn max(self, other: Self) -> Self {
        Interval::new(self.lo.max(other.lo), self.hi.max(other.hi))
    }

    /// The smaller of two values.
    pub fn min(self, other: Self) -> Self {
        Interval::new(self.lo.min(other.lo), self.hi.min(other.hi))
    }

    /// The square.
    pub fn square(self) -> Self {
        let base = self.abs();
        let square = base * base;
        Interval::new(square.lo.max(0.0), square.hi)
    }

    /// The square root of the part that is not below 0.
    pub fn sqrt(self) -> Self {
        let Some(part) = self.intersect(Interval::NONNEG) else { return Interval::ALL };
        Interval::new(sqrt(part.lo).lo, sqrt(part.hi).hi)
    }

    /// The exponential.
    pub fn exp(self) -> Self {
        Interval::new(exp(self.lo).lo.max(0.0), exp(self.hi).hi)
    }

    /// The natural logarithm of the part above 0, without a lower bound when that reaches 0.
    pub fn ln(self) -> Self {
        let Some(part) = self.intersect(Interval::NONNEG).filter(|part| part.hi > 0.0) else {
            return Interval::ALL;
        };
        Interval::new(ln(part.lo).lo, ln(part.hi).hi)
    }

    /// The reciprocal of the part above 0, without an upper bound when that reaches 0.
    pub fn inv_pos(self) -> Self {
        match self.intersect(Interval::NONNEG).filter(|part| part.hi > 0.0) {
            Some(part) => Interval::point(1.0) / part,
            None => Interval::ALL,
        }
    }

    /// `−x·ln x` of the part that is not below 0, where `0·ln 0 = 0`.
    pub fn entr(self) -> Self {
        let Some(part) = self.intersect(Interval::NONNEG) else { return Interval::ALL };
        let at = |x: f64| {
            let x = Interval::point(x);
            if x.hi == 0.0 { Interval::ZERO } else { -(x * x.ln()) }
        };
        let lower = at(part.lo).lo.min(if part.hi.is_infinite() {
            f64::NEG_INFINITY
        } else {
            at(part.hi).lo
        });
        // The maximum is 1/e at 1/e.
        let crest = exp(-1.0);
        let upper = if part.intersect(crest).is_some() {
            crest.hi
        } else if part.lo > crest.hi {
            at(part.lo).hi
        } else {
            at(part.hi).hi
        };
        Interval::new(lower, upper)
    }

    /// `x^n` for a whole `n` of either parity, `n ≥ 1`.
    pub fn powi(self, n: u32) -> Self {
        let even = n.is_multiple_of(2);
        let base = if even { self.abs() } else { self };
        let at = |x: f64| {
            let magnitude = monomial(x.abs(), f64::from(n));
            if x < 0.0 { -magnitude } else { magnitude }
        };
        Interval::new(at(base.lo).lo, at(base.hi).hi)
    }

    /// `x^p` of the part that is not below 0; for a negative `p` of the part above 0.
    pub fn powf(self, p: f64) -> Self {
        let Some(part) = self.intersect(Interval::NONNEG) else { return Interval::ALL };
        if p >= 0.0 {
            return Interval::new(monomial(part.lo, p).lo, monomial(part.hi, p).hi);
        }
        if part.hi == 0.0 {
            return Interval::ALL;
        }
        Interval::new(monomial(part.hi, p).lo, monomial(part.lo, p).hi)
    }
}

impl std::ops::Neg for Interval {
    type Output = Interval;

    fn neg(self) -> Interval {
        Interval::new(-self.hi, -self.lo)
    }
}

impl std::ops::Add for Interval {
    type Output = Interval;

    fn add(self, other: Interval) -> Interval {
        Interval::new(sum(self.lo, other.lo).lo, sum(self.hi, other.hi).hi)
    }
}

impl std::ops::Sub for Interval {
    type Output = Interval;

    fn sub(self, other: Interval) -> Interval {
        self + -other
    }
}

impl std::ops::Mul for Interval {
    type Output = Interval;

    fn mul(self, other: Interval) -> Interval {
        let corners = [(self.lo, other.lo), (self.lo, other.hi), (self.hi, other.lo)];
        let first = product(self.hi, other.hi);
        corners.into_iter().fold(first, |all, (a, b)| all.hull(product(a, b)))
    }
}

impl std::ops::Div for Interval {
    type Output = Interval;

    /// The quotients by the part of `other` that is not 0.
    fn div(self, other: Interval) -> Interval {
        if other.lo < 0.0 && other.hi > 0.0 || other.lo == 0.0 && other.hi == 0.0 {
            return Interval::ALL;
        }
        if other.hi <= 0.0 {
            return -self / -other;
        }
        // The divisor runs from `other.lo ≥ 0` upwards; a quotient by 0 stands for its limit.
        let corners = [(self.lo, other.lo), (self.lo, other.hi), (self.hi, other.lo)];
        let first = quotient(self.hi, other.hi);
        corners.into_iter().fold(first, |all, (a, b)| all.hull(quotient(a, b)))
    }
}

/// Widens a rounded result by one step on the side that its error points to.
///
/// `error` is exact minus rounded, exact up to its sign; not a number where it is not known.
fn directed(rounded: f64, error: f64) -> Interval {
    if rounded.is_infinite() {
        // Overflow: the exact result is finite and beyond the largest number, or infinite.
        return if rounded > 0.0 {
            Interval { lo: f64::MAX, hi: rounded }
        } else {
            Interval { lo: rounded, hi: -f64::MAX }
        };
    }
    if rounded.is_nan() {
        return Interval::ALL;
    }
    match error.partial_cmp(&0.0) {
        Some(std::cmp::Ordering::Equal) => Interval::point(rounded),
        Some(std::cmp::Ordering::Greater) => Interval::new(rounded, rounded.next_up()),
        Some(std::cmp::Ordering::Less) => Interval::new(rounded.next_down(), rounded),
        None => Interval::new(rounded.next_down(), rounded.next_up()),
    }
}

/// An end that is infinite stays so: it stands for "no bound", not for a number.
fn unbounded(end: f64) -> Interval {
    Interval { lo: end, hi: end }
}

fn sum(a: f64, b: f64) -> Interval {
    if a.is_infinite() || b.is_infinite() {
        return unbounded(a + b);
    }
    let s = a + b;
    let b_part = s - a;
    directed(s, (a - (s - b_part)) + (b - b_part))
}

fn product(a: f64, b: f64) -> Interval {
    if a == 0.0 || b == 0.0 {
        return Interval::ZERO;
    }
    if a.is_infinite() || b.is_infinite() {
        return unbounded(a * b);
    }
    let p = a * b;
    let error = if p.abs() < EXACT_FROM { f64::NAN } else { a.mul_add(b, -p) };
    directed(p, error)
}

fn quotient(a: f64, b: f64) -> Interval {
    if a == 0.0 {
        return Interval::ZERO;
    }
    if b == 0.0 {
        return unbounded(if a > 0.0 { f64::INFINITY } else { f64::NEG_INFINITY });
    }
    if b.is_infinite() {
        return Interval::ZERO;
    }
    if a.is_infinite() {
        return unbounded(a);
    }
    let q = a / b;
    let known = a.abs() >= EXACT_FROM && q.abs() >= EXACT_FROM;
    directed(q, if known { (-q).mul_add(b, a) * b.signum() } else { f64::NAN })
}

fn sqrt(x: f64) -> Interval {
    if x == 0.0 || x.is_infinite() {
        return unbounded(x);
    }
    let root = x.sqrt();
    directed(root, if x < EXACT_FROM { f64::NAN } else { (-root).mul_add(root, x) })
}

fn exp(x: f64) -> Interval {
    match x {
        0.0 => Interval::point(1.0),
        f64::NEG_INFINITY => Interval::ZERO,
        f64::INFINITY => unbounded(x),
        _ => library(core_math::exp(x)),
    }
}

fn ln(x: f64) -> Interval {
    match x {
        1.0 => Interval::ZERO,
        0.0 => unbounded(f64::NEG_INFINITY),
        f64::INFINITY => unbounded(x),
        _ => library(core_math::log(x)),
    }
}

/// `x^p` for `x ≥ 0`; its limit where it has no value.
fn monomial(x: f64, p: f64) -> Interval {
    let limit = |is_zero: bool| if is_zero { Interval::ZERO } else { unbounded(f64::INFINITY) };
    if p == 0.0 || x == 1.0 {
        Interval::point(1.0)
    } else if p == 1.0 {
        unbounded(x)
    } else if x == 0.0 {
        limit(p > 0.0)
    } else if x.is_infinite() {
        limit(p < 0.0)
    } else if p == 2.0 {
        product(x, x)
    } else {
        let power = library(core_math::pow(x, p));
        Interval { lo: power.lo.max(0.0), hi: power.hi }
    }
}

fn library(value: f64) -> Interval {
    let step = |value: f64, next: fn(f64) -> f64| (0..LIBRARY_STEPS).fold(value, |v, _| next(v));
    Interval { lo: step(value, f64::next_down), hi: step(value, f64::next_up) }
}

#[cfg(test)]
mod tests;
