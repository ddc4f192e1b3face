//! What is known of members: the evidences of the spec, what they lower, and what they decide.

use num_traits::ToPrimitive;

use super::Result;
use crate::diag::{Diagnostic, codes};
use crate::plan::fixed_point::power_of_two;
use crate::plan::ir::{Control, Evidence, Family, Loss, Lowering, Members, ProcessTest};
use crate::plan::ports::{self, evidence::Known};
use crate::sema::hir::{Model, PortUse, Span, Values};

/// Files or cgroups that tests of a spec may name, each.
const MAX_NAMED: usize = 16;

/// Every evidence, in the order of the spec; adds the trees that they name to `trees`.
pub fn evidence(
    model: &Model,
    family: &Family,
    text: &dyn Fn(Span) -> String,
    trees: &mut Vec<String>,
) -> Result<Vec<Evidence>> {
    let set = match &family.members {
        Members::Open { set, .. } => set.as_str(),
        Members::One => "",
    };
    let mut all: Vec<Evidence> = Vec::new();
    let mut errors = Vec::new();
    for (at, port) in model.inputs.iter().enumerate() {
        let mut before = model.inputs.iter().take(at);
        if let Some(first) = before.find(|first| first.of.value == port.of.value) {
            let name = &model.params[port.of.value].name.value;
            let message = format!("`{name}` is observed twice");
            errors.push(
                Diagnostic::error(codes::DUPLICATE_NAME, port.of.span, message)
                    .label(first.of.span, "first here")
                    .note("one `observe` holds every `add` of an evidence"),
            );
            continue;
        }
        match ports::evidence::read(model, port, set, text, trees) {
            Ok(evidence) => all.push(evidence),
            Err(more) => errors.extend(more),
        }
    }
    if let (true, Some(last)) = (errors.is_empty(), model.inputs.last()) {
        errors.extend(ports::evidence::check_number(&all, last.span).err());
    }
    if errors.is_empty() { Ok(all) } else { Err(errors) }
}

/// The evidences, and the run-time inputs that are none, for options that name them.
pub fn known<'a>(model: &'a Model, evidence: &'a [Evidence]) -> Known<'a> {
    let inputs = model.params.iter().filter(|param| matches!(param.values, Values::Input(..)));
    let names = inputs.map(|param| param.name.value.as_str());
    let observed = |name: &str| evidence.iter().any(|evidence| evidence.name == name);
    Known { all: evidence, unobserved: names.filter(|name| !observed(name)).collect() }
}

/// What lowers a demand, in the integers of the kernel: rounded up, so that the worth is never above
/// the spec's.
pub fn lowering(losses: &[Loss], evidence: &[Evidence]) -> Vec<Lowering> {
    let lowering = |loss: &Loss| {
        let evidence = evidence.iter().position(|evidence| evidence.name == loss.input)?;
        let share = (&loss.share * power_of_two(32)).ceil().to_integer();
        // A share of 2^32 and more leaves nothing at the first point in any case.
        Some(Lowering { evidence, per_point_q32: share.to_u64().unwrap_or(u64::MAX) })
    };
    losses.iter().filter_map(lowering).collect()
}

/// What the spec names fits the program, and every evidence matters.
pub fn check(
    model: &Model,
    control: &Control,
    enforces: &[PortUse],
    warnings: &mut Vec<Diagnostic>,
) -> Result<()> {
    let classes = control.classes.iter().flat_map(|class| &class.lowering);
    let lowered = classes.map(|lowering| lowering.evidence);
    let taints = control.taint.rules.iter().filter_map(|rule| rule.evidence.as_ref());
    let acts = control.enforce.iter().flat_map(|enforce| &enforce.when);
    let used: Vec<_> = lowered.chain(taints.chain(acts).map(|limit| limit.evidence)).collect();
    for (at, port) in model.inputs.iter().enumerate().filter(|(at, _)| !used.contains(at)) {
        let name = control.evidence.get(at).map_or("", |evidence| evidence.name.as_str());
        let message = format!("`{name}` lowers no worth, taints nothing and decides nothing");
        let advice = format!(
            "lower the worth with it, `w * pos(1 - {name}[t] / 24) * log(…)`, or set a limit: \
             `taint when {name} > 8;`"
        );
        warnings.push(Diagnostic::warning(codes::UNUSED, port.of.span, message).note(advice));
    }
    let (exes, cgroups) = named(control);
    for (count, what) in [(exes, "executables"), (cgroups, "cgroups")] {
        if let (true, Some(port)) = (count > MAX_NAMED, enforces.last()) {
            let message = format!("the spec names {count} {what}; at most {MAX_NAMED} fit");
            return Err(vec![Diagnostic::error(codes::OPTION_RANGE, port.span, message)]);
        }
    }
    Ok(())
}

/// How many executables and cgroups tests name.
fn named(control: &Control) -> (usize, usize) {
    let (mut exes, mut cgroups) = (Vec::new(), Vec::new());
    for test in control.process_tests() {
        match test {
            ProcessTest::Exe(path) => exes.push(path),
            ProcessTest::Cgroup(path) => cgroups.push(path),
            ProcessTest::Tty | ProcessTest::Comm(_) => {}
        }
    }
    exes.sort_unstable();
    exes.dedup();
    cgroups.sort_unstable();
    cgroups.dedup();
    (exes.len(), cgroups.len())
}
