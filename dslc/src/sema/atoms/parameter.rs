//! Constant parameters of atoms: numbers and lists of numbers that follow the arguments.

/// A parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name in the atom's form.
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// The number that stands for one left out; an empty list for the other kinds.
    pub default: Option<i64>,
}

/// What the values of a parameter are. Several parameters stand one after the other in
/// [`Given::parameters`](super::Given::parameters); one that is a list is the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number.
    Number,
    /// A number in the unit of the first argument.
    LikeArgument,
    /// A vector of numbers.
    List,
    /// A square matrix, by its rows.
    Square,
    /// Points of a graph, x before y: a matrix with a row for each, or a vector over a set of whole
    /// numbers, which are the x.
    Points,
}

impl Parameter {
    pub(super) const fn number(name: &'static str) -> Self {
        Parameter { name, kind: Kind::Number, default: None }
    }

    pub(super) const fn number_or(name: &'static str, default: i64) -> Self {
        Parameter { name, kind: Kind::Number, default: Some(default) }
    }

    pub(super) const fn like_argument(name: &'static str, default: Option<i64>) -> Self {
        Parameter { name, kind: Kind::LikeArgument, default }
    }

    pub(super) const fn list(name: &'static str) -> Self {
        Parameter { name, kind: Kind::List, default: None }
    }

    pub(super) const fn list_or_none(name: &'static str) -> Self {
        Parameter { name, kind: Kind::List, default: Some(0) }
    }

    pub(super) const fn square(name: &'static str) -> Self {
        Parameter { name, kind: Kind::Square, default: None }
    }

    pub(super) const fn points(name: &'static str) -> Self {
        Parameter { name, kind: Kind::Points, default: None }
    }
}
