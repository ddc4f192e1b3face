//! What the program knows of a member: which processes it is, evidence against it, what is done to it.

use serde::Serialize;

use super::process::Named;
use crate::plan::ir::{self, Bucket, ClassDemand, Enforce};

/// A constant of abi.h.
pub fn bucket(bucket: Bucket) -> &'static str {
    match bucket {
        Bucket::Process => "BUCKET_PROCESS",
        Bucket::Tree => "BUCKET_TREE",
        Bucket::Cgroup => "BUCKET_CGROUP",
    }
}

/// `struct evidence` of the program.
#[derive(Serialize)]
pub struct Evidence {
    name: String,
    most_q16: u32,
    half_life_ns: u64,
}

/// How an evidence fades.
pub fn evidence(evidence: &ir::Evidence) -> Evidence {
    Evidence {
        name: super::text::comment(&evidence.name),
        most_q16: evidence.most_q16,
        half_life_ns: evidence.half_life_ns,
    }
}

/// `struct lowering` of the program.
#[derive(Serialize)]
pub struct Lowering {
    class: usize,
    evidence: usize,
    per_point_q32: u64,
}

/// What evidence takes from the worth of each class.
pub fn lowerings(classes: &[ClassDemand]) -> Vec<Lowering> {
    let of = |(class, demand): (usize, &ClassDemand)| {
        let row = |one: &ir::Lowering| Lowering {
            class,
            evidence: one.evidence,
            per_point_q32: one.per_point_q32,
        };
        demand.lowering.iter().map(row).collect::<Vec<_>>()
    };
    classes.iter().enumerate().flat_map(of).collect()
}

/// `struct act` of the program, and the processes that it spares.
#[derive(Serialize)]
pub struct Act {
    index: usize,
    kind: &'static str,
    when: Vec<Limit>,
    except: Vec<String>,
}

#[derive(Serialize)]
struct Limit {
    evidence: usize,
    above_q16: u32,
}

/// The acts in the order in which they are tried.
pub fn acts(enforce: &[Enforce], named: &Named<'_>) -> Vec<Act> {
    let kind = |act| match act {
        ir::Act::Kill => "ACT_KILL",
        ir::Act::Freeze => "ACT_FREEZE",
        ir::Act::Throttle { .. } => "ACT_THROTTLE",
        ir::Act::Ask { .. } => "ACT_ASK",
        ir::Act::Observe => "ACT_OBSERVE",
    };
    let limit =
        |one: &ir::EvidenceLimit| Limit { evidence: one.evidence, above_q16: one.above_q16 };
    (enforce.iter().enumerate())
        .map(|(index, one)| Act {
            index,
            kind: kind(one.act),
            when: one.when.iter().map(limit).collect(),
            except: named.any(&one.except),
        })
        .collect()
}
