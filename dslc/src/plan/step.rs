//! Step sizes of dual ascent, from the curvature and the routes alone.
//!
//! Let family f have n_f members, strong concavity μ_f, coefficients A_lf. The gradient of the dual
//! is Lipschitz with constant ‖A diag(1/μ) Aᵀ‖, and for every v > 0 the Collatz–Wielandt bound says
//!
//! ```text
//! ‖A diag(1/μ) Aᵀ‖ ≤ max_l R_l(n),   R_l(n) = Σ_f n_f · |A_lf| · (Σ_m |A_mf| v_m) / (μ_f v_l)
//! ```
//!
//! R_l is affine in n, so a step `α_l(n) = 2θ / R_l(n)` with θ < 1 is admissible at every
//! population; the proof is `proofs/theories/Perron.v`.

use num_traits::{Signed, ToPrimitive, Zero};

use super::ir::{Family, FamilyId, Members, Rational};
use crate::sema::hir::Number;

/// θ: how much of the largest admissible step is taken. One step lowers the distance to the optimum
/// by at least α(2/L − α) times the squared error of the use, which is largest at α = 1/L.
pub fn safety() -> Rational {
    Rational::new(1.into(), 2.into())
}

/// For each resource, what one member of each family that uses it adds to R_l: exactly, or a little
/// more where the exact number is long.
pub fn terms(families: &[Family], scale: &[Rational]) -> Vec<Vec<(FamilyId, Rational)>> {
    let mut terms = vec![Vec::new(); scale.len()];
    // Almost all of these numbers are short, and short ones are ten times as fast.
    let weights: Vec<_> = scale.iter().map(Number::from).collect();
    let inverses: Vec<_> = weights.iter().map(Number::reciprocal).collect();
    for (f, family) in families.iter().enumerate() {
        let Some(flatness) = Number::from(&family.mu).reciprocal() else { continue };
        let own: Vec<_> = family.route.iter().map(|(_, own)| Number::from(own.abs())).collect();
        let products = family.route.iter().zip(&own).map(|((m, _), own)| own.times(&weights[*m]));
        let weighted = products.fold(Number::ZERO, |sum, next| sum.plus(&next)).times(&flatness);
        for ((l, _), own) in family.route.iter().zip(&own) {
            let Some(inverse) = &inverses[*l] else { continue };
            let term = own.times(&weighted).times(inverse).to_rational();
            terms[*l].push((f, short_above(term, TERM_BITS)));
        }
    }
    terms
}

/// R_l at the largest population, or a little more: the Lipschitz constant that bounds a constant
/// step by 2/R_l.
pub fn lipschitz(families: &[Family], terms: &[(FamilyId, Rational)]) -> Rational {
    let term =
        |(f, term): &(FamilyId, Rational)| term * largest(&families[*f].members).to_rational();
    if terms.len() <= MOST_EXACT {
        return terms.iter().map(term).sum();
    }
    let above = |(f, term): &(FamilyId, Rational)| {
        Number::from(term).times(&largest(&families[*f].members)).above()
    };
    let sum = terms.iter().map(above).fold(0.0, |sum: f64, term| (sum + term).next_up());
    Rational::from_float(sum).unwrap_or_else(|| terms.iter().map(term).sum())
}

/// Most terms that are added up exactly: over 100,000 of them the common denominator would have
/// millions of bits.
const MOST_EXACT: usize = 16;

/// Bits of the longest exact term.
const TERM_BITS: u64 = 128;

/// The value itself when numerator and denominator have no more bits, else a multiple of a power of
/// two above it by less than 1 part in 2^63.
fn short_above(value: Rational, most: u64) -> Rational {
    let (above, below) = (value.numer().bits(), value.denom().bits());
    if above.max(below) <= most {
        return value;
    }
    let Ok(shift) = i32::try_from(64 + i128::from(below) - i128::from(above)) else { return value };
    let scale = Rational::from_integer(2.into()).pow(shift);
    (value * &scale).ceil() / scale
}

fn largest(members: &Members) -> Number {
    match members {
        Members::One => Number::ONE,
        Members::Open { at_most, .. } => i64::from(*at_most).into(),
    }
}

/// Weights v of the Collatz–Wielandt bound: a few power iterations, rounded to small rationals.
/// Any positive weights are sound; these make the bound tight.
pub fn scales(resources: usize, families: &[Family]) -> Vec<Rational> {
    let route = |family: &Family| {
        let to_f64 = |(l, a): &(usize, Rational)| (*l, a.abs().to_f64().unwrap_or(1.0));
        family.route.iter().map(to_f64).collect::<Vec<_>>()
    };
    let columns: Vec<_> = families
        .iter()
        .map(|family| {
            let count = largest(&family.members).to_rational() / &family.mu;
            (count.to_f64().unwrap_or(1.0), route(family))
        })
        .collect();
    let mut v = vec![1.0f64; resources];
    if resources > 1 {
        for _ in 0..50 {
            let mut next = vec![0.0f64; resources];
            for (weight, route) in &columns {
                let dot: f64 = route.iter().map(|(l, a)| a * v[*l]).sum();
                for (l, a) in route {
                    next[*l] += weight * a * dot;
                }
            }
            let norm = next.iter().copied().fold(0.0, f64::max);
            if norm.is_nan() || norm <= 0.0 {
                break;
            }
            // Averaging with the last iterate stops the oscillation of a bipartite coupling.
            for (v, next) in v.iter_mut().zip(&next) {
                *v = f64::midpoint(*v, next / norm);
            }
        }
    }
    v.into_iter().map(dyadic).collect()
}

/// The nearest multiple of 2^-16, at least 2^-16.
fn dyadic(value: f64) -> Rational {
    let scaled = (value * 65_536.0).round().max(1.0);
    let numerator = if scaled.is_finite() { scaled as u64 } else { 65_536 };
    Rational::new(numerator.into(), 65_536.into())
}

/// The largest constant step that is still admissible, exclusive, with reads at most D = `delay` rounds
/// old: 2/((1 + 2D)L), by the proof in `book/src/methods.md`; none when nobody uses it.
pub fn bound(lipschitz: &Rational, delay: u32) -> Option<Rational> {
    let two = Rational::from_integer(2.into());
    (!lipschitz.is_zero()).then(|| two / (lipschitz * delayed(delay)))
}

/// 1 + 2D: by how much reads that are D rounds old shrink the step.
pub fn delayed(delay: u32) -> Rational {
    Rational::from_integer((1 + 2 * u64::from(delay)).into())
}

/// L̄S̄/μ of Low and Lapsley (1999) at the largest population, which bounds the same as [`lipschitz`]:
/// `max 1/μ_f · max_f Σ_l |A_lf| · max_l Σ_f n_f |A_lf|`.
pub fn low_lapsley(families: &[Family], resources: usize) -> f64 {
    let real = |value: &Rational| value.abs().to_f64().unwrap_or(f64::INFINITY);
    let mut used = vec![0.0; resources];
    let (mut flattest, mut longest) = (0.0f64, 0.0f64);
    for family in families {
        let count = largest(&family.members).to_rational();
        let own = family.route.iter().map(|(_, a)| real(a));
        longest = longest.max(own.sum());
        flattest = flattest.max(real(&family.mu).recip());
        for (resource, a) in &family.route {
            used[*resource] += real(a) * real(&count);
        }
    }
    flattest * longest * used.into_iter().fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::ir::{Kind, Utility};
    use num_traits::One;
    use proptest::prelude::*;

    fn quadratic(mu: u32, route: Vec<(usize, Rational)>) -> Family {
        let mu = Rational::from_integer(mu.into());
        let utility = Utility::Quadratic { slope: Rational::zero(), curvature: mu.clone() };
        Family {
            name: String::new(),
            unit: String::new(),
            members: Members::One,
            kinds: vec![Kind { class: None, utility, lowering: Vec::new(), hi: Rational::one() }],
            lo: Rational::zero(),
            hi: Rational::one(),
            mu,
            route,
        }
    }

    proptest! {
        /// `2 diag(1/a) − A diag(1/μ) Aᵀ ⪰ 0` for the derived steps, on random vectors.
        #[test]
        fn derived_steps_are_admissible(
            columns in proptest::collection::vec(
                (1u32..20, proptest::collection::vec(-3i32..4, 4)), 1..8),
            z in proptest::collection::vec(-1.0f64..1.0, 4),
        ) {
            let families: Vec<_> = columns.iter().map(|(mu, column)| {
                let entries = column.iter().enumerate().filter(|(_, a)| **a != 0);
                let entry = |(l, a): (usize, &i32)| (l, Rational::from_integer((*a).into()));
                quadratic(*mu, entries.map(entry).collect())
            }).collect();
            let scale = scales(4, &families);
            let mut form = 0.0;
            let terms = terms(&families, &scale);
            for (terms, z) in terms.iter().zip(&z) {
                let lipschitz = lipschitz(&families, terms);
                form += lipschitz.to_f64().unwrap_or(0.0) * z * z;
            }
            for family in &families {
                let dot: f64 =
                    family.route.iter().map(|(l, a)| a.to_f64().unwrap_or(0.0) * z[*l]).sum();
                form -= dot * dot / family.mu.to_f64().unwrap_or(1.0);
            }
            prop_assert!(form >= -1e-9, "{form}");
        }
    }

    #[test]
    fn one_resource_is_exact() {
        let one = || vec![(0, Rational::one())];
        let families = [quadratic(2, one()), quadratic(4, one())];
        let terms = terms(&families, &scales(1, &families));
        assert_eq!(lipschitz(&families, &terms[0]), Rational::new(3.into(), 4.into()));
    }

    #[test]
    fn a_long_number_becomes_short_and_hardly_larger() {
        let long = Rational::new(
            num_bigint::BigInt::from(7).pow(300),
            num_bigint::BigInt::from(3).pow(500),
        );
        let short = short_above(long.clone(), 128);
        assert!(
            short >= long
                && short <= &long * Rational::new((1u64 << 62).into(), ((1u64 << 62) - 1).into())
        );
        assert!(short.numer().bits() <= 66);
        assert_eq!(
            short_above(Rational::new(1.into(), 3.into()), 128),
            Rational::new(1.into(), 3.into())
        );
    }
}
