//! Walking over checked expressions.

use super::atoms::{self, Atom, Case, Count, Given};
use super::constant;
use super::context::Context;
use super::curvature::{self, Direction, Shape};
use super::hir::{Axis, Curvature, Dims, Expr, Node, Rational, SetMembers, Sign};
use super::interval::Interval;

/// An expression's head as a row of the atom table.
#[derive(Debug)]
pub struct Application<'e> {
    /// The row.
    pub atom: &'static Atom,
    /// Its arguments; of a fold, its body.
    pub arguments: Vec<&'e Expr>,
    /// Its constant parameters.
    pub written: Vec<&'e Expr>,
    /// Values of its parameters, a list's one after the other; empty where they differ from member to
    /// member.
    pub parameters: Vec<Rational>,
    /// All values that its parameters have.
    alternatives: Vec<Vec<Rational>>,
    /// How many elements each argument has.
    counts: Vec<Count>,
}

impl Expr {
    /// The expressions right below, in order.
    pub fn parts(&self) -> Vec<&Expr> {
        let mut parts = Vec::new();
        self.for_each_part(|part| parts.push(part));
        parts
    }

    /// Visits the expressions right below, in order.
    pub fn for_each_part<'e>(&'e self, mut visit: impl FnMut(&'e Expr)) {
        match &self.node {
            Node::Number(_)
            | Node::Param(..)
            | Node::Variable(..)
            | Node::Let(..)
            | Node::Member(_) => {}
            Node::Neg(a) | Node::Fold(_, _, a) | Node::Where(_, a) | Node::Each(_, a) => visit(a),
            Node::Element(a, _) => visit(a),
            Node::Add(a, b) | Node::Sub(a, b) | Node::Mul(a, b) | Node::Div(a, b) => {
                visit(a);
                visit(b);
            }
            Node::Vector(parts) | Node::Atom(_, parts) => parts.iter().for_each(visit),
        }
    }

    /// The atom that its head applies; none for a leaf.
    pub fn application(&self) -> Option<Application<'_>> {
        let name = match &self.node {
            Node::Number(_)
            | Node::Param(..)
            | Node::Variable(..)
            | Node::Let(..)
            | Node::Member(_)
            | Node::Each(..)
            | Node::Element(..)
            | Node::Where(..) => return None,
            Node::Vector(_) => "vector",
            Node::Neg(_) => "neg_",
            Node::Add(..) => "add",
            Node::Sub(..) => "sub",
            Node::Mul(..) => "mul",
            Node::Div(..) => "div",
            Node::Atom(name, _) => name,
            Node::Fold(fold, ..) => fold.name(),
        };
        let atom = atoms::find(name)?;
        let mut arguments = self.parts();
        let written = arguments.split_off(arguments.len().checked_sub(atom.parameters.len())?);
        let mut parameters = Vec::new();
        let literal = written.iter().all(|parameter| parameter.numbers(&mut parameters));
        if !literal {
            parameters.clear();
        }
        let alternatives = if literal { vec![parameters.clone()] } else { Vec::new() };
        Some(Application { atom, arguments, written, parameters, alternatives, counts: Vec::new() })
    }

    /// The same with everything that is known of its parameters and of the length of its arguments.
    pub fn application_in(&self, context: &Context) -> Option<Application<'_>> {
        let mut applied = self.application()?;
        if applied.alternatives.is_empty() {
            applied.alternatives =
                constant::alternatives(context, &applied.written).unwrap_or_default();
        }
        applied.counts = applied.arguments.iter().map(|argument| argument.count(context)).collect();
        Some(applied)
    }

    /// Adds the numbers of a literal to a list, row by row; whether it is one.
    fn numbers(&self, numbers: &mut Vec<Rational>) -> bool {
        match &self.node {
            Node::Number(value) => {
                numbers.push(value.clone());
                true
            }
            Node::Vector(elements) => elements.iter().all(|element| element.numbers(numbers)),
            _ => false,
        }
    }

    /// How many elements it has.
    pub fn count(&self, context: &Context) -> Count {
        let along = |axis: Axis| match axis {
            Axis::Length(length) => Count::exactly(length),
            Axis::Set(set) => match context.set(set).map(|set| &set.members) {
                Some(SetMembers::Closed(members)) => Count::exactly(members.len()),
                Some(SetMembers::Open(most)) => Count { least: 0, most: *most as usize },
                None => Count { least: 0, most: usize::MAX },
            },
        };
        match self.facts.dims {
            Dims::Scalar => Count::exactly(1),
            Dims::Vector(axis) => along(axis),
            Dims::Matrix(rows, columns) => {
                let (rows, columns) = (along(rows), along(columns));
                Count {
                    least: rows.least.saturating_mul(columns.least),
                    most: rows.most.saturating_mul(columns.most),
                }
            }
        }
    }
}

impl Application<'_> {
    /// Curvature and sign of the arguments.
    pub fn shapes(&self) -> Vec<Shape> {
        self.arguments.iter().map(|argument| argument.shape()).collect()
    }

    /// What the atom is on these arguments; where that differs with its parameters, the first case
    /// that is neither convex nor concave, if any.
    pub fn case(&self) -> &'static Case {
        let cases = self.cases();
        let worst = cases.iter().find(|case| case.curve == atoms::Curve::Neither);
        worst.or(cases.first()).copied().unwrap_or(&atoms::NOTHING_KNOWN)
    }

    /// What the atom is on these arguments, for every value of its parameters.
    pub fn cases(&self) -> Vec<&'static Case> {
        let shapes = self.shapes();
        let intervals: Vec<Interval> = self.arguments.iter().map(|part| part.interval()).collect();
        let mut cases: Vec<&'static Case> = Vec::new();
        for parameters in &self.alternatives {
            let case = self.atom.case(&Given {
                shapes: &shapes,
                intervals: &intervals,
                counts: &self.counts,
                parameters,
            });
            if !cases.iter().any(|known| std::ptr::eq(*known, case)) {
                cases.push(case);
            }
        }
        cases
    }

    /// Whether the atom would be convex or concave of arguments that are not below 0.
    pub fn depends_on_sign(&self) -> bool {
        let nonneg = vec![Shape::new(Curvature::Affine, Sign::Nonneg); self.arguments.len()];
        self.atom.case_of(&nonneg, &self.parameters).curve != atoms::Curve::Neither
    }

    /// How the atom goes in each argument.
    pub fn directions(&self) -> Vec<Direction> {
        let shapes = self.shapes();
        let case = self.case();
        (0..shapes.len()).map(|at| curvature::direction(case, &shapes, at)).collect()
    }
}
