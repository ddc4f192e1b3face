//! Dimensional analysis: the unit of every node, and what to say when units do not fit.

use num_traits::{ToPrimitive, Zero};

use super::Builder;
use crate::diag::{Code, Diagnostic, Edit, Fix, codes};
use crate::sema::atoms::{Atom, UnitRule};
use crate::sema::context::Context;
use crate::sema::hir::{Expr, Node, Rational, Span, Unit};
use crate::sema::units::{Power, UnitErrorKind, coherent};
use crate::syntax::ast::UnitExpr;

/// Whether it is a 0 without a unit, which is 0 in every unit.
pub fn is_plain_zero(expr: &Expr) -> bool {
    expr.facts.unit.is_dimensionless()
        && matches!(&expr.node, Node::Number(value) if value.is_zero())
}

/// Checks that a value has the unit that was declared for it; `declared` is where.
pub fn expect_unit(
    context: &mut Context,
    expr: &Expr,
    unit: &Unit,
    (code, declared, what): (Code, Span, &str),
) -> Option<()> {
    if expr.facts.unit.same_dimension(unit) || is_plain_zero(expr) {
        return Some(());
    }
    let (has, needs) = (expr.facts.unit.quoted(), unit.quoted());
    let message = format!("{what} has {}, and this has {has}", with_article(&needs));
    let mut diagnostic = Diagnostic::error(code, expr.span, message).label(expr.span, has.clone());
    if declared != expr.span {
        diagnostic = diagnostic.label(declared, needs.clone());
    }
    let bare_number = matches!(expr.node, Node::Number(_)) && expr.facts.unit.is_dimensionless();
    if bare_number {
        diagnostic.fixes.push(insert_after(expr.span, &format!(" {}", unit.text)));
    }
    context.report(diagnostic);
    None
}

fn with_article(unit: &str) -> String {
    if unit.starts_with('`') { format!("the unit {unit}") } else { unit.to_owned() }
}

fn insert_after(span: Span, text: &str) -> Fix {
    let at = Span { start: span.end, end: span.end };
    let edits = vec![Edit { span: at, text: text.to_owned() }];
    Fix { title: format!("write the unit `{}`", text.trim()), edits }
}

impl Builder<'_> {
    /// What a unit's text means, where a unit must stand.
    pub fn unit(&mut self, written: &UnitExpr) -> Option<Unit> {
        self.resolved(written, false)
    }

    /// What the unit after a number means: the name of a value may stand there by mistake.
    pub(super) fn unit_of_number(&mut self, written: &UnitExpr) -> Option<Unit> {
        self.resolved(written, true)
    }

    fn resolved(&mut self, written: &UnitExpr, after_number: bool) -> Option<Unit> {
        let error = match self.context.units.resolve(written) {
            Ok(unit) => return Some(unit),
            Err(error) => error,
        };
        let span = self.at(error.span);
        let diagnostic = match error.kind {
            UnitErrorKind::Unknown { name, nearest } => {
                let message = format!("there is no unit `{name}`");
                if self.context.is_echo(&name, &message, span) {
                    return None;
                }
                let diagnostic = Diagnostic::error(codes::UNKNOWN_UNIT, span, message);
                if after_number && self.context.names.contains_key(&name) {
                    let title = format!("multiply by `{name}`");
                    diagnostic.fix(title, span, format!("* {name}"))
                } else if let Some(near) = nearest {
                    diagnostic.fix(format!("did you mean `{near}`?"), span, near)
                } else {
                    let declare =
                        format!("declare it: `unit {name};`, or `unit {name} = 1000 W * h;`");
                    diagnostic.note(declare)
                }
            }
            UnitErrorKind::Refused { name, reason, instead } => {
                let message = format!("`{name}` is no multiple of a unit: {reason}");
                Diagnostic::error(codes::REFUSED_UNIT, span, message).note(instead)
            }
            UnitErrorKind::Power => {
                let message = "this power of a unit is too large, or has no size that is rational";
                Diagnostic::error(codes::UNIT_POWER, span, message)
                    .note("powers go up to 64; a root needs a unit whose size is a whole power")
            }
            UnitErrorKind::Scale => {
                Diagnostic::error(codes::UNIT_POWER, span, "a unit's size must be above 0")
            }
        };
        self.context.report(diagnostic);
        None
    }

    /// The unit of an atom on its arguments.
    pub(super) fn unit_of(
        &mut self,
        atom: &Atom,
        arguments: &[Expr],
        variants: &[Vec<Rational>],
        of_parameter: Option<&Unit>,
        span: Span,
    ) -> Option<Unit> {
        let first = arguments.first()?;
        let unit = &first.facts.unit;
        let raised = match atom.unit {
            UnitRule::Same => return self.common(atom.title, arguments),
            UnitRule::Dimensionless => {
                return arguments.iter().map(|a| self.dimensionless(atom, a)).last()?;
            }
            UnitRule::Plain => {
                self.common(atom.title, arguments)?;
                Some(Unit::default())
            }
            UnitRule::SquareOver => {
                let over = &arguments.get(1)?.facts.unit;
                unit.times(unit).and_then(|square| square.per(over))
            }
            UnitRule::PerElement(power) => {
                let count = self.elements(first);
                let known = i64::try_from(count.most).ok().filter(|_| count.least == count.most);
                let power = known.and_then(|count| count.checked_mul(power));
                match power {
                    _ if unit.is_dimensionless() => Some(Unit::default()),
                    Some(power) => unit.to_power(Power::from_integer(power)),
                    None => None,
                }
            }
            UnitRule::OfParameter => {
                self.dimensionless(atom, first)?;
                return Some(of_parameter.cloned().unwrap_or_default());
            }
            UnitRule::Product => unit.times(&arguments.get(1)?.facts.unit),
            UnitRule::Quotient => unit.per(&arguments.get(1)?.facts.unit),
            UnitRule::Power(n, d) => unit.to_power(Power::new(n, d)),
            UnitRule::ToParameter if unit.is_dimensionless() => Some(Unit::default()),
            // An exponent that differs from member to member gives no one unit.
            UnitRule::ToParameter => match variants {
                [only] => power(only.first()?).and_then(|p| unit.to_power(p)),
                _ => None,
            },
        };
        if raised.is_none() {
            let message = format!("the unit of {} is a power that means nothing", atom.title);
            self.context.report(
                Diagnostic::error(codes::UNIT_POWER, span, message)
                    .label(first.span, unit.quoted())
                    .note("powers of units go up to 64, as numerators and denominators"),
            );
        }
        raised
    }

    /// The unit that all arguments share.
    pub(super) fn common(&mut self, title: &str, arguments: &[Expr]) -> Option<Unit> {
        let decides = arguments.iter().find(|a| !is_plain_zero(a)).or(arguments.first())?;
        let unit = &decides.facts.unit;
        let fits = |other: &&Expr| unit.same_dimension(&other.facts.unit) || is_plain_zero(other);
        let Some(other) = arguments.iter().find(|other| !fits(other)) else {
            return Some(unit.clone());
        };
        let (left, right) = (unit.quoted(), other.facts.unit.quoted());
        let message = format!("{title} of {left} and {right} means nothing");
        let mut diagnostic = Diagnostic::error(codes::UNIT_MISMATCH, other.span, message)
            .label(other.span, right)
            .label(decides.span, left);
        for (number, needed) in [(other, unit), (decides, &other.facts.unit)] {
            let bare =
                matches!(number.node, Node::Number(_)) && number.facts.unit.is_dimensionless();
            if bare && !needed.is_dimensionless() {
                diagnostic.fixes.push(insert_after(number.span, &format!(" {}", needed.text)));
            }
        }
        self.context.report(diagnostic);
        None
    }

    fn dimensionless(&mut self, atom: &Atom, argument: &Expr) -> Option<Unit> {
        let unit = &argument.facts.unit;
        if unit.is_dimensionless() {
            return Some(Unit::default());
        }
        let message =
            format!("{} takes a plain number, and this has the unit {}", atom.title, unit.quoted());
        let mut diagnostic = Diagnostic::error(codes::NOT_DIMENSIONLESS, argument.span, message)
            .label(argument.span, unit.quoted())
            .note("divide by the amount to count in: the result then does not depend on the unit");
        let divisor = one_of(unit);
        let end = Span { start: argument.span.end, end: argument.span.end };
        let start = Span { start: argument.span.start, end: argument.span.start };
        let edits = if matches!(argument.node, Node::Add(..) | Node::Sub(..) | Node::Neg(_)) {
            vec![
                Edit { span: start, text: "(".to_owned() },
                Edit { span: end, text: format!(") / {divisor}") },
            ]
        } else {
            vec![Edit { span: end, text: format!(" / {divisor}") }]
        };
        diagnostic.fixes.push(Fix { title: format!("divide by `{divisor}`"), edits });
        self.context.report(diagnostic);
        None
    }
}

/// One of a unit, as a divisor: `1 s`, `(1/s)`, `(1 m/s)`.
fn one_of(unit: &Unit) -> String {
    // `1000 W * h` has a number of its own.
    let own_number = unit.text.starts_with(|c: char| c.is_ascii_digit());
    let text =
        if own_number { coherent(unit.dimensions.clone()).text.clone() } else { unit.text.clone() };
    if text.starts_with("1/") {
        format!("({text})")
    } else if text.contains(['/', '*']) {
        format!("(1 {text})")
    } else {
        format!("1 {text}")
    }
}

fn power(exponent: &Rational) -> Option<Power> {
    Some(Power::new(exponent.numer().to_i64()?, exponent.denom().to_i64()?))
}
