//! The loop that measures and enforces: one resource, one observed open family, integers.

mod knowledge;

use num_traits::{One, Zero};

use super::families::Families;
use super::fixed_point::{self, LogAgent, Misfit, Ranges};
use super::ir::{
    ClassDemand, ComputedDemand, Control, Family, FamilyId, Loss, Members, Rational, Resource,
    ResourceId, Step, Utility,
};
use super::ports::{self, Direction, Port};
use super::resources::Uses;
use crate::diag::{Diagnostic, Sources, codes};
use crate::sema::hir::{ExportValue, Model, PortUse, Span};

type Result<T> = std::result::Result<T, Vec<Diagnostic>>;

/// The control loop; none when the spec observes and enforces nothing.
pub fn control(
    model: &Model,
    sources: &Sources,
    uses: &Uses,
    families: &Families,
    resources: &[Resource],
    warnings: &mut Vec<Diagnostic>,
) -> Result<Option<Control>> {
    let Some((observe, enforces)) = pair(model)? else { return Ok(None) };
    let port = ports::row(&observe.port, Direction::Observe).map_err(|error| vec![error])?;
    let (family_id, family) = observed(model, families, observe, port)?;
    let resource_id = resource_of(family, observe)?;
    let resource = &resources[resource_id];
    let agents = agents(families, resource_id, family_id, observe.span)?;
    let rule = rule(resource, families, &agents, family, family_id, port, observe.span)?;
    let text = |span: Span| sources.slice(span).to_owned();
    let mut trees = Vec::new();
    let evidence = knowledge::evidence(model, family, &text, &mut trees)?;
    let mut classes = Vec::new();
    let mut computed = Vec::new();
    for agent in agents {
        let demand = fixed_point::demand(&agent.log, port.quanta, rule.frac_bits)
            .ok_or_else(|| vec![misfit(observe.span, &Misfit::PriceTooWide { bits: 64 })])?;
        let name = agent.name;
        if agent.observed {
            let lowering = knowledge::lowering(&agent.lowering, &evidence);
            classes.push(ClassDemand { name, demand, lowering });
        } else {
            computed.push(ComputedDemand { name, demand });
        }
    }
    let always: Vec<_> = computed.iter().map(|agent| agent.demand).collect();
    let names: Vec<_> = classes.iter().map(|class| class.name.clone()).collect();
    let known = knowledge::known(model, &evidence);
    let options = ports::taint_clock::Names { classes: &names, evidence: &known, text: &text };
    let clock = ports::taint_clock::read(observe, options, trees);
    let enforce = ports::acts::read(enforces, &known);
    let (clock, enforce) = match (clock, enforce) {
        (Ok(clock), Ok(enforce)) => (clock, enforce),
        (clock, enforce) => {
            let errors = [clock.err(), enforce.err()];
            return Err(errors.into_iter().flatten().flatten().collect());
        }
    };
    let control = Control {
        resource: resource_id,
        price_name: price_name(model, uses, resource_id),
        initial_price: fixed_point::idle_price(&rule, &always),
        rule,
        period_ns: period(model, uses, resource_id)?,
        family: family_id,
        at_most: at_most(family),
        classes,
        computed,
        bucket: clock.bucket,
        evidence,
        taint: clock.taint,
        enforce,
    };
    knowledge::check(model, &control, enforces, warnings)?;
    Ok(Some(control))
}

/// The variable that is observed, and what carries the decisions about it out.
fn pair(model: &Model) -> Result<Option<(&PortUse, &[PortUse])>> {
    let (observes, enforces) = (model.observes.as_slice(), model.enforces.as_slice());
    let of = |port: &PortUse| port.of.value;
    let second = match (observes, enforces) {
        ([], []) => {
            let Some(input) = model.inputs.first() else { return Ok(None) };
            let message = "evidence is known of members that a clock observes";
            let needs = "add `observe … from taint_clock { … }` and `enforce … by kill;`";
            return Err(vec![
                Diagnostic::error(codes::HALF_A_LOOP, input.span, message).note(needs),
            ]);
        }
        ([observe], []) => return Err(vec![half(observe.span, "observed", "enforce … by kill;")]),
        ([], [enforce, ..]) => {
            return Err(vec![half(enforce.span, "enforced", "observe … from taint_clock { … }")]);
        }
        ([observe], _) => match enforces.iter().find(|enforce| of(enforce) != of(observe)) {
            None => return Ok(Some((observe, enforces))),
            Some(other) => [observe, other],
        },
        ([first, second, ..], _) => [first, second],
    };
    let message = "one variable can be observed and enforced in a spec so far";
    let error = Diagnostic::error(codes::NOT_DECOMPOSED_YET, second[1].span, message);
    Err(vec![error.label(second[0].span, "the first")])
}

fn half(span: Span, what: &str, missing: &str) -> Diagnostic {
    Diagnostic::error(codes::HALF_A_LOOP, span, format!("this variable is only {what}"))
        .note(format!("a price needs what is used and somebody who obeys it: add `{missing}`"))
}

fn observed<'f>(
    model: &Model,
    families: &'f Families,
    observe: &PortUse,
    port: &Port,
) -> Result<(FamilyId, &'f Family)> {
    let variable = &model.variables[observe.of.value];
    let fits = match variable.unit.dimensions.as_slice() {
        [(name, power)] => name == port.dimension && power.is_one(),
        _ => false,
    };
    if !fits {
        let message = format!("`{}` measures time in {}", port.name, port.dimension);
        return Err(vec![
            Diagnostic::error(codes::PORT_UNIT, observe.of.span, message)
                .label(variable.name.span, "this variable has another unit"),
        ]);
    }
    let id = families.index_of(observe.of.value);
    let found = id.and_then(|id| families.get(id).map(|family| (id, family)));
    match found {
        Some((id, family)) if super::is_open(&family.members) => Ok((id, family)),
        _ => Err(vec![
            Diagnostic::error(
                codes::PORT_FAMILY,
                observe.of.span,
                format!("`{}` observes members that come and go", port.name),
            )
            .note("index the variable by an open set: `set Task: open 4096;`"),
        ]),
    }
}

fn at_most(family: &Family) -> u32 {
    match family.members {
        Members::One => 1,
        Members::Open { at_most, .. } => at_most,
    }
}

fn resource_of(family: &Family, observe: &PortUse) -> Result<ResourceId> {
    match family.route.as_slice() {
        [(resource, coefficient)] if coefficient.is_one() => Ok(*resource),
        _ => Err(vec![
            Diagnostic::error(
                codes::PORT_FAMILY,
                observe.of.span,
                "an observed variable must be used by exactly one resource, with factor 1",
            )
            .note("the kernel reads one price for each member"),
        ]),
    }
}

/// An agent on the controlled resource.
struct Agent {
    name: String,
    log: LogAgent,
    lowering: Vec<Loss>,
    observed: bool,
}

fn agents(
    families: &Families,
    resource: ResourceId,
    observed: FamilyId,
    span: Span,
) -> Result<Vec<Agent>> {
    let mut agents = Vec::new();
    for (id, family) in families.iter().enumerate() {
        if !family.route.iter().any(|(used, _)| *used == resource) {
            continue;
        }
        if family.route.len() != 1 || !family.route.iter().all(|(_, a)| a.is_one()) {
            let message = format!("`{}` shares the observed resource with others", family.name);
            return Err(vec![
                Diagnostic::error(codes::NOT_DECOMPOSED_YET, span, message)
                    .note("it needs a daemon that follows several prices at once"),
            ]);
        }
        for kind in &family.kinds {
            let Utility::Log { weight } = &kind.utility else {
                let message = format!("`{}` has a utility other than `weight * log`", family.name);
                return Err(vec![
                    Diagnostic::error(codes::NO_INTEGER_DEMAND, span, message)
                        .note("the kernel answers a price in integers: it needs weight / price"),
                ]);
            };
            agents.push(Agent {
                name: kind.class.clone().unwrap_or_else(|| family.name.clone()),
                log: LogAgent {
                    weight: weight.clone(),
                    lo: family.lo.clone(),
                    hi: kind.hi.clone(),
                    lowered: !kind.lowering.is_empty(),
                },
                lowering: kind.lowering.clone(),
                observed: id == observed,
            });
        }
    }
    Ok(agents)
}

fn rule(
    resource: &Resource,
    families: &Families,
    agents: &[Agent],
    family: &Family,
    family_id: FamilyId,
    port: &Port,
    span: Span,
) -> Result<dslc_core::PriceRule> {
    let logs: Vec<_> = agents.iter().map(|agent| agent.log.clone()).collect();
    let (numerator, fixed, member) = match &resource.step {
        Step::Constant(step) => (step.clone(), Rational::one(), Rational::zero()),
        Step::Population { numerator, terms } => {
            let of = |open: bool| -> Rational {
                let chosen =
                    terms.iter().filter(|(f, _)| super::is_open(&families[*f].members) == open);
                chosen.map(|(_, term)| term.clone()).sum()
            };
            let member = terms.iter().find(|(f, _)| *f == family_id).map(|(_, term)| term.clone());
            (numerator.clone(), of(false), member.unwrap_or_default())
        }
    };
    fixed_point::rule(&Ranges {
        agents: &logs,
        quanta: port.quanta,
        capacity: &resource.capacity,
        step_numerator: &numerator,
        step_fixed: &fixed,
        step_member: &member,
        at_most: at_most(family),
    })
    .map_err(|why| vec![misfit(span, &why)])
}

fn misfit(span: Span, why: &Misfit) -> Diagnostic {
    let (what, next) = match why {
        Misfit::PriceTooWide { bits } => (
            format!("the price and the weights need {bits} bits before the point, of 63"),
            "bring the weights closer together, or raise the lower bound of the variable",
        ),
        Misfit::Capacity => (
            "the capacity is not between one nanosecond and 2^63 of them".to_owned(),
            "choose a capacity in that range",
        ),
        Misfit::StepVanishes { members } => (
            format!("with {members} members the step is less than the price's last bit"),
            "lower the largest number of members of the open set, or use a larger capacity",
        ),
    };
    Diagnostic::error(codes::INTEGER_RANGE, span, format!("no integer format fits: {what}"))
        .note("the kernel has no floating point; every integer must provably fit into 63 bits")
        .note(next)
}

fn price_name(model: &Model, uses: &Uses, resource: ResourceId) -> String {
    let item = uses.0.get(resource).map(|use_| use_.item);
    let export = model.exports.iter().find(|export| match export.value {
        ExportValue::Price(of) => Some(of) == item,
        ExportValue::Mean(_) => false,
    });
    export.map_or_else(|| format!("price_{}", model.fibre.value), |e| e.name.value.clone())
}

/// Longest period that still lets a person call the system responsive: an hour.
const MAX_PERIOD_SECONDS: u32 = 3_600;

fn period(model: &Model, uses: &Uses, resource: ResourceId) -> Result<u64> {
    use num_traits::ToPrimitive;
    let item = uses.0.get(resource).map(|use_| use_.item);
    let decomposition = model.decomposition.iter().find(|d| Some(d.resource.value) == item);
    let Some(decomposition) = decomposition else { return Ok(100_000_000) };
    let nanoseconds = &decomposition.period * Rational::from_integer(1_000_000_000.into());
    let millisecond = Rational::from_integer(1_000_000.into());
    let longest = Rational::from_integer((u64::from(MAX_PERIOD_SECONDS) * 1_000_000_000).into());
    match nanoseconds.to_integer().to_u64() {
        Some(period) if nanoseconds >= millisecond && nanoseconds <= longest => Ok(period),
        _ => Err(vec![
            Diagnostic::error(
                codes::PERIOD,
                decomposition.resource.span,
                "the period must be between 1 ms and 1 hour",
            )
            .note("the daemon reads the use and moves the price once a period"),
        ]),
    }
}
