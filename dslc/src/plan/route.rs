//! Which way through a problem: an exact plan of dual prices, or a method for each resource of the
//! problem in numbers.

use super::expand::unsupported;
use super::ir::{Members, Plan};
use super::methods::{self, Decomposition};
use crate::diag::{Code, Diagnostic, codes};
use crate::instance::{Inputs, Instance};
use crate::sema::hir::{Model, Sign, Span};

/// What the exact plan refuses and a method for a problem in numbers may take.
const REFUSALS: &[Code] = &[
    codes::NOT_DECOMPOSED_YET,
    codes::NOT_LINEAR,
    codes::NO_CAPACITY,
    codes::UNBOUNDED,
    codes::NOT_STRICTLY_CONCAVE,
];

/// Whether the spec leaves it to dual prices with a coordinator.
pub fn dual_prices_may(model: &Model) -> bool {
    model.decomposition.iter().all(|each| {
        let settings = &each.settings;
        let other =
            settings.rho.is_some() || settings.barrier.is_some() || settings.peers.is_some();
        matches!(each.method.value.as_str(), "dual" | "auto") && !other
    })
}

/// Whether the plan is what the spec asks for, or what `auto` takes: one owner alone, whom no other
/// layer listens to, solves its problem directly.
pub fn keeps(model: &Model, plan: &Plan) -> bool {
    let alone = plan.families.len() <= 1
        && plan.families.iter().all(|family| family.members == Members::One);
    let asked = model.decomposition.iter().any(|each| {
        each.method.value == "dual" || each.settings.step.is_some() || each.settings.delay.is_some()
    });
    !alone || asked || layer(model).is_some() || !model.exports.is_empty()
}

/// What of the spec needs prices that other layers read, first.
fn layer(model: &Model) -> Option<(&'static str, Span)> {
    let uses = [
        model.emits.first().map(|emit| ("an artefact", emit.span)),
        model.observes.first().map(|port| ("a port", port.span)),
        model.inputs.first().map(|port| ("a port", port.span)),
        model.enforces.first().map(|port| ("a port", port.span)),
    ];
    uses.into_iter().flatten().next()
}

/// A resource without capacity is no error where another method takes it: that its users get nothing is
/// still worth a warning, since a table may only lack its row.
pub fn held_at_zero(model: &Model, refusals: &[Diagnostic]) -> Vec<Diagnostic> {
    // What some give and others take needs no capacity.
    let nobody_gives = |span: Span| {
        let resource = model.resources.iter().find(|it| it.capacity.span == span);
        resource.is_some_and(|it| matches!(it.use_.facts.sign, Sign::Nonneg | Sign::Zero))
    };
    let empty = refusals.iter().filter(|each| each.code == codes::NO_CAPACITY);
    let empty = empty.filter(|each| nobody_gives(each.span));
    let warning = |each: &Diagnostic| {
        Diagnostic::warning(each.code, each.span, each.message.clone())
            .note("whatever uses it is held at the least that it can be")
    };
    empty.map(warning).collect()
}

/// Chooses a method for each resource, where the exact plan has these `refusals` or was not asked for.
pub fn without_a_plan(
    model: &Model,
    refusals: Vec<Diagnostic>,
) -> Result<Decomposition, Vec<Diagnostic>> {
    let named = |name: &str| model.decomposition.iter().any(|each| each.method.value == name);
    let other = refusals.iter().any(|each| !REFUSALS.contains(&each.code));
    // What dual ascent cannot bear, rather than what the exact plan has no form for.
    let hard = refusals.iter().any(|each| each.code != codes::NOT_DECOMPOSED_YET);
    let all_dual = model.decomposition.iter().all(|each| each.method.value == "dual");
    if other || all_dual && hard {
        return Err(refusals);
    }
    if let Some((what, span)) = layer(model) {
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let others = model.decomposition.iter().map(|each| each.method.value.as_str());
        let method = others.into_iter().find(|name| !matches!(*name, "dual" | "auto"));
        let what = format!("{what} of a problem that `{}` runs", method.unwrap_or("penalty"));
        return Err(vec![*unsupported(
            span,
            what,
            "`dual`, whose prices each layer reads by itself",
        )]);
    }
    match methods::late(model) {
        Some(_) if named("dual") => Err(refusals),
        Some(why) => Ok(methods::when_known(model, &why)),
        None => {
            let instance =
                Instance::new(model, &Inputs::default()).map_err(|error| vec![*error])?;
            methods::derive(model, &instance).map_err(|error| vec![*error])
        }
    }
}
