//! Values in hundreds of bits, by a library that the engine does not use.

use dashu_float::FBig;
use dashu_float::round::mode::HalfEven;
use dslc::concavity::{Domain, Elementary, Expr, Rational, Witness};
use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};

/// A number of many bits.
pub type Real = FBig<HalfEven, 2>;

/// Bits for chords that should not be there.
pub const BITS: usize = 300;
/// Bits that rounding may cost, relative to the largest intermediate value.
const SLACK: usize = 100;
/// Bits for what is lost beside the largest numbers.
const MOST_BITS: usize = 20_000;
/// Logarithm of the largest magnitude that is looked at.
const LARGEST: i64 = 1_000_000_000_000;

/// An exact number.
pub fn real(value: &Rational, bits: usize) -> Real {
    let whole = |n: &num_bigint::BigInt| {
        let whole: dashu_int::IBig = n.to_string().parse().expect("digits");
        Real::from(whole).with_precision(bits).value()
    };
    whole(value.numer()) / whole(value.denom())
}

/// A value, and the largest magnitude that was met on the way; none where there is no value, or it is
/// too large to look at.
pub fn value(expr: &Expr, point: &[Rational], bits: usize) -> Option<(Real, Real)> {
    let parts: Vec<_> =
        expr.parts().iter().map(|part| value(part, point, bits)).collect::<Option<_>>()?;
    let zero = || Real::ZERO.with_precision(bits).value();
    let one = || Real::ONE.with_precision(bits).value();
    let first = || parts[0].0.clone();
    let own = match expr {
        Expr::Number(value) => real(value, bits),
        Expr::Variable(at) => real(&point[*at], bits),
        Expr::Sum(_) => parts.iter().fold(zero(), |sum, part| sum + &part.0),
        Expr::Product(_) => parts.iter().fold(one(), |product, part| product * &part.0),
        Expr::Power(_, p) => power(first(), p, bits)?,
        Expr::Apply(function, _) => apply(*function, first(), bits)?,
        Expr::Least(_) => parts.iter().map(|part| part.0.clone()).reduce(least)?,
        Expr::Largest(_) => parts.iter().map(|part| part.0.clone()).reduce(largest)?,
    };
    // A result that happens to be exact loses its precision.
    let own = own.with_precision(bits).value();
    let size = parts.into_iter().map(|part| part.1).fold(magnitude(&own), largest);
    (size < exp2(LARGEST as isize)).then_some((own, size))
}

fn least(a: Real, b: Real) -> Real {
    if a < b { a } else { b }
}

fn largest(a: Real, b: Real) -> Real {
    if a < b { b } else { a }
}

fn magnitude(x: &Real) -> Real {
    if *x < Real::ZERO { -x.clone() } else { x.clone() }
}

fn exp2(n: isize) -> Real {
    Real::from_parts(1.into(), n).with_precision(BITS).value()
}

fn power(base: Real, p: &Rational, bits: usize) -> Option<Real> {
    if p.is_integer() {
        if base == Real::ZERO {
            return if p.is_negative() {
                None
            } else if p.is_zero() {
                Some(real(&Rational::one(), bits))
            } else {
                Some(base)
            };
        }
        let n: dashu_int::IBig = p.numer().to_string().parse().expect("digits");
        return within(&base, p, bits).then(|| base.powi(n));
    }
    if base < Real::ZERO || base == Real::ZERO && p.is_negative() {
        return None;
    }
    if base == Real::ZERO {
        return Some(base);
    }
    within(&base, p, bits).then(|| (base.ln() * real(p, bits)).exp())
}

/// Whether a power stays within what is looked at.
fn within(base: &Real, p: &Rational, bits: usize) -> bool {
    let size = magnitude(base).ln() * real(&p.abs(), bits);
    magnitude(&size) < Real::from(LARGEST)
}

fn apply(function: Elementary, x: Real, bits: usize) -> Option<Real> {
    let positive = x > Real::ZERO;
    match function {
        Elementary::Exp => (magnitude(&x) < Real::from(LARGEST))
            .then(|| if x == Real::ZERO { real(&Rational::one(), bits) } else { x.exp() }),
        Elementary::Log => positive.then(|| x.ln()),
        Elementary::Abs => Some(magnitude(&x)),
        Elementary::Atan => Some(if x == Real::ZERO { x } else { x.atan() }),
        Elementary::Sin => Some(if x == Real::ZERO { x } else { x.sin() }),
        Elementary::Cos => {
            Some(if x == Real::ZERO { real(&Rational::one(), bits) } else { x.cos() })
        }
        Elementary::Entropy if x == Real::ZERO => Some(x),
        Elementary::Entropy => positive.then(|| -(x.clone() * x.ln())),
    }
}

/// How far the chord from `a` to `b` lies above the function in its middle, when that is more than
/// rounding can do; none where it does not, or a value is missing.
pub fn above(expr: &Expr, a: &[Rational], b: &[Rational], bits: usize) -> Option<Real> {
    let half = Rational::new(1.into(), 2.into());
    let middle: Vec<_> = a.iter().zip(b).map(|(a, b)| (a + b) * &half).collect();
    let ((at_a, size_a), (at_b, size_b)) = (value(expr, a, bits)?, value(expr, b, bits)?);
    let (at_middle, size) = value(expr, &middle, bits)?;
    let gap = at_a + at_b - at_middle.clone() - at_middle;
    let size = largest(largest(size_a, size_b), largest(size, exp2(-60)));
    let slack = exp2(SLACK as isize - bits as isize);
    (gap > size * slack).then_some(gap)
}

/// Whether a witness against concavity is right: its chord, and short chords around its point.
pub fn confirms(expr: &Expr, domain: &Domain, witness: &Witness) -> bool {
    let inside = |point: &[Rational]| domain.contains(point);
    let shown = |a: &[Rational], b: &[Rational]| {
        [BITS, 1_000, 3_000, MOST_BITS].into_iter().any(|bits| above(expr, a, b, bits).is_some())
    };
    // Beside a number this large nothing is left to look at.
    let size = value(expr, &witness.point, BITS).map(|(_, size)| size);
    if size.is_none_or(|size| size > exp2(MOST_BITS as isize - 2 * SLACK as isize)) {
        return domain.contains(&witness.point);
    }
    let chord = witness.chord.as_ref().is_none_or(|chord| {
        inside(&chord.from) && inside(&chord.to) && shown(&chord.from, &chord.to)
    });
    let curved = witness.curvature.is_none() || {
        // On a face there is no room for a chord: by continuity one close to it will do.
        let share = |halvings: i32| Rational::from_integer(2.into()).pow(-halvings);
        let near = |halvings: i32| -> Vec<Rational> {
            let pairs = domain.0.iter().zip(&witness.point);
            match domain.interior().contains(&witness.point) {
                true => witness.point.clone(),
                false => {
                    pairs.map(|(range, x)| x + (range.middle() - x) * share(halvings)).collect()
                }
            }
        };
        let step = |sign: i64, halvings: i32| -> Vec<Rational> {
            let scale = share(halvings) * BigInt::from(sign);
            let point = near(halvings - 10);
            let pairs = point.iter().zip(&witness.direction);
            pairs.map(|(x, d)| x + d * &scale).collect()
        };
        inside(&witness.point)
            && [30, 40, 60, 90, 150].into_iter().any(|n| {
                let (a, b) = (step(-1, n), step(1, n));
                inside(&a) && inside(&b) && shown(&a, &b)
            })
    };
    chord && curved && (witness.curvature.is_some() || witness.chord.is_some())
}
