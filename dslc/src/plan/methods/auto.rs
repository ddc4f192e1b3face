//! Which method runs a resource: what the spec names, or else the first of the table whose condition
//! holds.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::refusal::Result;
use super::{Facts, Kind, Owned, Taken, mixes};
use crate::plan::resources::nearest;
use crate::sema::hir::{Model, Settings};

/// How a row is run, and why.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The method.
    pub kind: Kind,
    /// Its constants.
    pub taken: Taken,
    /// The oldest read, in rounds.
    pub delay: u32,
    /// Why.
    pub why: String,
    /// What would have come next.
    pub runner_up: Option<RunnerUp>,
    /// What would change the choice.
    pub would_change: String,
}

/// The method that would have been taken next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RunnerUp {
    /// Its name.
    pub method: &'static str,
    /// What it would have taken.
    pub why: String,
}

impl RunnerUp {
    /// What comes next where several owners have strictly concave utilities.
    pub fn to_dual() -> Self {
        let why = "it needs no curvature, and settles on average as O(1/k)".to_owned();
        RunnerUp { method: Kind::PrimalDual.name(), why }
    }
}

/// What leads away from dual prices.
pub const CHANGES_DUAL: &str = "a utility that is straight on a part of its box makes it primal_dual; \
                                `coordinator none` makes it consensus";

/// Rows that agents couple.
struct Group<'a> {
    facts: &'a Facts,
    rows: &'a [usize],
    /// What the spec sets for each row.
    settings: Vec<&'a Settings>,
    /// What the spec names for each row; none for `auto`.
    named: Vec<Option<Kind>>,
    /// The oldest read of any of them.
    delay: u32,
}

/// A rule of the decision table.
struct Rule {
    kind: Kind,
    /// Why it applies, with the numbers; none when it does not.
    applies: fn(&Group<'_>) -> Option<String>,
}

/// The decision table: the first rule that applies, and whose method's condition holds, decides.
const RULES: &[Rule] = &[
    Rule {
        kind: Kind::Consensus,
        applies: |group| {
            let asked = group.settings.iter().any(|settings| settings.peers.is_some());
            let owners = group.facts.owners(group.rows).len();
            asked.then(|| format!("{owners} peers share it without a coordinator"))
        },
    },
    Rule {
        kind: Kind::Penalty,
        applies: |group| {
            let soft = group.settings.iter().any(|settings| settings.barrier.is_some());
            soft.then(|| "a barrier makes its limit soft".to_owned())
        },
    },
    Rule {
        kind: Kind::Admm,
        applies: |group| {
            let asked = group.settings.iter().any(|settings| settings.rho.is_some());
            asked.then(|| "the spec gives it a ρ".to_owned())
        },
    },
    Rule {
        kind: Kind::Dual,
        applies: |group| {
            let delay = group.delay;
            (delay > 0).then(|| format!("reads are up to {delay} rounds old"))
        },
    },
    Rule {
        kind: Kind::Primal,
        applies: |group| {
            let (name, rows) = coupling_variable(group)?;
            Some(format!("`{name}` has no utility of its own and only couples {rows} resources"))
        },
    },
    Rule {
        kind: Kind::Penalty,
        applies: |group| {
            let owners = group.facts.owners(group.rows);
            (owners.len() <= 1).then(|| "one owner has all that it couples".to_owned())
        },
    },
    Rule {
        kind: Kind::Penalty,
        applies: |group| {
            let curved = group.rows.iter().find(|row| group.facts.rows[**row].curved)?;
            let name = &group.facts.rows[*curved].name;
            Some(format!(
                "a curved function of the variables uses `{name}`, so that one owner keeps it"
            ))
        },
    },
    Rule {
        kind: Kind::Dual,
        applies: |group| {
            let owners = group.facts.owners(group.rows).len();
            let strict = group.facts.straight(group.rows).is_none();
            strict.then(|| format!("{owners} owners with strictly concave utilities share it"))
        },
    },
    Rule {
        kind: Kind::PrimalDual,
        applies: |group| {
            let column = group.facts.straight(group.rows)?;
            let owners = group.facts.owners(group.rows).len();
            Some(format!(
                "{owners} owners share it, and the utility is not known to be strictly concave in \
                 `{}` (μ = 0 on {} .. {})",
                column.name,
                nearest(column.lower),
                nearest(column.upper)
            ))
        },
    },
];

/// What is tried after the rules.
const OTHERWISE: &[Kind] = &[Kind::PrimalDual, Kind::Admm, Kind::Penalty];

/// A variable that no utility depends on and that couples resources, where everything else is strictly
/// concave; and how many it couples.
fn coupling_variable<'a>(group: &Group<'a>) -> Option<(&'a str, usize)> {
    let facts = group.facts;
    let mut rows_of: BTreeMap<usize, usize> = BTreeMap::new();
    for column in group.rows.iter().flat_map(|row| &facts.rows[*row].columns) {
        *rows_of.entry(*column).or_default() += 1;
    }
    let has_utility = |at: usize| facts.column(at).has_utility;
    let strict = |at: usize| facts.column(at).flatness().is_finite();
    if !rows_of.keys().all(|at| strict(*at) || !has_utility(*at)) {
        return None;
    }
    let couples = rows_of.into_iter().filter(|(at, rows)| !has_utility(*at) && *rows > 1);
    let (at, rows) = couples.max_by_key(|(_, rows)| *rows)?;
    Some((facts.column(at).name.as_str(), rows))
}

/// Chooses the method of each row of a group.
pub fn choose(model: &Model, facts: &Facts, rows: &[usize]) -> Result<Vec<Choice>> {
    let mut group = Group { facts, rows, settings: Vec::new(), named: Vec::new(), delay: 0 };
    for row in rows {
        let item = facts.rows[*row].item;
        let Some(asked) = model.decomposition.iter().find(|each| each.resource.value == item)
        else {
            continue;
        };
        group.settings.push(&asked.settings);
        group.named.push(Kind::named(&asked.method.value));
        let delay = asked.settings.delay.as_ref().map_or(0, |delay| delay.value);
        group.delay = group.delay.max(delay);
    }
    group.choose()
}

impl Group<'_> {
    fn choose(&self) -> Result<Vec<Choice>> {
        if let Some(kinds) = self.named.iter().copied().collect::<Option<Vec<_>>>() {
            let taken = self.assemble(&kinds)?;
            let next = self.candidates().into_iter().find_map(|(kind, _)| {
                let other = !kinds.contains(&kind);
                other.then(|| self.would_take(kind, &vec![kind; kinds.len()])).flatten()
            });
            return Ok(self.choices(&kinds, taken, "", next));
        }
        let mut first = None;
        let mut passed_over = String::new();
        let mut candidates = self.candidates().into_iter();
        while let Some((kind, reason)) = candidates.next() {
            let kinds: Vec<_> = self.named.iter().map(|named| named.unwrap_or(kind)).collect();
            match self.assemble(&kinds) {
                Ok(taken) => {
                    let next = candidates.find_map(|(other, _)| {
                        let kinds = self.named.iter().map(|named| named.unwrap_or(other));
                        self.would_take(other, &kinds.collect::<Vec<_>>())
                    });
                    let reason = format!("{reason}{passed_over}");
                    return Ok(self.choices(&kinds, taken, &reason, next));
                }
                Err(refusal) => {
                    if passed_over.is_empty() && first.is_none() {
                        passed_over = format!(
                            " (by the table `{}` comes first, {reason}; but {})",
                            kind.name(),
                            refusal.message
                        );
                    }
                    first.get_or_insert(refusal);
                }
            }
        }
        match first {
            Some(refusal) => Err(refusal),
            // A group has at least one row, and the table more than one method.
            None => Ok(Vec::new()),
        }
    }

    /// A method as the runner-up, where its condition holds with the others.
    fn would_take(&self, kind: Kind, kinds: &[Kind]) -> Option<RunnerUp> {
        let taken = self.assemble(kinds).ok()?;
        let (_, taken) = kinds.iter().zip(taken).find(|(other, _)| **other == kind)?;
        Some(RunnerUp { method: kind.name(), why: taken.because })
    }

    /// Methods to try, best first, each once.
    fn candidates(&self) -> Vec<(Kind, String)> {
        let mut found: Vec<(Kind, String)> = Vec::new();
        let rules = RULES.iter().filter_map(|rule| Some((rule.kind, (rule.applies)(self)?)));
        let rest = OTHERWISE.iter().map(|kind| (*kind, "nothing else fits it".to_owned()));
        for (kind, reason) in rules.chain(rest) {
            if found.iter().all(|(other, _)| *other != kind) {
                found.push((kind, reason));
            }
        }
        found
    }

    /// Checks methods for the rows, each by itself and all together, and derives their constants.
    fn assemble(&self, kinds: &[Kind]) -> Result<Vec<Taken>> {
        mixes::check(self.facts, self.rows, kinds, self.delay)?;
        let mut taken: Vec<Option<Taken>> = vec![None; kinds.len()];
        let distinct: BTreeSet<_> = kinds.iter().copied().collect();
        let follows_gradient = |kind: Kind| matches!(kind, Kind::Dual | Kind::Consensus);
        for kind in &distinct {
            let own: Vec<_> = (0..kinds.len()).filter(|at| kinds[*at] == *kind).collect();
            let rows: Vec<_> = own.iter().map(|at| self.rows[*at]).collect();
            let beside = kinds.iter().zip(self.rows).filter(|(other, _)| {
                **other != *kind && follows_gradient(**other) && follows_gradient(*kind)
            });
            let beside: Vec<_> = beside.map(|(_, row)| *row).collect();
            let settings = own.iter().map(|at| self.settings[*at]).collect();
            let owned = Owned { rows: &rows, settings, beside: &beside, delay: self.delay };
            for (at, one) in own.iter().zip((kind.row().take)(self.facts, &owned)?) {
                taken[*at] = Some(one);
            }
        }
        Ok(taken.into_iter().flatten().collect())
    }

    fn choices(
        &self,
        kinds: &[Kind],
        taken: Vec<Taken>,
        reason: &str,
        runner_up: Option<RunnerUp>,
    ) -> Vec<Choice> {
        let distinct: BTreeSet<_> = kinds.iter().copied().collect();
        let joint = mixes::joint(&distinct).map_or(String::new(), |why| format!("; {why}"));
        let choice = |((kind, named), taken): ((&Kind, &Option<Kind>), Taken)| {
            let reason = if named.is_some() { "the spec asks for it" } else { reason };
            let would_change = if named.is_some() {
                "`auto` in its place lets the compiler choose".to_owned()
            } else {
                self.would_change(*kind)
            };
            Choice {
                kind: *kind,
                why: format!("{reason}; {}{joint}", taken.because),
                taken,
                delay: self.delay,
                runner_up: runner_up.clone(),
                would_change,
            }
        };
        kinds.iter().zip(&self.named).zip(taken).map(choice).collect()
    }

    /// What would lead to another row of the table.
    fn would_change(&self, kind: Kind) -> String {
        let straight = self.facts.straight(self.rows).map(|column| column.name.as_str());
        match (kind, straight) {
            (Kind::Dual, _) => CHANGES_DUAL.to_owned(),
            (Kind::PrimalDual | Kind::Admm, Some(name)) => {
                format!("a strictly concave term in `{name}`, such as a small log, makes it dual")
            }
            (Kind::PrimalDual | Kind::Admm, None) => {
                "without the settings that ask for it, it is dual".to_owned()
            }
            (Kind::Penalty, Some(name)) => format!(
                "a second owner whose use is linear makes it primal_dual, while `{name}` is straight"
            ),
            (Kind::Penalty, None) => "a second owner whose use is linear makes it dual".to_owned(),
            (Kind::Primal, _) => {
                "a strictly concave utility of the coupling variable makes it dual".to_owned()
            }
            (Kind::Consensus, _) => "a coordinator makes it dual".to_owned(),
        }
    }
}
