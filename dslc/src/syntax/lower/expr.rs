//! Expressions: operands and operators become a tree by precedence.

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use pest::iterators::Pair;
use pest::pratt_parser::{Assoc, Op, PrattParser};

use super::{Lowered, Walk, literals, units, walk};
use crate::diag::{Diagnostic, codes};
use crate::syntax::MAX_DEPTH;
use crate::syntax::ast::{
    BinaryOp, Binder, Comparison, Connective, Expr, ExprKind, Fold, Local, Name,
};
use crate::syntax::grammar::Rule;

/// From the loosest to the tightest.
static PRECEDENCE: LazyLock<PrattParser<Rule>> = LazyLock::new(|| {
    let left = |rule| Op::infix(rule, Assoc::Left);
    PrattParser::new()
        .op(left(Rule::kw_or))
        .op(left(Rule::kw_and))
        .op(Op::prefix(Rule::kw_not))
        .op(left(Rule::at_most)
            | left(Rule::at_least)
            | left(Rule::equal)
            | left(Rule::not_equal)
            | left(Rule::below)
            | left(Rule::above))
        .op(left(Rule::plus) | left(Rule::minus))
        .op(left(Rule::star) | left(Rule::slash))
        .op(Op::prefix(Rule::neg))
        .op(Op::infix(Rule::caret, Assoc::Right))
});

/// Most `^` side by side: each waits for the one to its right.
const MAX_POWERS: usize = 64;

/// An expression and how deep its tree is. On the heap: it passes through every frame of a recursion
/// as deep as the brackets of a spec.
type Tree = Box<Deep>;

struct Deep {
    expr: Expr,
    depth: usize,
}

/// An arithmetic expression.
pub fn number(pair: Pair<'_, Rule>) -> Lowered<Expr> {
    Ok(arithmetic(tree(pair)?)?.expr)
}

/// The two sides of a resource.
pub fn relation(pair: Pair<'_, Rule>) -> Lowered<(Expr, Comparison, Expr)> {
    let Expr { kind, span } = tree(pair)?.expr;
    match kind {
        ExprKind::Compare(relation, left, right) => {
            let strict = matches!(relation, Comparison::Below | Comparison::Above);
            if strict || relation == Comparison::NotEqual {
                let between = Local { start: left.span.end, end: right.span.start };
                let wanted = if relation == Comparison::Above { ">=" } else { "<=" };
                return Err(Box::new(
                    Diagnostic::error(
                        codes::NO_RELATION,
                        between.at(0),
                        "a resource is related by `<=`, `==` or `>=`",
                    )
                    .note(
                        "the whole capacity may be used: a limit that is not attained has no price",
                    )
                    .fix(
                        format!("write `{wanted}`"),
                        between.at(0),
                        format!(" {wanted} "),
                    ),
                ));
            }
            Ok((*left, relation, *right))
        }
        _ => Err(Box::new(
            Diagnostic::error(
                codes::NO_RELATION,
                span.at(0),
                "this resource does not say how much of it there is",
            )
            .note("write `resource NAME: UNIT = USE <= CAPACITY;`"),
        )),
    }
}

fn tree(pair: Pair<'_, Rule>) -> Lowered<Tree> {
    let span = walk::of(&pair);
    let powers = pair.clone().into_inner().filter(|part| part.as_rule() == Rule::caret).count();
    if powers > MAX_POWERS {
        let message = format!("more than {MAX_POWERS} powers of powers");
        return Err(Box::new(Diagnostic::error(codes::TOO_DEEP, span.at(0), message)));
    }
    PRECEDENCE
        .map_primary(primary)
        .map_prefix(|operator, operand| prefix(&operator, operand?))
        .map_infix(|left, operator, right| infix(left?, &operator, right?))
        .parse(pair.into_inner())
}

fn prefix(operator: &Pair<'_, Rule>, operand: Tree) -> Lowered<Tree> {
    let span = walk::of(operator).to(operand.expr.span);
    if operator.as_rule() == Rule::kw_not {
        let operand = truth(operand)?;
        return node(ExprKind::Not(Box::new(operand.expr)), span, operand.depth);
    }
    let operand = arithmetic(operand)?;
    node(ExprKind::Neg(Box::new(operand.expr)), span, operand.depth)
}

fn infix(left: Tree, operator: &Pair<'_, Rule>, right: Tree) -> Lowered<Tree> {
    let rule = operator.as_rule();
    let span = left.expr.span.to(right.expr.span);
    let depth = left.depth.max(right.depth);
    if let Some(connective) = connective(rule) {
        let (left, right) = (truth(left)?.expr, truth(right)?.expr);
        return node(ExprKind::Logic(connective, Box::new(left), Box::new(right)), span, depth);
    }
    if let Some(comparison) = comparison(rule) {
        if matches!(left.expr.kind, ExprKind::Compare(..)) {
            return Err(chained(&left.expr, operator));
        }
        let (left, right) = (arithmetic(left)?.expr, arithmetic(right)?.expr);
        return node(ExprKind::Compare(comparison, Box::new(left), Box::new(right)), span, depth);
    }
    let op = match rule {
        Rule::plus => BinaryOp::Add,
        Rule::minus => BinaryOp::Sub,
        Rule::star => BinaryOp::Mul,
        Rule::slash => BinaryOp::Div,
        Rule::caret => BinaryOp::Pow,
        _ => return Err(walk::disagree(rule, walk::of(operator))),
    };
    let (left, right) = (arithmetic(left)?.expr, arithmetic(right)?.expr);
    node(ExprKind::Binary(op, Box::new(left), Box::new(right)), span, depth)
}

fn connective(rule: Rule) -> Option<Connective> {
    match rule {
        Rule::kw_and => Some(Connective::And),
        Rule::kw_or => Some(Connective::Or),
        _ => None,
    }
}

fn comparison(rule: Rule) -> Option<Comparison> {
    Some(match rule {
        Rule::at_most => Comparison::AtMost,
        Rule::at_least => Comparison::AtLeast,
        Rule::equal => Comparison::Equal,
        Rule::not_equal => Comparison::NotEqual,
        Rule::below => Comparison::Below,
        Rule::above => Comparison::Above,
        _ => return None,
    })
}

/// A node above children of depth `depth`.
fn node(kind: ExprKind, span: Local, depth: usize) -> Lowered<Tree> {
    if depth >= MAX_DEPTH {
        let end = Local { start: span.start, end: span.start + 1 };
        return Err(Box::new(
            Diagnostic::error(
                codes::TOO_LONG,
                end.at(0),
                format!("this expression has more than {MAX_DEPTH} operands in a row"),
            )
            .note("sum over a set instead: `sum(a[i] * x[i] for i in I)`, with `a` from a CSV file")
            .note("several `utility` items add up, and `let` names a part"),
        ));
    }
    Ok(Box::new(Deep { expr: Expr { kind, span }, depth: depth + 1 }))
}

fn is_truth(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Compare(..) | ExprKind::Logic(..) | ExprKind::Not(_))
}

/// Refuses a comparison where a number belongs.
fn arithmetic(deep: Tree) -> Lowered<Tree> {
    if !is_truth(&deep.expr) {
        return Ok(deep);
    }
    Err(Box::new(
        Diagnostic::error(
            codes::COMPARISON_AS_NUMBER,
            deep.expr.span.at(0),
            "a comparison stands where a number belongs",
        )
        .note("comparisons belong into `resource … <= …;` and into `if` of a sum"),
    ))
}

/// Refuses a number where a condition belongs.
fn truth(deep: Tree) -> Lowered<Tree> {
    if is_truth(&deep.expr) {
        return Ok(deep);
    }
    Err(Box::new(
        Diagnostic::error(
            codes::NUMBER_AS_CONDITION,
            deep.expr.span.at(0),
            "a condition compares two things",
        )
        .note("for example `if i != j`"),
    ))
}

fn chained(left: &Expr, operator: &Pair<'_, Rule>) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            codes::CHAINED_COMPARISON,
            walk::of(operator).at(0),
            "two comparisons in a row",
        )
        .label(left.span.at(0), "this is one already")
        .note("a resource has one capacity: write two resources, or a range `x in lo .. hi`"),
    )
}

fn primary(pair: Pair<'_, Rule>) -> Lowered<Tree> {
    match pair.as_rule() {
        Rule::paren => paren(pair),
        Rule::vector => vector(pair),
        Rule::reference => reference(pair),
        _ => literal(pair),
    }
}

/// A number with its unit, a text, `inf`.
fn literal(pair: Pair<'_, Rule>) -> Lowered<Tree> {
    let mut span = walk::of(&pair);
    let kind = match pair.as_rule() {
        Rule::quantity => {
            let mut walk = Walk::new(pair);
            let number = walk.need(Rule::number)?;
            let value = literals::number(&number)?;
            let unit = walk.next().map(units::unit_power).transpose()?;
            span.end = unit.as_ref().map_or(walk::of(&number).end, |unit| unit.span.end);
            ExprKind::Number(value, unit)
        }
        Rule::infinity => ExprKind::Infinity,
        Rule::text => ExprKind::Text(literals::text(&pair)?),
        rule => return Err(walk::disagree(rule, span)),
    };
    node(kind, span, 0)
}

fn paren(pair: Pair<'_, Rule>) -> Lowered<Tree> {
    let span = walk::of(&pair);
    let mut inner = tree(Walk::new(pair).need(Rule::expr)?)?;
    inner.expr.span = span;
    Ok(inner)
}

fn vector(pair: Pair<'_, Rule>) -> Lowered<Tree> {
    let span = walk::of(&pair);
    if pair.clone().into_inner().any(|part| part.as_rule() == Rule::binders) {
        let end = Local { start: span.start, end: span.start + 1 };
        let (each, depth) = fold(Name { text: "[".to_owned(), span: end }, Walk::new(pair))?;
        return node(ExprKind::Each(each), span, depth);
    }
    let (elements, depth) = list(Walk::new(pair))?;
    node(ExprKind::Vector(elements), span, depth)
}

/// `x`, `x[i]`, `f(x)`, `sum(x[i] for i in I)`.
fn reference(pair: Pair<'_, Rule>) -> Lowered<Tree> {
    let mut walk = Walk::new(pair);
    let name = walk.name()?;
    let Some(tail) = walk.next() else {
        let span = name.span;
        return node(ExprKind::Name(name), span, 0);
    };
    let span = name.span.to(walk::of(&tail));
    let (kind, depth) = if tail.as_rule() == Rule::subscripts {
        let (indices, depth) = list(Walk::new(tail))?;
        (ExprKind::Index(name, indices), depth)
    } else if tail.clone().into_inner().any(|part| part.as_rule() == Rule::binders) {
        let (fold, depth) = fold(name, Walk::new(tail))?;
        (ExprKind::Fold(fold), depth)
    } else {
        let (arguments, depth) = list(Walk::new(tail))?;
        (ExprKind::Call(name, arguments), depth)
    };
    node(kind, span, depth)
}

/// `e for i in I, j in J if c`, and its depth.
fn fold(function: Name, mut walk: Walk<'_>) -> Lowered<(Box<Fold>, usize)> {
    let body = arithmetic(tree(walk.need(Rule::expr)?)?)?;
    let mut depth = body.depth;
    let mut fold = Fold { function, body: body.expr, binders: Vec::new(), condition: None };
    for part in Walk::new(walk.need(Rule::binders)?) {
        let is_condition = part.as_rule() == Rule::condition;
        let mut parts = Walk::new(part);
        if is_condition {
            let condition = truth(tree(parts.need(Rule::expr)?)?)?;
            depth = depth.max(condition.depth);
            fold.condition = Some(condition.expr);
        } else {
            fold.binders.push(Binder { name: Some(parts.name()?), set: parts.name()? });
        }
    }
    Ok((Box::new(fold), depth))
}

/// Arithmetic expressions side by side, and the depth of the deepest.
fn list(walk: Walk<'_>) -> Lowered<(Vec<Expr>, usize)> {
    let mut depth = 0;
    let mut elements = Vec::new();
    for part in walk {
        let deep = arithmetic(tree(part)?)?;
        depth = depth.max(deep.depth);
        elements.push(deep.expr);
    }
    Ok((elements, depth))
}
