//! Expressions.

use super::{Local, Name, Text, UnitExpr};
use crate::sema::hir::Rational;

/// An expression. Its tree is at most [`MAX_DEPTH`](crate::syntax::MAX_DEPTH) deep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands, its own parentheses included.
    pub span: Local,
}

/// What an expression can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExprKind {
    /// `5`, `0.1`, `5 s`, `3 s^2`: exact, in the unit as written.
    Number(Rational, Option<UnitExpr>),
    /// `inf`.
    Infinity,
    /// `"a b"`: a member whose name is not a word.
    Text(Text),
    /// `x`: anything declared, a binder, or a unit.
    Name(Name),
    /// `x[i, j]`.
    Index(Name, Vec<Expr>),
    /// `log(x)`: an atom, an attribute of a member, `price`, …
    Call(Name, Vec<Expr>),
    /// `sum(e for i in I, j in J if c)`.
    Fold(Box<Fold>),
    /// `[1, 2, 3]`.
    Vector(Vec<Expr>),
    /// `[e for i in I]`: the vector of the values, a matrix for two binders. Its function is `[`.
    Each(Box<Fold>),
    /// `-e`.
    Neg(Box<Expr>),
    /// `a + b`.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `a <= b`.
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// `a and b`.
    Logic(Connective, Box<Expr>, Box<Expr>),
    /// `not a`.
    Not(Box<Expr>),
}

/// A fold over sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// `sum`, `min`, `max`, or another name that does not fold.
    pub function: Name,
    /// What is folded.
    pub body: Expr,
    /// Over which sets, the outermost first.
    pub binders: Vec<Binder>,
    /// Which members count.
    pub condition: Option<Expr>,
}

/// `t in Task`, or `Task` alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Binder {
    /// The name that stands for a member.
    pub name: Option<Name>,
    /// The set.
    pub set: Name,
}

/// An arithmetic operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `+`.
    Add,
    /// `-`.
    Sub,
    /// `*`.
    Mul,
    /// `/`.
    Div,
    /// `^`, right-associative, above a minus on its left.
    Pow,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `<=`.
    AtMost,
    /// `>=`.
    AtLeast,
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<`.
    Below,
    /// `>`.
    Above,
}

impl Comparison {
    /// Whether two values compare so.
    pub fn holds<T: PartialOrd>(self, a: &T, b: &T) -> bool {
        match self {
            Comparison::AtMost => a <= b,
            Comparison::AtLeast => a >= b,
            Comparison::Equal => a == b,
            Comparison::NotEqual => a != b,
            Comparison::Below => a < b,
            Comparison::Above => a > b,
        }
    }

    /// How it is written, between spaces.
    pub fn sign(self) -> &'static str {
        match self {
            Comparison::AtMost => " <= ",
            Comparison::AtLeast => " >= ",
            Comparison::Equal => " == ",
            Comparison::NotEqual => " != ",
            Comparison::Below => " < ",
            Comparison::Above => " > ",
        }
    }

    /// The comparison with its sides exchanged.
    #[must_use]
    pub fn mirrored(self) -> Self {
        match self {
            Comparison::AtMost => Comparison::AtLeast,
            Comparison::AtLeast => Comparison::AtMost,
            Comparison::Below => Comparison::Above,
            Comparison::Above => Comparison::Below,
            same => same,
        }
    }
}

/// How two conditions combine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Connective {
    /// `and`.
    And,
    /// `or`.
    Or,
}
