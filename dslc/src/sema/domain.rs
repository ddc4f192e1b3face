//! Where functions have values.
//!
//! A concave function counts as −∞ outside its domain and a convex one as +∞, so that an argument may
//! leave the domain somewhere on the variables' bounds: an optimum will not go there. Two things are
//! errors: an argument that is outside everywhere, and one that is outside somewhere while the
//! function, so extended, would not keep its curvature (`x^1.5` below 0).

use super::atoms::Domain;
use super::context::Context;
use super::hir::Expr;
use super::tree::Application;
use crate::diag::{Diagnostic, codes};

/// Checks every function of an expression, but not of the definitions that it uses.
pub fn check(context: &mut Context, expr: &Expr) -> Option<()> {
    let mut fine = Some(());
    if let Some(applied) = expr.application() {
        fine = application(context, &applied);
    }
    for part in expr.parts() {
        fine = check(context, part).and(fine);
    }
    fine
}

fn application(context: &mut Context, applied: &Application<'_>) -> Option<()> {
    let Some(argument) = applied.arguments.first() else { return Some(()) };
    let (atom, case) = (applied.atom, applied.case());
    let (lo, hi) = argument.facts.interval;
    let (from, outside) = match case.domain {
        Domain::Reals | Domain::NonzeroDivisor => return Some(()),
        Domain::Nonneg => ("from 0 upwards", hi < 0.0),
        Domain::Positive => ("above 0", hi <= 0.0),
    };
    let message = if outside {
        format!("{} has values {from}, and this is never there", atom.title)
    } else if lo < 0.0 && !case.extends {
        format!("{} of this exponent is taken {from}, and this may be below 0", atom.title)
    } else {
        return Some(());
    };
    let unit = &argument.facts.unit;
    let place =
        format!("from {} to {} on the variables' bounds", unit.show_near(lo), unit.show_near(hi));
    let error =
        Diagnostic::error(codes::DOMAIN, argument.span, message).label(argument.span, place);
    context.report(error.note("a bound on a variable can keep it where the function has values"));
    None
}
