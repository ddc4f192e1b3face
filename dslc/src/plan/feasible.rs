//! Whether the variables' bounds leave room in every instance of a resource: tables may differ from
//! member to member where the expression as a whole looks harmless.

use super::ir::{Family, Members};
use super::names::Names;
use super::resources::Uses;
use crate::diag::{Diagnostic, codes};
use crate::sema::hir::{Model, Number};

/// An error for each resource that some instance of cannot be kept within its capacity, whatever is
/// chosen within the bounds.
pub fn check(model: &Model, uses: &Uses, families: &[Family]) -> Vec<Diagnostic> {
    let least = least_uses(uses.0.len(), families);
    let mut full: Vec<(Names, String)> = vec![Default::default(); model.resources.len()];
    for (use_, least) in uses.0.iter().zip(&least) {
        if *least <= Number::from(&use_.capacity) {
            continue;
        }
        let Some((names, example)) = full.get_mut(use_.item) else { continue };
        names.add(&use_.name);
        if example.is_empty() {
            let unit = &model.resources[use_.item].unit;
            let (least, most) = (unit.show(&least.to_rational()), unit.show(&use_.capacity));
            *example = format!("`{}` is used by at least {least}, and has {most}", use_.name);
        }
    }
    let error = |(item, (names, example)): (usize, (Names, String))| {
        let resource = &model.resources[item];
        let message = format!("no choice keeps {}", names.listed()?);
        let error = Diagnostic::error(codes::INFEASIBLE, resource.use_.span, message);
        Some(error.label(resource.capacity.span, "too little of it").note(example))
    };
    full.into_iter().enumerate().filter_map(error).collect()
}

/// What is used of each resource at least; of an open set there may be no member at all.
fn least_uses(resources: usize, families: &[Family]) -> Vec<Number> {
    let mut least = vec![Number::ZERO; resources];
    for family in families {
        let (lo, hi) = (Number::from(&family.lo), Number::from(&family.hi));
        for (resource, coefficient) in &family.route {
            let coefficient = Number::from(coefficient);
            let own = coefficient.times(if coefficient.is_negative() { &hi } else { &lo });
            let own = match family.members {
                Members::One => own,
                Members::Open { at_most, .. } => own.times(&i64::from(at_most).into()),
            };
            let open = matches!(family.members, Members::Open { .. });
            if let Some(least) = least.get_mut(*resource).filter(|_| !open || own.is_negative()) {
                *least = least.plus(&own);
            }
        }
    }
    least
}
