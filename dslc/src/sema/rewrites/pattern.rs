//! Matching of checked expressions against patterns that are expressions of the language.
//!
//! Sums and products match in any order of their operands; `x^2`, `square(x)` and `x * x` are one
//! thing, and so are `sqrt(x)` and `x^0.5`.

use num_traits::One;

use crate::sema::context::Context;
use crate::sema::hir::{Binder, Expr, Fold, Node, Rational};
use crate::sema::print::print;
use crate::syntax;
use crate::syntax::ast::{self, BinaryOp, ExprKind, ItemKind};

/// Longest expression that a name of a pattern stands for, in bytes.
const LONGEST: usize = 200;
/// Most factors or terms that are tried in every order.
const MOST_OPERANDS: usize = 6;

/// A pattern's text as a tree; none when it is no expression.
pub fn parse(text: &str) -> Option<ast::Expr> {
    match syntax::parse(&format!("let pattern = {text};")).body.kind {
        ItemKind::Let(named) => Some(named.body),
        _ => None,
    }
}

/// What the names of a pattern stand for.
#[derive(Clone, Default)]
pub struct Bindings<'e> {
    names: Vec<(String, &'e Expr)>,
    /// The binder of the pattern's fold.
    pub binder: Option<&'e Binder>,
}

impl<'e> Bindings<'e> {
    /// The expression that a name stands for.
    pub fn get(&self, name: &str) -> Option<&'e Expr> {
        self.names.iter().find(|(own, _)| own == name).map(|(_, expr)| *expr)
    }
}

/// A match: what the names stand for, and what the replacement is multiplied by.
pub struct Match<'e> {
    /// What the names stand for.
    pub bindings: Bindings<'e>,
    /// Whether the replacement is to be negated.
    pub negative: bool,
    /// Constants that the replacement is to be multiplied by.
    pub constants: Vec<&'e Expr>,
}

/// Matches a whole expression. A product may have constant factors beside those of the pattern.
pub fn find<'e>(context: &'e Context, pattern: &ast::Expr, expr: &'e Expr) -> Option<Match<'e>> {
    let matcher = Matcher { context };
    let bindings = Bindings::default();
    if !matches!(pattern.kind, ExprKind::Binary(BinaryOp::Mul | BinaryOp::Div, ..)) {
        let bindings = matcher.expr(pattern, expr, bindings)?;
        return Some(Match { bindings, negative: false, constants: Vec::new() });
    }
    if !matches!(expr.node, Node::Mul(..) | Node::Div(..)) {
        return None;
    }
    let Product { negative, constants, varying } = Product::of(expr);
    let bindings = matcher.both(&factors(pattern), &varying, bindings)?;
    Some(Match { bindings, negative, constants })
}

struct Matcher<'e> {
    context: &'e Context,
}

impl<'e> Matcher<'e> {
    fn expr(
        &self,
        pattern: &ast::Expr,
        expr: &'e Expr,
        bindings: Bindings<'e>,
    ) -> Option<Bindings<'e>> {
        match (&pattern.kind, &expr.node) {
            (ExprKind::Name(name), _) => self.name(&name.text, expr, bindings),
            (ExprKind::Number(wanted, None), Node::Number(value)) => {
                (wanted == value && expr.facts.unit.is_dimensionless()).then_some(bindings)
            }
            (ExprKind::Neg(inner), Node::Neg(own)) => self.expr(inner, own, bindings),
            (ExprKind::Binary(BinaryOp::Pow, base, exponent), _) => {
                self.power(base, exponent, expr, bindings)
            }
            (ExprKind::Binary(BinaryOp::Add | BinaryOp::Sub, ..), _) => {
                self.both(&terms(pattern), &Sides::terms(expr), bindings)
            }
            (ExprKind::Binary(BinaryOp::Mul | BinaryOp::Div, ..), _) => {
                let Product { negative, constants, mut varying } = Product::of(expr);
                varying.up.extend(constants);
                self.both(&factors(pattern), &varying, bindings).filter(|_| !negative)
            }
            (ExprKind::Call(name, patterns), _) if name.text == "sqrt" => {
                let half = Rational::new(1.into(), 2.into());
                let (base, power) = base_and_power(expr)?;
                let pattern = patterns.first().filter(|_| power == half)?;
                self.expr(pattern, base, bindings)
            }
            (ExprKind::Call(name, patterns), Node::Atom(atom, arguments)) => {
                let same = name.text == *atom || elementwise(&name.text) == Some(atom);
                (same && patterns.len() == arguments.len()).then_some(())?;
                self.in_any_order(
                    &patterns.iter().collect::<Vec<_>>(),
                    &arguments.iter().collect::<Vec<_>>(),
                    bindings,
                )
            }
            (ExprKind::Fold(pattern), Node::Fold(fold, binder, body)) => {
                let same = pattern.function.text == fold.name();
                let plain = !matches!(body.node, Node::Where(..) | Node::Fold(Fold::Sum, ..));
                (same && plain).then_some(())?;
                let bindings = self.expr(&pattern.body, body, bindings)?;
                Some(Bindings { binder: Some(binder), ..bindings })
            }
            _ => None,
        }
    }

    fn name(&self, name: &str, expr: &'e Expr, mut all: Bindings<'e>) -> Option<Bindings<'e>> {
        let fits = match name {
            "C" => expr.shape().is_constant(),
            "P" | "Q" => matches!(expr.node, Node::Number(_)),
            _ => true,
        };
        match all.get(name) {
            Some(known) => {
                let text = |expr| print(self.context, expr, LONGEST);
                let same = std::ptr::eq(known, expr) || text(known) == text(expr);
                return (same && text(expr).len() <= LONGEST).then_some(all);
            }
            None => all.names.push((name.to_owned(), expr)),
        }
        fits.then_some(all)
    }

    fn power(
        &self,
        base: &ast::Expr,
        exponent: &ast::Expr,
        expr: &'e Expr,
        bindings: Bindings<'e>,
    ) -> Option<Bindings<'e>> {
        let ExprKind::Number(wanted, None) = &exponent.kind else {
            let Node::Atom("power" | "odd_power", arguments) = &expr.node else { return None };
            let [own_base, own_exponent] = arguments.as_slice() else { return None };
            let bindings = self.expr(base, own_base, bindings)?;
            return self.expr(exponent, own_exponent, bindings);
        };
        if let Node::Mul(a, b) = &expr.node {
            let two = Rational::from_integer(2.into());
            let bindings = self.expr(base, a, bindings).filter(|_| *wanted == two)?;
            return self.expr(base, b, bindings);
        }
        let (own, power) = base_and_power(expr)?;
        self.expr(base, own, bindings).filter(|_| power == *wanted)
    }

    fn both(
        &self,
        patterns: &Sides<'_, ast::Expr>,
        exprs: &Sides<'e, Expr>,
        bindings: Bindings<'e>,
    ) -> Option<Bindings<'e>> {
        let bindings = self.in_any_order(&patterns.down, &exprs.down, bindings)?;
        self.in_any_order(&patterns.up, &exprs.up, bindings)
    }

    /// Every pattern against an expression of its own.
    fn in_any_order(
        &self,
        patterns: &[&ast::Expr],
        exprs: &[&'e Expr],
        bindings: Bindings<'e>,
    ) -> Option<Bindings<'e>> {
        if patterns.len() != exprs.len() || exprs.len() > MOST_OPERANDS {
            return None;
        }
        let Some((first, rest)) = patterns.split_first() else { return Some(bindings) };
        (0..exprs.len()).find_map(|at| {
            let bindings = self.expr(first, exprs.get(at)?, bindings.clone())?;
            let others: Vec<_> =
                exprs.iter().enumerate().filter(|(own, _)| *own != at).map(|(_, e)| *e).collect();
            self.in_any_order(rest, &others, bindings)
        })
    }
}

/// An expression as a power of another; of functions that are powers only.
fn base_and_power(expr: &Expr) -> Option<(&Expr, Rational)> {
    let Node::Atom(name, arguments) = &expr.node else { return None };
    let base = arguments.first()?;
    let power = match (*name, arguments.get(1).map(|exponent| &exponent.node)) {
        ("square", None) => Rational::from_integer(2.into()),
        ("sqrt", None) => Rational::new(1.into(), 2.into()),
        ("power" | "odd_power", Some(Node::Number(exponent))) => exponent.clone(),
        _ => return None,
    };
    Some((base, power))
}

/// `max(a, b)` is the row `maximum`.
fn elementwise(name: &str) -> Option<&'static str> {
    match name {
        "max" => Some("maximum"),
        "min" => Some("minimum"),
        _ => None,
    }
}

/// Operands of a chain: those that are added or multiplied, and those that are subtracted or divide.
struct Sides<'t, T> {
    up: Vec<&'t T>,
    down: Vec<&'t T>,
}

impl<'t, T> Sides<'t, T> {
    fn push(&mut self, operand: &'t T, down: bool) {
        if down { self.down.push(operand) } else { self.up.push(operand) }
    }

    /// The operands of a chain, whose links `split` takes apart: the second operand of a link goes
    /// down where the flag says so.
    fn of(whole: &'t T, split: &impl Fn(&'t T) -> Option<(&'t T, &'t T, bool)>) -> Self {
        fn take<'t, T>(
            sides: &mut Sides<'t, T>,
            (part, down): (&'t T, bool),
            split: &impl Fn(&'t T) -> Option<(&'t T, &'t T, bool)>,
        ) {
            match split(part) {
                Some((a, b, turns)) => {
                    take(sides, (a, down), split);
                    take(sides, (b, down != turns), split);
                }
                None => sides.push(part, down),
            }
        }
        let mut sides = Sides { up: Vec::new(), down: Vec::new() };
        take(&mut sides, (whole, false), split);
        sides
    }
}

impl<'e> Sides<'e, Expr> {
    fn terms(expr: &'e Expr) -> Self {
        Sides::of(expr, &|expr| match &expr.node {
            Node::Add(a, b) => Some((a, b, false)),
            Node::Sub(a, b) => Some((a, b, true)),
            _ => None,
        })
    }
}

fn terms(pattern: &ast::Expr) -> Sides<'_, ast::Expr> {
    Sides::of(pattern, &|pattern| match &pattern.kind {
        ExprKind::Binary(BinaryOp::Add, a, b) => Some((a, b, false)),
        ExprKind::Binary(BinaryOp::Sub, a, b) => Some((a, b, true)),
        _ => None,
    })
}

fn factors(pattern: &ast::Expr) -> Sides<'_, ast::Expr> {
    let mut sides = Sides::of(pattern, &|pattern| match &pattern.kind {
        ExprKind::Binary(BinaryOp::Mul, a, b) => Some((a, b, false)),
        ExprKind::Binary(BinaryOp::Div, a, b) => Some((a, b, true)),
        _ => None,
    });
    let is_one =
        |expr: &ast::Expr| matches!(&expr.kind, ExprKind::Number(one, None) if one.is_one());
    sides.up.retain(|expr| !is_one(expr));
    sides
}

/// A product as `±constants · factors / divisors`; factors of 1 are left out.
struct Product<'e> {
    negative: bool,
    constants: Vec<&'e Expr>,
    varying: Sides<'e, Expr>,
}

impl<'e> Product<'e> {
    fn of(expr: &'e Expr) -> Self {
        let sides = Sides::of(expr, &|expr: &'e Expr| match &expr.node {
            Node::Mul(a, b) => Some((a, b, false)),
            // `x / 1 s` is one factor.
            Node::Div(a, b) if !b.shape().is_constant() => Some((a, b, true)),
            _ => None,
        });
        let mut negative = false;
        let mut bare = |mut expr: &'e Expr| {
            while let Node::Neg(inner) = &expr.node {
                negative = !negative;
                expr = inner;
            }
            expr
        };
        let down = sides.down.into_iter().map(&mut bare).collect();
        let up = sides.up.into_iter().map(&mut bare);
        let (constants, up) =
            up.filter(|expr| !is_one(expr)).partition(|e| e.shape().is_constant());
        Product { negative, constants, varying: Sides { up, down } }
    }
}

fn is_one(expr: &Expr) -> bool {
    matches!(&expr.node, Node::Number(value) if value.is_one())
        && expr.facts.unit.is_dimensionless()
}
