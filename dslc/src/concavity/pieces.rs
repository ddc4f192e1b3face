//! Functions with `abs`, `min` and `max` as the least of smooth pieces.
//!
//! The least of concave functions is concave. A kink in a place where the function grows makes it the
//! least of two when it is a `min`; where the function falls, when it is a `max` or an `abs`. A kink
//! whose argument keeps one sign on the whole box is none.

use num_traits::{One, Signed};

use super::defined;
use super::domain::Domain;
use super::expr::{Elementary, Expr, is_even};
use super::sign::Sign;
use super::simplify;

/// Most pieces.
const MOST: usize = 128;

/// How a function goes in one place of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Grows,
    Falls,
    Neither,
}

impl Way {
    fn times(self, sign: Sign) -> Way {
        match (self, sign) {
            (way, sign) if sign.is_nonneg() => way,
            (Way::Grows, sign) if sign.is_nonpos() => Way::Falls,
            (Way::Falls, sign) if sign.is_nonpos() => Way::Grows,
            _ => Way::Neither,
        }
    }
}

/// Pieces without kinks of which the function is the least, everywhere on the box; none when there is
/// no such form. What has a value everywhere need not have pieces that do.
pub fn of(function: &Expr, domain: &Domain) -> Option<Vec<Expr>> {
    let mut pieces = alternatives(function, Way::Grows, domain)?;
    pieces.sort();
    pieces.dedup();
    Some(pieces)
}

/// Forms of which the expression is the least where the function grows in it, and the largest where it
/// falls; one where it does neither.
fn alternatives(of: &Expr, way: Way, domain: &Domain) -> Option<Vec<Expr>> {
    let below = |part: &Expr, way| alternatives(part, way, domain);
    let forms = match of {
        Expr::Number(_) | Expr::Variable(_) => vec![of.clone()],
        Expr::Sum(terms) => {
            let each = terms.iter().map(|term| below(term, way)).collect::<Option<Vec<_>>>()?;
            combine(each)?.into_iter().map(Expr::Sum).collect()
        }
        Expr::Product(factors) => product(factors, way, domain)?,
        Expr::Power(base, p) => {
            let odd = p.is_integer() && p.is_positive() && !is_even(p);
            let inner = if odd {
                below(base, way)?
            } else {
                let sign = defined::sign(base, domain);
                let slope = if p.is_negative() { Sign::Negative } else { Sign::Positive };
                // The slope p·u^(p − 1) of an even power has the sign of p·u.
                let slope = if is_even(p) { slope.times(sign) } else { slope };
                let inner = below(base, way.times(slope))?;
                // The power goes one way only while the forms keep to one side of 0.
                let side = |form: &Expr| {
                    let form = defined::sign(form, domain);
                    form.is_nonneg() && sign.is_nonneg() || form.is_nonpos() && sign.is_nonpos()
                };
                if inner.len() > 1 && !inner.iter().all(side) {
                    return None;
                }
                inner
            };
            inner.into_iter().map(|base| base.power(p.clone())).collect()
        }
        Expr::Apply(Elementary::Abs, inner) => match defined::sign(inner, domain) {
            sign if sign.is_nonneg() => below(inner, way)?,
            sign if sign.is_nonpos() => {
                let forms = below(inner, way.times(Sign::Negative))?;
                forms.into_iter().map(|form| -form).collect()
            }
            // |u| is the larger of u and −u.
            _ if way == Way::Falls => {
                let inner = single(below(inner, Way::Neither)?)?;
                vec![inner.clone(), -inner]
            }
            _ => return None,
        },
        Expr::Apply(function, inner) => {
            let rises = matches!(function, Elementary::Exp | Elementary::Log | Elementary::Atan);
            let forms = below(inner, if rises { way } else { Way::Neither })?;
            forms.into_iter().map(|form| form.apply(*function)).collect()
        }
        Expr::Least(parts) => choice(parts, way, Way::Grows, domain)?,
        Expr::Largest(parts) => choice(parts, way, Way::Falls, domain)?,
    };
    let allowed = if way == Way::Neither { 1 } else { MOST };
    (forms.len() <= allowed).then_some(forms)
}

/// The forms of all parts that are not beaten by another one everywhere.
fn choice(parts: &[Expr], way: Way, splits: Way, domain: &Domain) -> Option<Vec<Expr>> {
    let wins = |a: &Expr, b: &Expr| {
        let sign = defined::sign(&simplify::simplify(&(a.clone() - b.clone())), domain);
        if splits == Way::Grows { sign.is_nonpos() } else { sign.is_nonneg() }
    };
    let mut left: Vec<&Expr> = Vec::new();
    for part in parts {
        if left.iter().any(|other| wins(other, part)) {
            continue;
        }
        left.retain(|other| !wins(part, other));
        left.push(part);
    }
    if left.len() > 1 && way != splits {
        return None;
    }
    let forms = left.into_iter().map(|part| alternatives(part, way, domain));
    let forms: Vec<Vec<_>> = forms.collect::<Option<_>>()?;
    Some(forms.into_iter().flatten().collect())
}

/// A product: at most one factor may have several forms, and the others must keep their sign.
fn product(factors: &[Expr], way: Way, domain: &Domain) -> Option<Vec<Expr>> {
    let mut each = Vec::new();
    for (at, factor) in factors.iter().enumerate() {
        let others = factors.iter().enumerate().filter(|(other, _)| *other != at);
        let sign = || {
            others.map(|(_, other)| defined::sign(other, domain)).fold(Sign::Positive, Sign::times)
        };
        let smooth = single_form(factor, domain);
        let forms = match smooth {
            Some(form) => vec![form],
            None => alternatives(factor, way.times(sign()), domain)?,
        };
        each.push(forms);
    }
    let several = each.iter().filter(|forms| forms.len() > 1).count();
    if several > 1 {
        return None;
    }
    Some(combine(each)?.into_iter().map(Expr::Product).collect())
}

/// The expression without kinks, when none of them is real.
fn single_form(of: &Expr, domain: &Domain) -> Option<Expr> {
    single(alternatives(of, Way::Neither, domain)?)
}

fn single(mut forms: Vec<Expr>) -> Option<Expr> {
    let form = forms.pop()?;
    forms.is_empty().then_some(form)
}

/// Every choice of one form per list.
fn combine(each: Vec<Vec<Expr>>) -> Option<Vec<Vec<Expr>>> {
    let count = each.iter().try_fold(usize::one(), |count, forms| {
        count.checked_mul(forms.len()).filter(|count| *count <= MOST)
    })?;
    let mut all = Vec::with_capacity(count);
    all.push(Vec::new());
    for forms in each {
        let extend = |prefix: &Vec<Expr>| {
            let prefix = prefix.clone();
            forms.iter().map(move |form| [prefix.clone(), vec![form.clone()]].concat())
        };
        all = all.iter().flat_map(extend).collect();
    }
    Some(all)
}
