//! What the kernel program looks for in files and system calls, and the lines that give points for it.

use serde::Serialize;

use super::process::Named;
use super::{SLICES, equal_pairs_below, kinds, text};
use crate::plan::ir::{Control, EvidenceAdd, EvidenceEvent, FileEvent};

/// What the template says of evidence.
#[derive(Serialize)]
pub struct Watch {
    /// Flags of abi.h: what is seen of files that any line asks for.
    sights: String,
    /// Whether a line asks in which tree such a file is.
    sights_under_trees: bool,
    /// System calls that lines name, each once.
    calls: Vec<u32>,
    /// Flags of files.h: file events that give points as such.
    events: String,
    adds: Vec<Add>,
}

/// One line `add … on …;`.
#[derive(Serialize)]
struct Add {
    text: String,
    evidence: usize,
    points: u32,
    condition: String,
    count_above: u32,
    slice_ns: u64,
}

impl Watch {
    /// Of every evidence of a loop.
    pub fn of(control: &Control, named: &Named<'_>) -> Self {
        let all = || control.evidence.iter().flat_map(|evidence| &evidence.adds);
        let mut calls: Vec<u32> = all()
            .flat_map(|add| &add.on)
            .filter_map(|event| match event {
                EvidenceEvent::Call(number) => Some(*number),
                _ => None,
            })
            .collect();
        calls.sort_unstable();
        calls.dedup();
        let sees = |add: &EvidenceAdd| add.on.iter().any(|event| sight(*event).is_some());
        let adds =
            control.evidence.iter().enumerate().flat_map(|(at, evidence)| {
                evidence.adds.iter().map(move |one| add(at, one, named))
            });
        Watch {
            sights: sights(all().flat_map(|add| &add.on)),
            sights_under_trees: all().any(|add| sees(add) && add.under.is_some()),
            calls,
            events: kinds(file_events(control)),
            adds: adds.collect(),
        }
    }
}

/// The file events that lines ask for.
pub fn file_events(control: &Control) -> impl Iterator<Item = &FileEvent> {
    let adds = control.evidence.iter().flat_map(|evidence| &evidence.adds);
    adds.flat_map(|add| &add.on).filter_map(|event| match event {
        EvidenceEvent::File(event) => Some(event),
        _ => None,
    })
}

/// The flag of what is seen of a file, if it is that.
fn sight(event: EvidenceEvent) -> Option<&'static str> {
    match event {
        EvidenceEvent::Destroyed => Some("SIGHT_DESTROYED"),
        EvidenceEvent::Replaced => Some("SIGHT_REPLACED"),
        EvidenceEvent::ReplacedRandom => Some("SIGHT_RANDOM"),
        EvidenceEvent::ReplacedEncoded => Some("SIGHT_ENCODED"),
        EvidenceEvent::ReplacedContainer => Some("SIGHT_CONTAINER"),
        EvidenceEvent::TypeLost => Some("SIGHT_TYPE_LOST"),
        EvidenceEvent::Unseen => Some("SIGHT_UNSEEN"),
        EvidenceEvent::File(_) | EvidenceEvent::Call(_) => None,
    }
}

/// Flags, each once; `0` for none.
fn sights<'a>(events: impl Iterator<Item = &'a EvidenceEvent>) -> String {
    let mut events: Vec<_> = events.copied().collect();
    events.sort_unstable();
    events.dedup();
    let flags: Vec<_> = events.into_iter().filter_map(sight).collect();
    if flags.is_empty() { "0".to_owned() } else { flags.join(" | ") }
}

fn add(evidence: usize, add: &EvidenceAdd, named: &Named<'_>) -> Add {
    Add {
        text: text::comment(&add.text),
        evidence,
        points: add.points_q16,
        condition: condition(add, named),
        count_above: add.count_above,
        slice_ns: (add.window_ns / SLICES).max(1),
    }
}

/// What must hold of a sight, cheapest test first.
fn condition(add: &EvidenceAdd, named: &Named<'_>) -> String {
    let mut any = Vec::new();
    if add.on.iter().any(|event| sight(*event).is_some()) {
        any.push(format!("sight->sights & ({})", sights(add.on.iter())));
    }
    let files = add.on.iter().filter_map(|event| match event {
        EvidenceEvent::File(event) => Some(event),
        _ => None,
    });
    let files: Vec<_> = files.collect();
    if !files.is_empty() {
        any.push(format!("sight->event.kind & ({})", kinds(files)));
    }
    for event in &add.on {
        if let EvidenceEvent::Call(number) = event {
            any.push(format!("sight->nr == {number}"));
        }
    }
    let mut all = vec![match any.as_slice() {
        [only] => only.clone(),
        several => format!("({})", several.join(" || ")),
    }];
    if add.source_plain {
        all.push("sight->plain".to_owned());
    }
    if let Some(age) = add.older_than_ns {
        all.push(format!("sight->event.age > {age}ULL"));
    }
    if let Some(tree) = add.under {
        all.push(format!("trees_of(&sight->event) & 1u << {tree}"));
    }
    if let Some(millibits) = add.entropy_above_millibits {
        let pairs = equal_pairs_below(millibits);
        all.push(format!("equal_pairs(sight->event.bytes, sight->event.length) < {pairs}"));
    }
    all.extend(add.process.iter().map(|test| named.condition(test)));
    all.join(" && ")
}
