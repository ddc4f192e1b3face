//! The atoms: every function and operator of the language is one row of a table.
//!
//! A row says what the compiler needs to know of it: its meaning, arity, domain, curvature,
//! monotonicity in each argument, sign, unit, shape and range of values. Rules over the table are in
//! [`curvature`](super::curvature), [`interval`](super::interval) and [`units`](super::units). The
//! rows stand by theme in `table/`; the book's list of functions is made of them.

mod case;
pub mod definite;
pub mod dims;
mod given;
pub mod layout;
mod parameter;
pub mod pieces;
mod ranges;
mod table;

pub use case::{Case, Curve, Domain, Monotone, NOTHING_KNOWN, SignRule};
pub use given::{Count, Given};
pub use parameter::{Kind, Parameter};
pub use table::{THEMES, Theme, all};

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::curvature::Shape;
use super::hir::Rational;

/// One row.
#[derive(Debug)]
pub struct Atom {
    /// Its name: CVXPY's, where CVXPY has it.
    pub name: &'static str,
    /// How it is spoken of in a message: "a product", "`log`".
    pub title: &'static str,
    /// What it means, as a formula in x (or x, y) and its parameters.
    pub formula: &'static str,
    /// How many arguments it takes, before its parameters.
    pub arity: Arity,
    /// The constant parameters that follow the arguments: `p` of `power(x, p)`.
    pub parameters: &'static [Parameter],
    /// Whether a spec may call it by its name; operators have a form of their own.
    pub callable: bool,
    /// Its unit.
    pub unit: UnitRule,
    /// Whether it is a number, a vector or a matrix on arguments that are.
    pub dims: dims::Rule,
    /// What its parameters must be beyond their kind, as what is wrong with them.
    pub refuses: fn(&[Rational]) -> Option<&'static str>,
    /// What it is on which arguments and parameters; the first case that applies holds.
    pub cases: &'static [Case],
    /// Its derivative in x as an expression of the language; empty where the table has none.
    pub derivative: &'static str,
    /// The x at which the derivative is y, as an expression of the language; empty where that has no
    /// closed form.
    pub demand: &'static str,
}

/// How many arguments an atom takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    /// As many.
    Exactly(usize),
    /// As many or more.
    AtLeast(usize),
}

/// Unit of an atom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitRule {
    /// All arguments have one unit, and so has the atom.
    Same,
    /// Arguments and atom are dimensionless.
    Dimensionless,
    /// All arguments have one unit, and the atom has none.
    Plain,
    /// The product of the arguments' units.
    Product,
    /// The quotient of the arguments' units.
    Quotient,
    /// The square of the first argument's unit over the second's.
    SquareOver,
    /// The argument's unit to this power, as numerator and denominator.
    Power(i64, i64),
    /// The argument's unit to the power of the first parameter.
    ToParameter,
    /// The argument's unit, to the power ±1, once for each element.
    PerElement(i64),
    /// Dimensionless arguments; the unit of the parameter's values.
    OfParameter,
}

/// The row of that name.
pub fn find(name: &str) -> Option<&'static Atom> {
    static ROWS: LazyLock<FxHashMap<&str, &Atom>> =
        LazyLock::new(|| all().map(|atom| (atom.name, atom)).collect());
    ROWS.get(name).copied()
}

impl Atom {
    /// The case that applies.
    pub fn case(&self, given: &Given<'_>) -> &'static Case {
        let applies = self.cases.iter().find(|case| (case.when)(given));
        applies.unwrap_or(&case::NOTHING_KNOWN)
    }

    /// The case that applies when nothing is known of the arguments but their curvature and sign.
    pub fn case_of(&self, shapes: &[Shape], parameters: &[Rational]) -> &'static Case {
        self.case(&Given { shapes, intervals: &[], counts: &[], parameters })
    }

    /// Its form as a call: `power(x, p)`.
    pub fn form(&self) -> String {
        let arguments = match self.arity {
            Arity::Exactly(1) => vec!["x".to_owned()],
            Arity::Exactly(2) => vec!["x".to_owned(), "y".to_owned()],
            Arity::Exactly(count) => (1..=count).map(|at| format!("x{at}")).collect(),
            Arity::AtLeast(count) => {
                let first = (1..=count).map(|at| format!("x{at}"));
                first.chain(["…".to_owned()]).collect()
            }
        };
        let parameters = self.parameters.iter().map(|parameter| parameter.name.to_owned());
        let all: Vec<_> = arguments.into_iter().chain(parameters).collect();
        format!("{}({})", self.name, all.join(", "))
    }
}

impl Arity {
    /// Whether so many arguments fit.
    pub fn allows(self, count: usize) -> bool {
        match self {
            Arity::Exactly(n) => count == n,
            Arity::AtLeast(n) => count >= n,
        }
    }
}
