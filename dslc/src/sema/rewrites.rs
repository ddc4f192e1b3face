//! Ways of writing that the rules do not see through, and what to write instead.

use super::context::Context;
use super::hir::{Expr, Node};
use super::print::print;
use super::trace::Need;
use crate::diag::Diagnostic;

/// Longest expression that a fix writes anew.
const LONGEST: usize = 200;

/// Adds the known way out of what `culprit` breaks.
pub fn suggest(context: &Context, error: Diagnostic, culprit: &Expr, need: Need) -> Diagnostic {
    let text = |expr: &Expr| print(context, expr, LONGEST);
    let same = |a: &Expr, b: &Expr| text(a) == text(b) && text(a).len() <= LONGEST;
    match (&culprit.node, need) {
        (Node::Mul(a, b), _) if same(a, b) => {
            let square = format!("square({})", text(a));
            match need {
                Need::Convex => error.fix(
                    "write the square as one function, which the rules know to be convex",
                    culprit.span,
                    square,
                ),
                _ => error
                    .note(format!("this is `{square}`, which is convex: a penalty is subtracted")),
            }
        }
        (Node::Mul(a, b), _) if entropy(a, b, &text).is_some() => {
            let (argument, negated) = entropy(a, b, &text).unwrap_or_default();
            let (known, entr) = match negated {
                true => (Need::Concave, format!("entr({argument})")),
                false => (Need::Convex, format!("(-entr({argument}))")),
            };
            if known == need {
                error.fix(
                    format!("`{entr}` is the same, known to be {}", need.name()),
                    culprit.span,
                    entr,
                )
            } else {
                error.note(format!("this is `{entr}`, which is {}", known.name()))
            }
        }
        (Node::Div(a, b), _) if inverts(a, need) => {
            let inverse = format!("inv_pos({})", text(b));
            let one = matches!(&a.node, Node::Number(value) if num_traits::One::is_one(value));
            let plain = one && a.facts.unit.is_dimensionless();
            let product = if plain { inverse } else { format!("{} * {inverse}", text(a)) };
            error.fix("write the reciprocal as a function, convex above 0", culprit.span, product)
        }
        (Node::Mul(..) | Node::Div(..), _) => {
            error.note("make one of the two a param or a number, or say the same with one function")
        }
        _ => error,
    }
}

/// Whether `a * inv_pos(b)` is what is needed: a constant numerator of the right sign.
fn inverts(numerator: &Expr, need: Need) -> bool {
    let shape = numerator.shape();
    shape.is_constant()
        && match need {
            Need::Convex => shape.is_nonneg(),
            Need::Concave => shape.is_nonpos(),
            Need::Affine => false,
        }
}

/// The x of `x * log(x)`, and whether it is negated.
fn entropy(a: &Expr, b: &Expr, text: &dyn Fn(&Expr) -> String) -> Option<(String, bool)> {
    let of_log = |expr: &Expr| match &expr.node {
        Node::Atom("log", arguments) => arguments.first().map(text),
        _ => None,
    };
    let (factor, argument) = match (of_log(b), of_log(a)) {
        (Some(argument), _) => (a, argument),
        (None, Some(argument)) => (b, argument),
        (None, None) => return None,
    };
    match &factor.node {
        Node::Neg(inner) if text(inner) == argument => Some((argument, true)),
        _ if text(factor) == argument => Some((argument, false)),
        _ => None,
    }
}
