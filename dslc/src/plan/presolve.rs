//! Lowers upper bounds that no optimum can reach, so that the curvature, and with it the step, is
//! judged where the system runs.
//!
//! On a resource that nobody shares with another resource, more members only raise the price: the
//! total demand at every price grows with them. So the price never settles below the *idle price*,
//! at which the agents that are always there use the whole capacity, and no member's optimum
//! exceeds its demand at that price.

use num_traits::{Signed, Zero};

use super::ir::{Family, Kind, Members, Rational, ResourceId, Utility};
use super::resources::{Use, Uses};

/// Tightens the boxes of the kinds in place.
pub fn tighten(uses: &Uses, families: &mut [Family]) {
    for (resource, use_) in uses.0.iter().enumerate() {
        let Some(price) = idle_price(resource, use_, families) else { continue };
        for family in families.iter_mut() {
            let Some(coefficient) = sole(family, resource) else { continue };
            for kind in &mut family.kinds {
                if let Some(demand) = unclamped(&kind.utility, &(&coefficient * &price)) {
                    kind.hi = short_above(&demand).min(kind.hi.clone()).max(family.lo.clone());
                }
            }
        }
    }
}

/// The coefficient of a family whose route is this resource alone.
fn sole(family: &Family, resource: ResourceId) -> Option<Rational> {
    match family.route.as_slice() {
        [(only, coefficient)] if *only == resource && coefficient.is_positive() => {
            Some(coefficient.clone())
        }
        _ => None,
    }
}

/// A price not above the one at which the families that are always there use the capacity; none
/// when a family uses another resource too, or when they leave capacity even for nothing.
fn idle_price(resource: ResourceId, use_: &Use, families: &[Family]) -> Option<Rational> {
    let mut always = Vec::new();
    for family in families {
        if !family.route.iter().any(|(used, _)| *used == resource) {
            continue;
        }
        let coefficient = sole(family, resource)?;
        if let (Members::One, [kind]) = (&family.members, family.kinds.as_slice()) {
            always.push((coefficient, family, kind));
        }
    }
    let exceeds = |price: &Rational| {
        let total: Option<Rational> = always
            .iter()
            .map(|(coefficient, family, kind)| {
                Some(coefficient * demand(family, kind, &(coefficient * price))?)
            })
            .sum();
        total.is_some_and(|total| total >= use_.capacity)
    };
    // The largest price on a grid of 1 part in 2^20 at which the capacity is still used up.
    let grid = |exponent: i32, steps: u32| {
        let unit = Rational::from_float(f64::from(exponent).exp2()).unwrap_or_else(Rational::zero);
        unit * Rational::new(steps.into(), (1u32 << 20).into())
    };
    let exponent = (-60..60).rev().find(|exponent| exceeds(&grid(*exponent, 1 << 20)))?;
    let (mut low, mut high) = (1u32 << 20, 1u32 << 21);
    while high - low > 1 {
        let middle = u32::midpoint(low, high);
        if exceeds(&grid(exponent, middle)) { low = middle } else { high = middle }
    }
    Some(grid(exponent, low)).filter(Signed::is_positive)
}

fn demand(family: &Family, kind: &Kind, price: &Rational) -> Option<Rational> {
    unclamped(&kind.utility, price).map(|x| x.min(family.hi.clone()).max(family.lo.clone()))
}

/// U′⁻¹ where it is rational.
fn unclamped(utility: &Utility, price: &Rational) -> Option<Rational> {
    match utility {
        Utility::Log { weight } if price.is_positive() => Some(weight / price),
        Utility::Quadratic { slope, curvature } if curvature.is_positive() => {
            Some((slope - price) / curvature)
        }
        _ => None,
    }
}

/// The next multiple of 10⁻⁶ upwards: rounding up keeps the bound valid and the numbers short.
fn short_above(value: &Rational) -> Rational {
    let millionth = Rational::from_integer(1_000_000.into());
    (value * &millionth).ceil() / millionth
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::expand::{Key, Linear};
    use num_traits::One;

    fn ratio(numerator: i64, denominator: i64) -> Rational {
        Rational::new(numerator.into(), denominator.into())
    }

    fn log(weight: i64, members: Members) -> Family {
        let hi = ratio(5, 1);
        let utility = Utility::Log { weight: ratio(weight, 1) };
        Family {
            name: String::new(),
            unit: String::new(),
            members,
            kinds: vec![Kind { class: None, utility, hi: hi.clone() }],
            lo: ratio(1, 50),
            hi,
            mu: Rational::zero(),
            route: vec![(0, Rational::one())],
        }
    }

    fn tightened(mut families: Vec<Family>) -> Vec<Rational> {
        let form = Linear {
            constant: Rational::zero(),
            terms: [(Key::Member(0), Rational::one())].into(),
        };
        let use_ = Use { item: 0, name: String::new(), form, capacity: ratio(5, 1) };
        tighten(&Uses(vec![use_]), &mut families);
        families.into_iter().map(|family| family.kinds[0].hi.clone()).collect()
    }

    #[test]
    fn a_lone_member_cannot_exceed_its_demand_at_the_idle_price() {
        let open = Members::Open { set: "Task".to_owned(), at_most: 9 };
        let bounds = tightened(vec![log(99, Members::One), log(1, open)]);
        // Alone, the reserve of weight 99 uses 5 s at the price 19.8; 1/19.8 s = 0.050505… s.
        assert_eq!(bounds[0], ratio(5, 1));
        assert!(
            bounds[1] >= ratio(50_505, 1_000_000)
                && bounds[1] < ratio(50_506, 1_000_000) + ratio(1, 1_000_000)
        );
    }

    #[test]
    fn without_anyone_always_there_nothing_is_tightened() {
        let open = Members::Open { set: "Task".to_owned(), at_most: 9 };
        assert_eq!(tightened(vec![log(1, open)]), [ratio(5, 1)]);
    }
}
