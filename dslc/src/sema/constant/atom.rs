//! Values of atoms.

use super::tensor::Tensor;
use super::{matrix, reduce, scalar};
use crate::sema::atoms;
use crate::sema::atoms::layout::{self, Extent};
use crate::sema::hir::Rational;

/// Why an atom has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// It has none on these arguments.
    NoValue,
    /// It is too large.
    TooLarge,
}

/// A value, or why there is none.
pub type Answer<T> = Result<T, Lack>;

/// An atom of numbers, its parameters last: none outside its domain, and none inside that where it is
/// too large.
pub fn atom(name: &str, numbers: &[Rational]) -> Option<Option<Rational>> {
    let parameters = atoms::find(name)?.parameters.len();
    let (arguments, parameters) =
        numbers.split_at_checked(numbers.len().checked_sub(parameters)?)?;
    let arguments: Vec<_> = arguments.iter().cloned().map(Tensor::of).collect();
    match apply(name, &arguments, parameters) {
        Ok(value) => value.number().map(Some),
        Err(Lack::TooLarge) => Some(None),
        Err(Lack::NoValue) => None,
    }
}

/// The value of an atom.
pub fn apply(name: &str, arguments: &[Tensor], parameters: &[Rational]) -> Answer<Tensor> {
    if let Some(function) = scalar::function(name) {
        return each(arguments, |x| function(x, parameters));
    }
    if let Some(moved) = moved(name, arguments, parameters) {
        return moved;
    }
    let value = match reduce::value(name, arguments, parameters) {
        Some(number) => Some(number.map(Tensor::of)),
        None => matrix::value(name, arguments, parameters),
    };
    value.unwrap_or(Err(Lack::NoValue))
}

/// A function of numbers, element by element; a number goes with each element.
fn each(
    arguments: &[Tensor],
    function: impl Fn(&[&Rational]) -> Answer<Rational>,
) -> Answer<Tensor> {
    let many = arguments.iter().find(|argument| argument.extent.rank > 0);
    let extent = many.map_or(Extent::NUMBER, |many| many.extent);
    if arguments.iter().any(|argument| argument.extent.rank > 0 && argument.extent != extent) {
        return Err(Lack::NoValue);
    }
    let element = |at: usize| {
        let pick = |x: &'_ Tensor| if x.extent.rank == 0 { 0 } else { at };
        let x: Option<Vec<_>> = arguments.iter().map(|x| x.elements.get(pick(x))).collect();
        function(&x.ok_or(Lack::NoValue)?)
    };
    let elements = (0..extent.count()).map(element).collect::<Answer<_>>()?;
    Ok(Tensor { extent, elements })
}

/// An atom that moves and adds up elements.
fn moved(name: &str, arguments: &[Tensor], parameters: &[Rational]) -> Option<Answer<Tensor>> {
    if name == "diff" {
        return Some(differences(arguments.first()?, parameters));
    }
    let extents: Vec<_> = arguments.iter().map(|argument| argument.extent).collect();
    let result = layout::extent(name, parameters, &extents)?;
    let element = |at: usize| {
        let terms = layout::terms(name, parameters, &extents, result, at).ok_or(Lack::NoValue)?;
        terms.into_iter().try_fold(Rational::default(), |sum, term| {
            let argument = arguments.get(term.argument).ok_or(Lack::NoValue)?;
            let element = argument.elements.get(term.element).ok_or(Lack::NoValue)?;
            Ok(if term.negative { sum - element } else { sum + element })
        })
    };
    let elements = (0..result.count()).map(element).collect::<Answer<Vec<_>>>();
    Some(elements.map(|elements| Tensor { extent: result, elements }))
}

fn differences(vector: &Tensor, parameters: &[Rational]) -> Answer<Tensor> {
    use num_traits::ToPrimitive;
    let times = parameters.first().and_then(|k| k.to_integer().to_usize()).unwrap_or(1);
    let mut elements = vector.elements.clone();
    if times >= elements.len() {
        return Err(Lack::NoValue);
    }
    for _ in 0..times {
        let step = |pair: &[Rational]| match pair {
            [a, b] => Some(b - a),
            _ => None,
        };
        elements = elements.windows(2).filter_map(step).collect();
    }
    Ok(Tensor::vector(elements))
}
