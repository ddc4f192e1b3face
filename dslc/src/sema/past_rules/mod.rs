//! Curvature past the disciplined rules: what they leave unknown is given to the
//! [engine](crate::concavity) that looks at second derivatives on the variables' box.
//!
//! A sum is taken apart first. Terms that the rules know stay theirs; the others are grouped by the
//! variables that they share, for every member of a closed set and for some member of an open one, and
//! each distinct group is judged once. Only a group that does not curve as wanted by itself is judged
//! again together with the known terms that share its variables.

mod functions;
mod report;
mod terms;
mod translate;

use std::collections::{BTreeMap, BTreeSet};

use num_traits::One;

use super::context::Context;
use super::hir::{Binder, Curvature, Dims, Expr, Node, Proof};
use crate::concavity::{self, Certificate, Limits, Open, Verdict, Want, Witness, judge};
use crate::diag::Diagnostic;
use terms::{Tag, Term, Terms};
use translate::{Key, Outside, Scope, Translator};

pub use super::hir::Rational;

/// Most distinct groups of one expression.
const MOST_GROUPS: usize = 256;

/// What the second derivatives say.
#[derive(Debug)]
pub enum Found {
    /// The expression curves as wanted.
    Proved(Vec<Certificate>),
    /// It does not.
    Refuted(Group, Box<Witness>),
    /// Not known.
    Undecided(Group, Box<Open>),
    /// A part is no function that second derivatives are known of.
    Outside(Outside),
}

/// Terms that were judged together.
#[derive(Debug)]
pub struct Group {
    /// The elements that they depend on.
    pub keys: Vec<Key>,
    /// Their names.
    pub names: Vec<String>,
    /// The terms as text; empty when they are the whole expression.
    pub text: String,
}

/// Tries an expression whose curvature the rules leave unknown; `index` are its own binders.
pub fn decide(context: &Context, expr: &Expr, index: &[Binder], want: Want) -> Found {
    if expr.facts.dims != Dims::Scalar {
        return Found::Outside(translate::outside(expr, "a vector"));
    }
    let mut translator = Translator::new(context);
    let terms = Terms::new(context, &mut translator, want);
    let mut scopes = vec![Scope::default()];
    for binder in index {
        let mut next = Vec::new();
        for scope in &scopes {
            match terms.members(binder, scope, expr) {
                Ok(members) => next.extend(members),
                Err(outside) => return Found::Outside(outside),
            }
        }
        scopes = next;
    }
    let mut judged = Judged { want, known: BTreeMap::new(), certificates: Vec::new() };
    for scope in &scopes {
        // Each member of the expression's own sets is an expression of its own.
        let mut terms = Terms::new(context, &mut translator, want);
        if let Err(outside) = terms.add(expr, &Rational::one(), scope) {
            return Found::Outside(outside);
        }
        let found = std::mem::take(&mut terms.found);
        if let Err(found) = judged.sum(&translator, found) {
            return *found;
        }
    }
    Found::Proved(judged.certificates)
}

/// What was judged already.
struct Judged {
    want: Want,
    /// Distinct functions on distinct boxes, as text.
    known: BTreeMap<String, Verdict>,
    certificates: Vec<Certificate>,
}

impl Judged {
    /// Judges a sum of terms.
    fn sum(&mut self, translator: &Translator<'_>, terms: Vec<Term>) -> Result<(), Box<Found>> {
        let mut tags: BTreeMap<Tag, Vec<Term>> = BTreeMap::new();
        for term in terms {
            tags.entry(term.tag.clone()).or_default().push(term);
        }
        let touched: Vec<(Tag, BTreeSet<usize>)> = tags
            .iter()
            .map(|(tag, terms)| {
                let variables = terms.iter().flat_map(|term| term.function.variables());
                (tag.clone(), variables.collect())
            })
            .collect();
        for (tag, terms) in tags {
            let (known, unknown): (Vec<_>, Vec<_>) = terms.into_iter().partition(|t| t.known);
            let unknown = unknown.into_iter().map(|term| term.function);
            let known: Vec<_> = known.into_iter().map(|term| term.function).collect();
            for group in groups(unknown) {
                let alone = concavity::Expr::Sum(group.1.clone());
                if let Verdict::Proved(certificate) = self.judge(translator, &alone) {
                    self.certificates.push(*certificate);
                    continue;
                }
                let (together, whole) = with_known(group, &known);
                let together = concavity::Expr::Sum(together);
                let verdict = self.judge(translator, &together);
                let (function, _, keys) = translator.closed(&together);
                let names = function.names.clone();
                let text = if whole {
                    String::new()
                } else {
                    function.expr.text(&function.names).to_string()
                };
                let group = Group { keys, names, text };
                match verdict {
                    Verdict::Proved(certificate) => self.certificates.push(*certificate),
                    // Terms of other tags may curve the other way for the same member.
                    Verdict::Refuted(_) if !alone_there(&tag, &together, &touched) => {
                        return Err(Box::new(Found::Undecided(group, Box::new(limits()))));
                    }
                    Verdict::Refuted(witness) => {
                        return Err(Box::new(Found::Refuted(group, Box::new(witness))));
                    }
                    Verdict::Undecided(open) => {
                        return Err(Box::new(Found::Undecided(group, Box::new(open))));
                    }
                }
            }
        }
        Ok(())
    }

    fn judge(&mut self, translator: &Translator<'_>, function: &concavity::Expr) -> Verdict {
        let (function, domain, _) = translator.closed(function);
        let text = format!("{:?} {domain:?}", function.expr);
        if let Some(verdict) = self.known.get(&text) {
            // One certificate stands for all that are alike.
            return match verdict {
                Verdict::Proved(certificate) => {
                    let certificate = certificate.clone();
                    self.certificates.retain(|known| *known != *certificate);
                    Verdict::Proved(certificate)
                }
                other => other.clone(),
            };
        }
        let verdict = if self.known.len() < MOST_GROUPS {
            judge(&function, &domain, self.want, &Limits::default())
        } else {
            Verdict::Undecided(limits())
        };
        self.known.insert(text, verdict.clone());
        verdict
    }
}

/// Whether no term of another tag can depend on the variables of a function for the same member.
fn alone_there(tag: &Tag, function: &concavity::Expr, touched: &[(Tag, BTreeSet<usize>)]) -> bool {
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
    Open { why: concavity::Why::Limits, part: Vec::new(), help: Vec::new() }
}

type Functions = (BTreeSet<usize>, Vec<concavity::Expr>);

/// Functions grouped by the variables that they share; what depends on none is left out.
fn groups(functions: impl Iterator<Item = concavity::Expr>) -> Vec<Functions> {
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
fn with_known(group: Functions, known: &[concavity::Expr]) -> (Vec<concavity::Expr>, bool) {
    let (mut variables, mut functions) = group;
    let mut left: Vec<_> = known.iter().map(|function| (function.variables(), function)).collect();
    loop {
        let shares = |(own, _): &(BTreeSet<usize>, &concavity::Expr)| !own.is_disjoint(&variables);
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

/// Tries a definition whose curvature the rules leave unknown, and writes down what was found.
pub fn improve(context: &mut Context, expr: &mut Expr, index: &[Binder]) -> Proof {
    if expr.facts.curvature != Curvature::Unknown {
        return by_rules(context, expr);
    }
    for (want, curvature) in
        [(Want::Concave, Curvature::Concave), (Want::Convex, Curvature::Convex)]
    {
        if let Found::Proved(certificates) = decide(context, expr, index, want) {
            return accept(context, expr, curvature, certificates);
        }
    }
    Proof::None
}

/// Writes down that an expression curves so, and how that is known.
pub fn accept(
    context: &mut Context,
    expr: &mut Expr,
    curvature: Curvature,
    certificates: Vec<Certificate>,
) -> Proof {
    expr.facts.curvature = curvature;
    let own = certificates.iter().map(|certificate| match certificate.proof {
        concavity::Proof::Symbolic => Proof::Symbolic,
        concavity::Proof::Interval => Proof::Interval,
    });
    let own = own.max().unwrap_or(Proof::Symbolic);
    context.certificates.extend(certificates);
    own.max(of_parts(context, expr))
}

/// How the curvature of an expression is known that the rules read off its parts.
pub fn by_rules(context: &Context, expr: &Expr) -> Proof {
    if expr.facts.curvature == Curvature::Unknown {
        return Proof::None;
    }
    of_parts(context, expr)
}

/// The weakest proof of the definitions that an expression uses.
fn of_parts(context: &Context, expr: &Expr) -> Proof {
    let own = match &expr.node {
        Node::Let(id, _) => {
            context.lets.get(*id).and_then(Option::as_ref).map_or(Proof::Rules, |item| item.proof)
        }
        _ => Proof::Rules,
    };
    let own = if own == Proof::None { Proof::Rules } else { own };
    expr.parts().into_iter().map(|part| of_parts(context, part)).fold(own, Proof::max)
}

/// Adds to an error what the second derivatives say.
pub fn explain(context: &Context, error: Diagnostic, found: &Found, want: Want) -> Diagnostic {
    report::explain(context, error, found, want)
}
