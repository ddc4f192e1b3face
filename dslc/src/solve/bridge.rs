//! Hands an instance to the solver.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use dslc_solver::{Affine, Concave, Piecewise, Problem, Row as SolverRow, Sense, Var};

use super::functions::{Plain, plain};
use super::smooth::OneColumn;
use crate::diag::{Diagnostic, codes};
use crate::instance::numeric::{hull, points};
use crate::instance::{Application, Form, Instance, Value};
use crate::sema::hir::{Curvature, Relation, Span};

/// Why a term cannot be handed over.
pub type Result<T> = std::result::Result<T, Box<Diagnostic>>;

/// On which side of a form its stand-in lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// At least the form, and equal to it at the optimum.
    Above,
    /// At most the form.
    Below,
}

impl Side {
    fn flipped_if(self, flip: bool) -> Side {
        match (self, flip) {
            (Side::Above, false) | (Side::Below, true) => Side::Above,
            _ => Side::Below,
        }
    }
}

/// What is maximised alone, without the rows.
pub fn objective(instance: &Instance) -> Result<Problem> {
    let mut bridge = Bridge::new(instance, Problem::new());
    bridge.objective()?;
    Ok(bridge.problem)
}

/// The solver's problem for an instance; its first variables are the columns, its first rows the rows.
pub fn problem(instance: &Instance) -> Result<Problem> {
    let mut problem = Problem::new();
    let rows = instance.rows.iter().map(|row| problem.row(sense(row.relation), row.capacity));
    let rows: Vec<_> = rows.collect();
    let mut bridge = Bridge::new(instance, problem);
    bridge.objective()?;
    for (row, solver_row) in instance.rows.iter().zip(rows) {
        bridge.row(&row.form, row.relation, solver_row)?;
    }
    Ok(bridge.problem)
}

fn sense(relation: Relation) -> Sense {
    match relation {
        Relation::AtMost => Sense::AtMost,
        Relation::Equal => Sense::Equal,
        Relation::AtLeast => Sense::AtLeast,
    }
}

/// A problem in the making.
pub struct Bridge<'i> {
    instance: &'i Instance,
    /// What the solver gets.
    pub problem: Problem,
    columns: Vec<Var>,
    /// Stand-ins of atoms that were met before, by their address.
    stand_ins: HashMap<(usize, Side), Affine>,
}

impl<'i> Bridge<'i> {
    fn new(instance: &'i Instance, mut problem: Problem) -> Self {
        let bounds = instance.lower.iter().zip(&instance.upper);
        let columns = bounds.map(|(lower, upper)| problem.variable(*lower, *upper)).collect();
        Bridge { instance, problem, columns, stand_ins: HashMap::new() }
    }
}

impl Bridge<'_> {
    fn objective(&mut self) -> Result<()> {
        let form = &self.instance.objective;
        let linear = self.linear(form);
        self.problem.gain(linear);
        let mut left = Vec::new();
        for (weight, atom) in &form.terms {
            match self.as_plain(atom).filter(|plain| plain.factor * weight > 0.0) {
                Some(Plain { factor, function, argument }) => {
                    self.problem.utility(factor * weight, function, argument);
                }
                None if disciplined(*weight, atom, Side::Below) => {
                    let stand_in = self.stand_in(atom, Side::Below.flipped_if(*weight < 0.0))?;
                    self.problem.gain(stand_in * *weight);
                }
                None => left.push((*weight, Arc::clone(atom))),
            }
        }
        for (function, argument) in self.smooth(left)? {
            self.problem.utility(1.0, function, argument);
        }
        Ok(())
    }

    /// Terms that only their second derivatives show to be concave, by the column they depend on.
    fn smooth(&mut self, terms: Vec<(f64, Arc<Application>)>) -> Result<Vec<(Concave, Affine)>> {
        let mut by_column: Vec<OneColumn> = Vec::new();
        for (weight, atom) in terms {
            let mut columns = BTreeSet::new();
            atom.columns(&mut columns);
            let column = columns.first().copied().filter(|_| columns.len() == 1);
            let column = column.ok_or_else(|| {
                let what = "a term of several variables that no rule composes";
                unsolved(
                    atom.span,
                    what,
                    "write it with the disciplined functions of `dslc explain`",
                )
            })?;
            let bounds = |bounds: &[f64]| bounds.get(column).copied().unwrap_or(f64::NAN);
            match by_column.iter_mut().find(|each| each.column == column) {
                Some(each) => each.terms.push((weight, atom)),
                None => by_column.push(OneColumn {
                    column,
                    domain: (bounds(&self.instance.lower), bounds(&self.instance.upper)),
                    terms: vec![(weight, atom)],
                }),
            }
        }
        let functions = by_column.into_iter().map(|each| {
            let argument = self.column(each.column);
            (self.problem.smooth(Arc::new(each)), argument)
        });
        Ok(functions.collect())
    }

    fn row(&mut self, form: &Form, relation: Relation, row: SolverRow) -> Result<()> {
        let side = match relation {
            Relation::AtLeast => Side::Below,
            Relation::AtMost | Relation::Equal => Side::Above,
        };
        let mut left = self.linear(form);
        for (weight, atom) in &form.terms {
            let fits = |factor: f64| match relation {
                Relation::AtMost => factor * weight < 0.0,
                Relation::AtLeast => factor * weight > 0.0,
                Relation::Equal => false,
            };
            match self.as_plain(atom).filter(|plain| fits(plain.factor)) {
                Some(Plain { factor, function, argument }) => {
                    self.problem.row_utility(row, factor * weight, function, argument);
                }
                None => {
                    let stand_in = self.stand_in(atom, side.flipped_if(*weight < 0.0))?;
                    left = left + stand_in * *weight;
                }
            }
        }
        // A coefficient a row and column: what stand-ins add to a column is added up first.
        let mut sums: HashMap<Var, f64> = HashMap::with_capacity(left.terms.len());
        let mut order = Vec::with_capacity(left.terms.len());
        for (var, value) in left.terms {
            *sums.entry(var).or_insert_with(|| {
                order.push(var);
                0.0
            }) += value;
        }
        for var in order {
            self.problem.coefficient(row, var, sums.get(&var).copied().unwrap_or(0.0));
        }
        if left.constant != 0.0 {
            // A row's limit is fixed when it is made: a variable without freedom takes the constant.
            let constant = self.problem.variable(left.constant, left.constant);
            self.problem.coefficient(row, constant, 1.0);
        }
        Ok(())
    }

    fn column(&self, column: usize) -> Affine {
        self.columns.get(column).map_or_else(Affine::default, |var| Affine::from(*var))
    }

    fn linear(&self, form: &Form) -> Affine {
        let term = |(column, value): &(usize, f64)| Some((*self.columns.get(*column)?, *value));
        Affine { terms: form.linear.iter().filter_map(term).collect(), constant: form.constant }
    }

    /// The atom as one concave function of an affine argument, up to a factor.
    fn as_plain(&mut self, atom: &Application) -> Option<Plain> {
        let Some(Value::Scalar(form)) = atom.arguments.first() else { return None };
        if atom.arguments.len() != 1 || !form.is_affine() {
            return None;
        }
        let p = &atom.parameters;
        let graph = match atom.atom {
            "concave_envelope" => hull(&points(p)),
            "pwl" => points(p),
            _ => Vec::new(),
        };
        if let Some(pieces) = Piecewise::through(&graph).filter(|_| graph.len() > 1) {
            let function = self.problem.piecewise(pieces);
            return Some(Plain { factor: 1.0, function, argument: self.linear(form) });
        }
        let nonneg = self.least(form) >= 0.0;
        plain(atom.atom, &atom.parameters, self.linear(form), nonneg)
    }

    /// A lower bound of an affine form on the columns' bounds.
    pub fn least(&self, form: &Form) -> f64 {
        let term = |(column, c): &(usize, f64)| {
            let bounds = if *c > 0.0 { &self.instance.lower } else { &self.instance.upper };
            c * bounds.get(*column).copied().unwrap_or(f64::NAN)
        };
        form.constant + form.linear.iter().map(term).sum::<f64>()
    }

    /// An affine expression on that side of a form, and equal to it where that is best.
    pub fn affine(&mut self, form: &Form, side: Side) -> Result<Affine> {
        let mut affine = self.linear(form);
        for (weight, atom) in &form.terms {
            let stand_in = self.stand_in(atom, side.flipped_if(*weight < 0.0))?;
            affine = affine + stand_in * *weight;
        }
        Ok(affine)
    }

    /// An affine expression in the place of an argument: above it where it is convex, below where it
    /// is concave. Where the rules compose it, the atom around it goes the way that this loosens.
    pub fn argument(&mut self, form: &Form) -> Result<Affine> {
        let convex = form.terms.iter().all(|(weight, atom)| is(atom, Side::Above, *weight));
        self.affine(form, if convex { Side::Above } else { Side::Below })
    }

    fn stand_in(&mut self, atom: &Arc<Application>, side: Side) -> Result<Affine> {
        let key = (Arc::as_ptr(atom).addr(), side);
        if let Some(known) = self.stand_ins.get(&key) {
            return Ok(known.clone());
        }
        let stand_in = self.graph(atom, side)?;
        self.stand_ins.insert(key, stand_in.clone());
        Ok(stand_in)
    }

    /// A new variable without bounds.
    pub fn free(&mut self) -> Affine {
        self.problem.variable(f64::NEG_INFINITY, f64::INFINITY).into()
    }

    /// `a <= b`.
    pub fn at_most(&mut self, a: Affine, b: Affine) {
        self.problem.cone(dslc_solver::Cone::Nonnegative, [b - a]);
    }
}

/// Whether `weight · atom` is known to be convex (above) or concave (below).
fn is(atom: &Application, side: Side, weight: f64) -> bool {
    matches!(
        (atom.curvature, side.flipped_if(weight < 0.0)),
        (Curvature::Affine | Curvature::Constant, _)
            | (Curvature::Convex, Side::Above)
            | (Curvature::Concave, Side::Below)
    )
}

/// Whether the rules show that a term lies so, and its arguments with it.
fn disciplined(weight: f64, atom: &Application, side: Side) -> bool {
    is(atom, side, weight) && composed(atom)
}

/// Whether each argument has one curvature, down to the leaves.
fn composed(atom: &Application) -> bool {
    let by_rules = |form: &Form| {
        let on = |side| form.terms.iter().all(|(weight, inner)| is(inner, side, *weight));
        (on(Side::Above) || on(Side::Below)) && form.terms.iter().all(|(_, inner)| composed(inner))
    };
    let varies = !matches!(atom.atom, "mul" | "div");
    varies && atom.arguments.iter().flat_map(Value::forms).all(by_rules)
}

/// Something that has no form the solver takes.
pub fn unsolved(span: Span, what: &str, needs: &str) -> Box<Diagnostic> {
    let message = format!("{what} cannot be solved here");
    Box::new(Diagnostic::error(codes::NOT_SOLVED, span, message).note(needs))
}
