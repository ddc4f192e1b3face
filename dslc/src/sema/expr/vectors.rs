//! Vectors: literals, what each member gives, names without their index, elements.

use super::Builder;
use crate::diag::{Diagnostic, codes};
use crate::sema::atoms;
use crate::sema::context::Entity;
use crate::sema::hir::{Axis, Dims, Expr, Facts, Index, Node, SetId, Span};
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
