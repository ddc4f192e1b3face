//! Exact numbers in 16 bytes: tables have millions of them, and almost all are short.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::num::NonZeroU64;

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};

use super::Rational;
use crate::sema::interval::Interval;

/// An exact rational; a short one takes no memory of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(Repr);

/// In lowest terms, and never `Long` when `Short` can hold it: equality is equality of values.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Repr {
    Short(i64, NonZeroU64),
    Long(Box<Rational>),
}

impl Number {
    /// 0.
    pub const ZERO: Number = Number(Repr::Short(0, NonZeroU64::MIN));
    /// 1.
    pub const ONE: Number = Number(Repr::Short(1, NonZeroU64::MIN));

    /// `numerator / denominator`; none when that is no number.
    pub fn ratio(numerator: i64, denominator: u64) -> Option<Self> {
        reduced(numerator.into(), denominator.into())
    }

    /// The number that a decimal such as `-1.25e-3` writes, when it is short.
    pub fn decimal(text: &str) -> Option<Self> {
        let (mantissa, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let (negative, whole) = match whole.as_bytes().first() {
            Some(b'-') => (true, whole.get(1..)?),
            Some(b'+') => (false, whole.get(1..)?),
            _ => (false, whole),
        };
        let mut digits = whole.bytes().chain(fraction.bytes());
        let empty = (whole.is_empty() && fraction.is_empty()) || !power_reads(power);
        if empty || whole.len() + fraction.len() > 18 {
            return None;
        }
        let value = digits.try_fold(0i64, |value, digit| {
            digit.is_ascii_digit().then(|| value * 10 + i64::from(digit - b'0'))
        })?;
        let value = i128::from(if negative { -value } else { value });
        let power = power.parse::<i32>().ok()? - i32::try_from(fraction.len()).ok()?;
        let ten = 10i128.checked_pow(power.unsigned_abs()).filter(|_| power.abs() <= 18)?;
        if power < 0 { reduced(value, ten) } else { reduced(value.checked_mul(ten)?, 1) }
    }

    /// Whether it is 0.
    pub fn is_zero(&self) -> bool {
        *self == Number::ZERO
    }

    /// Whether it is below 0.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Short(numerator, _) => *numerator < 0,
            Repr::Long(value) => value.is_negative(),
        }
    }

    /// Whether it is above 0.
    pub fn is_positive(&self) -> bool {
        !self.is_zero() && !self.is_negative()
    }

    /// The same as a rational of any length.
    pub fn to_rational(&self) -> Rational {
        match &self.0 {
            Repr::Short(numerator, denominator) => {
                Rational::new_raw((*numerator).into(), denominator.get().into())
            }
            Repr::Long(value) => (**value).clone(),
        }
    }

    /// The nearest `f64`.
    pub fn to_f64(&self) -> f64 {
        /// Whole numbers up to here are `f64`s, so that one division rounds their ratio correctly.
        const EXACT: u64 = 1 << 53;
        if let Repr::Short(numerator, denominator) = &self.0
            && numerator.unsigned_abs() <= EXACT
            && denominator.get() <= EXACT
        {
            return *numerator as f64 / denominator.get() as f64;
        }
        self.to_rational().to_f64().unwrap_or(f64::NAN)
    }

    /// The sum.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        if self.is_zero() {
            return other.clone();
        }
        let short = || {
            let ((a, b), (c, d)) = (self.short()?, other.short()?);
            reduced(a.checked_mul(d)?.checked_add(c.checked_mul(b)?)?, b.checked_mul(d)?)
        };
        short().unwrap_or_else(|| (self.to_rational() + other.to_rational()).into())
    }

    /// The product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        if *self == Number::ONE {
            return other.clone();
        }
        if *other == Number::ONE {
            return self.clone();
        }
        let short = || {
            let ((a, b), (c, d)) = (self.short()?, other.short()?);
            reduced(a.checked_mul(c)?, b.checked_mul(d)?)
        };
        short().unwrap_or_else(|| (self.to_rational() * other.to_rational()).into())
    }

    /// The number with the other sign.
    #[must_use]
    pub fn negated(&self) -> Self {
        self.times(&Number(Repr::Short(-1, NonZeroU64::MIN)))
    }

    /// The reciprocal; none of 0.
    pub fn reciprocal(&self) -> Option<Self> {
        if self.is_zero() {
            return None;
        }
        let short = || {
            let (a, b) = self.short()?;
            reduced(if a < 0 { -b } else { b }, a.abs())
        };
        Some(short().unwrap_or_else(|| self.to_rational().recip().into()))
    }

    /// An `f64` that is not below it, for a number that is not below 0; within 1 part in 2^49 where
    /// that is in range.
    pub fn above(&self) -> f64 {
        match &self.0 {
            // Two conversions and a division, each within 1 part in 2^53.
            Repr::Short(numerator, denominator) => {
                let near = *numerator as f64 / denominator.get() as f64;
                (near * (1.0 + 1.0 / (1u64 << 50) as f64)).next_up()
            }
            Repr::Long(value) => Interval::of(value).hi,
        }
    }

    fn short(&self) -> Option<(i128, i128)> {
        match &self.0 {
            Repr::Short(numerator, denominator) => {
                Some(((*numerator).into(), denominator.get().into()))
            }
            Repr::Long(_) => None,
        }
    }
}

fn power_reads(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// In lowest terms, when it is short; the denominator is not below 0.
fn reduced(numerator: i128, denominator: i128) -> Option<Number> {
    let (mut a, mut b) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    while b != 0 {
        (a, b) = match (u64::try_from(a), u64::try_from(b)) {
            // Division of 128 bits is slow, and most numbers are short.
            (Ok(a), Ok(b)) => (b.into(), (a % b).into()),
            _ => (b, a % b),
        };
    }
    let divisor = i128::try_from(a).ok().filter(|divisor| *divisor > 0)?;
    let numerator = i64::try_from(numerator / divisor).ok()?;
    let denominator = NonZeroU64::new(u64::try_from(denominator / divisor).ok()?)?;
    Some(Number(Repr::Short(numerator, denominator)))
}

impl From<Rational> for Number {
    fn from(value: Rational) -> Self {
        let short = value.numer().to_i64().zip(value.denom().to_u64());
        match short.and_then(|(n, d)| Some((n, NonZeroU64::new(d)?))) {
            Some((numerator, denominator)) => Number(Repr::Short(numerator, denominator)),
            None => Number(Repr::Long(Box::new(value))),
        }
    }
}

impl From<&Rational> for Number {
    fn from(value: &Rational) -> Self {
        let short = value.numer().to_i64().zip(value.denom().to_u64());
        match short.and_then(|(n, d)| Some((n, NonZeroU64::new(d)?))) {
            Some((numerator, denominator)) => Number(Repr::Short(numerator, denominator)),
            None => Number(Repr::Long(Box::new(value.clone()))),
        }
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Number(Repr::Short(value, NonZeroU64::MIN))
    }
}

impl From<BigInt> for Number {
    fn from(value: BigInt) -> Self {
        Rational::from_integer(value).into()
    }
}

impl Default for Number {
    fn default() -> Self {
        Number::ZERO
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let short = || {
            let ((a, b), (c, d)) = (self.short()?, other.short()?);
            Some(a.checked_mul(d)?.cmp(&c.checked_mul(b)?))
        };
        short().unwrap_or_else(|| self.to_rational().cmp(&other.to_rational()))
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<N: Borrow<Number>> std::iter::Sum<N> for Number {
    fn sum<I: Iterator<Item = N>>(numbers: I) -> Self {
        numbers.fold(Number::ZERO, |sum, number| sum.plus(number.borrow()))
    }
}

#[cfg(test)]
mod tests {
    use num_traits::{One, Zero};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_takes_sixteen_bytes() {
        assert_eq!(size_of::<Number>(), 16);
    }

    #[test]
    fn decimals_read_exactly_or_not_at_all() {
        let number = |n: i64, d: u64| Number::ratio(n, d);
        assert_eq!(Number::decimal("1.25"), number(5, 4));
        assert_eq!(Number::decimal("-1.25e-3"), number(-1, 800));
        assert_eq!(Number::decimal("+3E2"), number(300, 1));
        assert_eq!(Number::decimal(".5"), number(1, 2));
        assert_eq!(Number::decimal("5."), number(5, 1));
        let wrong =
            ["", "-", ".", "e3", "1e", "1e+", "nan", "inf", "1,5", "1 2", "0x1", "1e1.5", "--1"];
        for text in wrong {
            assert_eq!(Number::decimal(text), None, "{text}");
        }
    }

    fn any_number() -> impl Strategy<Value = Number> {
        let short = (any::<i64>(), 1u64..).prop_map(|(n, d)| Rational::new(n.into(), d.into()));
        let small = (-9i64..9, 1u64..9).prop_map(|(n, d)| Rational::new(n.into(), d.into()));
        prop_oneof![short, small].prop_map(Number::from)
    }

    proptest! {
        #[test]
        fn short_and_long_numbers_calculate_as_rationals_do(a in any_number(), b in any_number()) {
            let (x, y) = (a.to_rational(), b.to_rational());
            prop_assert_eq!(a.plus(&b), Number::from(&x + &y));
            prop_assert_eq!(a.times(&b), Number::from(&x * &y));
            prop_assert_eq!(a.times(&b).times(&a), Number::from(&x * &y * &x));
            prop_assert_eq!(a.negated(), Number::from(-&x));
            prop_assert_eq!(a.cmp(&b), x.cmp(&y));
            prop_assert_eq!(a.is_negative(), x < Rational::zero());
            if !a.is_negative() {
                let above = Rational::from_float(a.above()).unwrap_or_default();
                prop_assert!(above >= x && a.above() <= a.to_f64() * (1.0 + 1e-14) + 1e-300);
            }
            match a.reciprocal() {
                Some(inverse) => prop_assert_eq!(inverse.to_rational() * x, Rational::one()),
                None => prop_assert!(x.is_zero()),
            }
        }
    }
}
