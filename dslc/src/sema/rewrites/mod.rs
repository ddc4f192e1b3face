//! Ways of writing that the rules do not see through, and what to write instead: the rows of
//! [`table`], tried on the part that breaks a rule and on what it is part of.

mod pattern;
mod result;
mod table;
#[cfg(test)]
mod tests;
mod text;

use std::sync::LazyLock;

use super::context::Context;
use super::curvature::Shape;
use super::hir::{Expr, Node};
use super::print::{Level, print};
use super::trace::Need;
use crate::diag::Diagnostic;
use crate::syntax::ast;
use pattern::{Match, find};
use result::Known;
use table::{ROWS, Row};
use text::Place;

/// Longest replacement, in bytes.
const LONGEST: usize = 240;

/// The rows, their texts as trees.
static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let pattern = |row: &'static Row| {
        let (left, right) = (pattern::parse(row.pattern)?, pattern::parse(row.replacement)?);
        Some(Pattern { row, left, right })
    };
    ROWS.iter().filter_map(pattern).collect()
});

struct Pattern {
    row: &'static Row,
    left: ast::Expr,
    right: ast::Expr,
}

/// A part, and what it would have to be.
#[derive(Clone, Copy)]
pub struct Part<'e> {
    /// The part.
    pub expr: &'e Expr,
    /// What it would have to be.
    pub need: Need,
}

/// Adds the known way out to `error`; `path` leads from the whole to the part that breaks the rule.
pub fn suggest(context: &Context, error: Diagnostic, path: &[Part<'_>]) -> Diagnostic {
    let Some(culprit) = path.last() else { return error };
    for (at, part) in path.iter().enumerate().rev() {
        let above = at.checked_sub(1).and_then(|at| path.get(at)).map(|part| part.expr);
        if let Some(Way { text, known, .. }) = ways(context, part.expr, place(above, part.expr))
            .find(|way| part.need.met_by(way.known.shape) && way.text.len() <= LONGEST)
        {
            let title = match named(known.shape) {
                Some(curvature) => {
                    format!("write it as `{text}`, which the rules know to be {curvature}")
                }
                None => format!("write it as `{text}`"),
            };
            return error.fix(title, part.expr.span, text);
        }
    }
    let first = ways(context, culprit.expr, Place::default()).next();
    let said = first.and_then(|way| Some((named(way.known.shape)?, way.text)));
    if let Some((curvature, text)) = said.filter(|_| named(culprit.expr.shape()).is_none()) {
        let place = culprit.need.name();
        let note = format!("this is `{text}`, which is {curvature}, and {place} is needed here");
        return error.note(note);
    }
    match culprit.expr.node {
        Node::Mul(..) | Node::Div(..) => {
            error.note("make one of the two a param or a number, or say the same with one function")
        }
        _ => error,
    }
}

/// Another way to write an expression.
struct Way {
    text: String,
    known: Known,
}

/// The rows that fit, from the top of the table.
fn ways<'e>(context: &'e Context, expr: &'e Expr, place: Place) -> impl Iterator<Item = Way> + 'e {
    PATTERNS.iter().filter_map(move |Pattern { row, left, right }| {
        let found = find(context, left, expr).filter(|found| holds(row, found))?;
        let known = result::known(right, &found)?;
        let text = text::write(context, right, &found, place);
        (text != print(context, expr, LONGEST)).then_some(Way { text, known })
    })
}

/// Whether the two sides of the row have the same value.
fn holds(row: &Row, found: &Match<'_>) -> bool {
    let nonneg =
        |name: &&str| found.bindings.get(name).is_some_and(|expr| expr.facts.interval.0 >= 0.0);
    row.nonneg.iter().all(nonneg)
}

/// What the place of `part`, an operand of `above`, asks of a text.
fn place(above: Option<&Expr>, part: &Expr) -> Place {
    let right = |b: &Expr| std::ptr::eq(b, part);
    let level = match above.map(|expr| &expr.node) {
        Some(Node::Add(..)) => Level::Sum,
        Some(Node::Sub(_, b)) if right(b) => Level::Product,
        Some(Node::Sub(..)) => Level::Sum,
        Some(Node::Div(_, b)) if right(b) => Level::Negation,
        Some(Node::Mul(..) | Node::Div(..)) => Level::Product,
        Some(Node::Neg(_)) => Level::Negation,
        Some(Node::Atom("power" | "odd_power", _)) => Level::Atom,
        _ => return Place { level: Level::Sum, operand: false },
    };
    Place { level, operand: true }
}

/// The curvature by its name, when it says something.
fn named(shape: Shape) -> Option<&'static str> {
    match (shape.is_affine(), shape.is_convex(), shape.is_concave()) {
        (true, ..) => Some("affine"),
        (_, true, _) => Some("convex"),
        (_, _, true) => Some("concave"),
        _ => None,
    }
}
