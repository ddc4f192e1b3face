//! The loop that measures and enforces: its integers, and what it does to whom.

use serde::Serialize;

use crate::plan::ir::{Act, Bucket, Control, Enforce, Verdict};

/// The control loop.
#[derive(Clone, Debug, Serialize)]
pub struct ControlReport {
    /// Name of the price.
    pub price: String,
    /// Period in seconds.
    pub period: f64,
    /// Fractional bits of the price and of its carry.
    pub bits: (u32, u32),
    /// Range of the price, per SI unit.
    pub range: (f64, f64),
    /// The price at the start.
    pub initial: f64,
    /// What each member would get at the start, SI.
    pub initial_demand: Vec<(String, f64)>,
    /// How many members fit the capacity at their lower bounds; the price is at its ceiling beyond.
    pub fits: u64,
    /// Which processes are one member.
    pub bucket: Bucket,
    /// What the kernel observes of a member.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceReport>,
    /// What is done to a member past its budget, in the order in which it is tried.
    pub acts: Vec<String>,
}

/// What the kernel observes of a member.
#[derive(Clone, Debug, Serialize)]
pub struct EvidenceReport {
    /// The input.
    pub name: String,
    /// The most points it can have.
    pub most: f64,
    /// Time in which they halve, in seconds.
    pub half_life: f64,
    /// The share of its worth that a member of each class loses for a point.
    pub takes: Vec<(String, f64)>,
}

/// Explains a loop.
pub fn report(control: &Control) -> ControlReport {
    let rule = &control.rule;
    let unit = f64::from(rule.frac_bits).exp2();
    let classes = control.classes.iter().map(|class| (&class.name, &class.demand));
    let computed = control.computed.iter().map(|agent| (&agent.name, &agent.demand));
    let always: u64 = control.computed.iter().map(|agent| agent.demand.lo).sum();
    let least = control.classes.iter().map(|class| class.demand.lo).min().unwrap_or(1).max(1);
    ControlReport {
        price: control.price_name.clone(),
        period: seconds(control.period_ns),
        bits: (rule.frac_bits, rule.carry_bits),
        range: (rule.price_lo as f64 / unit, rule.price_hi as f64 / unit),
        initial: control.initial_price as f64 / unit,
        initial_demand: classes
            .chain(computed)
            .map(|(name, demand)| (name.clone(), seconds(demand.at(control.initial_price))))
            .collect(),
        fits: (rule.capacity.saturating_sub(always) / least).min(u64::from(control.at_most)),
        bucket: control.bucket,
        evidence: (control.evidence.iter().enumerate())
            .map(|(at, evidence)| EvidenceReport {
                name: evidence.name.clone(),
                most: points(evidence.most_q16),
                half_life: seconds(evidence.half_life_ns),
                takes: takes(control, at),
            })
            .collect(),
        acts: control.enforce.iter().map(|enforce| act(control, enforce)).collect(),
    }
}

/// Nanoseconds in seconds.
fn seconds(quanta: u64) -> f64 {
    quanta as f64 / 1e9
}

fn points(q16: u32) -> f64 {
    f64::from(q16) / 65_536.0
}

fn takes(control: &Control, evidence: usize) -> Vec<(String, f64)> {
    let of = |name: &str, per_point: u64| (name.to_owned(), per_point as f64 / 32f64.exp2());
    let classes = control.classes.iter().flat_map(|class| {
        let own = class.lowering.iter().filter(|lowering| lowering.evidence == evidence);
        own.map(|lowering| of(&class.name, lowering.per_point_q32))
    });
    classes.collect()
}

/// `kill when harm > 8`.
fn act(control: &Control, enforce: &Enforce) -> String {
    let what = match enforce.act {
        Act::Kill => "kill".to_owned(),
        Act::Freeze => "freeze".to_owned(),
        Act::Throttle { percent } => format!("throttle to {percent} percent"),
        Act::Ask { after_ns, then } => {
            let then = match then {
                Verdict::Release => "release",
                Verdict::Kill => "kill",
            };
            format!("ask, and {then} after {} s", seconds(after_ns))
        }
        Act::Observe => "observe".to_owned(),
    };
    let limits = enforce.when.iter().filter_map(|limit| {
        let name = &control.evidence.get(limit.evidence)?.name;
        Some(format!("{name} > {}", points(limit.above_q16)))
    });
    match limits.collect::<Vec<_>>().join(" and ") {
        limits if limits.is_empty() => what,
        limits => format!("{what}, when {limits}"),
    }
}
