//! Params without a value: their values arrive at run time, and until then only their range is known.

use super::context::Context;
use super::hir::Values;
use super::promises::Promises;
use crate::diag::{Diagnostic, codes};
use crate::syntax::ast::{Item, Param};

/// The range of an input. A sign alone is no range: whoever divides by the input, or needs a step
/// from it, would have nothing to go by.
pub fn input(
    context: &mut Context,
    item: &Item,
    param: &Param,
    promises: &Promises,
) -> Option<Values> {
    let name = &param.name.text;
    let span = item.at(param.name.span);
    let (lo, hi) = match promises.ends() {
        (Some(lo), Some(hi)) => (lo, hi),
        (lo, _) => {
            let side = match (&param.range, lo) {
                (None, _) => "neither a value nor a range",
                (Some(_), None) => "no value, and a range without a lower end",
                (Some(_), Some(_)) => "no value, and a range without an upper end",
            };
            let message = format!("`{name}` has {side}");
            let unit = param.unit.as_ref().map_or("", |unit| unit.text.as_str());
            let (lo, hi) = (format!("1 {unit}"), format!("5 {unit}"));
            let mark = if unit.is_empty() { String::new() } else { format!(": {unit}") };
            let error = Diagnostic::error(codes::MISSING_VALUE, span, message)
                .note(format!("give it a value: `param {name}{mark} = {};`", hi.trim()))
                .note(format!(
                    "or let it arrive at run time, from a range that the step can be derived for: \
                     `param {name}{mark} in {} .. {};`",
                    lo.trim(),
                    hi.trim()
                ));
            context.report(error);
            return None;
        }
    };
    if lo > hi {
        let message = format!("no value of `{name}` has both its sign and its range");
        context.report(Diagnostic::error(codes::BOUNDS, span, message));
        return None;
    }
    Some(Values::Input(lo.to_rational(), hi.to_rational()))
}
