//! Decisions and their bounds; named expressions.

use num_traits::{Signed, Zero};

use super::context::Context;
use super::expr::{Builder, expect_unit};
use super::hir::{Expr, Let, Rational, Span, Spanned, Unit, Variable};
use super::past_rules;
use crate::diag::{Diagnostic, codes};
use crate::syntax::ast::{self, ExprKind, Item, Range, SignWord};

/// A range's ends in SI; none where it is infinite.
pub type Ends = (Option<Rational>, Option<Rational>);

/// What holds every element's ends, and the ends by the binders in scope where elements differ.
type EachEnds = (Ends, (Option<Expr>, Option<Expr>));

/// Resolves a decision.
pub fn resolve(context: &mut Context, item: &Item, variable: &ast::Variable) -> Option<Variable> {
    let name = Spanned { value: variable.name.text.clone(), span: item.at(variable.name.span) };
    let mut builder = Builder::new(context, item.base);
    let index = builder.bind(&variable.index);
    let unit = match &variable.unit {
        Some(written) => builder.unit(written),
        None => Some(Unit::default()),
    };
    let (index, unit) = (index?, unit?);
    let declared = variable.unit.as_ref().map_or(name.span, |written| item.at(written.span));
    let ((mut lo, mut hi), each) = match &variable.range {
        Some(written) => ranges(&mut builder, written, &unit, declared)?,
        None => ((None, None), (None, None)),
    };
    let zero = Rational::zero();
    match variable.sign {
        Some((SignWord::Nonneg, span)) => {
            if hi.as_ref().is_some_and(Signed::is_negative) {
                return contradiction(context, &name, item.at(span), "nonneg");
            }
            lo = Some(lo.map_or(zero.clone(), |lo| lo.max(zero)));
        }
        Some((SignWord::Nonpos, span)) => {
            if lo.as_ref().is_some_and(Signed::is_positive) {
                return contradiction(context, &name, item.at(span), "nonpos");
            }
            hi = Some(hi.map_or(zero.clone(), |hi| hi.min(zero)));
        }
        None => {}
    }
    Some(Variable { name, index, unit, lo, hi, each })
}

fn contradiction<T>(
    context: &mut Context,
    name: &Spanned<String>,
    span: Span,
    word: &str,
) -> Option<T> {
    let message = format!("no value of `{}` is both `{word}` and within its bounds", name.value);
    context.report(Diagnostic::error(codes::BOUNDS, span, message));
    None
}

/// A range's ends, checked for their unit and order.
pub fn range(
    builder: &mut Builder<'_>,
    range: &Range,
    unit: &Unit,
    declared: Span,
) -> Option<Ends> {
    let (ends, each) = ranges(builder, range, unit, declared)?;
    if let Some(differs) = each.0.or(each.1) {
        builder.constant(&differs)?;
    }
    Some(ends)
}

/// The same where the ends may differ from element to element.
fn ranges(
    builder: &mut Builder<'_>,
    range: &Range,
    unit: &Unit,
    declared: Span,
) -> Option<EachEnds> {
    let lo = end(builder, &range.lo, unit, declared);
    let hi = end(builder, &range.hi, unit, declared);
    let (lo, hi) = (lo?, hi?);
    let span = builder.at(range.lo.span.to(range.hi.span));
    let context = &mut *builder.context;
    match (&lo, &hi) {
        (End::Infinite { negative: false }, _) | (_, End::Infinite { negative: true }) => {
            let message = "nothing lies in this range";
            let advice = "an end that is left open is `-inf` on the left and `inf` on the right";
            context.report(Diagnostic::error(codes::BOUNDS, span, message).note(advice));
            return None;
        }
        (End::At(lo), End::At(hi)) if lo > hi => {
            let message = format!(
                "the lower end, {}, is above the upper one, {}",
                unit.show(lo),
                unit.show(hi)
            );
            context.report(Diagnostic::error(codes::BOUNDS, span, message));
            return None;
        }
        _ => {}
    }
    let ends = (lo.hull(|interval| interval.0), hi.hull(|interval| interval.1));
    Some((ends, (lo.each(), hi.each())))
}

enum End {
    At(Rational),
    /// It differs from element to element.
    Each(Box<Expr>),
    Infinite {
        negative: bool,
    },
}

impl End {
    /// The end that holds every element's; `side` takes it from an interval of its values.
    fn hull(&self, side: fn((f64, f64)) -> f64) -> Option<Rational> {
        match self {
            End::At(value) => Some(value.clone()),
            End::Each(expr) => Rational::from_float(side(expr.facts.interval)),
            End::Infinite { .. } => None,
        }
    }

    fn each(self) -> Option<Expr> {
        match self {
            End::Each(expr) => Some(*expr),
            End::At(_) | End::Infinite { .. } => None,
        }
    }
}

fn end(builder: &mut Builder<'_>, expr: &ast::Expr, unit: &Unit, declared: Span) -> Option<End> {
    match &expr.kind {
        ExprKind::Infinity => return Some(End::Infinite { negative: false }),
        ExprKind::Neg(inner) if matches!(inner.kind, ExprKind::Infinity) => {
            return Some(End::Infinite { negative: true });
        }
        _ => {}
    }
    let built = builder.whole(expr)?;
    expect_unit(builder.context, &built, unit, (codes::DECLARED_UNIT, declared, "what it bounds"))?;
    if builder.differs(&built) {
        return Some(End::Each(Box::new(built)));
    }
    Some(End::At(builder.constant(&built)?))
}

/// Resolves a named expression; also says how deep it is, through the ones that it uses.
pub fn resolve_let(
    context: &mut Context,
    item: &Item,
    named: &ast::Let,
) -> Option<(Let, usize, bool)> {
    let name = Spanned { value: named.name.text.clone(), span: item.at(named.name.span) };
    let mut builder = Builder::of_let(context, item.base);
    let index = builder.bind(&named.index);
    let body =
        if named.index.is_empty() { builder.any(&named.body) } else { builder.whole(&named.body) };
    let (depth, void) = (builder.depth(), builder.is_void());
    let (index, mut body) = (index?, body?);
    let proof = past_rules::improve(context, &mut body, &index);
    Some((Let { name, index, body, proof }, depth, void))
}
