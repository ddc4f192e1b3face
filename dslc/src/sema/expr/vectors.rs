//! Vectors: literals, what each member gives, names without their index, elements.

use super::{Builder, facts};
use crate::diag::{Diagnostic, codes};
use crate::sema::atoms;
use crate::sema::atoms::dims::Sizes;
use crate::sema::constant::Tensor;
use crate::sema::context::Entity;
use crate::sema::hir::{Axis, Binder, Dims, Expr, Facts, Index, Node, Rational, SetId, Span};
use crate::sema::interval::Interval;
use crate::syntax::ast::{self, Fold, Name};

impl Builder<'_> {
    /// `[a, b, c]`.
    pub(super) fn vector(
        &mut self,
        elements: &[ast::Expr],
        span: Span,
        depth: usize,
    ) -> Option<Expr> {
        let elements = self.all(elements, depth + 1)?;
        if elements.is_empty() {
            let message = "a vector has at least one element";
            self.context.report(Diagnostic::error(codes::SHAPE, span, message));
            return None;
        }
        let facts = self.facts(atoms::find("vector")?, &elements, &[Vec::new()], None, span)?;
        Some(Expr { node: Node::Vector(elements), span, facts })
    }

    /// `[e for k in K]`.
    pub(super) fn each(&mut self, each: &Fold, span: Span, depth: usize) -> Option<Expr> {
        let outer = self.scope.len();
        let binders = self.bind(&each.binders);
        let body = self.guarded(each, depth + each.binders.len());
        self.scope.truncate(outer);
        let (binders, mut body) = (binders?, body?);
        for binder in binders.into_iter().rev() {
            let axis = if matches!(body.node, Node::Where(..)) {
                // Only those that take part are elements.
                let message = "a vector over a set has an element for every member";
                let error = Diagnostic::error(codes::SHAPE, span, message);
                self.context.report(error.note("write a set of the members that count"));
                return None;
            } else {
                Axis::Set(binder.set)
            };
            let dims = match body.facts.dims {
                Dims::Scalar => Dims::Vector(axis),
                Dims::Vector(along) => Dims::Matrix(axis, along),
                Dims::Matrix(..) => {
                    self.wrong_shape(&body, "a number or a vector");
                    return None;
                }
            };
            let facts = Facts { dims, ..body.facts.clone() };
            body = Expr { node: Node::Each(binder, Box::new(body)), span, facts };
        }
        Some(body)
    }

    /// An indexed name without its index: all of its elements.
    pub(super) fn whole_name(
        &mut self,
        name: &Name,
        (entity, sets): (Entity, &[SetId]),
        span: Span,
    ) -> Option<Expr> {
        let dims = match sets {
            [set] => Dims::Vector(Axis::Set(*set)),
            [rows, columns] => Dims::Matrix(Axis::Set(*rows), Axis::Set(*columns)),
            _ => {
                let message = format!(
                    "`{}` has {} indices, and only vectors and matrices stand without theirs",
                    name.text,
                    sets.len()
                );
                self.context.report(Diagnostic::error(codes::INDEX_COUNT, span, message));
                return None;
            }
        };
        let expr = self.leaf(entity, Vec::new(), span)?;
        if expr.facts.dims != Dims::Scalar {
            self.wrong_shape(&expr, "a number for each member");
            return None;
        }
        Some(Expr { facts: Facts { dims, ..expr.facts }, ..expr })
    }

    /// `load[l]` of a vector that has no index of its own.
    pub(super) fn element(
        &mut self,
        name: &Name,
        whole: Expr,
        written: &[ast::Expr],
        span: Span,
    ) -> Option<Expr> {
        let axes: Vec<_> = match whole.facts.dims {
            Dims::Scalar => Vec::new(),
            Dims::Vector(axis) => vec![axis],
            Dims::Matrix(rows, columns) => vec![rows, columns],
        };
        let sets: Option<Vec<_>> = axes
            .iter()
            .map(|axis| match axis {
                Axis::Set(set) => Some(*set),
                Axis::Length(_) => None,
            })
            .collect();
        let Some(sets) = sets else {
            let message =
                format!("the elements of `{}` are counted, and belong to no set", name.text);
            let error = Diagnostic::error(codes::SHAPE, span, message);
            self.context
                .report(error.note(format!("write `index({}, 1)` for the first", name.text)));
            return None;
        };
        let index: Vec<Index> = self.indices(name, &sets, written, span)?;
        let facts = Facts { dims: Dims::Scalar, ..whole.facts.clone() };
        Some(Expr { node: Node::Element(Box::new(whole), index), span, facts })
    }

    /// A value for something indexed by these sets: one number, for each element or by its binders, or
    /// a vector or matrix of that shape.
    pub fn value_over(&mut self, expr: &ast::Expr, index: &[Binder]) -> Option<Expr> {
        let built = self.any(expr)?;
        let own = match built.facts.dims {
            Dims::Scalar => return Some(built),
            Dims::Vector(axis) => vec![axis],
            Dims::Matrix(rows, columns) => vec![rows, columns],
        };
        let length = |axis| self.context.axis_length(axis);
        let sizes = Sizes { dims: &[], parameters: &[], length: &length };
        let same = |(binder, axis): (&Binder, &Axis)| sizes.same_axis(Axis::Set(binder.set), *axis);
        if index.len() == own.len() && index.iter().zip(&own).all(same) {
            return Some(built);
        }
        let needed = match index {
            [one] => self.shape_of(Dims::Vector(Axis::Set(one.set))),
            [a, b] => self.shape_of(Dims::Matrix(Axis::Set(a.set), Axis::Set(b.set))),
            _ => "a number".to_owned(),
        };
        self.wrong_shape(&built, &needed);
        None
    }

    /// Requires a number.
    pub fn scalar(&mut self, expr: Expr) -> Option<Expr> {
        if expr.facts.dims == Dims::Scalar {
            return Some(expr);
        }
        self.wrong_shape(&expr, "a number");
        None
    }

    /// Says that an expression has another shape than is needed.
    pub(super) fn wrong_shape(&mut self, expr: &Expr, needs: &str) {
        let is = self.shape_of(expr.facts.dims);
        let message = format!("{needs} is needed here, and this is {is}");
        let error = Diagnostic::error(codes::SHAPE, expr.span, message);
        self.context
            .report(error.note("`sum(v)` adds up a vector, and `v[i]` is one element of it"));
    }

    /// A shape in words.
    pub(super) fn shape_of(&self, dims: Dims) -> String {
        let axis = |axis: Axis| match axis {
            Axis::Set(set) => format!("`{}`", self.context.set_name(set)),
            Axis::Length(length) => length.to_string(),
        };
        match dims {
            Dims::Scalar => "a number".to_owned(),
            Dims::Vector(along) => format!("a vector over {}", axis(along)),
            Dims::Matrix(rows, columns) => {
                format!("a matrix of {} × {}", axis(rows), axis(columns))
            }
        }
    }
}

/// Values as a number or vector of numbers, in the unit and place of what they are the values of.
pub(super) fn literal(value: &Tensor, of: &Expr) -> Option<Expr> {
    let unit = &of.facts.unit;
    let number = |value: &Rational| Expr {
        node: Node::Number(value.clone()),
        span: of.span,
        facts: facts::of_number(value, unit.clone()),
    };
    let row = |row: &[Rational], dims: Dims| {
        let hull = row.iter().map(Interval::of).reduce(Interval::hull).unwrap_or(Interval::ALL);
        let facts = Facts { dims, ..facts::constant(unit.clone(), hull) };
        Expr { node: Node::Vector(row.iter().map(number).collect()), span: of.span, facts }
    };
    match of.facts.dims {
        Dims::Scalar => value.elements.first().map(number),
        Dims::Vector(_) => Some(row(&value.elements, of.facts.dims)),
        Dims::Matrix(_, columns) => {
            let rows = value.elements.chunks(value.extent.columns.max(1));
            let rows = rows.map(|values| row(values, Dims::Vector(columns))).collect();
            let hull = row(&value.elements, of.facts.dims).facts;
            Some(Expr { node: Node::Vector(rows), span: of.span, facts: hull })
        }
    }
}
