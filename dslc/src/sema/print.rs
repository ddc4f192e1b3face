//! Checked expressions as a spec would write them.

use num_traits::One;

use super::atoms;
use super::context::Context;
use super::hir::{Binder, Condition, Dims, Expr, Index, Node, Rational};

/// How tightly an operator binds.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// `a + b`.
    #[default]
    Sum,
    /// `a * b`.
    Product,
    /// `-a`.
    Negation,
    /// `a^b`.
    Power,
    /// A name, a call, anything in brackets.
    Atom,
}

/// The expression's text; one of more than `longest` bytes ends in `…`.
pub fn print(context: &Context, expr: &Expr, longest: usize) -> String {
    let mut printer = Printer { context, text: String::new(), longest };
    printer.expr(expr, Level::Sum);
    if printer.full() {
        let cut = (0..=longest).rev().find(|at| printer.text.is_char_boundary(*at));
        printer.text.truncate(cut.unwrap_or(0));
        printer.text.push('…');
    }
    printer.text
}

struct Printer<'c> {
    context: &'c Context,
    text: String,
    longest: usize,
}

impl Printer<'_> {
    fn full(&self) -> bool {
        self.text.len() > self.longest
    }

    fn expr(&mut self, expr: &Expr, outer: Level) {
        if self.full() {
            return;
        }
        let level = level(expr);
        let inside = level < outer;
        if inside {
            self.text.push('(');
        }
        self.node(expr, level);
        if inside {
            self.text.push(')');
        }
    }

    fn node(&mut self, expr: &Expr, level: Level) {
        match &expr.node {
            Node::Number(value) => self.text.push_str(&expr.facts.unit.show(value)),
            Node::Param(id, index) => {
                let name = self.context.params.get(*id).and_then(Option::as_ref);
                self.named(name.map(|item| item.name.value.clone()), index);
            }
            Node::Variable(id, index) => {
                let name = self.context.variables.get(*id).and_then(Option::as_ref);
                self.named(name.map(|item| item.name.value.clone()), index);
            }
            Node::Let(id, index) => {
                let name = self.context.lets.get(*id).and_then(Option::as_ref);
                self.named(name.map(|item| item.name.value.clone()), index);
            }
            Node::Member(id) => self.text.push_str(self.context.binder_name(*id)),
            Node::Vector(elements) => {
                self.text.push('[');
                self.list(elements);
                self.text.push(']');
            }
            Node::Each(binder, body) => {
                self.text.push('[');
                self.over(body, binder);
                self.text.push(']');
            }
            Node::Element(whole, index) => {
                self.expr(whole, Level::Atom);
                self.indices(index);
            }
            Node::Where(condition, body) => {
                self.expr(body, level);
                self.text.push_str(" if ");
                self.condition(condition);
            }
            Node::Neg(a) => {
                self.text.push('-');
                self.expr(a, Level::Negation);
            }
            Node::Add(a, b) => self.pair(a, " + ", b, (level, level)),
            Node::Sub(a, b) => self.pair(a, " - ", b, (level, Level::Product)),
            // `*` would be the product of matrices.
            Node::Mul(a, b) if is_matrix(a) && is_matrix(b) => {
                self.text.push_str("multiply(");
                self.expr(a, Level::Sum);
                self.text.push_str(", ");
                self.expr(b, Level::Sum);
                self.text.push(')');
            }
            Node::Mul(a, b) => self.pair(a, " * ", b, (level, level)),
            Node::Div(a, b) => self.pair(a, " / ", b, (level, Level::Negation)),
            Node::Atom("odd_power" | "power", arguments) if arguments.len() == 2 => {
                if let [base, exponent] = arguments.as_slice() {
                    self.pair(base, "^", exponent, (Level::Atom, Level::Atom));
                }
            }
            Node::Atom("matmul", arguments) if arguments.len() == 2 => {
                if let [a, b] = arguments.as_slice() {
                    self.pair(a, " * ", b, (level, Level::Negation));
                }
            }
            Node::Atom(name, arguments) => {
                let arguments = said(name, arguments);
                self.text.push_str(name);
                self.text.push('(');
                self.list(arguments);
                self.text.push(')');
            }
            Node::Fold(fold, binder, body) => {
                self.text.push_str(fold.name());
                self.text.push('(');
                self.over(body, binder);
                self.text.push(')');
            }
        }
    }

    fn condition(&mut self, condition: &Condition) {
        if self.full() {
            return;
        }
        let mut pair = |a: &Condition, word: &str, b: &Condition| {
            self.text.push('(');
            self.condition(a);
            self.text.push_str(word);
            self.condition(b);
            self.text.push(')');
        };
        match condition {
            Condition::And(a, b) => pair(a, " and ", b),
            Condition::Or(a, b) => pair(a, " or ", b),
            Condition::Compare(how, a, b) => {
                self.pair(a, how.sign(), b, (Level::Sum, Level::Sum));
            }
            Condition::Same(a, b) => {
                let text = format!("{} == {}", self.index(a), self.index(b));
                self.text.push_str(&text);
            }
            Condition::Not(a) => {
                self.text.push_str("not ");
                self.condition(a);
            }
        }
    }

    fn list(&mut self, exprs: &[Expr]) {
        for (at, expr) in exprs.iter().enumerate() {
            self.text.push_str(if at == 0 { "" } else { ", " });
            self.expr(expr, Level::Sum);
        }
    }

    fn pair(&mut self, a: &Expr, operator: &str, b: &Expr, (left, right): (Level, Level)) {
        self.expr(a, left);
        self.text.push_str(operator);
        self.expr(b, right);
    }

    fn over(&mut self, body: &Expr, binder: &Binder) {
        let (condition, body) = match &body.node {
            Node::Where(condition, body) => (Some(condition), &**body),
            _ => (None, body),
        };
        self.expr(body, Level::Sum);
        let set = self.context.set_name(binder.set);
        self.text.push_str(&format!(" for {} in {set}", binder.name));
        if let Some(condition) = condition {
            self.text.push_str(" if ");
            self.condition(condition);
        }
    }

    fn named(&mut self, name: Option<String>, index: &[Index]) {
        self.text.push_str(&name.unwrap_or_default());
        self.indices(index);
    }

    fn indices(&mut self, index: &[Index]) {
        if index.is_empty() {
            return;
        }
        let index: Vec<_> = index.iter().map(|index| self.index(index)).collect();
        self.text.push_str(&format!("[{}]", index.join(", ")));
    }

    fn index(&self, index: &Index) -> String {
        match index {
            Index::Member(set, position) => {
                let name = self.context.members(*set).and_then(|members| members.name(*position));
                name.unwrap_or_default().into_owned()
            }
            Index::Bound(id) => self.context.binder_name(*id).to_owned(),
            Index::Calculated { terms, offset, .. } => {
                let parts = terms.iter().map(|(factor, id)| {
                    let sign = if *factor < 0 { "-" } else { "+" };
                    let times = factor.unsigned_abs();
                    let times = if times == 1 { String::new() } else { format!("{times} * ") };
                    (sign, format!("{times}{}", self.context.binder_name(*id)))
                });
                let sign = if *offset < 0 { "-" } else { "+" };
                let rest = (*offset != 0).then(|| (sign, offset.unsigned_abs().to_string()));
                let all: Vec<_> = parts.chain(rest).collect();
                let written = all.iter().enumerate().map(|(at, (sign, text))| match (at, *sign) {
                    (0, "+") => text.clone(),
                    (0, _) => format!("-{text}"),
                    _ => format!(" {sign} {text}"),
                });
                written.collect()
            }
            Index::Attribute { name, binder: id, .. } => {
                format!("{name}({})", self.context.binder_name(*id))
            }
        }
    }
}

/// The arguments without parameters at the end that are what they are when left out.
fn said<'e>(name: &str, arguments: &'e [Expr]) -> &'e [Expr] {
    let Some(atom) = atoms::find(name) else { return arguments };
    let parameters = atom.parameters.iter().rev().zip(arguments.iter().rev());
    let left_out =
        parameters.take_while(|(parameter, value)| match (&value.node, parameter.default) {
            (Node::Number(value), Some(default)) => {
                *value == Rational::from_integer(default.into())
            }
            (Node::Vector(none), Some(_)) => none.is_empty(),
            _ => false,
        });
    let left_out = left_out.count();
    arguments.get(..arguments.len() - left_out).unwrap_or_default()
}

fn is_matrix(expr: &Expr) -> bool {
    matches!(expr.facts.dims, Dims::Matrix(..))
}

/// How tightly the expression's head binds.
pub fn level(expr: &Expr) -> Level {
    match &expr.node {
        Node::Add(..) | Node::Sub(..) => Level::Sum,
        Node::Mul(..) | Node::Div(..) | Node::Atom("matmul", _) => Level::Product,
        Node::Neg(_) => Level::Negation,
        Node::Atom("odd_power" | "power", arguments) if arguments.len() == 2 => Level::Power,
        Node::Number(value) if *value < num_traits::Zero::zero() => Level::Negation,
        // `5 s` in a product reads as one thing, and under a power it does not.
        Node::Number(value) if !value.is_one() && !expr.facts.unit.text.is_empty() => Level::Power,
        _ => Level::Atom,
    }
}
