//! Simpler forms of the same function: constants folded, sums and products flat, like terms added up
//! and powers of one base together. They hold wherever the function has a value, and may have one where
//! it has none.

use num_traits::{One, Signed, Zero};

use super::Rational;
use super::expr::{Elementary, Expr, is_even};

/// The sum, flat, with constants and like terms added up.
pub fn sum(terms: impl IntoIterator<Item = Expr>) -> Expr {
    let mut constant = Rational::zero();
    let mut like: Vec<(Expr, Rational)> = Vec::new();
    let mut places = std::collections::HashMap::new();
    let mut waiting: Vec<Expr> = terms.into_iter().collect();
    waiting.reverse();
    while let Some(term) = waiting.pop() {
        match term {
            Expr::Sum(parts) => waiting.extend(parts.into_iter().rev()),
            Expr::Number(value) => constant += value,
            term => {
                let (factor, rest) = split_factor(term);
                match places.get(&rest) {
                    Some(&at) => {
                        let (_, sum): &mut (Expr, Rational) = &mut like[at];
                        *sum += factor;
                    }
                    None => {
                        places.insert(rest.clone(), like.len());
                        like.push((rest, factor));
                    }
                }
            }
        }
    }
    let mut terms: Vec<_> = like
        .into_iter()
        .filter(|(_, factor)| !factor.is_zero())
        .map(|(rest, factor)| product([Expr::Number(factor), rest]))
        .collect();
    if !constant.is_zero() || terms.is_empty() {
        terms.push(Expr::Number(constant));
    }
    match terms.pop() {
        Some(only) if terms.is_empty() => only,
        last => {
            terms.extend(last);
            Expr::Sum(terms)
        }
    }
}

/// A term as a constant factor and the rest.
fn split_factor(term: Expr) -> (Rational, Expr) {
    match term {
        Expr::Product(mut factors) => match factors.first() {
            Some(Expr::Number(value)) => {
                let value = value.clone();
                factors.remove(0);
                (value, product(factors))
            }
            _ => (Rational::one(), Expr::Product(factors)),
        },
        term => (Rational::one(), term),
    }
}

/// The product, flat, with constants multiplied into the first factor and powers of one base into one.
pub fn product(factors: impl IntoIterator<Item = Expr>) -> Expr {
    let mut constant = Rational::one();
    let mut powers: Vec<(Expr, Rational)> = Vec::new();
    let mut waiting: Vec<Expr> = factors.into_iter().collect();
    waiting.reverse();
    while let Some(factor) = waiting.pop() {
        let (base, p) = match factor {
            Expr::Product(parts) => {
                waiting.extend(parts.into_iter().rev());
                continue;
            }
            Expr::Number(value) => {
                constant *= value;
                continue;
            }
            Expr::Power(base, p) => (*base, p),
            base => (base, Rational::one()),
        };
        match powers.iter_mut().find(|(known, _)| *known == base) {
            Some((_, sum)) => *sum += p,
            None => powers.push((base, p)),
        }
    }
    if constant.is_zero() {
        return Expr::from(0);
    }
    let mut factors = Vec::new();
    for (base, p) in powers {
        match power(base, &p) {
            Expr::Number(value) => constant *= value,
            factor => factors.push(factor),
        }
    }
    // A constant goes into a sum: then terms that are alike meet.
    if let [Expr::Sum(terms)] = factors.as_slice() {
        let scaled = terms.iter().map(|term| product([constant.clone().into(), term.clone()]));
        return sum(scaled.collect::<Vec<_>>());
    }
    if !constant.is_one() || factors.is_empty() {
        factors.insert(0, Expr::Number(constant));
    }
    match factors.pop() {
        Some(only) if factors.is_empty() => only,
        last => {
            factors.extend(last);
            Expr::Product(factors)
        }
    }
}

/// `base^p`, where it has a value, in a simpler form when there is one.
fn power(base: Expr, p: &Rational) -> Expr {
    /// Longest exponent of a constant that is calculated.
    const LARGEST: i64 = 64;
    if p.is_zero() {
        return Expr::from(1);
    }
    if p.is_one() {
        return base;
    }
    let whole = num_traits::ToPrimitive::to_i64(p.numer()).filter(|_| p.is_integer());
    match (base, whole) {
        (Expr::Number(value), Some(n)) if n.abs() <= LARGEST && !value.is_zero() => {
            Expr::Number(num_traits::Pow::pow(value, num_bigint::BigInt::from(n)))
        }
        // Whole powers of a product go to its factors: (ab)² = a²b².
        (Expr::Product(factors), Some(_)) => {
            product(factors.into_iter().map(|factor| power(factor, p)).collect::<Vec<_>>())
        }
        (Expr::Power(inner, q), Some(_)) if q.is_integer() => power(*inner, &(q * p)),
        (Expr::Apply(Elementary::Abs, inner), Some(_)) if is_even(p) => power(*inner, p),
        // (u²)^(1/2) = |u|, whatever the sign of u.
        (Expr::Power(inner, q), None) if is_even(&q) && q.is_positive() && p.is_positive() => {
            power(inner.apply(Elementary::Abs), &(q * p))
        }
        (base, _) => Expr::Power(Box::new(base), p.clone()),
    }
}

/// The same function, where it has a value, with constants folded, sums and products flat, and powers
/// of one base together.
pub fn simplify(expr: &Expr) -> Expr {
    let mut parts = expr.parts().iter().map(simplify).collect::<Vec<_>>();
    match expr {
        Expr::Number(_) | Expr::Variable(_) => expr.clone(),
        Expr::Sum(_) => sum(parts),
        Expr::Product(_) => product(parts),
        Expr::Power(_, p) => parts.pop().map_or_else(|| expr.clone(), |base| power(base, p)),
        Expr::Apply(function, _) => match (function, parts.pop()) {
            (Elementary::Exp, Some(Expr::Number(value))) if value.is_zero() => Expr::from(1),
            (Elementary::Log, Some(Expr::Number(value))) if value.is_one() => Expr::from(0),
            (Elementary::Abs, Some(Expr::Number(value))) => Expr::Number(value.abs()),
            (function, part) => expr.with_parts(part.into_iter().collect()).tidy(*function),
        },
        Expr::Least(_) | Expr::Largest(_) => {
            parts.sort();
            parts.dedup();
            if parts.len() == 1 { parts.remove(0) } else { expr.with_parts(parts) }
        }
    }
}

impl Expr {
    /// `exp(log u) = u` and `log(exp u) = u`, where they have a value.
    fn tidy(self, function: Elementary) -> Expr {
        let opposite = match function {
            Elementary::Exp => Elementary::Log,
            Elementary::Log => Elementary::Exp,
            _ => return self,
        };
        match self {
            Expr::Apply(outer, part) => match *part {
                Expr::Apply(inner, part) if inner == opposite => *part,
                part => Expr::Apply(outer, Box::new(part)),
            },
            other => other,
        }
    }
}
