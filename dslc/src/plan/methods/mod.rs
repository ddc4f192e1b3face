//! How a problem in numbers is run: a method for each resource, with its constants and its reasons.
//!
//! [`table`] has a row for each method. [`derive`] reads the [`facts`] of an instance, takes the methods
//! that the spec names, lets [`auto`] choose for the other resources, has each method check its condition
//! and derive its constants on the rows that it owns, and asks [`mixes`] whether a theorem covers what
//! stands together. `book/src/methods.md` has the proofs.
//!
//! Problems that dual ascent takes apart exactly have a [`Plan`](super::ir::Plan) too, from which the
//! artefacts are made; the same problems with members that are known have these constants.

mod admm;
mod auto;
mod consensus;
mod curvature;
mod dual;
mod facts;
mod late;
mod mixes;
mod norm;
mod penalty;
mod primal;
mod primal_dual;
mod refusal;
pub mod report;
pub mod table;

pub use auto::{CHANGES_DUAL, RunnerUp};
pub use curvature::Curvature;
pub use facts::{Column, Facts, Row};
pub use late::{late, when_known};
pub use norm::Response;
pub use table::{Kind, ROWS};

/// What a method needs to run one row, in the units of the instance; τ is [`Decomposition::tau`].
pub use dslc_rounds::Method as Constants;

use super::graph;
use super::ir::CouplingGraph;
use crate::diag::Diagnostic;
use crate::instance::Instance;
use crate::sema::hir::{self, Model};

/// θ of a dual, primal or consensus step, as in [`super::step::safety`].
const HALF: f64 = 0.5;

/// How a problem is run.
#[derive(Clone, Debug)]
pub struct Decomposition {
    /// Name of the fibre.
    pub fibre: String,
    /// The spec's file name, without its folder.
    pub source: String,
    /// What the methods read; the columns and rows are those of the instance.
    pub facts: Facts,
    /// How each row is run. Where the numbers come only at run time: how each resource is.
    pub resources: Vec<Resource>,
    /// τ of each column, above 0: infinite where no row is run by primal_dual.
    pub tau: Vec<f64>,
    /// Coupling of the rows through the columns.
    pub graph: CouplingGraph,
}

/// One instance of a resource, and how it is run.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Its name, with its members.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// What there is, in that unit; none where that is known only at run time.
    pub capacity: Option<f64>,
    /// Its method.
    pub kind: Kind,
    /// The method's constants; none where the numbers come only at run time.
    pub taken: Option<Taken>,
    /// Reads are at most so many rounds old.
    pub delay: u32,
    /// Why this method, in a sentence with the numbers.
    pub why: String,
    /// What would have been taken next.
    pub runner_up: Option<RunnerUp>,
    /// What would change the choice.
    pub would_change: String,
}

/// A method's constants for one row, and how they were found: everything but the constants in coherent
/// SI, as a spec's own steps are read.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// The constants.
    pub constants: Constants,
    /// The step: α, a or σ.
    pub step: Option<f64>,
    /// What it must stay below.
    pub bound: Option<f64>,
    /// The step as a formula.
    pub rule: String,
    /// The condition with its numbers.
    pub because: String,
    /// L and the bound of Low and Lapsley, where the method has them.
    pub lipschitz: Option<(f64, f64)>,
}

/// Rows that one method owns, within resources that agents couple.
#[derive(Clone, Debug)]
pub struct Owned<'a> {
    /// The rows.
    pub rows: &'a [usize],
    /// What the spec sets, for each of the rows.
    pub settings: Vec<&'a hir::Settings>,
    /// Rows of other methods that share agents with them.
    pub beside: &'a [usize],
    /// The oldest read of any row that is coupled to them, in rounds.
    pub delay: u32,
}

/// Chooses how each row of a problem in numbers is run; the error is a choice of the spec whose
/// condition fails.
pub fn derive(model: &Model, instance: &Instance) -> Result<Decomposition, Box<Diagnostic>> {
    let facts = Facts::new(model, instance);
    let mut chosen: Vec<Option<auto::Choice>> = vec![None; facts.rows.len()];
    for group in facts.groups() {
        let choices = auto::choose(model, &facts, &group)
            .map_err(|refusal| Box::new(refusal.diagnostic(model, &facts)))?;
        for (row, choice) in group.iter().zip(choices) {
            chosen[*row] = Some(choice);
        }
    }
    let resources = facts.rows.iter().zip(chosen).filter_map(|(row, choice)| {
        let auto::Choice { kind, taken, delay, why, runner_up, would_change } = choice?;
        let (name, unit, capacity) = (row.name.clone(), row.unit.clone(), Some(row.capacity));
        let taken = Some(taken);
        Some(Resource { name, unit, capacity, kind, taken, delay, why, runner_up, would_change })
    });
    let resources: Vec<_> = resources.collect();
    Ok(Decomposition {
        fibre: model.fibre.value.clone(),
        source: model.file.clone(),
        tau: primal_dual::tau(&facts, |row| {
            resources.get(row).is_some_and(|each| each.kind == Kind::PrimalDual)
        }),
        graph: coupling(&facts),
        facts,
        resources,
    })
}

impl Decomposition {
    /// The methods, each with the first resource that it runs and why.
    pub fn summary(&self) -> String {
        let mut told: Vec<(Kind, String)> = Vec::new();
        for each in &self.resources {
            if told.iter().all(|(kind, _)| *kind != each.kind) {
                let text = format!("`{}` runs `{}`: {}", each.kind.name(), each.name, each.why);
                told.push((each.kind, text));
            }
        }
        told.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("; ")
    }
}

fn coupling(facts: &Facts) -> CouplingGraph {
    let mut routes = vec![Vec::new(); facts.columns.len()];
    for (id, row) in facts.rows.iter().enumerate() {
        row.columns.iter().for_each(|column| routes[*column].push(id));
    }
    graph::through(facts.rows.len(), routes.iter().map(Vec::as_slice))
}
