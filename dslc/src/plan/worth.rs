//! How steeply a demand may answer the price while evidence lowers its worth.
//!
//! A member of worth f in [0, 1] asks for `x = w·f/π`, clamped to [lo, hi]. Where an end of the box
//! binds, the demand does not move. Elsewhere `w·f/π ≤ hi`, and the slope is
//!
//! ```text
//! |dx/dπ| = w·f/π² = x/π ≤ min(hi, w/π) / π
//! ```
//!
//! whatever f is. At prices from w/hi on that is at most `w/π² ≤ hi/(w/hi)`, the bound of the full
//! worth. Below w/hi the full demand stands at hi, but a lowered one may move, by at most `hi/π`: there
//! the least price counts. So with `floor ≤ π` the slope is at most `hi / min(floor, w/hi)`, and its
//! inverse takes the place of the strong concavity μ, on which all of [`super::step`] rests.

use super::ir::{Family, Kind, Rational, Utility};
use super::utility::strong_concavity;

/// A lower bound of `1/|dx/dπ|` for every worth in [0, 1] and every price from `floor` on: the strong
/// concavity when nothing lowers the worth, or when no floor is known.
pub fn steadiness(kind: &Kind, lo: &Rational, floor: Option<&Rational>) -> Rational {
    match (&kind.utility, floor) {
        (Utility::Log { weight }, Some(floor)) if !kind.lowering.is_empty() => {
            (weight / &kind.hi).min(floor.clone()) / &kind.hi
        }
        _ => strong_concavity(&kind.utility, lo, &kind.hi),
    }
}

/// The price below which no demand on the resource of `family` moves at full worth: the least price
/// that the loop keeps. None when the family uses several resources, or when an agent's utility is no
/// logarithm: no loop runs such a resource.
pub fn price_floor(families: &[Family], family: &Family) -> Option<Rational> {
    let [(resource, _)] = family.route.as_slice() else { return None };
    let users = families.iter().filter(|user| user.route.iter().any(|(used, _)| used == resource));
    let mut floor: Option<Rational> = None;
    for kind in users.flat_map(|user| &user.kinds) {
        let Utility::Log { weight } = &kind.utility else { return None };
        let own = weight / &kind.hi;
        floor = Some(floor.map_or(own.clone(), |least| least.min(own)));
    }
    floor
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_traits::ToPrimitive;
    use proptest::prelude::*;

    fn ratio(numerator: u32, denominator: u32) -> Rational {
        Rational::new(numerator.into(), denominator.into())
    }

    proptest! {
        /// No worth lets the demand move further than the bound says, between any two prices.
        #[test]
        fn no_worth_makes_the_demand_steeper(
            weight in 1u32..50, lo in 1u32..1_000, above in 1u32..5_000, least in 1u32..2_000,
            worth in 0.0f64..=1.0, prices in proptest::array::uniform2(0.0f64..1.0),
        ) {
            let (lo, hi) = (ratio(lo, 1_000), ratio(lo + above, 1_000));
            // A floor on either side of w/hi.
            let floor = ratio(weight, 1) / &hi * ratio(least, 1_000);
            let kind = Kind {
                class: None,
                utility: Utility::Log { weight: ratio(weight, 1) },
                lowering: vec![super::super::ir::Loss { input: "e".to_owned(), share: ratio(1, 2) }],
                hi: hi.clone(),
            };
            let bound = steadiness(&kind, &lo, Some(&floor)).to_f64().unwrap_or(0.0);
            let real = |value: &Rational| value.to_f64().unwrap_or(f64::NAN);
            let (low, top) = (real(&floor), 3.0 * f64::from(weight) / real(&lo));
            let price = |part: f64| low + (top.max(low) - low) * part * part * part;
            let demand =
                |price: f64| (f64::from(weight) * worth / price).clamp(real(&lo), real(&hi));
            let [a, b] = prices.map(price);
            let moved = (demand(a) - demand(b)).abs();
            prop_assert!(moved <= (a - b).abs() / bound * (1.0 + 1e-9) + 1e-12);
        }
    }

    #[test]
    fn without_evidence_the_bound_is_the_strong_concavity() {
        let utility = Utility::Log { weight: ratio(4, 1) };
        let kind = Kind { class: None, utility, lowering: Vec::new(), hi: ratio(2, 1) };
        assert_eq!(steadiness(&kind, &ratio(1, 2), Some(&ratio(1, 9))), ratio(1, 1));
    }
}
