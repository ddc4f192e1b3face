//! Scalar expressions in variables that are known by their index, with exact constants.

use std::collections::BTreeSet;
use std::fmt;
use std::ops;

use num_traits::Signed;
use serde::{Deserialize, Serialize};

use super::{Rational, exact};

/// A scalar expression. Every operation is continuous where it has a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expr {
    /// A constant.
    Number(#[serde(with = "exact")] Rational),
    /// A variable.
    Variable(usize),
    /// The sum; 0 of none.
    Sum(Vec<Expr>),
    /// The product; 1 of none.
    Product(Vec<Expr>),
    /// `u^p`. A whole p > 0 has a value on all reals, a whole p < 0 off 0, another p > 0 from 0
    /// upwards and another p < 0 above 0.
    Power(Box<Expr>, #[serde(with = "exact")] Rational),
    /// A function of one argument.
    Apply(Elementary, Box<Expr>),
    /// The least of at least one.
    Least(Vec<Expr>),
    /// The largest of at least one.
    Largest(Vec<Expr>),
}

/// A function of one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Elementary {
    /// The exponential.
    Exp,
    /// The natural logarithm, above 0.
    Log,
    /// The absolute value.
    Abs,
    /// The inverse tangent.
    Atan,
    /// The sine.
    Sin,
    /// The cosine.
    Cos,
    /// `−u·log u` from 0 upwards, 0 at 0.
    Entropy,
}

impl Elementary {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Elementary::Exp => "exp",
            Elementary::Log => "log",
            Elementary::Abs => "abs",
            Elementary::Atan => "atan",
            Elementary::Sin => "sin",
            Elementary::Cos => "cos",
            Elementary::Entropy => "entr",
        }
    }
}

impl From<Rational> for Expr {
    fn from(value: Rational) -> Self {
        Expr::Number(value)
    }
}

impl From<i64> for Expr {
    fn from(value: i64) -> Self {
        Expr::Number(Rational::from_integer(value.into()))
    }
}

impl Expr {
    /// `self^p`.
    #[must_use]
    pub fn power(self, p: Rational) -> Expr {
        Expr::Power(Box::new(self), p)
    }

    /// `self^n`.
    #[must_use]
    pub fn whole_power(self, n: i64) -> Expr {
        self.power(Rational::from_integer(n.into()))
    }

    /// The square root.
    #[must_use]
    pub fn sqrt(self) -> Expr {
        self.power(Rational::new(1.into(), 2.into()))
    }

    /// A function of it.
    #[must_use]
    pub fn apply(self, function: Elementary) -> Expr {
        Expr::Apply(function, Box::new(self))
    }

    /// The exponential.
    #[must_use]
    pub fn exp(self) -> Expr {
        self.apply(Elementary::Exp)
    }

    /// The natural logarithm.
    #[must_use]
    pub fn log(self) -> Expr {
        self.apply(Elementary::Log)
    }

    /// `1 / (1 + e^−u)`.
    #[must_use]
    pub fn sigmoid(self) -> Expr {
        Expr::from(1) / (Expr::from(1) + (-self).exp())
    }

    /// `tanh u`, written as `1 − 2 / (1 + e^2u)`.
    #[must_use]
    pub fn tanh(self) -> Expr {
        Expr::from(1) - Expr::from(2) / (Expr::from(1) + (Expr::from(2) * self).exp())
    }

    /// The number that it is, when it is written as one.
    pub fn as_number(&self) -> Option<&Rational> {
        match self {
            Expr::Number(value) => Some(value),
            _ => None,
        }
    }

    /// The expressions right below.
    pub fn parts(&self) -> &[Expr] {
        match self {
            Expr::Number(_) | Expr::Variable(_) => &[],
            Expr::Sum(parts) | Expr::Product(parts) | Expr::Least(parts) | Expr::Largest(parts) => {
                parts
            }
            Expr::Power(part, _) | Expr::Apply(_, part) => std::slice::from_ref(part),
        }
    }

    /// The same head over other parts.
    #[must_use]
    pub fn with_parts(&self, mut parts: Vec<Expr>) -> Expr {
        let mut only = || Box::new(parts.pop().unwrap_or_else(|| Expr::from(0)));
        match self {
            Expr::Number(_) | Expr::Variable(_) => self.clone(),
            Expr::Power(_, p) => Expr::Power(only(), p.clone()),
            Expr::Apply(function, _) => Expr::Apply(*function, only()),
            Expr::Sum(_) => Expr::Sum(parts),
            Expr::Product(_) => Expr::Product(parts),
            Expr::Least(_) => Expr::Least(parts),
            Expr::Largest(_) => Expr::Largest(parts),
        }
    }

    /// The expression with what `replace` gives in place of variables.
    #[must_use]
    pub fn substitute(&self, replace: &impl Fn(usize) -> Option<Expr>) -> Expr {
        match self {
            Expr::Variable(at) => replace(*at).unwrap_or_else(|| self.clone()),
            _ => {
                self.with_parts(self.parts().iter().map(|part| part.substitute(replace)).collect())
            }
        }
    }

    /// The variables that occur.
    pub fn variables(&self) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        self.collect(&mut found);
        found
    }

    fn collect(&self, found: &mut BTreeSet<usize>) {
        if let Expr::Variable(at) = self {
            found.insert(*at);
        }
        self.parts().iter().for_each(|part| part.collect(found));
    }

    /// How many nodes it has.
    pub fn size(&self) -> usize {
        1 + self.parts().iter().map(Expr::size).sum::<usize>()
    }

    /// The expression as text, with names for its variables.
    pub fn text<'e>(&'e self, names: &'e [String]) -> impl fmt::Display + 'e {
        Text { expr: self, names, around: 0 }
    }
}

impl ops::Add for Expr {
    type Output = Expr;

    fn add(self, other: Expr) -> Expr {
        match (self, other) {
            (Expr::Sum(mut terms), other) => {
                terms.push(other);
                Expr::Sum(terms)
            }
            (first, other) => Expr::Sum(vec![first, other]),
        }
    }
}

impl ops::Neg for Expr {
    type Output = Expr;

    fn neg(self) -> Expr {
        Expr::from(-1) * self
    }
}

impl ops::Sub for Expr {
    type Output = Expr;

    fn sub(self, other: Expr) -> Expr {
        self + -other
    }
}

impl ops::Mul for Expr {
    type Output = Expr;

    fn mul(self, other: Expr) -> Expr {
        match (self, other) {
            (Expr::Product(mut factors), other) => {
                factors.push(other);
                Expr::Product(factors)
            }
            (first, other) => Expr::Product(vec![first, other]),
        }
    }
}

impl ops::Div for Expr {
    type Output = Expr;

    fn div(self, other: Expr) -> Expr {
        self * other.whole_power(-1)
    }
}

struct Text<'e> {
    expr: &'e Expr,
    names: &'e [String],
    /// How tightly what stands around binds: 0 nothing, 1 a sum, 2 a product, 3 a power.
    around: u8,
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |expr, around| Text { expr, names: self.names, around };
        let own = match self.expr {
            Expr::Number(value) if value.is_negative() => 1,
            Expr::Number(value) if !value.is_integer() => 2,
            Expr::Sum(_) => 1,
            Expr::Product(_) => 2,
            Expr::Power(..) => 3,
            _ => 4,
        };
        let brackets = own <= self.around;
        if brackets {
            f.write_str("(")?;
        }
        match self.expr {
            Expr::Number(value) => write!(f, "{value}")?,
            Expr::Variable(at) => match self.names.get(*at) {
                Some(name) => f.write_str(name)?,
                None => write!(f, "x{at}")?,
            },
            Expr::Sum(parts) | Expr::Product(parts) => {
                let (sign, empty) = if own == 1 { (" + ", "0") } else { ("*", "1") };
                if parts.is_empty() {
                    f.write_str(empty)?;
                }
                for (at, part) in parts.iter().enumerate() {
                    let sign = if at == 0 { "" } else { sign };
                    write!(f, "{sign}{}", text(part, own))?;
                }
            }
            Expr::Power(base, p) if p.is_integer() && !p.is_negative() => {
                write!(f, "{}^{p}", text(base, 3))?;
            }
            Expr::Power(base, p) => write!(f, "{}^({p})", text(base, 3))?,
            Expr::Apply(function, part) => write!(f, "{}({})", function.name(), text(part, 0))?,
            Expr::Least(parts) | Expr::Largest(parts) => {
                let least = matches!(self.expr, Expr::Least(_));
                f.write_str(if least { "min(" } else { "max(" })?;
                for (at, part) in parts.iter().enumerate() {
                    write!(f, "{}{}", if at == 0 { "" } else { ", " }, text(part, 0))?;
                }
                f.write_str(")")?;
            }
        }
        if brackets { f.write_str(")") } else { Ok(()) }
    }
}

/// Whether a number is whole and even.
pub fn is_even(p: &Rational) -> bool {
    p.is_integer() && (p / Rational::from_integer(2.into())).is_integer()
}
