//! The problem: variables, rows, terms and cones, added one by one and kept sparse.

mod affine;
mod check;
mod form;
mod separate;

use std::sync::Arc;

pub use affine::Affine;
pub(crate) use form::{Form, Term};

use crate::concave::{Concave, Library, Piecewise, PiecewiseId, Smooth, SmoothId};
use crate::sparse::{Entry, Matrix};

/// A variable of a [`Problem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Var(pub(crate) u32);

/// A row of a [`Problem`]: a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(pub(crate) u32);

impl Var {
    /// Position in [`Solution::x`](crate::Solution::x): variables count from 0 as they were added.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl Row {
    /// Position in [`Solution::prices`](crate::Solution::prices): rows count from 0 as they were
    /// added.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// How a row compares its left side with its right side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// `<=`: price ≥ 0.
    AtMost,
    /// `==`: price of either sign.
    Equal,
    /// `>=`: price ≤ 0.
    AtLeast,
}

/// Convex cones that a list of affine expressions `v` can be bound to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cone {
    /// `v = 0`.
    Zero,
    /// `v ≥ 0`.
    Nonnegative,
    /// `v₀ ≥ ‖(v₁, …)‖₂`.
    SecondOrder,
    /// Closure of `v₁ · exp(v₀/v₁) ≤ v₂, v₁ > 0`; three expressions.
    Exponential,
    /// `v₀^a · v₁^(1−a) ≥ |v₂|, v₀, v₁ ≥ 0`, 0 < a < 1; three expressions.
    Power(f64),
}

/// Where a term counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Objective,
    Row(u32),
}

/// Maximise a sum of concave terms over rows, cones and bounds. Built by adding; checked as a
/// whole by [`solve`](crate::solve), so that nothing here fails.
#[derive(Clone, Debug, Default)]
pub struct Problem {
    pub(crate) lower: Vec<f64>,
    pub(crate) upper: Vec<f64>,
    pub(crate) gain: Vec<f64>,
    pub(crate) offset: f64,
    pub(crate) senses: Vec<Sense>,
    pub(crate) limits: Vec<f64>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) owners: Vec<Owner>,
    pub(crate) weights: Vec<f64>,
    pub(crate) functions: Vec<Concave>,
    pub(crate) arguments: Forms,
    pub(crate) cones: Vec<(Cone, u32)>,
    pub(crate) cone_rows: Forms,
    pub(crate) library: Library,
}

/// Affine expressions one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Forms {
    pub matrix: Matrix,
    pub constants: Vec<f64>,
}

impl Default for Forms {
    fn default() -> Self {
        Forms { matrix: Matrix::new(0), constants: Vec::new() }
    }
}

impl Forms {
    pub fn push(&mut self, form: Affine) {
        let form = form.collected();
        if let Some((last, _)) = form.terms.last() {
            self.matrix.widen(last.index() + 1);
        }
        self.matrix.push(form.terms.into_iter().map(|(var, a)| (var.0, a)));
        self.constants.push(form.constant);
    }

    pub fn at(&self, i: usize, x: &[f64]) -> f64 {
        self.matrix.dot(i, x) + self.constants[i]
    }

    /// The same expression as a value of its own.
    pub fn get(&self, i: usize) -> Affine {
        let terms = self.matrix.row(i).map(|(var, a)| (Var(var as u32), a)).collect();
        Affine { terms, constant: self.constants[i] }
    }
}

impl Problem {
    /// No variables, no rows, objective 0.
    pub fn new() -> Self {
        Problem::default()
    }

    /// A variable within `lower ..= upper`; either may be infinite.
    pub fn variable(&mut self, lower: f64, upper: f64) -> Var {
        self.lower.push(lower);
        self.upper.push(upper);
        self.gain.push(0.0);
        Var(self.lower.len() as u32 - 1)
    }

    /// A row `0 sense limit`, to which [`Problem::coefficient`], [`Problem::row_terms`] and
    /// [`Problem::row_utility`] add the left side.
    pub fn row(&mut self, sense: Sense, limit: f64) -> Row {
        self.senses.push(sense);
        self.limits.push(limit);
        Row(self.senses.len() as u32 - 1)
    }

    /// Adds `value · var` to the left side of `row`. One entry for a row and variable; a second
    /// is [`Error::Duplicate`](crate::Error::Duplicate).
    pub fn coefficient(&mut self, row: Row, var: Var, value: f64) {
        self.entries.push(Entry { row: row.0, column: var.0, value });
    }

    /// The row `form sense 0`, the constant brought to the right.
    pub fn constrain(&mut self, form: impl Into<Affine>, sense: Sense) -> Row {
        let form = form.into().collected();
        let row = self.row(sense, -form.constant);
        for (var, value) in form.terms {
            self.coefficient(row, var, value);
        }
        row
    }

    /// Adds `weight · f(argument)` to the left side of `row`: weight ≤ 0 where the row is `<=`,
    /// ≥ 0 where it is `>=`, so that the row stays convex. Never in a row `==`.
    pub fn row_utility(&mut self, row: Row, weight: f64, f: Concave, argument: impl Into<Affine>) {
        self.term(Owner::Row(row.0), weight, f, argument.into());
    }

    /// Adds `weight · f(argument)` to what is maximised, weight ≥ 0.
    pub fn utility(&mut self, weight: f64, f: Concave, argument: impl Into<Affine>) {
        self.term(Owner::Objective, weight, f, argument.into());
    }

    /// Adds `form` to what is maximised.
    pub fn gain(&mut self, form: impl Into<Affine>) {
        let form = form.into();
        self.offset += form.constant;
        for (var, value) in form.terms {
            match self.gain.get_mut(var.index()) {
                Some(gain) => *gain += value,
                // Kept for `check` to refuse: the variable is of another problem.
                None => self.arguments.matrix.widen(var.index() + 1),
            }
        }
    }

    /// Binds the expressions `v` to a cone.
    pub fn cone(&mut self, cone: Cone, v: impl IntoIterator<Item = Affine>) {
        let before = self.cone_rows.constants.len();
        for form in v {
            self.cone_rows.push(form);
        }
        self.cones.push((cone, (self.cone_rows.constants.len() - before) as u32));
    }

    /// Registers a least of affine functions of one argument.
    pub fn piecewise(&mut self, pieces: Piecewise) -> Concave {
        self.library.pieces.push(pieces);
        Concave::Piecewise(PiecewiseId(self.library.pieces.len() as u32 - 1))
    }

    /// Registers a smooth concave function.
    pub fn smooth(&mut self, f: Arc<dyn Smooth>) -> Concave {
        self.library.smooth.push(f);
        Concave::Smooth(SmoothId(self.library.smooth.len() as u32 - 1))
    }

    /// The row that was added at this position.
    pub fn row_at(&self, position: usize) -> Option<Row> {
        (position < self.rows()).then_some(Row(position as u32))
    }

    /// The variable that was added at this position.
    pub fn variable_at(&self, position: usize) -> Option<Var> {
        (position < self.variables()).then_some(Var(position as u32))
    }

    /// Number of variables.
    pub fn variables(&self) -> usize {
        self.lower.len()
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.senses.len()
    }

    fn term(&mut self, owner: Owner, weight: f64, f: Concave, argument: Affine) {
        self.owners.push(owner);
        self.weights.push(weight);
        self.functions.push(f);
        self.arguments.push(argument);
    }
}
