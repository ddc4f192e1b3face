//! Where functions have values.
//!
//! A concave function counts as −∞ outside its domain and a convex one as +∞, so that an argument may
//! leave the domain somewhere on the variables' bounds: an optimum will not go there. Two things are
//! errors: an argument that is outside everywhere, and one that is outside somewhere while the
//! function, so extended, would not keep its curvature (`x^1.5` below 0).

use super::atoms::Domain;
use super::context::Context;
use super::hir::{Expr, Node};
use super::tree::Application;
use crate::diag::{Diagnostic, codes};

/// Checks every function of an expression, but not of the definitions that it uses.
pub fn check(context: &mut Context, expr: &Expr) -> Option<()> {
    let mut fine = Some(());
    // What is added or multiplied has a value everywhere.
    if let Node::Div(..) | Node::Atom(..) = expr.node
        && let Some(applied) = expr.application_in(context)
    {
        fine = application(context, &applied);
    }
    expr.for_each_part(|part| fine = check(context, part).and(fine));
    fine
}

fn application(context: &mut Context, applied: &Application<'_>) -> Option<()> {
    let mut fine = Some(());
    for case in applied.cases() {
        for (argument, domain) in applied.arguments.iter().zip(case.domain) {
            fine = inside(context, applied, (argument, *domain), case.extends).and(fine);
        }
    }
    fine
}

/// Where a domain is, whether an interval lies outside it, and whether a part of it may.
fn place(domain: Domain, (lo, hi): (f64, f64)) -> Option<(String, bool, bool)> {
    let number = f64::from;
    Some(match domain {
        Domain::Reals | Domain::Nonzero | Domain::Definite => return None,
        Domain::Nonneg => ("from 0 upwards".to_owned(), hi < 0.0, lo < 0.0),
        Domain::Positive => ("above 0".to_owned(), hi <= 0.0, lo < 0.0),
        Domain::Above(end) => (format!("above {end}"), hi <= number(end), lo < number(end)),
        Domain::Between(low, high) => (
            format!("between {low} and {high}"),
            hi <= number(low) || lo >= number(high),
            lo < number(low) || hi > number(high),
        ),
    })
}

fn inside(
    context: &mut Context,
    applied: &Application<'_>,
    (argument, domain): (&Expr, Domain),
    extends: bool,
) -> Option<()> {
    let atom = applied.atom;
    let (lo, hi) = argument.facts.interval;
    let Some((from, outside, partly)) = place(domain, (lo, hi)) else { return Some(()) };
    let message = if outside {
        format!("{} has values {from}, and this is never there", atom.title)
    } else if partly && !extends {
        format!("{} is taken {from} here, and this may lie outside", atom.title)
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
