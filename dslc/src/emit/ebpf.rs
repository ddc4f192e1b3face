//! The kernel program: one C file made from the control loop, and the headers that every fibre's
//! program shares.

mod evidence;
mod member;
mod process;
mod text;

use serde::Serialize;

use self::evidence::{Watch, file_events};
use self::process::Named;
use super::{Artifact, EmitError, template};
use crate::certify::Certificate;
use crate::plan::ir::{ClassDemand, Control, FileEvent, Plan, TaintRule};

/// The parts that do not depend on the fibre, as they are in `templates/ebpf/`.
macro_rules! headers {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../templates/ebpf/", $name)))),*]
    };
}

const HEADERS: &[(&str, &str)] = headers![
    "abi.h",
    "actor.h",
    "acts.h",
    "adopt.h",
    "arithmetic.h",
    "bucket.h",
    "clock.h",
    "content.h",
    "enforce.h",
    "entropy.h",
    "errands.h",
    "evidence.h",
    "files.h",
    "formats.h",
    "holds.h",
    "hooks.h",
    "kernel_calls.h",
    "kernel_types.h",
    "ledger.h",
    "points.h",
    "programs.h",
    "rows.h",
    "refuse.h",
    "scope.h",
    "syscalls.h",
    "traces.h",
    "walk.h",
];

/// Slots, each with a timer of its own, that fit into a few megabytes of the kernel's memory.
const MAX_MEMBERS: u32 = 65_535;
/// Bytes of a name in `struct config`, without the 0.
const MAX_NAME: usize = 63;
/// `MAX_TREES` of abi.h.
const MAX_TREES: usize = 8;
/// `MAX_EXES` and `MAX_CGROUPS` of abi.h.
const MAX_NAMED: usize = 16;
/// `MAX_PATH` of abi.h.
const MAX_PATH: usize = 256;
/// Parts of a rule's window that are counted apart: `SLICES` of bucket.h.
const SLICES: u64 = 8;
/// Ordered pairs of the bytes that entropy.h samples: 256 · 255.
const SAMPLED_PAIRS: f64 = 65_280.0;

#[derive(Serialize)]
struct Context<'a> {
    source: String,
    fibre: &'a str,
    price_name: &'a str,
    frac_bits: u32,
    members: u32,
    bucket: &'static str,
    classes: Vec<Class>,
    evidences: Vec<member::Evidence>,
    lowerings: Vec<member::Lowering>,
    acts: Vec<member::Act>,
    exes: Vec<String>,
    cgroups: Vec<String>,
    trees: Vec<String>,
    clear_after_ns: u64,
    events: String,
    watch: Watch,
    class_rules: Vec<ClassRule>,
    default_class: usize,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
struct Class {
    name: String,
    numerator: u64,
    lo: u64,
    hi: u64,
}

#[derive(Serialize)]
struct ClassRule {
    class: usize,
    test: String,
}

#[derive(Serialize)]
struct Rule {
    text: String,
    condition: String,
    count_above: u32,
    slice_ns: u64,
    evidence: String,
    above_q16: u32,
}

/// `bpf/`: the program's source. The object is compiled from it by the build.
pub fn emit(plan: &Plan, _: &Certificate) -> Result<Vec<Artifact>, EmitError> {
    let control = plan.control.as_ref().ok_or_else(|| {
        EmitError("a kernel program needs a clock: `observe` and `enforce` a variable".to_owned())
    })?;
    check(plan, control)?;
    let program = template::render("ebpf/kern.c.j2", context(plan, control))?;
    let mut artifacts = vec![Artifact::text(format!("bpf/{}_kern.c", plan.fibre), program)];
    for (name, contents) in HEADERS {
        artifacts.push(Artifact::text(format!("bpf/{name}"), (*contents).to_owned()));
    }
    Ok(artifacts)
}

/// What the program's fixed sizes and names ask for.
fn check(plan: &Plan, control: &Control) -> Result<(), EmitError> {
    let refuse = |message: String| Err(EmitError(message));
    let price = control.price_name.as_str();
    for (what, name) in [("fibre", plan.fibre.as_str()), ("exported price", price)] {
        if name.len() > MAX_NAME {
            return refuse(format!("the name of the {what} is longer than {MAX_NAME} bytes"));
        }
    }
    if !text::is_identifier(price) || HEADERS.iter().any(|(_, header)| text::names(header, price)) {
        return refuse(format!(
            "the kernel program cannot name a map `{price}`: export the price under another name"
        ));
    }
    if control.at_most > MAX_MEMBERS {
        return refuse(format!(
            "the kernel program holds at most {MAX_MEMBERS} members: make the open set smaller"
        ));
    }
    let named = Named::new(control);
    for (what, paths) in [("executables", &named.exes), ("control groups", &named.cgroups)] {
        if paths.len() > MAX_NAMED {
            return refuse(format!("the spec names more than {MAX_NAMED} {what}"));
        }
        if let Some(path) = paths.iter().find(|path| path.len() >= MAX_PATH) {
            return refuse(format!("the path {path} is longer than {} bytes", MAX_PATH - 1));
        }
    }
    if control.taint.trees.len() > MAX_TREES {
        return refuse(format!("the taint rules name more than {MAX_TREES} trees"));
    }
    Ok(())
}

fn context<'a>(plan: &'a Plan, control: &'a Control) -> Context<'a> {
    let taint = &control.taint;
    let named = Named::new(control);
    Context {
        source: text::comment(&plan.source),
        fibre: &plan.fibre,
        price_name: &control.price_name,
        frac_bits: control.rule.frac_bits,
        members: control.at_most,
        bucket: member::bucket(control.bucket),
        classes: control.classes.iter().map(class).collect(),
        evidences: control.evidence.iter().map(member::evidence).collect(),
        lowerings: member::lowerings(&control.classes),
        acts: member::acts(&control.enforce, &named),
        exes: named.exes.iter().map(|path| text::string(path)).collect(),
        cgroups: named.cgroups.iter().map(|path| text::string(path)).collect(),
        trees: taint.trees.iter().map(|tree| text::comment(tree)).collect(),
        clear_after_ns: taint.clear_after_ns.unwrap_or(0),
        events: kinds(
            (taint.rules.iter().flat_map(|rule| &rule.events)).chain(file_events(control)),
        ),
        watch: Watch::of(control, &named),
        class_rules: (taint.class_rules.iter())
            .map(|rule| ClassRule { class: rule.class, test: named.condition(&rule.when) })
            .collect(),
        default_class: taint.default_class,
        rules: taint.rules.iter().map(rule).collect(),
    }
}

fn class(class: &ClassDemand) -> Class {
    let demand = &class.demand;
    Class {
        name: text::comment(&class.name),
        numerator: demand.numerator,
        lo: demand.lo,
        hi: demand.hi,
    }
}

fn rule(rule: &TaintRule) -> Rule {
    Rule {
        text: text::comment(&rule.text),
        condition: condition(rule),
        count_above: rule.count_above,
        slice_ns: (rule.window_ns / SLICES).max(1),
        evidence: (rule.evidence)
            .map_or_else(|| "NO_EVIDENCE".to_owned(), |limit| limit.evidence.to_string()),
        above_q16: rule.evidence.map_or(0, |limit| limit.above_q16),
    }
}

/// What one event must be, cheapest test first.
fn condition(rule: &TaintRule) -> String {
    if rule.events.is_empty() {
        return "false".to_owned();
    }
    let mut tests = vec![format!("event->kind & ({})", kinds(&rule.events))];
    if let Some(age) = rule.older_than_ns {
        tests.push(format!("event->age > {age}ULL"));
    }
    if let Some(tree) = rule.under {
        tests.push(format!("trees_of(event) & 1u << {tree}"));
    }
    if let Some(millibits) = rule.entropy_above_millibits {
        let pairs = equal_pairs_below(millibits);
        tests.push(format!("equal_pairs(event->bytes, event->length) < {pairs}"));
    }
    tests.join(" &&\n\t\t       ")
}

/// Fewer equal pairs than this among the sampled bytes are a collision entropy above `millibits`:
/// `log2(256·255 / pairs) > millibits/1000`.
fn equal_pairs_below(millibits: u32) -> u32 {
    (SAMPLED_PAIRS * (-f64::from(millibits) / 1_000.0).exp2()).ceil() as u32
}

/// Flags of files.h, each once.
fn kinds<'a>(events: impl IntoIterator<Item = &'a FileEvent>) -> String {
    let mut events: Vec<FileEvent> = events.into_iter().copied().collect();
    events.sort_unstable();
    events.dedup();
    if events.is_empty() {
        return "0".to_owned();
    }
    let flags: Vec<&str> = (events.iter())
        .map(|event| match event {
            FileEvent::Write => "FILE_WRITE",
            FileEvent::Rename => "FILE_RENAME",
            FileEvent::Unlink => "FILE_UNLINK",
            FileEvent::Ftruncate => "FILE_TRUNCATE",
        })
        .collect();
    flags.join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_bytes_have_few_equal_pairs() {
        // All 256 values once: no pair. Uniform bytes: 256·255/256 = 255 pairs, 8 bit.
        assert_eq!(equal_pairs_below(8_000), 255);
        assert_eq!(equal_pairs_below(7_000), 510);
        assert_eq!(equal_pairs_below(0), 65_280);
    }

    #[test]
    fn an_event_that_several_rules_name_is_watched_once() {
        let events = [FileEvent::Unlink, FileEvent::Write, FileEvent::Unlink];
        assert_eq!(kinds(&events), "FILE_WRITE | FILE_UNLINK");
    }
}
