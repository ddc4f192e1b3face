//! Units as written.

use num_rational::Ratio;
use num_traits::{CheckedMul, One, ToPrimitive, Zero};

use super::{BinaryOp, Expr, ExprKind, Local, Name};
use crate::sema::hir::Rational;

/// Largest power of a number in a unit that is read from an expression.
const MOST_POWER: i32 = 64;

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
    /// The unit that an expression would be in a unit's place, if it were one: `mmol / (gDW * h)`, `1`.
    /// `text` is how the spec writes it.
    pub fn of(expr: &Expr, text: &str) -> Option<UnitExpr> {
        let (text, span) = (text.to_owned(), expr.span);
        let mut unit = UnitExpr { scale: Rational::one(), factors: Vec::new(), text, span };
        unit.multiply(expr, Ratio::one())?;
        Some(unit)
    }

    /// Multiplies by what an expression is to a power.
    fn multiply(&mut self, expr: &Expr, power: Ratio<i64>) -> Option<()> {
        match &expr.kind {
            ExprKind::Name(name) => self.factors.push(UnitFactor { name: name.clone(), power }),
            ExprKind::Number(value, unit) => {
                let exponent = power.is_integer().then(|| power.to_integer().to_i32())??;
                if value.is_zero() || exponent.abs() > MOST_POWER {
                    return None;
                }
                self.scale = &self.scale * value.pow(exponent);
                for factor in unit.iter().flat_map(|unit| &unit.factors) {
                    let power = factor.power.checked_mul(&power)?;
                    self.factors.push(UnitFactor { name: factor.name.clone(), power });
                }
            }
            ExprKind::Binary(BinaryOp::Mul, a, b) => {
                self.multiply(a, power)?;
                self.multiply(b, power)?;
            }
            ExprKind::Binary(BinaryOp::Div, a, b) => {
                self.multiply(a, power)?;
                self.multiply(b, -power)?;
            }
            ExprKind::Binary(BinaryOp::Pow, base, exponent) => {
                let ExprKind::Number(exponent, None) = &exponent.kind else { return None };
                let exponent = Ratio::new(exponent.numer().to_i64()?, exponent.denom().to_i64()?);
                let power = power.checked_mul(&exponent).filter(|power| !power.is_zero())?;
                self.multiply(base, power)?;
            }
            _ => return None,
        }
        Some(())
    }

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
