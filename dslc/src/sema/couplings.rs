//! Resources and utilities: their units, their curvature, and whether they can be met at all.

use super::context::Context;
use super::curvature::Shape;
use super::domain;
use super::expr::{Builder, expect_unit, is_plain_zero};
use super::hir::{Curvature, Expr, Relation, Resource, Sign, Spanned, Unit, Utility};
use super::past_rules::{self, Found};
use super::trace::{self, Need};
use crate::concavity::Want;
use crate::diag::{Diagnostic, codes};
use crate::syntax::ast::{self, Comparison, Item};

/// Resolves a resource.
pub fn resource(context: &mut Context, item: &Item, resource: &ast::Resource) -> Option<Resource> {
    let name = Spanned { value: resource.name.text.clone(), span: item.at(resource.name.span) };
    let mut builder = Builder::new(context, item.base);
    let index = builder.bind(&resource.index);
    let unit = match &resource.unit {
        Some(written) => builder.unit(written).map(Some),
        None => Some(None),
    };
    let use_ = builder.whole(&resource.use_);
    let capacity = builder.whole(&resource.capacity);
    let (index, unit, use_, capacity) = (index?, unit?, use_?, capacity?);
    let declared = resource.unit.as_ref().map_or(use_.span, |written| item.at(written.span));
    let unit = unit.unwrap_or_else(|| {
        let decides = if is_plain_zero(&use_) { &capacity } else { &use_ };
        decides.facts.unit.clone()
    });
    let code = codes::DECLARED_UNIT;
    let what = format!("`{}`", name.value);
    expect_unit(context, &use_, &unit, (code, declared, &what))?;
    expect_unit(context, &capacity, &unit, (code, declared, &what))?;
    let relation = match resource.relation {
        Comparison::AtMost | Comparison::Below => Relation::AtMost,
        Comparison::AtLeast | Comparison::Above => Relation::AtLeast,
        Comparison::Equal | Comparison::NotEqual => Relation::Equal,
    };
    let span = item.at(item.span);
    let proof = past_rules::by_rules(context, &use_);
    let mut resolved = Resource { name, index, unit, use_, relation, capacity, proof, span };
    check_constant(context, &resolved)?;
    check_curvature(context, &mut resolved)?;
    domain::check(context, &resolved.use_)?;
    check_room(context, &resolved)?;
    Some(resolved)
}

fn check_constant(context: &mut Context, resource: &Resource) -> Option<()> {
    if resource.capacity.shape().is_constant() {
        return Some(());
    }
    let symbol = symbol(resource.relation);
    let message = "what there is of a resource must be constant";
    context.report(
        Diagnostic::error(codes::NOT_CONSTANT, resource.capacity.span, message)
            .label(resource.capacity.span, "depends on a variable")
            .note(format!("bring the variables to the left: `use - this {symbol} 0`")),
    );
    None
}

fn symbol(relation: Relation) -> &'static str {
    match relation {
        Relation::AtMost => "<=",
        Relation::Equal => "==",
        Relation::AtLeast => ">=",
    }
}

fn check_curvature(context: &mut Context, resource: &mut Resource) -> Option<()> {
    let (need, fits): (_, fn(Shape) -> bool) = match resource.relation {
        Relation::AtMost => (Need::Convex, Shape::is_convex),
        Relation::Equal => (Need::Affine, Shape::is_affine),
        Relation::AtLeast => (Need::Concave, Shape::is_concave),
    };
    if fits(resource.use_.shape()) {
        return Some(());
    }
    let want = match resource.relation {
        Relation::AtMost => Some((Want::Convex, Curvature::Convex)),
        Relation::AtLeast => Some((Want::Concave, Curvature::Concave)),
        Relation::Equal => None,
    };
    let found = want.map(|(want, curvature)| {
        (past_rules::decide(context, &resource.use_, &resource.index, want), want, curvature)
    });
    let found = match found {
        Some((Found::Proved(certificates), _, curvature)) => {
            hint(context, &resource.use_, need);
            resource.proof =
                past_rules::accept(context, &mut resource.use_, curvature, certificates);
            return Some(());
        }
        other => other,
    };
    let symbol = symbol(resource.relation);
    let message =
        format!("the use of `{}` must be {} for a `{symbol}`", resource.name.value, need.name());
    let error = Diagnostic::error(codes::RESOURCE_CURVATURE, resource.use_.span, message);
    let place = format!("a `{symbol}` needs a use that is {}", need.name());
    let error = trace::explain(context, error, &resource.use_, need, &place);
    let error = error.note("otherwise the choices that keep it form no convex set");
    let error = match &found {
        Some((found, want, _)) if resource.use_.facts.curvature == Curvature::Unknown => {
            past_rules::explain(context, error, found, *want)
        }
        _ => error,
    };
    context.report(error);
    None
}

/// Whether the variables' bounds leave a choice that keeps the resource.
fn check_room(context: &mut Context, resource: &Resource) -> Option<()> {
    let (mut least, most) = resource.use_.facts.interval;
    let (low, high) = resource.capacity.facts.interval;
    let name = &resource.name.value;
    if matches!(resource.use_.facts.sign, Sign::Nonneg | Sign::Zero) {
        least = least.max(0.0);
    }
    let too_much = resource.relation != Relation::AtLeast && least > high;
    let too_little = resource.relation != Relation::AtMost && most < low;
    if !too_much && !too_little {
        return Some(());
    }
    let show = |value: f64| resource.unit.show_near(value);
    let (end, value) = if too_much { ("at least", least) } else { ("at most", most) };
    let (bound, limit) = if too_much { ("at most", high) } else { ("at least", low) };
    let message = format!("no choice keeps `{name}`");
    context.report(
        Diagnostic::error(codes::INFEASIBLE, resource.use_.span, message)
            .label(resource.use_.span, format!("{end} {} on the variables' bounds", show(value)))
            .label(resource.capacity.span, format!("{bound} {}", show(limit))),
    );
    // It is a resource all the same: `dslc solve` proves what is said here.
    Some(())
}

/// Resolves a utility; `name` is the one under which it is listed.
pub fn utility(
    context: &mut Context,
    item: &Item,
    utility: &ast::Utility,
    name: String,
) -> Option<Utility> {
    let mut body = Builder::new(context, item.base).whole(&utility.body)?;
    let span = item.at(item.span);
    let mut proof = past_rules::by_rules(context, &body);
    if !body.shape().is_concave() {
        let found = past_rules::decide(context, &body, &[], Want::Concave);
        if let Found::Proved(certificates) = found {
            hint(context, &body, Need::Concave);
            proof = past_rules::accept(context, &mut body, Curvature::Concave, certificates);
        } else {
            report_utility(context, &body, &found);
            return None;
        }
    }
    domain::check(context, &body)?;
    Some(Utility { name, body, proof, span })
}

/// Says why a utility is not accepted; `found` is what its second derivatives say.
fn report_utility(context: &mut Context, body: &Expr, found: &Found) {
    let (code, message) = match found {
        _ if body.shape().is_convex() => {
            (codes::NOT_CONCAVE, "a utility must be concave, and this is convex")
        }
        Found::Refuted(..) => (codes::NOT_CONCAVE, "a utility must be concave, and this is not"),
        Found::Undecided(..) => (
            codes::UNDECIDED,
            "a utility must be concave, and neither rules nor second derivatives show that this is",
        ),
        _ => (
            codes::NOT_CONCAVE,
            "a utility must be concave, and the rules do not show that this is",
        ),
    };
    let error = Diagnostic::error(code, body.span, message);
    let error = trace::explain(context, error, body, Need::Concave, "a utility must be concave");
    let error = if body.shape().is_convex() {
        error
    } else {
        past_rules::explain(context, error, found, Want::Concave)
    };
    context.report(error);
}

/// Says how to write what second derivatives alone show, where the rules know a way.
fn hint(context: &mut Context, expr: &Expr, need: Need) {
    let message = format!("this is {}, and only its second derivatives show it", need.name());
    let warning = Diagnostic::warning(codes::KNOWN_FORM, expr.span, message);
    let mut fixes = trace::explain(context, warning.clone(), expr, need, "").fixes;
    if let Some(fix) = fixes.pop() {
        let note = "what the rules know has a derivative and a demand in closed form";
        context.report(Diagnostic { fixes: vec![fix], ..warning.note(note) });
    }
}

/// Checks that all utilities have one unit: they add up.
pub fn check_utilities(context: &mut Context, utilities: &[Utility]) {
    let Some((first, rest)) = utilities.split_first() else { return };
    let unit: &Unit = &first.body.facts.unit;
    for other in rest.iter().filter(|other| !other.body.facts.unit.same_dimension(unit)) {
        let (has, needs) = (other.body.facts.unit.quoted(), unit.quoted());
        let message =
            format!("utilities add up, and one of {has} cannot be added to one of {needs}");
        context.report(
            Diagnostic::error(codes::UNIT_MISMATCH, other.body.span, message)
                .label(other.body.span, has)
                .label(first.body.span, needs)
                .note("weigh them: `2 * gain / 1 s`"),
        );
    }
}
