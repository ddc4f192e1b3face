//! Values of params that a run gives in place of the spec's.

use std::collections::BTreeMap;

use super::constant::row_major;
use super::context::Context;
use super::hir::{Binder, Number, Rational, SetMembers, Span, Unit, Values};
use crate::diag::{Diagnostic, codes};

/// Values by the param's name, then by members joined with `,` (empty for a scalar); in the param's
/// declared unit.
pub type Given = BTreeMap<String, BTreeMap<String, f64>>;

/// The values with those that the run gives for `name`; `span` is where the param is declared.
pub fn replace(
    context: &mut Context,
    (name, span): (&str, Span),
    index: &[Binder],
    unit: &Unit,
    values: Values,
) -> Option<Values> {
    let Some(given) = context.given.get(name).cloned() else { return Some(values) };
    let mut found = BTreeMap::new();
    for (key, value) in given {
        let at = position(context, index, &key);
        let (Some(at), Some(value)) = (at, Rational::from_float(value)) else {
            let wanted = match index.is_empty() {
                true => "no member",
                false if come_and_go(context, index) => {
                    "members that come and go: give one value for all of them"
                }
                false => "a member of each of its sets",
            };
            let given = if key.is_empty() { name.to_owned() } else { format!("{name}[{key}]") };
            let message = format!("`{given}` is given, and `{name}` is indexed by {wanted}");
            context.report(Diagnostic::error(codes::UNKNOWN_MEMBER, span, message));
            return None;
        };
        found.insert(at, value * &unit.scale);
    }
    let sets: Vec<_> = index.iter().map(|binder| binder.set).collect();
    let count = sets.iter().map(|set| match context.members(*set) {
        Some(members) => members.len(),
        // One value stands for all members of an open set.
        None => usize::from(come_and_go(context, index)),
    });
    let count: usize = count.product();
    match values {
        Values::Dense(mut values) => {
            for (at, value) in found {
                if let Some(place) = values.get_mut(at) {
                    *place = value;
                }
            }
            Some(Values::Dense(values))
        }
        Values::Sparse(entries) => {
            let mut entries: BTreeMap<_, _> = entries.into_iter().collect();
            entries.extend(found.into_iter().map(|(at, value)| (at, Number::from(value))));
            entries.retain(|_, value| !value.is_zero());
            Some(Values::Sparse(entries.into_iter().collect()))
        }
        Values::Input(..) if found.len() == count => {
            Some(Values::Dense(found.into_values().collect()))
        }
        Values::Input(..) => {
            let message = format!("{} of the {count} values of `{name}` are given", found.len());
            let error = Diagnostic::error(codes::MISSING_VALUE, span, message);
            context.report(error.note("an input of run time needs all of them"));
            None
        }
    }
}

/// Whether every index runs over members that come and go.
fn come_and_go(context: &Context, index: &[Binder]) -> bool {
    let open = |binder: &Binder| matches!(context.set(binder.set), Some(set) if matches!(set.members, SetMembers::Open(_)));
    !index.is_empty() && index.iter().all(open)
}

fn position(context: &Context, index: &[Binder], key: &str) -> Option<usize> {
    if key.is_empty() && come_and_go(context, index) {
        return Some(0);
    }
    let names: Vec<_> = if key.is_empty() { Vec::new() } else { key.split(',').collect() };
    if names.len() != index.len() {
        return None;
    }
    let positions =
        index.iter().zip(names).map(|(binder, name)| context.members(binder.set)?.position(name));
    let positions = positions.collect::<Option<Vec<_>>>()?;
    let sets: Vec<_> = index.iter().map(|binder| binder.set).collect();
    row_major(context, &sets, &positions)
}
