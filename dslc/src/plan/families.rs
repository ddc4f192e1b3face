//! Groups the variables into families: members that share a route, a box and their utilities.

use std::borrow::Cow;
use std::ops::Deref;

use num_traits::Signed;

use super::expand::{Expander, Key};
use super::ir::{Family, FamilyId, Kind, Loss, Members, Rational, ResourceId};
use super::names::Names;
use super::presolve;
use super::resources::Uses;
use super::utility::Utilities;
use super::worth;
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
        self.keys.iter().position(|key| key.variable() == variable)
    }
}

/// Errors after which nobody reads on.
const MOST_ERRORS: usize = 50;

/// Derives the families of the model.
pub fn families<'m>(
    model: &'m Model,
    expander: &Expander<'m>,
    uses: &Uses,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Families, Vec<Diagnostic>> {
    let mut utilities = Utilities::default();
    let mut errors = Vec::new();
    for utility in &model.utilities {
        if let Err(error) = utilities.add(expander, &utility.body) {
            errors.push(*error);
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let routes = uses.routes();
    let used = routes.iter().map(|(key, ..)| key);
    let mut keys: Vec<Key> = used.chain(utilities.variables()).copied().collect();
    keys.sort_unstable();
    keys.dedup();
    left_out(model, expander, &keys, warnings);
    let mut families = Families { families: Vec::new(), keys: Vec::new() };
    let mut routes = routes.into_iter().peekable();
    for key in keys {
        let own = std::iter::from_fn(|| routes.next_if(|(user, ..)| *user == key));
        let route = own.map(|(_, resource, own)| (resource, own.to_rational())).collect();
        match family(model, expander, route, &utilities, key) {
            Ok(family) => {
                families.families.push(family);
                families.keys.push(key);
            }
            Err(error) => {
                errors.push(*error);
                // Elements of one variable repeat its errors.
                errors.dedup();
                if errors.len() == MOST_ERRORS {
                    break;
                }
            }
        }
    }
    if errors.is_empty() {
        presolve::tighten(uses, &mut families.families);
        let floors = families.iter().map(|family| worth::price_floor(&families, family));
        let mut floors = floors.collect::<Vec<_>>().into_iter();
        for (family, key) in families.families.iter_mut().zip(&families.keys) {
            let floor = floors.next().flatten();
            let mu = |kind: &Kind| worth::steadiness(kind, &family.lo, floor.as_ref());
            match family.kinds.iter().map(mu).min().filter(Signed::is_positive) {
                Some(mu) => family.mu = mu,
                None => errors.push(not_strict(&model.variables[key.variable()], &family.hi)),
            }
        }
    }
    // Elements of one variable repeat its errors.
    errors.dedup();
    if errors.is_empty() { Ok(families) } else { Err(errors) }
}

/// Says of elements that no utility and no resource depends on, where others of the variable are used.
fn left_out(model: &Model, expander: &Expander<'_>, keys: &[Key], warnings: &mut Vec<Diagnostic>) {
    for elements in keys.chunk_by(|a, b| a.variable() == b.variable()) {
        let Some(Key::Element(id, _)) = elements.first() else { continue };
        let variable = &model.variables[*id];
        let Ok(count) = expander.instances(&variable.index, variable.name.span) else { continue };
        let mut missing = Names::default();
        let mut next = elements.iter().peekable();
        for at in 0..count {
            if next.next_if(|key| **key == Key::Element(*id, at)).is_none() {
                missing.add(&expander.label(&variable.name.value, &variable.index, at));
            }
        }
        if let Some(names) = missing.listed() {
            let message = format!("no utility and no resource depends on {names}");
            let warning = Diagnostic::warning(codes::UNUSED, variable.name.span, message);
            warnings.push(warning.note("any value of it is as good as any other"));
        }
    }
}

fn family<'m>(
    model: &'m Model,
    expander: &Expander<'m>,
    route: Vec<(ResourceId, Rational)>,
    utilities: &Utilities,
    key: Key,
) -> Result<Family, Box<Diagnostic>> {
    let variable = &model.variables[key.variable()];
    let (lo, hi) = bounds(expander, variable, key)?;
    let kinds: Vec<_> = utilities
        .of(&key)
        .into_iter()
        .map(|(class, utility, shares)| Kind {
            class: class.and_then(|(set, position)| member_name(model, set, position)),
            utility,
            lowering: (shares.into_iter())
                .map(|(id, share)| Loss { input: model.params[id].name.value.clone(), share })
                .collect(),
            hi: hi.clone(),
        })
        .collect();
    let (name, members) = match key {
        Key::Element(_, at) => {
            (expander.label(&variable.name.value, &variable.index, at), Members::One)
        }
        Key::Member(_) => (variable.name.value.clone(), open_members(model, variable)),
    };
    let unit = variable.unit.text.clone();
    let mu = Rational::default();
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
        SetMembers::Closed(members) => members.name(position).map(Cow::into_owned),
        SetMembers::Open(_) => None,
    }
}

fn bounds<'m>(
    expander: &Expander<'m>,
    variable: &'m Variable,
    key: Key,
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
    let Key::Element(_, at) = key else { return Ok((lo, hi)) };
    if variable.each.0.is_none() && variable.each.1.is_none() {
        return Ok((lo, hi));
    }
    // A promise of a sign holds beside the element's own ends.
    let own = |end: &'m Option<_>| expander.end(end.as_ref(), &variable.index, at);
    let (low, high) = (own(&variable.each.0)?, own(&variable.each.1)?);
    let (lo, hi) =
        (low.map_or(lo.clone(), |end| end.max(lo)), high.map_or(hi.clone(), |end| end.min(hi)));
    if lo > hi {
        let name = expander.label(&variable.name.value, &variable.index, at);
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
