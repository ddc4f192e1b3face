//! Lowers upper bounds that no optimum can reach, so that the curvature, and with it the step, is
//! judged where the system runs.
//!
//! On a resource that nobody shares with another resource, more members only raise the price: the
//! total demand at every price grows with them. So the price never settles below the *idle price*,
//! at which the agents that are always there use the whole capacity, and no member's optimum
//! exceeds its demand at that price.

use num_traits::Signed;

use super::ir::{Family, Kind, Members, Rational, ResourceId, Utility};
use super::resources::{Use, Uses};
use crate::sema::interval::Interval;

/// Tightens the boxes of the kinds in place.
pub fn tighten(uses: &Uses, families: &mut [Family]) {
    let mut users = vec![Vec::new(); uses.0.len()];
    for (id, family) in families.iter().enumerate() {
        family.route.iter().for_each(|(resource, _)| users[*resource].push(id));
    }
    for (resource, use_) in uses.0.iter().enumerate() {
        let Some(price) = idle_price(resource, use_, families, &users[resource]) else { continue };
        for id in &users[resource] {
            let family = &mut families[*id];
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
fn idle_price(
    resource: ResourceId,
    use_: &Use,
    families: &[Family],
    users: &[usize],
) -> Option<Rational> {
    let mut always = Vec::new();
    for family in users.iter().map(|id| &families[*id]) {
        let coefficient = sole(family, resource)?;
        if let (Members::One, [kind]) = (&family.members, family.kinds.as_slice()) {
            always.push(Demand::new(&coefficient, family, kind)?);
        }
    }
    let capacity = Interval::of(&use_.capacity).hi;
    let exceeds = |price: f64| {
        let total = always.iter().map(|demand| demand.at(price));
        total.fold(Interval::ZERO, |sum, demand| sum + demand).lo >= capacity
    };
    // The largest price on a grid of 1 part in 2^20 at which the capacity is still used up.
    let grid = |exponent: i32, steps: u32| f64::from(exponent - 20).exp2() * f64::from(steps);
    let exponent = (-60..60).rev().find(|exponent| exceeds(grid(*exponent, 1 << 20)))?;
    let (mut low, mut high) = (1u32 << 20, 1u32 << 21);
    while high - low > 1 {
        let middle = u32::midpoint(low, high);
        if exceeds(grid(exponent, middle)) { low = middle } else { high = middle }
    }
    Rational::from_float(grid(exponent, low)).filter(Signed::is_positive)
}

/// What a family that is always there uses of a resource, as a function of its price; outward rounded.
struct Demand {
    coefficient: Interval,
    shape: Shape,
    bounds: (Interval, Interval),
}

/// U′⁻¹, for the utilities that have a rational one.
enum Shape {
    Log(Interval),
    Quadratic(Interval, Interval),
}

impl Demand {
    fn new(coefficient: &Rational, family: &Family, kind: &Kind) -> Option<Self> {
        let shape = match &kind.utility {
            Utility::Log { weight } => Shape::Log(Interval::of(weight)),
            Utility::Quadratic { slope, curvature } if curvature.is_positive() => {
                Shape::Quadratic(Interval::of(slope), Interval::of(curvature))
            }
            _ => return None,
        };
        let bounds = (Interval::of(&family.lo), Interval::of(&family.hi));
        Some(Demand { coefficient: Interval::of(coefficient), shape, bounds })
    }

    fn at(&self, price: f64) -> Interval {
        let price = self.coefficient * Interval::point(price);
        let demand = match self.shape {
            Shape::Log(weight) => weight / price,
            Shape::Quadratic(slope, curvature) => (slope - price) / curvature,
        };
        self.coefficient * demand.min(self.bounds.1).max(self.bounds.0)
    }
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
    use crate::sema::hir::Number;
    use num_traits::{One, Zero};

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
            kinds: vec![Kind { class: None, utility, lowering: Vec::new(), hi: hi.clone() }],
            lo: ratio(1, 50),
            hi,
            mu: Rational::zero(),
            route: vec![(0, Rational::one())],
        }
    }

    fn tightened(mut families: Vec<Family>) -> Vec<Rational> {
        let form = Linear { constant: Number::ZERO, terms: vec![(Key::Member(0), Number::ONE)] };
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
