//! The sign of a polynomial once more, by Descartes' rule of signs with bisection (Collins and Akritas
//! 1976), for checks that should not rest on Sturm's chain.

use num_traits::{One, Signed, Zero};

use super::sturm::{Span, Univariate};
use crate::concavity::Rational;
use crate::concavity::sign::Sign;

/// Most halvings of a range.
const DEPTH: u32 = 256;

/// Whether the polynomial has that sign everywhere inside the range, strictly where the sign is strict.
pub fn has_sign(of: &Univariate, span: Span<'_>, sign: Sign) -> bool {
    let [odd, even] = of.parities();
    let strict = sign.is_nonzero();
    let rootless = is_rootless(&odd, span, DEPTH) && (!strict || is_rootless(&even, span, DEPTH));
    let Some(sample) = of.off_roots(span) else { return sign == Sign::Zero };
    let positive = of.at(&sample).is_positive();
    rootless && sign != Sign::Zero && sign != Sign::Unknown && positive == sign.is_nonneg()
}

/// Whether a square-free polynomial has no root inside the range.
fn is_rootless(of: &Univariate, span: Span<'_>, depth: u32) -> bool {
    let coefficients = match (span.lo, span.hi) {
        (None, None) => {
            let zero = Rational::zero();
            return !of.at(&zero).is_zero()
                && is_rootless(of, Span { lo: None, hi: Some(&zero) }, depth)
                && is_rootless(of, Span { lo: Some(&zero), hi: None }, depth);
        }
        (Some(lo), None) => of.shifted(lo).coefficients().to_vec(),
        (None, Some(hi)) => of.shifted(hi).mirrored().coefficients().to_vec(),
        // x = (lo + hi·t) / (1 + t): t from 0 to infinity.
        (Some(lo), Some(hi)) => {
            let unit = of.shifted(lo).scaled_argument(&(hi - lo));
            let mut reversed = unit.coefficients().to_vec();
            reversed.reverse();
            Univariate::new(reversed).shifted(&Rational::one()).coefficients().to_vec()
        }
    };
    let signs: Vec<_> =
        coefficients.iter().filter(|c| !c.is_zero()).map(Signed::is_positive).collect();
    match signs.windows(2).filter(|pair| pair[0] != pair[1]).count() {
        0 => true,
        1 => false,
        _ if depth == 0 => false,
        _ => {
            let two = Rational::from_integer(2.into());
            let one = Rational::one();
            let middle = match (span.lo, span.hi) {
                (Some(lo), Some(hi)) => (lo + hi) / two,
                (Some(lo), None) => lo.abs() * two + one,
                (None, Some(hi)) => -(hi.abs() * two + one),
                (None, None) => Rational::zero(),
            };
            !of.at(&middle).is_zero()
                && is_rootless(of, Span { lo: span.lo, hi: Some(&middle) }, depth - 1)
                && is_rootless(of, Span { lo: Some(&middle), hi: span.hi }, depth - 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::concavity::symbolic::sturm;

    proptest! {
        #[test]
        fn descartes_and_sturm_agree(
            coefficients in prop::collection::vec(-9i64..9, 1..7),
            squared in any::<bool>(),
            lo in prop::option::of(-4i64..4),
            width in prop::option::of(1i64..6),
        ) {
            let rational = |n: i64| Rational::from_integer(n.into());
            let p = Univariate::new(coefficients.into_iter().map(rational).collect());
            let p = if squared { p.times(&p) } else { p };
            let low = lo.map(rational);
            let high = width.map(|width| rational(lo.unwrap_or(0) + width));
            let span = Span { lo: low.as_ref(), hi: high.as_ref() };
            let sign = sturm::sign(&p, span, false);
            if sign == Sign::Unknown {
                for other in [Sign::Positive, Sign::Nonneg, Sign::Negative, Sign::Nonpos] {
                    prop_assert!(!has_sign(&p, span, other));
                }
            } else {
                prop_assert!(has_sign(&p, span, sign), "{p:?} {sign:?}");
                prop_assert!(!has_sign(&p, span, sign.flipped()) || sign == Sign::Zero);
            }
        }
    }
}
