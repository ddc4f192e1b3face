//! Terms in groups that share variables, each distinct group judged once.

use std::collections::{BTreeMap, BTreeSet};

use super::terms::{self, Tag, Term, Terms};
use super::translate::Translator;
use super::{Found, Group};
use crate::concavity::{Certificate, Expr, Limits, Open, Verdict, Want, Why, judge};

/// Most distinct groups of one expression.
const MOST_GROUPS: usize = 256;

/// What was judged already.
pub struct Judged {
    want: Want,
    /// Verdicts on distinct functions on distinct boxes, as text.
    verdicts: BTreeMap<String, Verdict>,
    /// What the proofs rest on, by the function's text.
    proofs: BTreeMap<String, Certificate>,
}

impl Judged {
    /// Nothing judged yet.
    pub fn new(want: Want) -> Self {
        Judged { want, verdicts: BTreeMap::new(), proofs: BTreeMap::new() }
    }

    /// The certificates, one for all groups that are alike.
    pub fn certificates(self) -> Vec<Certificate> {
        self.proofs.into_values().collect()
    }

    /// Judges a sum of terms: what is unknown by itself, and only where that does not do together with
    /// the known terms that share its variables.
    pub fn sum(&mut self, mut terms: Terms<'_, '_>) -> Result<(), Box<Found>> {
        let unknown = by_tag(std::mem::take(&mut terms.found));
        let mut failed = Vec::new();
        for (tag, functions) in unknown {
            for group in groups(functions.into_iter()) {
                let alone = Expr::Sum(group.1.clone());
                if !matches!(self.judge(terms.translator, &alone), Verdict::Proved(_)) {
                    failed.push((tag.clone(), group));
                }
            }
        }
        if failed.is_empty() {
            return Ok(());
        }
        let complete = terms.add_known();
        let known = by_tag(std::mem::take(&mut terms.found));
        let translator = &*terms.translator;
        // All terms by tag, to see what else depends on a variable.
        let variables = |functions: &[Expr]| functions.iter().flat_map(Expr::variables).collect();
        let mut touched: Vec<(Tag, BTreeSet<usize>)> =
            known.iter().map(|(tag, functions)| (tag.clone(), variables(functions))).collect();
        touched.extend(failed.iter().map(|(tag, (variables, _))| (tag.clone(), variables.clone())));
        for (tag, group) in failed {
            let own = known.get(&tag).map(Vec::as_slice).unwrap_or_default();
            let (together, whole) = with_known(group, own);
            let together = Expr::Sum(together);
            let definite = complete && alone_there(&tag, &together, &touched);
            let verdict = self.judge(translator, &together);
            let group = || {
                let (function, _, keys) = translator.closed(&together);
                let text = if whole && known.len() <= 1 {
                    String::new()
                } else {
                    function.expr.text(&function.names).to_string()
                };
                Group { keys, names: function.names, text }
            };
            match verdict {
                Verdict::Proved(_) => {}
                Verdict::Refuted(witness) if definite => {
                    return Err(Box::new(Found::Refuted(group(), Box::new(witness))));
                }
                // Other terms may curve the other way for the same member.
                Verdict::Refuted(_) => {
                    return Err(Box::new(Found::Undecided(group(), Box::new(limits()))));
                }
                Verdict::Undecided(open) => {
                    return Err(Box::new(Found::Undecided(group(), Box::new(open))));
                }
            }
        }
        Ok(())
    }

    fn judge(&mut self, translator: &Translator<'_>, function: &Expr) -> Verdict {
        let (function, domain, _) = translator.closed(function);
        let text = format!("{:?} {domain:?}", function.expr);
        if let Some(verdict) = self.verdicts.get(&text) {
            return verdict.clone();
        }
        let verdict = if self.verdicts.len() < MOST_GROUPS {
            judge(&function, &domain, self.want, &Limits::default())
        } else {
            Verdict::Undecided(limits())
        };
        if let Verdict::Proved(certificate) = &verdict {
            self.proofs.insert(text.clone(), (**certificate).clone());
        }
        self.verdicts.insert(text, verdict.clone());
        verdict
    }
}

fn by_tag(terms: Vec<Term>) -> BTreeMap<Tag, Vec<Expr>> {
    let mut tags: BTreeMap<Tag, Vec<Expr>> = BTreeMap::new();
    for Term { function, tag } in terms {
        tags.entry(tag).or_default().push(function);
    }
    tags
}

/// Whether no term of another tag can depend on the variables of a function for the same member.
fn alone_there(tag: &Tag, function: &Expr, touched: &[(Tag, BTreeSet<usize>)]) -> bool {
    let variables = function.variables();
    // Who meets a condition may be nobody.
    let certain = tag.iter().all(|(set, _)| *set != terms::CONDITION);
    let apart = |other: &Tag| {
        tag.iter().zip(other).any(|((set, own), (other_set, others))| {
            let differs = |(name, at): &(String, usize)| {
                others.iter().any(|(other_name, other_at)| name == other_name && at != other_at)
            };
            set == other_set && own.iter().any(differs)
        })
    };
    let others = touched.iter().filter(|(other, _)| other != tag);
    certain && others.into_iter().all(|(other, own)| apart(other) || own.is_disjoint(&variables))
}

fn limits() -> Open {
    Open { why: Why::Limits, part: Vec::new(), help: Vec::new() }
}

type Functions = (BTreeSet<usize>, Vec<Expr>);

/// Functions grouped by the variables that they share; what depends on none is left out.
fn groups(functions: impl Iterator<Item = Expr>) -> Vec<Functions> {
    let mut groups: Vec<Functions> = Vec::new();
    let mut of_variable: BTreeMap<usize, usize> = BTreeMap::new();
    for function in functions {
        let variables = function.variables();
        let mut touched: Vec<usize> =
            variables.iter().filter_map(|variable| of_variable.get(variable).copied()).collect();
        touched.sort_unstable();
        touched.dedup();
        if variables.is_empty() {
            continue;
        }
        let (mut all, mut own) = (variables, Vec::new());
        for at in touched {
            let (others, functions) = std::mem::take(&mut groups[at]);
            all.extend(others);
            own.extend(functions);
        }
        own.push(function);
        of_variable.extend(all.iter().map(|variable| (*variable, groups.len())));
        groups.push((all, own));
    }
    groups.retain(|(_, functions)| !functions.is_empty());
    groups
}

/// A group with all known terms that share variables with it, directly or through others; also whether
/// these are all terms there are.
fn with_known(group: Functions, known: &[Expr]) -> (Vec<Expr>, bool) {
    let (mut variables, mut functions) = group;
    let mut left: Vec<_> = known.iter().map(|function| (function.variables(), function)).collect();
    loop {
        let shares = |(own, _): &(BTreeSet<usize>, &Expr)| !own.is_disjoint(&variables);
        let (touching, rest): (Vec<_>, Vec<_>) = left.into_iter().partition(shares);
        left = rest;
        if touching.is_empty() {
            return (functions, left.is_empty());
        }
        for (own, function) in touching {
            variables.extend(own);
            functions.push(function.clone());
        }
    }
}
