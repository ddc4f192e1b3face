//! Typed expressions, and what is known of them.

use super::{
    Binder, BinderId, Comparison, LetId, ParamId, Rational, SetId, Span, Unit, VariableId,
};

/// A typed expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub node: Node,
    /// Where it stands.
    pub span: Span,
    /// What is known of it.
    pub facts: Facts,
}

/// What the compiler knows of an expression.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its unit; that of each element.
    pub unit: Unit,
    /// Whether it is one value or many.
    pub dims: Dims,
    /// Its sign; that of every element.
    pub sign: Sign,
    /// Its curvature by the disciplined rules.
    pub curvature: Curvature,
    /// An interval that holds its values, outward rounded; SI.
    pub interval: (f64, f64),
}

/// Whether an expression is one value or many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Dims {
    /// One value.
    #[default]
    Scalar,
    /// A value for each place of an axis.
    Vector(Axis),
    /// A value for each row and column.
    Matrix(Axis, Axis),
}

/// What the elements of a vector are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Axis {
    /// The members of a set, in its order.
    Set(SetId),
    /// So many places.
    Length(usize),
}

/// Sign of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// 0.
    Zero,
    /// ≥ 0.
    Nonneg,
    /// ≤ 0.
    Nonpos,
    /// Either.
    Unknown,
}

/// Curvature of an expression in the variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curvature {
    /// Does not depend on a variable.
    Constant,
    /// Both convex and concave.
    Affine,
    /// Convex.
    Convex,
    /// Concave.
    Concave,
    /// Not known.
    Unknown,
}

/// How a curvature is known; what comes later needs more to be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// It is not known.
    None,
    /// By the disciplined rules.
    Rules,
    /// By the exact normal form of second derivatives.
    Symbolic,
    /// By second derivatives over intervals.
    Interval,
}

/// An expression's head.
#[derive(Clone, Debug)]
pub enum Node {
    /// A number, SI.
    Number(Rational),
    /// A parameter's value; without an index, all values of one that has index sets.
    Param(ParamId, Vec<Index>),
    /// A variable, with an index per index set; without an index, all of its elements.
    Variable(VariableId, Vec<Index>),
    /// A named expression; without an index, all of its elements.
    Let(LetId, Vec<Index>),
    /// The number that is the binder's member, in a set of whole numbers.
    Member(BinderId),
    /// `[a, b, c]`: a vector of scalars, or a matrix by its rows.
    Vector(Vec<Expr>),
    /// `[e for k in K]`: the vector of e for each member, or a matrix by such rows.
    Each(Binder, Box<Expr>),
    /// `load[l]`: the element of a vector or matrix over sets, at a member of each.
    Element(Box<Expr>, Vec<Index>),
    /// `-e`.
    Neg(Box<Expr>),
    /// `a + b`.
    Add(Box<Expr>, Box<Expr>),
    /// `a - b`.
    Sub(Box<Expr>, Box<Expr>),
    /// `a * b`, element by element; the product of a matrix and a vector or matrix is the atom
    /// `matmul`. As in every operation element by element, a scalar goes with each element.
    Mul(Box<Expr>, Box<Expr>),
    /// `a / b`.
    Div(Box<Expr>, Box<Expr>),
    /// An atom applied to its arguments, by its name in the atom table; its constant parameters
    /// follow as numbers. `a ^ p` is `power`, or `odd_power` where p is an odd whole number above 1
    /// and a may be below 0. Functions of constants are numbers already.
    Atom(&'static str, Vec<Expr>),
    /// `sum`, `min` or `max` of `body` over a set.
    Fold(Fold, Binder, Box<Expr>),
    /// The body of a fold, for the members that meet a condition; the others take no part.
    Where(Box<Condition>, Box<Expr>),
}

/// Which members take part in a fold. It depends on no variable.
#[derive(Clone, Debug)]
pub enum Condition {
    /// Two constants compare so.
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// Two members of one set are the same.
    Same(Index, Index),
    /// Both.
    And(Box<Condition>, Box<Condition>),
    /// One of them, or both.
    Or(Box<Condition>, Box<Condition>),
    /// Not so.
    Not(Box<Condition>),
}

/// What a fold over a set computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// Sum; 0 over an empty set.
    Sum,
    /// Least.
    Min,
    /// Largest.
    Max,
}

/// What an indexed name is indexed by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Index {
    /// The member of a closed set, by position.
    Member(SetId, usize),
    /// Whatever a binder in scope stands for.
    Bound(BinderId),
    /// `t - 1`, `i + j`: the member of a set of whole numbers that is `offset + Σ factor · member`.
    Calculated {
        /// The set.
        of: SetId,
        /// Factors and binders.
        terms: Vec<(i64, BinderId)>,
        /// What is added.
        offset: i64,
    },
    /// `class(t)`: an attribute of a member of an open set, a member of the set `of`.
    Attribute {
        /// The attribute's name.
        name: String,
        /// The binder it is asked of.
        binder: BinderId,
        /// The closed set of its values.
        of: SetId,
    },
}
