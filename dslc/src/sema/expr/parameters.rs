//! Constant parameters of functions: numbers, lists, matrices and points of graphs.
//!
//! A parameter may differ from member to member of closed sets, as the exponent of `x[s]^p[s]` does.
//! The function is then known as what it is for every one of them.

use super::Builder;
use super::vectors::literal;
use crate::diag::{Diagnostic, codes};
use crate::sema::atoms::{Atom, Kind, Parameter};
use crate::sema::constant;
use crate::sema::hir::{Axis, Dims, Expr, Facts, Index, Node, Rational, Span, Unit};

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
                None => {
                    self.check_default(atom, parameter, first, span)?;
                    absent(parameter, span)
                }
            };
            unit = Some(expr.facts.unit.clone());
            written.push(expr);
        }
        let variants = self.variants(&written)?;
        for values in &variants {
            if let Some(wrong) = (atom.refuses)(values) {
                let at = written.first().map_or(span, |expr| expr.span);
                let message = format!("{} cannot take this: {wrong}", atom.title);
                let known = format!("`{}`: {}", atom.form(), atom.formula);
                self.context.report(Diagnostic::error(codes::ARGUMENTS, at, message).note(known));
                return None;
            }
        }
        for parameter in &mut written {
            let value = constant::tensor(self.context, parameter).ok();
            if let Some(literal) = value.and_then(|value| literal(&value, parameter)) {
                *parameter = Expr { facts: parameter.facts.clone(), ..literal };
            }
        }
        Some(Parameters { written, variants, unit })
    }

    /// A number that stands in the argument's unit cannot be left out where that is one.
    fn check_default(
        &mut self,
        atom: &Atom,
        parameter: &Parameter,
        first: Option<&Expr>,
        span: Span,
    ) -> Option<()> {
        let unit = first.map(|first| &first.facts.unit).filter(|unit| !unit.is_dimensionless());
        let Some(unit) = unit.filter(|_| parameter.kind == Kind::LikeArgument) else {
            return Some(());
        };
        let message = format!("{} needs its {} in {}", atom.title, parameter.name, unit.quoted());
        let error = Diagnostic::error(codes::ARGUMENTS, span, message);
        self.context.report(error.note(format!("its form is `{}`", atom.form())));
        None
    }

    /// A parameter of the right shape and unit that depends on no variable.
    fn checked(&mut self, parameter: &Parameter, first: Option<&Expr>, expr: Expr) -> Option<Expr> {
        if !expr.shape().is_constant() {
            let message = "a parameter of a function, such as an exponent, must be constant";
            let error = Diagnostic::error(codes::NOT_CONSTANT, expr.span, message);
            let power = parameter.name == "p";
            let known = "`a^x` is `exp(x * log(a))`";
            self.context.report(if power { error.note(known) } else { error });
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
        let facts = Facts { dims, ..expr.facts.clone() };
        let (binder, body) = match expr.node {
            Node::Each(binder, body) => (binder, body),
            _ => {
                let binder = self.context.binder("place", set);
                let index = vec![Index::Bound(binder.id)];
                let element = Facts { dims: Dims::Scalar, ..expr.facts.clone() };
                let node = Node::Element(Box::new(expr), index);
                (binder, Box::new(Expr { node, span, facts: element }))
            }
        };
        let x =
            Expr { node: Node::Member(binder.id), span, facts: super::facts::of_member(numbers) };
        let pair = Facts { dims: Dims::Vector(Axis::Length(2)), ..body.facts.clone() };
        let pair = Expr { node: Node::Vector(vec![x, *body]), span, facts: pair };
        Some(Expr { node: Node::Each(binder, Box::new(pair)), span, facts })
    }

    /// The numbers of the parameters, for all members that they depend on.
    fn variants(&mut self, written: &[Expr]) -> Option<Vec<Vec<Rational>>> {
        let all: Vec<_> = written.iter().collect();
        match constant::alternatives(self.context, &all) {
            Ok(variants) => Some(variants),
            Err(trouble) => {
                self.report_trouble(trouble);
                None
            }
        }
    }
}

/// What stands for a parameter that is left out.
fn absent(parameter: &Parameter, span: Span) -> Expr {
    let number = parameter.default.unwrap_or_default();
    let value = Rational::from_integer(number.into());
    let facts = super::facts::of_number(&value, Unit::default());
    match parameter.kind {
        Kind::Number | Kind::LikeArgument => Expr { node: Node::Number(value), span, facts },
        Kind::List | Kind::Square | Kind::Points => {
            let facts = Facts { dims: Dims::Vector(Axis::Length(0)), ..facts };
            Expr { node: Node::Vector(Vec::new()), span, facts }
        }
    }
}
