//! Where a function has a value and where it is smooth, proved on the whole box.
//!
//! Every operation is continuous where it has a value, so that a function with a value on the whole box
//! is continuous there. It is twice differentiable inside when, besides, what stands under roots is
//! above 0 inside: roots and kinks may meet 0 on faces of the box alone, never on the cuts of a proof.

use std::collections::BTreeMap;

use num_traits::{One, Signed, Zero};

use super::Rational;
use super::boxes::{self, Found};
use super::domain::{Bound, Domain};
use super::expr::{Elementary, Expr, is_even};
use super::program::{Program, derivative};
use super::sign::Sign;
use super::simplify;
use super::symbolic::{Exponentials, Ring};
use crate::sema::interval::Interval;

/// Products of terms that one sign is worth.
const WORK: usize = 20_000;
/// Boxes that one sign is worth.
const BOXES: usize = 400;
/// Most variables whose faces are looked at one by one.
const MOST_FACED: usize = 3;

/// A part that a function cannot be taken of.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// The function, as a message names it.
    pub function: &'static str,
    /// What it is taken of.
    pub of: Expr,
    /// What that must be.
    pub needs: &'static str,
}

/// Proves that an expression has a value at every point of a box.
pub fn everywhere(of: &Expr, domain: &Domain) -> Result<(), Gap> {
    of.parts().iter().try_for_each(|part| everywhere(part, domain))?;
    let gap = |part: &Expr, function, needs| Err(Gap { function, of: part.clone(), needs });
    match of {
        Expr::Power(base, p)
            if p.is_integer() && p.is_negative() && !sign(base, domain).is_nonzero() =>
        {
            return gap(base, "a quotient", "other than 0");
        }
        Expr::Power(base, p) if !p.is_integer() => {
            let own = sign(base, domain);
            if p.is_negative() && own != Sign::Positive {
                return gap(base, "a negative power", "above 0");
            }
            if !own.is_nonneg() {
                return gap(base, "a root or fractional power", "not below 0");
            }
        }
        Expr::Apply(Elementary::Log, part) if sign(part, domain) != Sign::Positive => {
            return gap(part, "`log`", "above 0");
        }
        Expr::Apply(Elementary::Entropy, part) if !sign(part, domain).is_nonneg() => {
            return gap(part, "`entr`", "not below 0");
        }
        _ => {}
    }
    Ok(())
}

/// Proves that an expression with a value on the whole box, and without `abs`, `min` and `max`, is
/// twice differentiable inside.
pub fn smooth_inside(of: &Expr, domain: &Domain) -> Result<(), Gap> {
    of.parts().iter().try_for_each(|part| smooth_inside(part, domain))?;
    let under_root = match of {
        Expr::Power(base, p) if !p.is_integer() => base,
        Expr::Apply(Elementary::Entropy, part) => part,
        _ => return Ok(()),
    };
    if positive_inside(under_root, domain) {
        return Ok(());
    }
    let function = "a root or fractional power";
    Err(Gap { function, of: (**under_root).clone(), needs: "above 0 inside the box" })
}

/// Roots and fractional powers of parts that may be 0 on a face.
pub fn singular(of: &Expr, domain: &Domain) -> Vec<String> {
    let mut found: Vec<_> = of.parts().iter().flat_map(|part| singular(part, domain)).collect();
    if let Expr::Power(base, p) = of
        && !p.is_integer()
        && sign(base, domain) != Sign::Positive
    {
        found.push(of.text(&[]).to_string());
    }
    found
}

/// Whether an expression that is nowhere below 0 is above 0 inside: known by its sign, or because it
/// grows or falls strictly in one of its variables.
fn positive_inside(of: &Expr, domain: &Domain) -> bool {
    let inside = domain.interior();
    if sign(of, &inside) == Sign::Positive {
        return true;
    }
    let strict = |variable: &usize| {
        derivative(of, *variable).is_some_and(|slope| sign(&slope, &inside).is_nonzero())
    };
    of.variables().iter().any(strict)
}

/// The sign of an expression on every point of a box, where its parts have values.
pub fn sign(of: &Expr, domain: &Domain) -> Sign {
    let known = structural(of, domain);
    if known == Sign::Zero || known.is_nonzero() {
        return known;
    }
    let hull = domain.hull();
    let natural = Program::new([of]).values(&hull).first().copied().unwrap_or(Interval::ALL);
    let known = known.and(Sign::of(natural));
    if known == Sign::Zero || known.is_nonzero() {
        return known;
    }
    let mut ring = Ring::new(domain, Exponentials::Split, WORK);
    let inside = ring.convert(of).map_or(Sign::Unknown, |poly| ring.sign(&poly).sign);
    let known = known.and(if inside.is_nonzero() && on_faces(of, domain, inside) {
        inside
    } else {
        inside.weak()
    });
    if known != Sign::Unknown {
        return known;
    }
    let mut limit = BOXES;
    match boxes::sign(of, &hull, &mut limit) {
        Found::Sign(sign, _) => sign,
        Found::Both { .. } | Found::Open(_) => Sign::Unknown,
    }
}

/// Whether a function that is strictly of one sign inside is so on the faces that belong to the box.
fn on_faces(of: &Expr, domain: &Domain, inside: Sign) -> bool {
    let variables = of.variables();
    let closed = |variable: usize| {
        let range = domain.0.get(variable);
        let ends = range.into_iter().flat_map(|range| [&range.lo, &range.hi]);
        ends.filter(|end| end.is_closed()).filter_map(Bound::at).cloned().collect::<Vec<_>>()
    };
    let few = variables.len() <= MOST_FACED;
    variables.iter().all(|&variable| {
        closed(variable).into_iter().all(|end| {
            let face = of.substitute(&|at| (at == variable).then(|| Expr::Number(end.clone())));
            few && sign(&simplify::simplify(&face), domain) == inside
        })
    })
}

/// What the structure of an expression says of its sign.
fn structural(of: &Expr, domain: &Domain) -> Sign {
    if let Some(sign) = affine(of).map(|affine| affine.sign(domain)) {
        return sign;
    }
    let part = |part: &Expr| structural(part, domain);
    match of {
        Expr::Number(_) | Expr::Variable(_) => Sign::Unknown,
        Expr::Sum(terms) => terms.iter().map(part).reduce(Sign::plus).unwrap_or(Sign::Zero),
        Expr::Product(factors) => factors.iter().map(part).fold(Sign::Positive, Sign::times),
        Expr::Power(base, p) => {
            let base = part(base);
            match (base, p.is_integer()) {
                // The value exists.
                (base, true) if p.is_negative() => base.off_zero().whole_power(is_even(p)),
                (base, true) => base.whole_power(is_even(p)),
                (Sign::Positive, false) => Sign::Positive,
                (_, false) if p.is_negative() => Sign::Positive,
                (_, false) => Sign::Nonneg,
            }
        }
        Expr::Apply(function, inner) => match function {
            Elementary::Exp => Sign::Positive,
            Elementary::Log => part(&simplify::sum([inner.as_ref().clone(), Expr::from(-1)])),
            Elementary::Abs if part(inner).is_nonzero() => Sign::Positive,
            Elementary::Abs => Sign::Nonneg,
            Elementary::Atan => part(inner),
            Elementary::Sin | Elementary::Cos | Elementary::Entropy => Sign::Unknown,
        },
        Expr::Least(parts) => choice(parts.iter().map(part).map(Sign::flipped)).flipped(),
        Expr::Largest(parts) => choice(parts.iter().map(part)),
    }
}

/// The sign of the largest.
fn choice(signs: impl Iterator<Item = Sign>) -> Sign {
    let signs: Vec<_> = signs.collect();
    if signs.contains(&Sign::Positive) {
        Sign::Positive
    } else if signs.iter().any(|sign| sign.is_nonneg()) {
        Sign::Nonneg
    } else if signs.iter().all(|sign| *sign == Sign::Negative) {
        Sign::Negative
    } else if signs.iter().all(|sign| sign.is_nonpos()) {
        Sign::Nonpos
    } else {
        Sign::Unknown
    }
}

/// `constant + Σ factor·variable`.
struct Affine {
    constant: Rational,
    factors: BTreeMap<usize, Rational>,
}

fn affine(of: &Expr) -> Option<Affine> {
    let constant =
        |constant: &Rational| Affine { constant: constant.clone(), factors: BTreeMap::new() };
    match of {
        Expr::Number(value) => Some(constant(value)),
        Expr::Variable(at) => {
            let factors = BTreeMap::from([(*at, Rational::one())]);
            Some(Affine { constant: Rational::zero(), factors })
        }
        Expr::Sum(terms) => {
            let mut sum = constant(&Rational::zero());
            for term in terms {
                let term = affine(term)?;
                sum.constant += term.constant;
                for (variable, factor) in term.factors {
                    *sum.factors.entry(variable).or_insert_with(Rational::zero) += factor;
                }
            }
            sum.factors.retain(|_, factor| !factor.is_zero());
            Some(sum)
        }
        Expr::Product(factors) => {
            let mut product = constant(&Rational::one());
            for factor in factors {
                let factor = affine(factor)?;
                let (mut own, by) = match (product.factors.is_empty(), factor.factors.is_empty()) {
                    (_, true) => (product, factor.constant),
                    (true, false) => (factor, product.constant),
                    (false, false) => return None,
                };
                own.constant *= &by;
                own.factors.values_mut().for_each(|factor| *factor *= &by);
                own.factors.retain(|_, factor| !factor.is_zero());
                product = own;
            }
            Some(product)
        }
        _ => None,
    }
}

impl Affine {
    /// Exact: an extreme counts when the faces where it is taken belong to the box.
    fn sign(&self, domain: &Domain) -> Sign {
        let (mut least, mut least_taken) = (Some(self.constant.clone()), true);
        let (mut most, mut most_taken) = (Some(self.constant.clone()), true);
        for (variable, factor) in &self.factors {
            let Some(range) = domain.0.get(*variable) else { return Sign::Unknown };
            let (low, high) =
                if factor.is_positive() { (&range.lo, &range.hi) } else { (&range.hi, &range.lo) };
            let add = |sum: Option<Rational>, end: &Bound| Some(sum? + factor * end.at()?);
            least = add(least, low);
            least_taken &= low.is_closed();
            most = add(most, high);
            most_taken &= high.is_closed();
        }
        let zero = Rational::zero();
        let above = least.map_or(Sign::Unknown, |least| match least.cmp(&zero) {
            std::cmp::Ordering::Greater => Sign::Positive,
            std::cmp::Ordering::Equal if !least_taken => Sign::Positive,
            std::cmp::Ordering::Equal => Sign::Nonneg,
            std::cmp::Ordering::Less => Sign::Unknown,
        });
        let below = most.map_or(Sign::Unknown, |most| match most.cmp(&zero) {
            std::cmp::Ordering::Less => Sign::Negative,
            std::cmp::Ordering::Equal if !most_taken => Sign::Negative,
            std::cmp::Ordering::Equal => Sign::Nonpos,
            std::cmp::Ordering::Greater => Sign::Unknown,
        });
        above.and(below)
    }
}
