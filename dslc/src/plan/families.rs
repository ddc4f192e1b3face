//! Groups the variables into families: members that share a route, a box and their utilities.

use std::collections::BTreeSet;
use std::ops::Deref;

use num_traits::Signed;

use super::expand::{Expander, Key};
use super::ir::{Family, FamilyId, Kind, Members, Rational};
use super::presolve;
use super::resources::Uses;
use super::utility::{Utilities, strong_concavity};
use crate::diag::{Diagnostic, codes};
use crate::sema::hir::{Model, SetMembers, Variable, VariableId};

/// Every family, in the order of the spec, and the variable it came from.
#[derive(Debug)]
pub struct Families {
    families: Vec<Family>,
    keys: Vec<Key>,
}

impl Deref for Families {
    type Target = [Family];

    fn deref(&self) -> &[Family] {
        &self.families
    }
}

impl From<Families> for Vec<Family> {
    fn from(families: Families) -> Self {
        families.families
    }
}

impl Families {
    /// The first family of a variable; the only one when its set is open.
    pub fn index_of(&self, variable: VariableId) -> Option<FamilyId> {
        self.keys.iter().position(|key| match key {
            Key::Element(id, _) | Key::Member(id) => *id == variable,
        })
    }
}

/// Derives the families of the model.
pub fn families(model: &Model, uses: &Uses) -> Result<Families, Vec<Diagnostic>> {
    let expander = Expander::new(model);
    let mut utilities = Utilities::default();
    let mut errors = Vec::new();
    for utility in &model.utilities {
        if let Err(error) = utilities.add(&expander, &utility.body) {
            errors.push(*error);
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let used = uses.0.iter().flat_map(|use_| use_.form.terms.keys());
    let keys: BTreeSet<_> = used.chain(utilities.variables()).cloned().collect();
    let mut families = Families { families: Vec::new(), keys: Vec::new() };
    for key in keys {
        match family(model, &expander, uses, &utilities, &key) {
            Ok(family) => {
                families.families.push(family);
                families.keys.push(key);
            }
            Err(error) => errors.push(*error),
        }
    }
    if errors.is_empty() {
        presolve::tighten(uses, &mut families.families);
        for (family, key) in families.families.iter_mut().zip(&families.keys) {
            let (Key::Element(id, _) | Key::Member(id)) = key;
            let mu = |kind: &Kind| strong_concavity(&kind.utility, &family.lo, &kind.hi);
            match family.kinds.iter().map(mu).min().filter(Signed::is_positive) {
                Some(mu) => family.mu = mu,
                None => errors.push(not_strict(&model.variables[*id], &family.hi)),
            }
        }
    }
    // Elements of one variable repeat its errors.
    errors.dedup();
    if errors.is_empty() { Ok(families) } else { Err(errors) }
}

fn family(
    model: &Model,
    expander: &Expander<'_>,
    uses: &Uses,
    utilities: &Utilities,
    key: &Key,
) -> Result<Family, Box<Diagnostic>> {
    let (Key::Element(id, _) | Key::Member(id)) = key;
    let variable = &model.variables[*id];
    let (lo, hi) = bounds(expander, variable, key)?;
    let kinds: Vec<_> = utilities
        .of(key)
        .into_iter()
        .map(|(class, utility)| Kind {
            class: class.and_then(|(set, position)| member_name(model, set, position)),
            utility,
            hi: hi.clone(),
        })
        .collect();
    let (name, members) = match key {
        Key::Element(_, positions) => {
            (expander.label(&variable.name.value, &variable.index, positions), Members::One)
        }
        Key::Member(_) => (variable.name.value.clone(), open_members(model, variable)),
    };
    let unit = variable.unit.text.clone();
    let (mu, route) = (Rational::default(), uses.route(key));
    Ok(Family { name, unit, members, kinds, lo, hi, mu, route })
}

fn open_members(model: &Model, variable: &Variable) -> Members {
    let set = variable.index.first().map(|binder| &model.sets[binder.set]);
    match set.map(|set| (&set.name.value, &set.members)) {
        Some((name, SetMembers::Open(at_most))) => {
            Members::Open { set: name.clone(), at_most: *at_most }
        }
        _ => Members::One,
    }
}

fn member_name(model: &Model, set: usize, position: usize) -> Option<String> {
    match &model.sets[set].members {
        SetMembers::Closed(members) => members.get(position).cloned(),
        SetMembers::Open(_) => None,
    }
}

fn bounds(
    expander: &Expander<'_>,
    variable: &Variable,
    key: &Key,
) -> Result<(Rational, Rational), Box<Diagnostic>> {
    let missing = |side: &str, why: &str| {
        let name = &variable.name.value;
        let message = format!("`{name}` has no {side} bound, and its step size needs one");
        Box::new(
            Diagnostic::error(codes::UNBOUNDED, variable.name.span, message)
                .note(why.to_owned())
                .note("write `variable NAME: UNIT in LOWEST .. HIGHEST;`"),
        )
    };
    let lo = variable.lo.clone().ok_or_else(|| {
        missing("lower", "a demand is clamped to the variable's bounds before it is used")
    })?;
    let hi = variable.hi.clone().ok_or_else(|| {
        missing("upper", "without one the utility may be arbitrarily flat, and its curvature is 0")
    })?;
    let Key::Element(_, positions) = key else { return Ok((lo, hi)) };
    // A promise of a sign holds beside the element's own ends.
    let own = |end: &Option<_>| expander.end(end.as_ref(), &variable.index, positions);
    let (low, high) = (own(&variable.each.0)?, own(&variable.each.1)?);
    let (lo, hi) =
        (low.map_or(lo.clone(), |end| end.max(lo)), high.map_or(hi.clone(), |end| end.min(hi)));
    if lo > hi {
        let name = expander.label(&variable.name.value, &variable.index, positions);
        let message = format!("nothing lies in the range of `{name}`: {lo} is above {hi}");
        return Err(Box::new(Diagnostic::error(codes::BOUNDS, variable.name.span, message)));
    }
    Ok((lo, hi))
}

fn not_strict(variable: &Variable, hi: &Rational) -> Diagnostic {
    let name = &variable.name.value;
    let message = format!("the utility of `{name}` is not strictly concave on its bounds");
    Diagnostic::error(codes::NOT_STRICTLY_CONCAVE, variable.name.span, message)
        .note(format!("up to {hi} its curvature may be 0, and dual ascent would jump"))
        .note("add a strictly concave term, such as `log`, in this variable")
}
