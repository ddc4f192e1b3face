//! Constants may grow beyond what `f64` holds when they are multiplied: each is looked at once.

use super::{Form, Instance, Result, named};
use crate::diag::{Diagnostic, codes};
use crate::sema::hir::{Model, Span};

/// Whether every number of a problem is finite; the error names the first that is not.
pub fn check(model: &Model, instance: &Instance) -> Result<()> {
    let utility = model.utilities.first().map_or(model.fibre.span, |first| first.span);
    form(model, instance, &instance.objective, "the utility", utility)?;
    for row in &instance.rows {
        let resource = &model.resources[row.resource];
        let name = format!("`{}`", instance.row_name(model, row));
        if !row.capacity.is_finite() {
            return Err(beyond(&format!("the capacity of {name}"), resource.capacity.span));
        }
        form(model, instance, &row.form, &name, resource.use_.span)?;
    }
    Ok(())
}

fn form(model: &Model, instance: &Instance, form: &Form, of: &str, span: Span) -> Result<()> {
    if let Some((column, _)) = form.linear.iter().find(|(_, factor)| !factor.is_finite()) {
        let name = instance.column(model, *column).map_or_else(String::new, |(id, key)| {
            format!(" of `{}`", named(&model.variables[id].name.value, &key))
        });
        return Err(beyond(&format!("the coefficient{name} in {of}"), span));
    }
    if let Some((_, term)) = form.terms.iter().find(|(weight, _)| !weight.is_finite()) {
        return Err(beyond(&format!("the weight of `{}` in {of}", term.atom), span));
    }
    if form.constant.is_finite() {
        Ok(())
    } else {
        Err(beyond(&format!("a constant in {of}"), span))
    }
}

fn beyond(what: &str, span: Span) -> Box<Diagnostic> {
    let message = format!("{what} is beyond 1.8e308, the largest number that is calculated with");
    Box::new(
        Diagnostic::error(codes::NOT_SOLVED, span, message)
            .note("a unit that fits the quantity keeps its numbers near 1"),
    )
}
