//! One smooth function: split into blocks of terms that share variables, each proved by itself.

use super::certificate::{Block, HessianProof, KernelEntry, MinorEntry, Piece, Proof};
use super::curvature::{self, Hessian};
use super::defined::{self, Gap};
use super::domain::Domain;
use super::expr::Expr;
use super::minors::{self, Minor};
use super::simplify;
use super::symbolic::{Exponentials, Method, Ring};
use super::witness::{Search, Witness};
use super::{Limits, Rational};
use crate::sema::interval::Interval;

/// A block with its own variables.
#[derive(Clone, Debug)]
pub struct Split {
    /// Which variables of the box its own are, in order.
    pub variables: Vec<usize>,
    /// The terms.
    pub function: Expr,
    /// The ranges of its own variables.
    pub domain: Domain,
}

/// What became of a block.
pub enum Outcome {
    /// It is concave.
    Proved(HessianProof, Proof),
    /// It is not.
    Refuted(Witness),
    /// Not known; the part of its box that stayed open, if intervals got that far.
    Open(Option<Vec<Interval>>),
    /// It has too many variables.
    TooMany,
}

/// What is wrong with a piece before its curvature is asked for.
pub fn regular(piece: &Expr, domain: &Domain) -> Result<(), Gap> {
    defined::everywhere(piece, domain)?;
    defined::smooth_inside(piece, domain)
}

/// The terms of a function, grouped by the variables that they share; without constant terms.
pub fn split(function: &Expr, domain: &Domain) -> Vec<Split> {
    let terms = match function {
        Expr::Sum(terms) => terms.clone(),
        other => vec![other.clone()],
    };
    let mut groups: Vec<(std::collections::BTreeSet<usize>, Vec<Expr>)> = Vec::new();
    for term in terms {
        let mut variables = term.variables();
        if variables.is_empty() {
            continue;
        }
        let mut own = vec![term];
        let shares = |group: &(std::collections::BTreeSet<usize>, Vec<Expr>)| {
            !group.0.is_disjoint(&variables)
        };
        let (touched, rest): (Vec<_>, Vec<_>) = groups.into_iter().partition(shares);
        groups = rest;
        for (others, terms) in touched {
            variables.extend(others);
            own.splice(0..0, terms);
        }
        groups.push((variables, own));
    }
    let block = |(variables, terms): (std::collections::BTreeSet<usize>, Vec<Expr>)| {
        let variables: Vec<usize> = variables.into_iter().collect();
        let ranges = variables.iter().filter_map(|at| domain.0.get(*at).cloned());
        let domain = Domain(ranges.collect());
        let local = |at: usize| variables.binary_search(&at).ok().map(Expr::Variable);
        let function = simplify::sum(terms).substitute(&local);
        Split { variables, function, domain }
    };
    let mut blocks: Vec<_> = groups.into_iter().map(block).collect();
    blocks.sort_by(|a, b| a.variables.cmp(&b.variables));
    blocks
}

/// Decides whether a block is concave; the piece that it comes from is regular.
pub fn decide(block: &Split, limits: &Limits) -> Outcome {
    let size = block.domain.0.len();
    let mut boxes = if size == 1 { limits.boxes_line } else { limits.boxes };
    let search = Search::new(&block.function, &block.domain, true);
    let mut forms = Vec::new();
    for exponentials in [Exponentials::Split, Exponentials::Whole] {
        let hessian =
            minors::Hessian::new(&block.function, &block.domain, exponentials, limits.work);
        let Some(mut hessian) = hessian else { continue };
        forms.push(hessian.exprs());
        // A third for each form, so that there is something left for intervals.
        let mut share = boxes / 3;
        match minors::prove(&mut hessian, limits.variables, &mut share) {
            minors::Found::Concave(minors) => {
                let proof = symbolic(&hessian.ring, exponentials, &minors);
                let by_boxes = |minor: &Minor| matches!(minor.method, Method::Boxes { .. });
                let kind =
                    if minors.iter().any(by_boxes) { Proof::Interval } else { Proof::Symbolic };
                return Outcome::Proved(proof, kind);
            }
            minors::Found::Wrong(point) => {
                if let Some(witness) = search.at(&point, Some(&hessian)) {
                    return Outcome::Refuted(witness);
                }
            }
            minors::Found::Open => {}
        }
    }
    if size > limits.variables {
        return search.sample().map_or(Outcome::TooMany, Outcome::Refuted);
    }
    if let Some(witness) = search.sample() {
        return Outcome::Refuted(witness);
    }
    let Some(hessian) = Hessian::new(&block.function, size, &forms) else {
        return Outcome::Open(None);
    };
    match hessian.prove(&block.domain.hull(), &mut boxes) {
        curvature::Found::Concave(cuts) => {
            Outcome::Proved(HessianProof::Boxes { cuts }, Proof::Interval)
        }
        curvature::Found::Suspect(point) => {
            let exact: Option<Vec<_>> = point.iter().map(|x| Rational::from_float(*x)).collect();
            let witness = exact.and_then(|point| search.at(&point, None));
            witness.map_or_else(|| Outcome::Open(Some(thin(&point))), Outcome::Refuted)
        }
        curvature::Found::Open(part) => Outcome::Open(Some(part)),
    }
}

fn thin(point: &[f64]) -> Vec<Interval> {
    point.iter().map(|x| Interval::point(*x)).collect()
}

/// The minors as they stand in a certificate.
fn symbolic(ring: &Ring, exponentials: Exponentials, minors: &[Minor]) -> HessianProof {
    let entry = |minor: &Minor| MinorEntry {
        rows: minor.rows.clone(),
        content: ring.monomial_expr(&minor.content).text(&[]).to_string(),
        factor: ring.expr(&minor.rest).text(&[]).to_string(),
        sign: minor.sign,
        method: minor.method.clone(),
    };
    let kernels = ring
        .kernels()
        .map(|(kernel, sign)| KernelEntry { text: kernel.text(&[]).to_string(), sign });
    HessianProof::Minors {
        whole_exponentials: exponentials == Exponentials::Whole,
        kernels: kernels.collect(),
        minors: minors.iter().map(entry).collect(),
    }
}

/// A piece whose blocks are proved.
pub fn piece(function: &Expr, domain: &Domain, blocks: Vec<Block>) -> Piece {
    Piece { function: function.clone(), singular: defined::singular(function, domain), blocks }
}
