//! Walking over checked expressions.

use super::atoms::{self, Atom, Case, Given};
use super::curvature::{self, Direction, Shape};
use super::hir::{Expr, Node, Rational};

/// An expression's head as a row of the atom table.
#[derive(Debug)]
pub struct Application<'e> {
    /// The row.
    pub atom: &'static Atom,
    /// Its arguments; of a fold, its body.
    pub arguments: Vec<&'e Expr>,
    /// Values of its constant parameters.
    pub parameters: Vec<Rational>,
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
            | Node::Vector(_)
            | Node::Each(..)
            | Node::Element(..)
            | Node::Where(..) => return None,
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
        for parameter in &written {
            numbers(parameter, &mut parameters)?;
        }
        Some(Application { atom, arguments, parameters })
    }
}

/// Adds the numbers that a parameter consists of, row by row.
fn numbers(parameter: &Expr, into: &mut Vec<Rational>) -> Option<()> {
    match &parameter.node {
        Node::Number(value) => into.push(value.clone()),
        Node::Vector(elements) => {
            for element in elements {
                numbers(element, into)?;
            }
        }
        _ => return None,
    }
    Some(())
}

impl Application<'_> {
    /// Curvature and sign of the arguments.
    pub fn shapes(&self) -> Vec<Shape> {
        self.arguments.iter().map(|argument| argument.shape()).collect()
    }

    /// What the atom is on these arguments.
    pub fn case(&self) -> &'static Case {
        let shapes = &self.shapes();
        let intervals: Vec<_> = self.arguments.iter().map(|argument| argument.interval()).collect();
        self.atom.case(&Given {
            shapes,
            intervals: &intervals,
            counts: &[],
            parameters: &self.parameters,
        })
    }

    /// How the atom goes in each argument.
    pub fn directions(&self) -> Vec<Direction> {
        let shapes = self.shapes();
        let case = self.case();
        (0..shapes.len()).map(|at| curvature::direction(case, &shapes, at)).collect()
    }
}
