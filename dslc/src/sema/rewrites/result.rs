//! What a replacement is once the names of its row stand for expressions: its curvature, sign
//! and unit.

use num_traits::{One, ToPrimitive};

use super::pattern::{Bindings, Match};
use crate::sema::atoms::{self, Atom, UnitRule};
use crate::sema::curvature::{self, Shape};
use crate::sema::hir::{Curvature, Expr, Node, Rational, Sign, Unit};
use crate::sema::units::Power;
use crate::syntax::ast::{self, BinaryOp, ExprKind};

/// What is known of a replacement.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its curvature and sign by the rules.
    pub shape: Shape,
    unit: Unit,
    /// Whether it is never below 0.
    nonneg: bool,
    /// Its value, when it is a number.
    number: Option<Rational>,
}

impl Known {
    fn of(expr: &Expr) -> Self {
        let number = match &expr.node {
            Node::Number(value) => Some(value.clone()),
            _ => None,
        };
        let nonneg = expr.facts.interval.0 >= 0.0;
        Known { shape: expr.shape(), unit: expr.facts.unit.clone(), nonneg, number }
    }

    fn of_number(value: &Rational) -> Self {
        let sign = if *value >= Rational::default() { Sign::Nonneg } else { Sign::Nonpos };
        let shape = Shape::new(Curvature::Constant, sign);
        let number = Some(value.clone());
        Known { shape, unit: Unit::default(), nonneg: sign == Sign::Nonneg, number }
    }
}

/// What a match's replacement is, what it is multiplied by included; none where the rules, or those of
/// units, do not take it.
pub fn known(replacement: &ast::Expr, found: &Match<'_>) -> Option<Known> {
    let mut known = of(replacement, &found.bindings)?;
    for constant in &found.constants {
        known = apply("mul", &[Known::of(constant), known])?;
    }
    if found.negative { apply("neg_", &[known]) } else { Some(known) }
}

fn of(expr: &ast::Expr, bindings: &Bindings<'_>) -> Option<Known> {
    let all = |exprs: &[&ast::Expr]| {
        exprs.iter().map(|expr| of(expr, bindings)).collect::<Option<Vec<_>>>()
    };
    match &expr.kind {
        ExprKind::Name(name) => bindings.get(&name.text).map(Known::of),
        ExprKind::Number(value, None) => Some(Known::of_number(value)),
        ExprKind::Neg(a) => match of(a, bindings)? {
            Known { number: Some(value), .. } => Some(Known::of_number(&-value)),
            known => apply("neg_", &[known]),
        },
        ExprKind::Binary(BinaryOp::Pow, a, p) => power(of(a, bindings)?, of(p, bindings)?),
        ExprKind::Binary(op, a, b) => {
            let (a, b) = (of(a, bindings)?, of(b, bindings)?);
            match (op, &a.number, &b.number) {
                (BinaryOp::Mul, Some(a), Some(b)) => Some(Known::of_number(&(a * b))),
                (BinaryOp::Mul, ..) => apply("mul", &[a, b]),
                (BinaryOp::Div, ..) => apply("div", &[a, b]),
                (BinaryOp::Sub, ..) => apply("sub", &[a, b]),
                _ => apply("add", &[a, b]),
            }
        }
        ExprKind::Call(name, arguments) => {
            apply(&name.text, &all(&arguments.iter().collect::<Vec<_>>())?)
        }
        ExprKind::Vector(elements) => {
            let elements = all(&elements.iter().collect::<Vec<_>>())?;
            elements.into_iter().map(Some).reduce(|a, b| apply("add", &[a?, b?]))?
        }
        ExprKind::Each(each) => of(&each.body, bindings),
        ExprKind::Fold(fold) => apply(&fold.function.text, &[of(&fold.body, bindings)?]),
        _ => None,
    }
}

fn power(base: Known, exponent: Known) -> Option<Known> {
    let value = exponent.number.as_ref()?;
    let odd = value.is_integer() && !(value / Rational::from_integer(2.into())).is_integer();
    let signed = odd && *value > Rational::one() && !base.nonneg;
    apply(if signed { "odd_power" } else { "power" }, &[base, exponent])
}

/// A row of the atom table on arguments, its parameters last; of those with a default, all stand there
/// or none.
fn apply(name: &str, arguments: &[Known]) -> Option<Known> {
    let atom = atoms::find(name)?;
    let needed = atom.parameters.iter().filter(|each| each.default.is_none()).count();
    let fits = |given: &usize| {
        arguments.len().checked_sub(*given).is_some_and(|count| atom.arity.allows(count))
    };
    let given = [atom.parameters.len(), needed].into_iter().find(fits)?;
    let count = arguments.len().checked_sub(given)?;
    let (arguments, parameters) = arguments.split_at_checked(count)?;
    let parameters: Vec<_> =
        parameters.iter().map(|known| known.number.clone()).collect::<Option<_>>()?;
    let shapes: Vec<_> = arguments.iter().map(|known| known.shape).collect();
    let shape = curvature::apply(atom.case_of(&shapes, &parameters), &shapes);
    let unit = unit(atom, arguments, &parameters)?;
    Some(Known { shape, unit, nonneg: shape.is_nonneg(), number: None })
}

fn unit(atom: &Atom, arguments: &[Known], parameters: &[Rational]) -> Option<Unit> {
    let first = &arguments.first()?.unit;
    let second = || arguments.get(1).map(|known| &known.unit);
    match atom.unit {
        UnitRule::Same => {
            let same = arguments.iter().all(|other| other.unit.same_dimension(first));
            same.then(|| first.clone())
        }
        UnitRule::Plain => {
            let same = arguments.iter().all(|other| other.unit.same_dimension(first));
            same.then(Unit::default)
        }
        UnitRule::SquareOver => first.times(first)?.per(second()?),
        // The number of elements, or the unit of a parameter, is not known of a pattern.
        UnitRule::PerElement(_) => first.is_dimensionless().then(Unit::default),
        UnitRule::OfParameter => None,
        UnitRule::Dimensionless => {
            let plain = arguments.iter().all(|known| known.unit.is_dimensionless());
            plain.then(Unit::default)
        }
        UnitRule::Product => first.times(second()?),
        UnitRule::Quotient => first.per(second()?),
        UnitRule::Power(n, d) => first.to_power(Power::new(n, d)),
        UnitRule::ToParameter if first.is_dimensionless() => Some(Unit::default()),
        UnitRule::ToParameter => {
            let exponent = parameters.first()?;
            first.to_power(Power::new(exponent.numer().to_i64()?, exponent.denom().to_i64()?))
        }
    }
}
