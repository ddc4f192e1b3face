//! Units as written.

use num_rational::Ratio;

use super::{Local, Name};
use crate::sema::hir::Rational;

/// A product of powers of unit names: `mmol/(gDW*h)`, `1/s`, `1000 W * h`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnitExpr {
    /// The number in front; 1 when there is none.
    pub scale: Rational,
    /// Its factors as written, those below a `/` with their powers negated.
    pub factors: Vec<UnitFactor>,
    /// As the spec writes it.
    pub text: String,
    /// Where it stands.
    pub span: Local,
}

/// A unit name and its power.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnitFactor {
    /// The name.
    pub name: Name,
    /// The power; never 0.
    pub power: Ratio<i64>,
}

impl UnitExpr {
    /// The name, when it is one name to the power 1 and nothing else.
    pub fn bare_name(&self) -> Option<&Name> {
        match self.factors.as_slice() {
            [factor] if factor.name.text == self.text => Some(&factor.name),
            _ => None,
        }
    }
}

/// A number with its unit, as a port's option has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Quantity {
    /// The number, exact.
    pub number: Rational,
    /// The unit after it.
    pub unit: Option<UnitExpr>,
}
