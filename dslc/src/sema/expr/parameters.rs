//! Constant parameters of functions: numbers, lists, matrices and points of graphs.
//!
//! A parameter may differ from member to member of closed sets, as the exponent of `x[s]^p[s]` does.
//! The function is then known as what it is for every one of them.

use std::collections::BTreeSet;

use super::Builder;
use crate::diag::{Diagnostic, codes};
use crate::sema::atoms::{Atom, Kind, Parameter};
use crate::sema::constant::{self, Assignment, Trouble};
use crate::sema::hir::{Axis, BinderId, Dims, Expr, Index, Node, Rational, Span, Unit};

/// Most assignments of members for which a parameter is calculated.
const MOST_VARIANTS: usize = 20_000;

/// The parameters of a function.
pub struct Parameters {
    /// How they stand in the expression: numbers where they are the same for all members.
    pub written: Vec<Expr>,
    /// Their numbers, one after the other: once, or once for each different value.
    pub variants: Vec<Vec<Rational>>,
    /// The unit of the last one's values, when it has one.
    pub unit: Option<Unit>,
}

impl Builder<'_> {
    /// Reads the parameters of `atom`; those that are left out take their defaults.
    pub(super) fn parameters(
        &mut self,
        atom: &Atom,
        first: Option<&Expr>,
        given: Vec<Expr>,
        span: Span,
    ) -> Option<Parameters> {
        let mut written = Vec::new();
        let mut unit = None;
        let mut given = given.into_iter();
        for parameter in atom.parameters {
            let expr = match given.next() {
                Some(expr) => self.checked(parameter, first, expr)?,
                None => absent(parameter, span),
            };
            unit = Some(expr.facts.unit.clone());
            written.push(expr);
        }
        let variants = self.variants(&written)?;
        for values in &variants {
            if let Some(wrong) = (atom.refuses)(values) {
                let at = written.first().map_or(span, |expr| expr.span);
                let message = format!("{} cannot take this: {wrong}", atom.title);
                self.context.report(Diagnostic::error(codes::ARGUMENTS, at, message));
                return None;
            }
        }
        if let [values] = variants.as_slice() {
            let mut numbers = values.iter();
            written = written.into_iter().map(|expr| literal(expr, &mut numbers)).collect();
        }
        Some(Parameters { written, variants, unit })
    }

    /// A parameter of the right shape and unit that depends on no variable.
    fn checked(&mut self, parameter: &Parameter, first: Option<&Expr>, expr: Expr) -> Option<Expr> {
        if !expr.shape().is_constant() {
            let message = "a parameter of a function, such as an exponent, must be constant";
            let error = Diagnostic::error(codes::NOT_CONSTANT, expr.span, message);
            self.context.report(error.note("`a^x` is `exp(x * log(a))`"));
            return None;
        }
        let needs = match (parameter.kind, expr.facts.dims) {
            (Kind::Number | Kind::LikeArgument, Dims::Scalar)
            | (Kind::List, Dims::Vector(_))
            | (Kind::Square | Kind::Points, Dims::Matrix(..)) => None,
            (Kind::Points, Dims::Vector(Axis::Set(_))) => None,
            (Kind::Number | Kind::LikeArgument, _) => Some("a number"),
            (Kind::List, _) => Some("a vector such as `[1, 2]`"),
            (Kind::Square, _) => Some("a square matrix such as `[[2, 1], [1, 2]]`"),
            (Kind::Points, _) => Some("points such as `[[0, 0], [1, 5]]`"),
        };
        if let Some(needs) = needs {
            let message = format!("`{}` must be {needs}", parameter.name);
            self.context.report(Diagnostic::error(codes::SHAPE, expr.span, message));
            return None;
        }
        let own = &expr.facts.unit;
        match (parameter.kind, first) {
            (Kind::LikeArgument, Some(first)) if own.same_dimension(&first.facts.unit) => {}
            (Kind::LikeArgument, Some(first)) => {
                let (has, needs) = (own.quoted(), first.facts.unit.quoted());
                let message =
                    format!("`{}` has {has}, and what it is compared with {needs}", parameter.name);
                let error = Diagnostic::error(codes::UNIT_MISMATCH, expr.span, message);
                self.context.report(error.label(first.span, needs));
                return None;
            }
            (Kind::Points | Kind::List, _) => {}
            _ if !own.is_dimensionless() => {
                let message = format!("this cannot have the unit {}", own.quoted());
                self.context.report(Diagnostic::error(
                    codes::NOT_DIMENSIONLESS,
                    expr.span,
                    message,
                ));
                return None;
            }
            _ => {}
        }
        if parameter.kind == Kind::Points {
            return self.with_places(expr);
        }
        Some(expr)
    }

    /// Points as pairs: a vector over a set of whole numbers has these for its x.
    fn with_places(&mut self, expr: Expr) -> Option<Expr> {
        let Dims::Vector(Axis::Set(set)) = expr.facts.dims else { return Some(expr) };
        let numbers = self.context.members(set).and_then(|members| members.numbers());
        let Some(numbers) = numbers else {
            let name = self.context.set_name(set).to_owned();
            let message =
                format!("the members of `{name}` are no whole numbers, and so no x of points");
            let error = Diagnostic::error(codes::SHAPE, expr.span, message);
            self.context.report(error.note("give the points as pairs: `[[0, 0], [1, 5]]`"));
            return None;
        };
        let span = expr.span;
        let dims = Dims::Matrix(Axis::Set(set), Axis::Length(2));
        let facts = super::hir::Facts { dims, ..expr.facts.clone() };
        let (binder, body) = match expr.node {
            Node::Each(binder, body) => (binder, body),
            _ => {
                let binder = self.context.binder("place", set);
                let index = vec![Index::Bound(binder.id)];
                let element = super::hir::Facts { dims: Dims::Scalar, ..expr.facts.clone() };
                let node = Node::Element(Box::new(expr), index);
                (binder, Box::new(Expr { node, span, facts: element }))
            }
        };
        let x =
            Expr { node: Node::Member(binder.id), span, facts: super::facts::of_member(numbers) };
        let pair = super::hir::Facts { dims: Dims::Vector(Axis::Length(2)), ..body.facts.clone() };
        let pair = Expr { node: Node::Vector(vec![x, *body]), span, facts: pair };
        Some(Expr { node: Node::Each(binder, Box::new(pair)), span, facts })
    }

    /// The numbers of the parameters, for every assignment of members that they depend on.
    fn variants(&mut self, written: &[Expr]) -> Option<Vec<Vec<Rational>>> {
        let mut free = BTreeSet::new();
        written.iter().for_each(|expr| free_binders(expr, &mut free));
        let free: Vec<_> =
            self.scope.iter().filter(|binder| free.contains(&binder.id)).cloned().collect();
        let mut assignments = vec![Assignment::new()];
        for binder in free {
            let count = self.context.members(binder.set).map_or(0, crate::sema::hir::Members::len);
            let span = written.first().map_or(Span::default(), |expr| expr.span);
            if count == 0 || count.saturating_mul(assignments.len()) > MOST_VARIANTS {
                self.report_trouble(Trouble::Member(span));
                return None;
            }
            let extended = assignments.into_iter().flat_map(|assignment| {
                let binder = &binder;
                (0..count).map(move |at| {
                    let mut more = assignment.clone();
                    more.insert(binder.id, (binder.set, at));
                    more
                })
            });
            assignments = extended.collect();
        }
        let mut variants: BTreeSet<Vec<Rational>> = BTreeSet::new();
        for assignment in &assignments {
            let mut numbers = Vec::new();
            for expr in written {
                match constant::elements_at(self.context, expr, assignment) {
                    Ok(values) => numbers.extend(values),
                    Err(trouble) => {
                        self.report_trouble(trouble);
                        return None;
                    }
                }
            }
            variants.insert(numbers);
        }
        Some(variants.into_iter().collect())
    }
}

/// What stands for a parameter that is left out.
fn absent(parameter: &Parameter, span: Span) -> Expr {
    let number = parameter.default.unwrap_or_default();
    let value = Rational::from_integer(number.into());
    let facts = super::facts::of_number(&value, Unit::default());
    let node = match parameter.kind {
        Kind::Number | Kind::LikeArgument => Node::Number(value),
        Kind::List | Kind::Square | Kind::Points => Node::Vector(Vec::new()),
    };
    Expr { node, span, facts }
}

/// The expression with its numbers written out.
fn literal<'n>(expr: Expr, numbers: &mut impl Iterator<Item = &'n Rational>) -> Expr {
    let number = |value: &Rational, span: Span, unit: &Unit| Expr {
        node: Node::Number(value.clone()),
        span,
        facts: super::facts::of_number(value, unit.clone()),
    };
    if expr.facts.dims == Dims::Scalar && !matches!(&expr.node, Node::Vector(_)) {
        let value = numbers.next().cloned().unwrap_or_default();
        return number(&value, expr.span, &expr.facts.unit);
    }
    if matches!(&expr.node, Node::Vector(elements) if elements.is_empty()) {
        return expr;
    }
    // A parameter that is no number is the last one: what is left is its.
    let rest: Vec<_> = numbers.map(|value| number(value, expr.span, &expr.facts.unit)).collect();
    Expr { node: Node::Vector(rest), ..expr }
}

/// Binders that the expression refers to.
fn free_binders(expr: &Expr, into: &mut BTreeSet<BinderId>) {
    let mut indices = |index: &[Index]| {
        for index in index {
            match index {
                Index::Member(..) => {}
                Index::Bound(id) | Index::Attribute { binder: id, .. } => {
                    into.insert(*id);
                }
                Index::Calculated { terms, .. } => into.extend(terms.iter().map(|(_, id)| *id)),
            }
        }
    };
    match &expr.node {
        Node::Param(_, index) | Node::Variable(_, index) | Node::Let(_, index) => indices(index),
        Node::Element(_, index) => indices(index),
        Node::Member(id) => {
            into.insert(*id);
        }
        _ => {}
    }
    expr.parts().into_iter().for_each(|part| free_binders(part, into));
}
