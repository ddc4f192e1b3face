//! What second derivatives say of an expression, for people.

use num_traits::{Signed, Zero};

use super::translate::{Key, near};
use super::{Found, Group, Rational};
use crate::concavity::{Open, Want, Why, Witness};
use crate::diag::Diagnostic;
use crate::sema::context::Context;
use crate::sema::hir::Unit;

/// Longest text of a group, in bytes.
const LONGEST: usize = 120;

/// Adds to an error what was found.
pub fn explain(context: &Context, error: Diagnostic, found: &Found, want: Want) -> Diagnostic {
    match found {
        Found::Proved(_) => error,
        Found::Refuted(group, witness) => refuted(context, error, group, witness, want),
        Found::Undecided(group, open) => undecided(context, error, group, open, want),
        Found::Outside(outside) => {
            let what = &outside.what;
            error.note(format!("past the rules: second derivatives are not known of {what}"))
        }
    }
}

fn name(want: Want) -> &'static str {
    match want {
        Want::Concave => "concave",
        Want::Convex => "convex",
    }
}

/// What the group is called.
fn what(group: &Group) -> String {
    if group.text.is_empty() || group.text.len() > LONGEST {
        return "it".to_owned();
    }
    format!("`{}`", group.text)
}

fn refuted(
    context: &Context,
    error: Diagnostic,
    group: &Group,
    witness: &Witness,
    want: Want,
) -> Diagnostic {
    let point = place(context, group, &witness.point);
    let (what, want_name) = (what(group), name(want));
    let error = match &witness.curvature {
        Some(curvature) => {
            let (sign, value) = match want {
                Want::Concave => ("above 0, at least", near(curvature)),
                Want::Convex => ("below 0, at most", -near(curvature)),
            };
            let (along, value) = (along(group, &witness.direction), plain(value));
            error.note(format!(
                "{what} is not {want_name} where {point}: the second derivative{along} is {sign} \
                 {value} in SI"
            ))
        }
        None => error.note(format!("{what} is not {want_name} around {point}")),
    };
    let Some(chord) = &witness.chord else { return error };
    let (from, to) = (place(context, group, &chord.from), place(context, group, &chord.to));
    let side = match want {
        Want::Concave => "above",
        Want::Convex => "below",
    };
    let gap = plain(near(&chord.gap));
    error.note(format!("halfway between {from} and {to} the chord lies {gap} {side} the function"))
}

/// To three digits.
fn three_digits(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}

/// A number without a unit.
fn plain(value: f64) -> String {
    Unit::default().show_near(value)
}

/// `x = 2 s, y = 0.5`.
fn place(context: &Context, group: &Group, point: &[Rational]) -> String {
    let values = group.keys.iter().zip(&group.names).zip(point);
    let values =
        values.map(|((key, name), value)| format!("{name} = {}", shown(context, key, value)));
    values.collect::<Vec<_>>().join(", ")
}

fn shown(context: &Context, key: &Key, value: &Rational) -> String {
    match context.variables.get(key.0).and_then(Option::as_ref) {
        Some(variable) => variable.unit.show(value),
        None => plain(near(value)),
    }
}

/// The direction, unless there is but one.
fn along(group: &Group, direction: &[Rational]) -> String {
    if direction.len() < 2 {
        return String::new();
    }
    let largest = direction.iter().map(Signed::abs).max().unwrap_or_default();
    if largest.is_zero() {
        return String::new();
    }
    let parts = group.names.iter().zip(direction).filter(|(_, value)| !value.is_zero());
    let parts =
        parts.map(|(name, value)| format!("{:+}·{name}", three_digits(near(&(value / &largest)))));
    format!(" in the direction {}", parts.collect::<Vec<_>>().join(" "))
}

fn undecided(
    context: &Context,
    error: Diagnostic,
    group: &Group,
    open: &Open,
    want: Want,
) -> Diagnostic {
    let what = what(group);
    let mut error = match &open.why {
        Why::Empty => error.note("the variables' bounds leave no value"),
        Why::NoValue { function, of, needs } => error.note(format!(
            "{function} of `{of}` needs it {needs}: on the variables' bounds, ends included, that is \
             not shown"
        )),
        Why::Kink => error.note(format!(
            "{what} has a kink within the variables' bounds that is not shown to bend the right way"
        )),
        Why::TooManyVariables(count) => error.note(format!(
            "{what} has {count} variables in one term; second derivatives are looked at for 5"
        )),
        Why::Limits => error.note(format!(
            "{what} is neither shown to be {} nor shown not to be, within the limits of the search",
            name(want)
        )),
    };
    let parts = group.keys.iter().zip(&group.names).zip(&open.part);
    let parts: Vec<_> = parts
        .filter_map(|((key, name), (lo, hi))| {
            let (lo, hi) = (lo.as_ref()?, hi.as_ref()?);
            Some(format!("{name} in {} .. {}", shown(context, key, lo), shown(context, key, hi)))
        })
        .collect();
    if open.why == Why::Limits && !parts.is_empty() {
        error = error.note(format!("open is {}", parts.join(", ")));
    }
    for help in &open.help {
        let (Some(key), Some(name)) =
            (group.keys.get(help.variable), group.names.get(help.variable))
        else {
            continue;
        };
        let side = if help.upper { "upper" } else { "lower" };
        error = match &help.near {
            None => error.note(format!("`{name}` has no {side} bound: one would help")),
            Some(at) => error.note(format!(
                "a {side} bound of `{name}` at {} would leave out what is open",
                shown(context, key, at)
            )),
        };
    }
    error
}
