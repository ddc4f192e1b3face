//! The price daemon: a crate of its own that carries the runtime it links.

mod lock;
mod operations;

use include_dir::{Dir, include_dir};
use serde::Serialize;

use super::{Artifact, EmitError, template};
use crate::certify::Certificate;
use crate::plan::ir::{Act, Control, Evidence, ExportValue, Plan, Verdict};
use dslc_core::Reciprocal;

/// What a daemon links, as it is in this repository; tests and their dependencies stay behind.
const RUNTIME: [Crate; 3] = [
    Crate {
        folder: "core",
        manifest: include_str!("../../../runtime/core/Cargo.toml"),
        sources: include_dir!("$CARGO_MANIFEST_DIR/../runtime/core/src"),
    },
    Crate {
        folder: "host",
        manifest: include_str!("../../../runtime/host/Cargo.toml"),
        sources: include_dir!("$CARGO_MANIFEST_DIR/../runtime/host/src"),
    },
    Crate {
        folder: "agent",
        manifest: include_str!("../../../runtime/agent/Cargo.toml"),
        sources: include_dir!("$CARGO_MANIFEST_DIR/../runtime/agent/src"),
    },
];

struct Crate {
    folder: &'static str,
    manifest: &'static str,
    sources: Dir<'static>,
}

#[derive(Serialize)]
struct Context {
    source: String,
    fibre: String,
    program: String,
    name: String,
    object: String,
    resource: String,
    frac_bits: u32,
    carry_bits: u32,
    price_lo: String,
    price_hi: String,
    capacity: String,
    step_num: String,
    step_fixed: String,
    step_member: String,
    initial_price: String,
    period_ns: String,
    classes: Vec<DemandContext>,
    computed: Vec<DemandContext>,
    rules: Vec<String>,
    trees: String,
    evidence: Vec<EvidenceContext>,
    acts: Vec<String>,
    exports: Vec<ExportContext>,
    page: String,
}

#[derive(Serialize)]
struct DemandContext {
    name: String,
    numerator: String,
    lo: String,
    hi: String,
}

#[derive(Serialize)]
struct EvidenceContext {
    name: String,
    most: u32,
}

#[derive(Serialize)]
struct ExportContext {
    name: String,
    value: &'static str,
}

/// `daemon/`: manifest, lock file, program, and the runtime; in `config/`, what watches the daemon. The kernel program that it includes,
/// `daemon/object/<fibre>_kern.o`, is compiled and put there by the build.
pub fn emit(plan: &Plan, _: &Certificate) -> Result<Vec<Artifact>, EmitError> {
    let control = plan.control.as_ref().ok_or_else(|| {
        EmitError("a daemon needs something to do: `observe` and `enforce` a variable".to_owned())
    })?;
    let context = context(plan, control)?;
    let mut artifacts = vec![
        Artifact::text("daemon/Cargo.lock", lock::with_program(&context.program)),
        Artifact::text("daemon/Cargo.toml", template::render("daemon/Cargo.toml.j2", &context)?),
        Artifact::text("daemon/src/main.rs", template::render("daemon/main.rs.j2", &context)?),
    ];
    for part in &RUNTIME {
        let folder = format!("daemon/runtime/{}", part.folder);
        artifacts.push(Artifact::text(format!("{folder}/Cargo.toml"), part.manifest.to_owned()));
        copy(&part.sources, &format!("{folder}/src"), &mut artifacts);
    }
    let Context { source, fibre, program, .. } = &context;
    artifacts.extend(operations::emit(source, fibre, program, &control.enforce)?);
    Ok(artifacts)
}

fn copy(from: &Dir<'_>, to: &str, artifacts: &mut Vec<Artifact>) {
    for file in from.files() {
        let path = format!("{to}/{}", file.path().display());
        artifacts.push(Artifact { path, contents: file.contents().to_vec() });
    }
    for folder in from.dirs() {
        copy(folder, to, artifacts);
    }
}

fn context(plan: &Plan, control: &Control) -> Result<Context, EmitError> {
    let resource = plan.resources.get(control.resource);
    let resource = resource.ok_or_else(|| EmitError("the loop has no resource".to_owned()))?;
    let rule = &control.rule;
    let demand = |name: &str, demand: &Reciprocal| DemandContext {
        name: literal(name),
        numerator: grouped(demand.numerator),
        lo: grouped(demand.lo),
        hi: grouped(demand.hi),
    };
    let trees: Vec<String> = control.taint.trees.iter().map(|tree| literal(tree)).collect();
    Ok(Context {
        source: plan.source.clone(),
        fibre: plan.fibre.clone(),
        program: format!("{}_user", plan.fibre),
        name: literal(&plan.fibre),
        object: literal(&format!("../object/{}_kern.o", plan.fibre)),
        resource: resource.name.clone(),
        frac_bits: rule.frac_bits,
        carry_bits: rule.carry_bits,
        price_lo: grouped(rule.price_lo),
        price_hi: grouped(rule.price_hi),
        capacity: grouped(rule.capacity),
        step_num: grouped(rule.step_num),
        step_fixed: grouped(rule.step_fixed),
        step_member: grouped(rule.step_member),
        initial_price: grouped(control.initial_price),
        period_ns: grouped(control.period_ns),
        classes: control.classes.iter().map(|of| demand(&of.name, &of.demand)).collect(),
        computed: control.computed.iter().map(|of| demand(&of.name, &of.demand)).collect(),
        rules: control.taint.rules.iter().map(|rule| literal(&rule.text)).collect(),
        trees: trees.join(", "),
        evidence: control.evidence.iter().map(evidence).collect(),
        acts: control.enforce.iter().map(|enforce| act(&enforce.act)).collect(),
        exports: exports(plan, control),
        page: literal(&format!("/dev/shm/dslc-{}/price", plan.fibre)),
    })
}

/// Whole points: what shows them needs no more.
fn evidence(of: &Evidence) -> EvidenceContext {
    EvidenceContext { name: literal(&of.name), most: of.most_q16.div_ceil(1 << 16) }
}

/// An act as a value of Rust.
fn act(act: &Act) -> String {
    match act {
        Act::Kill => "Act::Kill".to_owned(),
        Act::Freeze => "Act::Freeze".to_owned(),
        Act::Throttle { percent } => format!("Act::Throttle {{ percent: {percent} }}"),
        Act::Ask { after_ns, then } => {
            let then = match then {
                Verdict::Release => "Release",
                Verdict::Kill => "Kill",
            };
            let after = grouped(*after_ns);
            format!("Act::Ask {{ after_ns: {after}, then: dslc_agent::Verdict::{then} }}")
        }
        Act::Observe => "Act::Observe".to_owned(),
    }
}

/// What this loop knows of what the spec exports.
fn exports(plan: &Plan, control: &Control) -> Vec<ExportContext> {
    let value = |value: &ExportValue| match value {
        ExportValue::Price(resource) => (*resource == control.resource).then_some("Price"),
        ExportValue::Mean(family) => (*family == control.family).then_some("Mean"),
    };
    let known = plan.exports.iter().filter_map(|export| {
        value(&export.value).map(|value| ExportContext { name: literal(&export.name), value })
    });
    known.collect()
}

/// A string literal of Rust.
fn literal(text: &str) -> String {
    format!("{text:?}")
}

/// An integer literal of Rust, in groups of three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}
