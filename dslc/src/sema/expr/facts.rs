//! Sign, curvature and interval of a node from those of its parts.

use super::Builder;
use crate::diag::{Diagnostic, codes};
use crate::sema::atoms::dims::{Misfit, Sizes};
use crate::sema::atoms::{Atom, Count, Given};
use crate::sema::curvature::{self, Shape};
use crate::sema::hir::{
    Axis, Curvature, Dims, Expr, Facts, Fold, Members, Node, Number, Param, Rational, SetMembers,
    Sign, Span, Unit, Values, Variable,
};
use crate::sema::interval::Interval;

impl Expr {
    /// Its curvature and sign.
    pub fn shape(&self) -> Shape {
        Shape::new(self.facts.curvature, self.facts.sign)
    }

    /// The interval that holds its values.
    pub fn interval(&self) -> Interval {
        Interval::new(self.facts.interval.0, self.facts.interval.1)
    }
}

/// What an interval says of the sign.
pub fn sign(interval: Interval) -> Sign {
    match (interval.lo >= 0.0, interval.hi <= 0.0) {
        (true, true) => Sign::Zero,
        (true, false) => Sign::Nonneg,
        (false, true) => Sign::Nonpos,
        (false, false) => Sign::Unknown,
    }
}

fn facts(unit: Unit, curvature: Curvature, interval: Interval) -> Facts {
    let dims = Dims::Scalar;
    Facts { unit, dims, sign: sign(interval), curvature, interval: (interval.lo, interval.hi) }
}

/// Of constant values in an interval.
pub fn constant(unit: Unit, interval: Interval) -> Facts {
    facts(unit, Curvature::Constant, interval)
}

/// Of a number in SI.
pub fn of_number(value: &Rational, unit: Unit) -> Facts {
    facts(unit, Curvature::Constant, Interval::of(value))
}

/// Of any one of a param's values.
pub fn of_param(param: &Param) -> Facts {
    let values = match &param.values {
        Values::Dense(values) => values.iter().map(Interval::of).reduce(Interval::hull),
        Values::Sparse(entries) => {
            let ends =
                entries.iter().fold((&Number::ZERO, &Number::ZERO), |(lo, hi), (_, value)| {
                    (lo.min(value), hi.max(value))
                });
            Some(Interval::between(Some(&ends.0.to_rational()), Some(&ends.1.to_rational())))
        }
        Values::Input(lo, hi) => Some(Interval::between(Some(lo), Some(hi))),
    };
    facts(param.unit.clone(), Curvature::Constant, values.unwrap_or(Interval::ALL))
}

/// Of a variable in its box.
pub fn of_variable(variable: &Variable) -> Facts {
    let interval = Interval::between(variable.lo.as_ref(), variable.hi.as_ref());
    facts(variable.unit.clone(), Curvature::Affine, interval)
}

impl Builder<'_> {
    /// Of an atom on its arguments. Of parameters that differ from member to member there are several
    /// variants: what is true of the atom with each of them is known. `given` is the last one's unit.
    pub(super) fn facts(
        &mut self,
        atom: &'static Atom,
        arguments: &[Expr],
        variants: &[Vec<Rational>],
        given: Option<&Unit>,
        span: Span,
    ) -> Option<Facts> {
        let first = variants.first()?;
        let dims = self.dims_of(atom, arguments, first, span)?;
        let unit = self.unit_of(atom, arguments, variants, given, span)?;
        let shapes: Vec<_> = arguments.iter().map(Expr::shape).collect();
        let intervals: Vec<_> = arguments.iter().map(Expr::interval).collect();
        let counts: Vec<_> = arguments.iter().map(|argument| self.elements(argument)).collect();
        let of_variant = |parameters: &Vec<Rational>| {
            let (shapes, intervals, counts) = (&shapes, &intervals, &counts);
            let given = Given { shapes, intervals, counts, parameters };
            let case = atom.case(&given);
            (curvature::apply(case, shapes), (case.range)(&given))
        };
        let known_of_all = variants
            .iter()
            .map(of_variant)
            .reduce(|(shape, interval), (s, i)| (shape.common(s), interval.hull(i)));
        let (shape, interval) = known_of_all?;
        Some(Facts { dims, ..known(unit, shape, interval) })
    }

    /// How many elements an expression has.
    pub(super) fn elements(&self, expr: &Expr) -> Count {
        let axis = |axis: Axis| match axis {
            Axis::Length(length) => Count::exactly(length),
            Axis::Set(set) => match self.context.set(set).map(|set| &set.members) {
                Some(SetMembers::Closed(members)) => Count::exactly(members.len()),
                Some(SetMembers::Open(most)) => Count { least: 0, most: *most as usize },
                None => Count::exactly(1),
            },
        };
        match expr.facts.dims {
            Dims::Scalar => Count::exactly(1),
            Dims::Vector(along) => axis(along),
            Dims::Matrix(rows, columns) => {
                let (a, b) = (axis(rows), axis(columns));
                let product = |a: usize, b: usize| a.saturating_mul(b);
                Count { least: product(a.least, b.least), most: product(a.most, b.most) }
            }
        }
    }

    /// The shape of an atom on its arguments.
    fn dims_of(
        &mut self,
        atom: &'static Atom,
        arguments: &[Expr],
        parameters: &[Rational],
        span: Span,
    ) -> Option<Dims> {
        let dims: Vec<_> = arguments.iter().map(|argument| argument.facts.dims).collect();
        if dims.iter().all(|dims| *dims == Dims::Scalar) && parameters.is_empty() && dims.len() < 3
        {
            // Numbers, most often: nothing to ask the table for.
            if matches!(atom.name, "add" | "sub" | "mul" | "div" | "neg_") {
                return Some(Dims::Scalar);
            }
        }
        let context = &*self.context;
        let length = |axis: Axis| match axis {
            Axis::Length(length) => Some(length),
            Axis::Set(set) => context.members(set).map(Members::len),
        };
        let sizes = Sizes { dims: &dims, parameters, length: &length };
        let misfit = match (atom.dims)(&sizes) {
            Ok(dims) => return Some(dims),
            Err(misfit) => misfit,
        };
        let shape = |at: usize| self.shape_of(dims.get(at).copied().unwrap_or_default());
        let place = |at: usize| arguments.get(at).map_or(span, |argument| argument.span);
        let error = match misfit {
            Misfit::Apart(a, b) => {
                let message =
                    format!("{} of {} and {} means nothing", atom.title, shape(a), shape(b));
                Diagnostic::error(codes::SHAPE, span, message)
                    .label(place(a), shape(a))
                    .label(place(b), shape(b))
            }
            Misfit::Needs(at, what) => {
                let message =
                    format!("{} takes {what} here, and this is {}", atom.title, shape(at));
                Diagnostic::error(codes::SHAPE, place(at), message)
            }
            Misfit::Open(at) => {
                let message = format!(
                    "{} needs to know how many elements there are, and this is {}",
                    atom.title,
                    shape(at)
                );
                Diagnostic::error(codes::SHAPE, place(at), message)
                    .note("members of an open set come and go at run time")
            }
            Misfit::Parameter(why) => Diagnostic::error(codes::SHAPE, span, why),
        };
        let known = format!("`{}`: {}", atom.form(), atom.formula);
        self.context.report(if atom.callable { error.note(known) } else { error });
        None
    }

    /// Of a fold of a body over a set.
    pub(super) fn fold_facts(&self, fold: Fold, set: usize, body: &Expr) -> Option<Facts> {
        let (name, count) = (fold.name(), &self.context.set(set)?.members);
        let shapes = [body.shape()];
        let shape =
            curvature::apply(crate::sema::atoms::find(name)?.case_of(&shapes, &[]), &shapes);
        let interval = match (fold, count) {
            (Fold::Min | Fold::Max, _) => body.interval(),
            (Fold::Sum, SetMembers::Open(most)) => body.interval().repeated(0, *most as usize),
            (Fold::Sum, SetMembers::Closed(members)) => {
                let least = if matches!(body.node, Node::Where(..)) { 0 } else { members.len() };
                body.interval().repeated(least, members.len())
            }
        };
        Some(known(body.facts.unit.clone(), shape, interval))
    }
}

/// Of a member of a set of whole numbers, as a number.
pub fn of_member((least, largest): (i64, i64)) -> Facts {
    let end = |number: i64| Rational::from_integer(number.into());
    let interval = Interval::between(Some(&end(least)), Some(&end(largest)));
    facts(Unit::default(), Curvature::Constant, interval)
}

/// What the rules say, and what the interval adds to it.
fn known(unit: Unit, shape: Shape, interval: Interval) -> Facts {
    let shape = shape.with_sign(sign(interval));
    let interval = match shape.sign() {
        Sign::Nonneg | Sign::Zero => interval.intersect(Interval::NONNEG),
        Sign::Nonpos => interval.intersect(-Interval::NONNEG),
        Sign::Unknown => None,
    }
    .unwrap_or(interval);
    let interval = if shape.sign() == Sign::Zero { Interval::ZERO } else { interval };
    Facts {
        unit,
        dims: Dims::Scalar,
        sign: shape.sign(),
        curvature: shape.curvature(),
        interval: (interval.lo, interval.hi),
    }
}

impl Fold {
    /// Its name in the atom table and in a spec.
    pub fn name(self) -> &'static str {
        match self {
            Fold::Sum => "sum",
            Fold::Min => "min",
            Fold::Max => "max",
        }
    }
}
