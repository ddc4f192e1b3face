//! Expressions: operands and operators become a tree by precedence.

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::ast::ItemKind;
    use crate::syntax::parse;

    /// The tree of `let a = TEXT;` in prefix form.
    fn tree_of(text: &str) -> String {
        let parsed = parse(&format!("let a = {text};"));
        match &parsed.body.kind {
            ItemKind::Let(item) => show(&item.body),
            _ => parsed.diagnostics.iter().map(|d| d.code.to_string()).collect(),
        }
    }

    fn show(expr: &Expr) -> String {
        let many = |list: &[Expr]| list.iter().map(show).collect::<Vec<_>>().join(" ");
        match &expr.kind {
            ExprKind::Number(value, unit) => {
                unit.as_ref().map_or(value.to_string(), |unit| format!("{value}{}", unit.text))
            }
            ExprKind::Infinity => "inf".to_owned(),
            ExprKind::Text(text) => format!("{:?}", text.value),
            ExprKind::Name(name) => name.text.clone(),
            ExprKind::Index(name, indices) => format!("{}[{}]", name.text, many(indices)),
            ExprKind::Call(name, arguments) => format!("{}({})", name.text, many(arguments)),
            ExprKind::Vector(elements) => format!("[{}]", many(elements)),
            ExprKind::Neg(operand) => format!("(neg {})", show(operand)),
            ExprKind::Not(operand) => format!("(not {})", show(operand)),
            ExprKind::Binary(op, left, right) => format!("({op:?} {} {})", show(left), show(right)),
            ExprKind::Compare(op, left, right) => {
                format!("({op:?} {} {})", show(left), show(right))
            }
            ExprKind::Logic(op, left, right) => format!("({op:?} {} {})", show(left), show(right)),
            ExprKind::Fold(fold) => {
                let binder = |b: &Binder| {
                    let name = b.name.as_ref().map_or("", |name| name.text.as_str());
                    format!("{name}∈{}", b.set.text)
                };
                let binders: Vec<_> = fold.binders.iter().map(binder).collect();
                let filter =
                    fold.condition.as_ref().map_or(String::new(), |c| format!(" | {}", show(c)));
                let (name, body) = (&fold.function.text, show(&fold.body));
                format!("{name}({body} : {}{filter})", binders.join(" "))
            }
        }
    }

    #[test]
    fn operators_bind_as_in_mathematics() {
        assert_eq!(tree_of("1 + 2 * 3 - 4"), "(Sub (Add 1 (Mul 2 3)) 4)");
        assert_eq!(tree_of("a / b / c"), "(Div (Div a b) c)");
        assert_eq!(tree_of("-x ^ 2 ^ 3"), "(neg (Pow x (Pow 2 3)))");
        assert_eq!(tree_of("2 ^ -1 * y"), "(Mul (Pow 2 (neg 1)) y)");
        assert_eq!(tree_of("-(a + b) * c"), "(Mul (neg (Add a b)) c)");
    }

    #[test]
    fn a_unit_belongs_to_its_number() {
        assert_eq!(tree_of("x[t] / 1 s"), "(Div x[t] 1s)");
        assert_eq!(tree_of("5 s^2 * 3"), "(Mul 5s^2 3)");
        assert_eq!(tree_of("5 m / s"), "(Div 5m s)");
        assert_eq!(tree_of("0.5 µs + 3 °C + 20 %"), "(Add (Add 1/2µs 3°C) 20%)");
    }

    #[test]
    fn folds_name_their_sets_and_conditions() {
        assert_eq!(
            tree_of("sum(A[l, s] * x[s] for s in S, k in K if s != l and not (k > 2 or k <= 0))"),
            "sum((Mul A[l s] x[s]) : s∈S k∈K | \
             (And (NotEqual s l) (not (Or (Above k 2) (AtMost k 0)))))"
        );
        assert_eq!(tree_of("max(x[t] for t in T for u in U)"), "max(x[t] : t∈T u∈U)");
        assert_eq!(tree_of("max(x, [1, 2], \"a b\", -inf)"), "max(x [1 2] \"a b\" (neg inf))");
    }

    #[test]
    fn comparisons_stand_where_they_mean_something() {
        assert_eq!(tree_of("1 < 2"), "N0116");
        assert_eq!(tree_of("f(1 < 2)"), "N0116");
        assert_eq!(tree_of("sum(x for i in I if i)"), "N0117");
        assert_eq!(tree_of("sum(x for i in I if 1 < i < 3)"), "N0113");
    }

    #[test]
    fn a_row_of_operands_has_an_end() {
        let row = |operands: usize| format!("1{}", "+1".repeat(operands - 1));
        assert!(tree_of(&row(MAX_DEPTH)).starts_with("(Add"));
        assert_eq!(tree_of(&row(MAX_DEPTH + 1)), "N0108");
        assert_eq!(tree_of(&format!("2{}", "^1".repeat(100_000))), "N0107");
    }

    #[test]
    fn spans_cover_the_text_of_each_expression() {
        let text = "let a = ( b + c ) * log ( d ) // e\n ;";
        let ItemKind::Let(item) = parse(text).body.kind else { unreachable!("it parses") };
        let of = |span: Local| &text[span.start as usize..span.end as usize];
        assert_eq!(of(item.body.span), "( b + c ) * log ( d )");
        let ExprKind::Binary(_, left, right) = item.body.kind else { unreachable!("a product") };
        assert_eq!(of(left.span), "( b + c )");
        assert_eq!(of(right.span), "log ( d )");
    }
}
