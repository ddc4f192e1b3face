//! Recognises the utility of each variable and bounds its curvature from below.

use std::collections::BTreeMap;

use num_traits::{One, Signed, ToPrimitive, Zero};

use super::expand::{Expander, Key, Linear, Shares, Term, unsupported};
use super::ir::{Rational, Utility};
use crate::diag::{Diagnostic, codes};
use crate::sema::hir::{Expr, Node, SetId, Span};

type Result<T> = std::result::Result<T, Box<Diagnostic>>;

/// The utilities of every variable: one for each class in which it was read, or one without.
#[derive(Debug, Default)]
pub struct Utilities {
    parts: BTreeMap<Key, BTreeMap<Option<(SetId, usize)>, Parts>>,
}

/// What is added up for one variable, by shape.
#[derive(Clone, Debug, Default)]
struct Parts {
    slope: Rational,
    curvature: Rational,
    log: Rational,
    /// What lowers the weight of the logarithm.
    shares: Shares,
    entropy: Rational,
    powers: BTreeMap<Rational, Rational>,
}

/// A utility of the members of a class, or of all of them, and what lowers it.
pub type OfClass = (Option<(SetId, usize)>, Utility, Shares);

impl Utilities {
    /// Reads every additive term of `utility`.
    pub fn add<'m>(&mut self, expander: &Expander<'m>, utility: &'m Expr) -> Result<()> {
        expander.terms(utility, &mut |term| self.add_term(expander, &term))
    }

    fn add_term<'m>(&mut self, expander: &Expander<'m>, term: &Term<'_, 'm>) -> Result<()> {
        let Node::Atom(atom, arguments) = &term.expr.node else {
            plain(term, "a linear utility")?;
            for (key, coefficient) in expander.linear(term.expr, term.scope)?.terms {
                self.parts(key, term).slope += coefficient.to_rational() * &term.factor.scale;
            }
            return Ok(());
        };
        let Some((argument, rest)) = arguments.split_first() else { return Ok(()) };
        let inner = expander.linear(argument, term.scope)?;
        let Some((key, scale)) = single_variable(&inner) else {
            return if inner.terms.is_empty() {
                Ok(())
            } else {
                Err(unsupported(
                    term.expr.span,
                    format!("`{atom}` of several variables or of a shifted one"),
                    "one variable for the sum, bound to it by a resource",
                ))
            };
        };
        let weight = &term.factor.scale;
        if *atom != "log" {
            plain(term, &format!("a utility in `{atom}`"))?;
        } else if scale.is_positive() {
            self.lower(key, term)?;
        }
        let parts = self.parts(key, term);
        match *atom {
            // log(cx) = log x + log c: the constant does not move the optimum.
            "log" if scale.is_positive() => parts.log += weight,
            "entr" if scale.is_one() => parts.entropy += weight,
            "square" => {
                parts.curvature -= weight * &scale * &scale * Rational::from_integer(2.into())
            }
            "sqrt" if scale.is_one() => parts.power(ratio(1, 2), weight),
            "inv_pos" => parts.power(ratio(-1, 1), &(weight / &scale)),
            "power" => match rest.first().map(|p| expander.value(p, term.scope)) {
                Some(Ok(constant)) if scale.is_one() => {
                    let constant = constant.to_rational();
                    if constant == ratio(2, 1) {
                        parts.curvature -= weight * ratio(2, 1);
                    } else {
                        parts.power(constant, weight);
                    }
                }
                _ => return Err(no_demand(term.expr.span, atom)),
            },
            _ => return Err(no_demand(term.expr.span, atom)),
        }
        Ok(())
    }

    /// Notes what lowers a logarithm; all of those that one member may have are lowered alike.
    fn lower(&mut self, key: Key, term: &Term<'_, '_>) -> Result<()> {
        let class = term.class();
        let others = self.parts.get(&key).into_iter().flatten();
        let mut added = others.filter(|(other, parts)| {
            (**other == class || other.is_none() || class.is_none()) && !parts.log.is_zero()
        });
        if added.any(|(_, parts)| parts.shares != term.factor.shares) {
            let message = "two logarithms of one variable are not lowered alike";
            return Err(Box::new(
                Diagnostic::error(codes::WORTH_FORM, term.expr.span, message)
                    .note("write one logarithm, with the sum of the weights before the factor"),
            ));
        }
        self.parts(key, term).shares.clone_from(&term.factor.shares);
        Ok(())
    }

    fn parts(&mut self, key: Key, term: &Term<'_, '_>) -> &mut Parts {
        self.parts.entry(key).or_default().entry(term.class()).or_default()
    }

    /// The utilities of a variable, and what lowers each; none when it has none.
    pub fn of(&self, key: &Key) -> Vec<OfClass> {
        let Some(by_class) = self.parts.get(key) else { return Vec::new() };
        // What is said of every member is added to each class's own.
        let common = by_class.get(&None);
        let classified = by_class.iter().filter(|(class, _)| class.is_some());
        let mut all: Vec<_> =
            classified.map(|(class, parts)| parts.clone().plus(common).said_of(*class)).collect();
        if let (true, Some(parts)) = (all.is_empty(), common) {
            all.push(parts.clone().said_of(None));
        }
        all
    }

    /// Variables that have a utility.
    pub fn variables(&self) -> impl Iterator<Item = &Key> {
        self.parts.keys()
    }
}

impl Parts {
    fn power(&mut self, exponent: Rational, weight: &Rational) {
        *self.powers.entry(exponent).or_default() += weight;
    }

    fn plus(mut self, other: Option<&Parts>) -> Self {
        if let Some(other) = other {
            self.slope += &other.slope;
            self.curvature += &other.curvature;
            self.log += &other.log;
            // They are equal where both have one.
            if self.shares.is_empty() {
                self.shares.clone_from(&other.shares);
            }
            self.entropy += &other.entropy;
            for (exponent, weight) in &other.powers {
                self.power(exponent.clone(), weight);
            }
        }
        self
    }

    fn said_of<Class>(self, class: Class) -> (Class, Utility, Shares) {
        let shares = self.shares.clone();
        (class, self.utility(), shares)
    }

    fn utility(self) -> Utility {
        let mut all = Vec::new();
        if !self.slope.is_zero() || !self.curvature.is_zero() {
            all.push(Utility::Quadratic { slope: self.slope, curvature: self.curvature });
        }
        if !self.log.is_zero() {
            all.push(Utility::Log { weight: self.log });
        }
        if !self.entropy.is_zero() {
            all.push(Utility::Entropy { weight: self.entropy });
        }
        let powers = self.powers.into_iter().filter(|(_, weight)| !weight.is_zero());
        all.extend(powers.map(|(exponent, weight)| Utility::Power { weight, exponent }));
        match all.pop() {
            Some(only) if all.is_empty() => only,
            Some(last) => {
                all.push(last);
                Utility::Sum(all)
            }
            None => Utility::Sum(all),
        }
    }
}

/// Says so when evidence lowers something else than a logarithm.
fn plain(term: &Term<'_, '_>, what: &str) -> Result<()> {
    if term.factor.shares.is_empty() {
        return Ok(());
    }
    let message = format!("evidence cannot lower {what}");
    Err(Box::new(
        Diagnostic::error(codes::WORTH_FORM, term.expr.span, message)
            .note("the kernel answers a price in integers with weight / price: use `log`"),
    ))
}

fn single_variable(linear: &Linear) -> Option<(Key, Rational)> {
    let mut terms = linear.terms.iter();
    let (key, scale) = terms.next()?;
    (terms.next().is_none() && linear.constant.is_zero()).then(|| (*key, scale.to_rational()))
}

fn no_demand(span: Span, atom: &str) -> Box<Diagnostic> {
    unsupported(span, format!("a utility in `{atom}` of this form"), "its demand U′⁻¹(price)")
}

fn ratio(numerator: i64, denominator: i64) -> Rational {
    Rational::new(numerator.into(), denominator.into())
}

/// A lower bound of −U″ on `[lo, hi]`, exact where U″ is rational; at most 0 when the utility is
/// not strictly concave there.
pub fn strong_concavity(utility: &Utility, lo: &Rational, hi: &Rational) -> Rational {
    match utility {
        Utility::Log { weight } => weight / (hi * hi),
        Utility::Quadratic { curvature, .. } => curvature.clone(),
        Utility::Entropy { weight } => weight / hi,
        Utility::Power { weight, exponent } => {
            // −U″ = −w·p·(p − 1)·x^(p − 2), monotone in x: its least value is at an end.
            let factor = -(weight * exponent * (exponent - Rational::one()));
            let order = exponent - ratio(2, 1);
            let end = if order.is_negative() { hi } else { lo };
            factor * power_below(end, &order)
        }
        Utility::Sum(parts) => parts.iter().map(|part| strong_concavity(part, lo, hi)).sum(),
    }
}

/// `base^exponent` rounded down, by 1 part in 2^40.
fn power_below(base: &Rational, exponent: &Rational) -> Rational {
    if let (true, Some(whole)) = (exponent.is_integer(), exponent.to_integer().to_i32()) {
        return if base.is_zero() && whole < 0 { Rational::zero() } else { base.pow(whole) };
    }
    let (Some(base), Some(exponent)) = (base.to_f64(), exponent.to_f64()) else {
        return Rational::zero();
    };
    let below = base.powf(exponent) * (1.0 - f64::exp2(-40.0));
    Rational::from_float(below).unwrap_or_else(Rational::zero)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_is_below_the_second_derivative_everywhere_in_the_box() {
        let utilities = [
            Utility::Log { weight: ratio(3, 1) },
            Utility::Entropy { weight: ratio(2, 1) },
            Utility::Power { weight: ratio(5, 1), exponent: ratio(1, 2) },
            Utility::Power { weight: ratio(-1, 1), exponent: ratio(-1, 1) },
            Utility::Power { weight: ratio(-1, 3), exponent: ratio(3, 1) },
        ];
        let (lo, hi) = (0.25, 7.0);
        for utility in utilities {
            let bound = strong_concavity(&utility, &ratio(1, 4), &ratio(7, 1));
            let bound = bound.to_f64().unwrap_or(f64::NAN);
            let value = |x: f64| match &utility {
                Utility::Log { .. } => 3.0 * x.ln(),
                Utility::Entropy { .. } => -2.0 * x * x.ln(),
                Utility::Power { weight, exponent } => {
                    let (w, p) = (weight.to_f64(), exponent.to_f64());
                    w.unwrap_or(0.0) * x.powf(p.unwrap_or(0.0))
                }
                _ => 0.0,
            };
            assert!(bound > 0.0, "{utility:?}");
            for i in 1..100 {
                let (x, h) = (lo + (hi - lo) * f64::from(i) / 100.0, 1e-4);
                let second = (value(x + h) - 2.0 * value(x) + value(x - h)) / (h * h);
                assert!(-second >= bound * (1.0 - 1e-4), "{utility:?} at {x}: {second} {bound}");
            }
        }
    }
}
