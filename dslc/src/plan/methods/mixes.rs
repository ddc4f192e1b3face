//! Methods that share agents: which of them a theorem covers together.
//!
//! Resources that no agent couples do not hear of each other, and any methods go together there.

use std::collections::BTreeSet;

use super::refusal::{Refusal, Result};
use super::{Facts, Kind};
use crate::diag::codes;

/// A mix that is proved.
struct Mix {
    kinds: &'static [Kind],
    /// The joint condition, in words.
    condition: &'static str,
}

/// Every mix that is proved, in `book/src/methods.md`.
const MIXES: &[Mix] = &[
    Mix {
        kinds: &[Kind::Dual, Kind::PrimalDual, Kind::Admm],
        condition: "the methods' Lyapunov functions add up: each keeps its own condition on the rows \
                    that it owns",
    },
    Mix {
        kinds: &[Kind::Dual, Kind::Consensus],
        condition: "both follow the gradient of one function: L is that of their rows together",
    },
];

/// The joint condition of methods that share agents; none of a method alone.
pub fn joint(kinds: &BTreeSet<Kind>) -> Option<&'static str> {
    let mix = MIXES.iter().find(|mix| kinds.iter().all(|kind| mix.kinds.contains(kind)))?;
    (kinds.len() > 1).then_some(mix.condition)
}

/// That what stands together is proved together, also for reads that are `delay` rounds old; `kinds` are
/// those of the rows of `group`.
pub fn check(facts: &Facts, group: &[usize], kinds: &[Kind], delay: u32) -> Result<()> {
    let first_of = |wanted: &dyn Fn(Kind) -> bool| {
        let found = group.iter().zip(kinds).find(|(_, kind)| wanted(**kind));
        found.map(|(row, kind)| (*row, *kind, facts.rows[*row].name.as_str()))
    };
    let distinct: BTreeSet<_> = kinds.iter().copied().collect();
    let apart =
        |one: Kind, other: Kind| one != other && joint(&BTreeSet::from([one, other])).is_none();
    let pairs = distinct.iter().flat_map(|one| distinct.iter().map(move |other| (*one, *other)));
    for (one, other) in pairs.filter(|(one, other)| apart(*one, *other)) {
        let (Some((_, one, beside)), Some((row, other, name))) =
            (first_of(&|kind| kind == one), first_of(&|kind| kind == other))
        else {
            continue;
        };
        let (one, other) = (one.name(), other.name());
        let message =
            format!("no theorem covers `{other}` of `{name}` beside `{one}` of `{beside}`");
        return Err(Refusal::new(row, codes::METHOD_MIX, message)
            .note("the same agents answer both, and one method's proof leaves the other's out")
            .note("proved together are dual, primal_dual and admm; and dual and consensus")
            .fix(format!("take `{one}` here too"), one));
    }
    if delay > 0 {
        let Some((row, kind, name)) = first_of(&|kind| !kind.row().needs.bears_delay) else {
            return Ok(());
        };
        let method = kind.name();
        let message = format!(
            "`{method}` of `{name}` is not proved for reads that are {delay} rounds old: only 0"
        );
        return Err(Refusal::new(row, codes::METHOD_CONDITION, message)
            .note("`dual` bears reads up to D rounds old with a step below 2/((1 + 2D)L)")
            .fix("use dual prices", "dual"));
    }
    Ok(())
}
