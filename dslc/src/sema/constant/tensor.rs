//! One value or many.

use crate::sema::atoms::layout::Extent;
use crate::sema::hir::Rational;

/// A number, the elements of a vector, or those of a matrix row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// How many.
    pub extent: Extent,
    /// The elements.
    pub elements: Vec<Rational>,
}

impl Tensor {
    /// A number.
    pub fn of(number: Rational) -> Self {
        Tensor { extent: Extent::NUMBER, elements: vec![number] }
    }

    /// A vector.
    pub fn vector(elements: Vec<Rational>) -> Self {
        Tensor { extent: Extent::vector(elements.len()), elements }
    }

    /// A matrix by its rows.
    pub fn matrix(rows: usize, columns: usize, elements: Vec<Rational>) -> Self {
        Tensor { extent: Extent::matrix(rows, columns), elements }
    }

    /// The number, when it is one.
    pub fn number(mut self) -> Option<Rational> {
        if self.extent.rank == 0 { self.elements.pop() } else { None }
    }

    /// The element at a position of each axis.
    pub fn at(&self, positions: &[usize]) -> Option<Rational> {
        let at = match positions {
            [at] if self.extent.rank == 1 => *at,
            [row, column] if *column < self.extent.columns => row * self.extent.columns + column,
            _ => return None,
        };
        self.elements.get(at).cloned()
    }

    /// Scalars as a vector, vectors as the rows of a matrix.
    pub fn stacked(parts: Vec<Tensor>) -> Option<Self> {
        let (rows, first) = (parts.len(), parts.first()?.extent);
        if first.rank > 1 || parts.iter().any(|part| part.extent != first) {
            return None;
        }
        let elements = parts.into_iter().flat_map(|part| part.elements).collect();
        Some(match first.rank {
            0 => Tensor::vector(elements),
            _ => Tensor::matrix(rows, first.rows, elements),
        })
    }

    /// An operation on the elements of two; a number goes with each element.
    pub fn each<E>(
        &self,
        other: &Tensor,
        operation: impl Fn(&Rational, &Rational) -> Result<Rational, E>,
    ) -> Option<Result<Self, E>> {
        let (extent, count) = match (self.extent.rank, other.extent.rank) {
            (0, _) => (other.extent, other.elements.len()),
            (_, 0) => (self.extent, self.elements.len()),
            _ if self.extent == other.extent => (self.extent, self.elements.len()),
            _ => return None,
        };
        let pick = |tensor: &Tensor, at: usize| {
            tensor.elements.get(if tensor.extent.rank == 0 { 0 } else { at }).cloned()
        };
        let pairs = (0..count).map(|at| Some((pick(self, at)?, pick(other, at)?)));
        let pairs: Option<Vec<_>> = pairs.collect();
        let elements = pairs?.iter().map(|(a, b)| operation(a, b)).collect::<Result<_, _>>();
        Some(elements.map(|elements| Tensor { extent, elements }))
    }

    /// An operation on each element.
    pub fn map(mut self, operation: impl Fn(&Rational) -> Rational) -> Self {
        for element in &mut self.elements {
            *element = operation(element);
        }
        self
    }
}
