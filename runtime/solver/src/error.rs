//! What is wrong with a problem that no route can read.

use std::fmt;

use crate::concave::Concave;
use crate::problem::Cone;

/// A problem that cannot be posed. Variables, rows, terms and cones are named by the order in
/// which they were added, from 0. An infeasible problem is not an error but an answer:
/// [`Status::Infeasible`](crate::Status::Infeasible).
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is nothing to decide.
    #[error("the problem has no variables")]
    NoVariables,
    /// NaN, or an infinity where a number is needed.
    #[error("{place} is {value}, not a finite number")]
    NotFinite {
        /// Where it stands.
        place: Place,
        /// The value itself.
        value: f64,
    },
    /// The lower bound is above the upper bound.
    #[error("variable {var} has the empty range {lower} .. {upper}")]
    EmptyBounds {
        /// The variable.
        var: usize,
        /// Its lower bound.
        lower: f64,
        /// Its upper bound.
        upper: f64,
    },
    /// A variable of another problem.
    #[error("variable {var} is used, but the problem has only {variables}")]
    NoSuchVariable {
        /// The variable.
        var: usize,
        /// How many there are.
        variables: usize,
    },
    /// A row of another problem.
    #[error("row {row} is used, but the problem has only {rows}")]
    NoSuchRow {
        /// The row.
        row: usize,
        /// How many there are.
        rows: usize,
    },
    /// Two coefficients for one place.
    #[error("row {row} names variable {var} twice")]
    Duplicate {
        /// The row.
        row: usize,
        /// The variable.
        var: usize,
    },
    /// A parameter outside its range, or a function registered with another problem.
    #[error("term {term} has no function: {function:?} is out of range or not registered")]
    BadFunction {
        /// The term.
        term: usize,
        /// Its function.
        function: Concave,
    },
    /// A weight of the wrong sign: the problem would not be convex.
    #[error("the weight {weight} of term {term} has the wrong sign where it stands")]
    NotConvex {
        /// The term.
        term: usize,
        /// Its weight.
        weight: f64,
    },
    /// A cone with the wrong number of expressions or a power outside 0 .. 1.
    #[error("cone {at} is {cone:?} over {size} expressions")]
    BadCone {
        /// The cone's position.
        at: usize,
        /// Its kind.
        cone: Cone,
        /// How many expressions it was given.
        size: usize,
    },
    /// No point well inside rows, bounds and domains was found, and no proof that there is none.
    #[error("no point was found inside the rows, bounds and domains to start from")]
    NoStart,
    /// The problem has a part that the route asked for cannot express.
    #[error("the {route} route cannot express this problem: {why}")]
    Unsupported {
        /// The route.
        route: crate::Route,
        /// What it lacks.
        why: String,
    },
}

/// Where a number stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The constant of the objective.
    Objective,
    /// The linear objective's coefficient of a variable.
    Gain(usize),
    /// A bound of a variable.
    Bound(usize),
    /// The right side of a row.
    Limit(usize),
    /// A coefficient of (row, variable).
    Coefficient(usize, usize),
    /// The weight or argument of a term.
    Term(usize),
    /// An expression of a cone.
    Cone(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Objective => write!(f, "the constant of the objective"),
            Place::Gain(var) => write!(f, "the gain of variable {var}"),
            Place::Bound(var) => write!(f, "a bound of variable {var}"),
            Place::Limit(row) => write!(f, "the limit of row {row}"),
            Place::Coefficient(row, var) => {
                write!(f, "the coefficient of variable {var} in row {row}")
            }
            Place::Term(term) => write!(f, "the weight or argument of term {term}"),
            Place::Cone(cone) => write!(f, "an expression of cone {cone}"),
        }
    }
}
