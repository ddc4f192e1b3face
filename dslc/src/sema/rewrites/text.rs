//! What a replacement reads like once the names of its row stand for expressions.

use super::pattern::{Bindings, Match};
use crate::sema::context::Context;
use crate::sema::hir::{Expr, Index, Node, Unit};
use crate::sema::print::{Level, level, print};
use crate::syntax::ast::{self, BinaryOp, ExprKind};

/// Longest expression that a replacement repeats, in bytes.
const LONGEST: usize = 200;

/// What the place of a replacement asks of its text.
#[derive(Clone, Copy, Default)]
pub struct Place {
    /// How tightly its head must bind to stand without brackets.
    pub level: Level,
    /// Whether it is the operand of an operator, after which a minus needs brackets.
    pub operand: bool,
}

/// The text of a match's replacement.
pub fn write(
    context: &Context,
    replacement: &ast::Expr,
    found: &Match<'_>,
    place: Place,
) -> String {
    let writer = Writer { context, bindings: &found.bindings };
    let constants = found.constants.iter().map(|constant| writer.bound(constant, Level::Product));
    let constants: Vec<_> = constants.collect();
    // Two signs cancel out.
    let (replacement, negative) = match &replacement.kind {
        ExprKind::Neg(inner) => (&**inner, !found.negative),
        _ => (replacement, found.negative),
    };
    let sign = if negative { "-" } else { "" };
    let (text, own) = match (constants.as_slice(), negative) {
        ([], false) => (writer.expr(replacement, Level::Sum), self::own(replacement)),
        ([], true) => (writer.expr(replacement, Level::Negation), Level::Negation),
        _ => {
            let last = writer.expr(replacement, Level::Product);
            (format!("{} * {last}", constants.join(" * ")), Level::Product)
        }
    };
    let text = format!("{sign}{text}");
    let signed = text.starts_with('-') && place.operand;
    let stays = own >= place.level && !signed;
    if stays { text } else { format!("({text})") }
}

struct Writer<'e> {
    context: &'e Context,
    bindings: &'e Bindings<'e>,
}

impl Writer<'_> {
    fn bound(&self, expr: &Expr, outer: Level) -> String {
        let text = print(self.context, expr, LONGEST);
        if level(expr) < outer { format!("({text})") } else { text }
    }

    fn expr(&self, expr: &ast::Expr, outer: Level) -> String {
        if let ExprKind::Name(name) = &expr.kind {
            let bound = self.bindings.get(&name.text);
            return bound.map_or(String::new(), |bound| self.bound(bound, outer));
        }
        let text = self.node(expr);
        if own(expr) < outer { format!("({text})") } else { text }
    }

    fn node(&self, expr: &ast::Expr) -> String {
        let pair = |a, sign: &str, b, (left, right)| {
            let (a, b) = (self.expr(a, left), self.expr(b, right));
            match b.strip_prefix('-').filter(|_| sign == " + ") {
                Some(b) => format!("{a} - {b}"),
                None => format!("{a}{sign}{b}"),
            }
        };
        let list = |exprs: &[ast::Expr]| {
            exprs.iter().map(|e| self.expr(e, Level::Sum)).collect::<Vec<_>>().join(", ")
        };
        match &expr.kind {
            ExprKind::Number(value, _) => Unit::default().show(value),
            ExprKind::Neg(a) => format!("-{}", self.expr(a, Level::Negation)),
            ExprKind::Binary(op, a, b) => match op {
                BinaryOp::Add => pair(a, " + ", b, (Level::Sum, Level::Sum)),
                BinaryOp::Sub => pair(a, " - ", b, (Level::Sum, Level::Product)),
                BinaryOp::Mul => pair(a, " * ", b, (Level::Product, Level::Product)),
                BinaryOp::Div => pair(a, " / ", b, (Level::Product, Level::Negation)),
                BinaryOp::Pow => pair(a, "^", b, (Level::Atom, Level::Power)),
            },
            ExprKind::Call(name, arguments) => format!("{}({})", name.text, list(arguments)),
            ExprKind::Vector(elements) => format!("[{}]", list(elements)),
            ExprKind::Each(each) => match self.whole(&each.body) {
                Some(name) => name,
                None => format!("[{}]", self.over(&each.body)),
            },
            ExprKind::Fold(fold) => format!("{}({})", fold.function.text, self.over(&fold.body)),
            _ => String::new(),
        }
    }

    /// The name alone, where a body is a name with the binder of the pattern's fold as its index.
    fn whole(&self, body: &ast::Expr) -> Option<String> {
        let ExprKind::Name(name) = &body.kind else { return None };
        let bound = self.bindings.get(&name.text)?;
        let (Node::Variable(_, index) | Node::Let(_, index)) = &bound.node else { return None };
        let alone = matches!(index.as_slice(), [Index::Bound(id)]
            if self.bindings.binder.is_some_and(|binder| binder.id == *id));
        let text = print(self.context, bound, LONGEST);
        text.split_once('[').filter(|_| alone).map(|(name, _)| name.to_owned())
    }

    /// The body over the set that the pattern's fold was over.
    fn over(&self, body: &ast::Expr) -> String {
        let binder = self.bindings.binder;
        let (name, set) = binder
            .map_or(("", ""), |binder| (binder.name.as_str(), self.context.set_name(binder.set)));
        format!("{} for {name} in {set}", self.expr(body, Level::Sum))
    }
}

/// How tightly the head of a replacement binds.
fn own(expr: &ast::Expr) -> Level {
    match &expr.kind {
        ExprKind::Neg(_) => Level::Negation,
        ExprKind::Binary(BinaryOp::Add | BinaryOp::Sub, ..) => Level::Sum,
        ExprKind::Binary(BinaryOp::Mul | BinaryOp::Div, ..) => Level::Product,
        ExprKind::Binary(BinaryOp::Pow, ..) => Level::Power,
        _ => Level::Atom,
    }
}
