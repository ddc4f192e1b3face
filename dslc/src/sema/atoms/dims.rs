//! Whether an atom is a number, a vector or a matrix on arguments that are.

use num_traits::ToPrimitive;

use crate::sema::hir::{Axis, Dims, Rational};

/// How the shape of an atom follows from those of its arguments.
pub type Rule = fn(&Sizes<'_>) -> Result<Dims, Misfit>;

/// The shapes of arguments, and what parameters say of the result's.
pub struct Sizes<'a> {
    /// The arguments.
    pub dims: &'a [Dims],
    /// Values of the parameters.
    pub parameters: &'a [Rational],
    /// How many places an axis has; none over an open set.
    pub length: &'a dyn Fn(Axis) -> Option<usize>,
}

/// Why an atom cannot be applied to arguments of these shapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// Two arguments do not go together.
    Apart(usize, usize),
    /// An argument is not what is needed.
    Needs(usize, &'static str),
    /// An argument is over an open set, so that its length is not known.
    Open(usize),
    /// A parameter does not fit the arguments.
    Parameter(String),
}

type Answer = Result<Dims, Misfit>;

impl Sizes<'_> {
    fn dims(&self, at: usize) -> Dims {
        self.dims.get(at).copied().unwrap_or_default()
    }

    /// Whether two axes have the same places: one set, or one length where one has no set.
    pub fn same_axis(&self, a: Axis, b: Axis) -> bool {
        match (a, b) {
            (Axis::Set(a), Axis::Set(b)) => a == b,
            _ => {
                let (a, b) = ((self.length)(a), (self.length)(b));
                a.is_some() && a == b
            }
        }
    }

    /// The shape of two that go together, the one over a set before the one that is a length; none
    /// when they do not.
    fn together(&self, a: Dims, b: Dims) -> Option<Dims> {
        let axis = |a: Axis, b: Axis| {
            let kept = if matches!(a, Axis::Set(_)) { a } else { b };
            self.same_axis(a, b).then_some(kept)
        };
        match (a, b) {
            (Dims::Scalar, other) | (other, Dims::Scalar) => Some(other),
            (Dims::Vector(a), Dims::Vector(b)) => Some(Dims::Vector(axis(a, b)?)),
            (Dims::Matrix(a, b), Dims::Matrix(c, d)) => {
                Some(Dims::Matrix(axis(a, c)?, axis(b, d)?))
            }
            _ => None,
        }
    }

    fn vector(&self, at: usize) -> Result<Axis, Misfit> {
        match self.dims(at) {
            Dims::Vector(axis) => Ok(axis),
            _ => Err(Misfit::Needs(at, "a vector")),
        }
    }

    fn matrix(&self, at: usize) -> Result<(Axis, Axis), Misfit> {
        match self.dims(at) {
            Dims::Matrix(rows, columns) => Ok((rows, columns)),
            _ => Err(Misfit::Needs(at, "a matrix")),
        }
    }

    fn length(&self, at: usize, axis: Axis) -> Result<usize, Misfit> {
        (self.length)(axis).ok_or(Misfit::Open(at))
    }

    /// Rows and columns of an argument; a vector is a column, a number a single element.
    fn extent(&self, at: usize) -> Result<(usize, usize), Misfit> {
        match self.dims(at) {
            Dims::Scalar => Ok((1, 1)),
            Dims::Vector(axis) => Ok((self.length(at, axis)?, 1)),
            Dims::Matrix(rows, columns) => Ok((self.length(at, rows)?, self.length(at, columns)?)),
        }
    }

    /// A parameter that counts places, from `least` upwards.
    fn place(&self, at: usize, least: usize) -> Result<usize, Misfit> {
        let value = self.parameters.get(at);
        let whole = value.filter(|value| value.is_integer());
        let place = whole.and_then(|value| value.to_integer().to_usize());
        place.filter(|place| *place >= least && *place <= MOST_PLACES).ok_or_else(|| {
            Misfit::Parameter(format!("a place or a count is a whole number from {least} upwards"))
        })
    }
}

/// Most places of a vector or matrix that a parameter asks for.
const MOST_PLACES: usize = 1 << 20;

fn vector_of(length: usize) -> Dims {
    Dims::Vector(Axis::Length(length))
}

fn matrix_of(rows: usize, columns: usize) -> Dims {
    Dims::Matrix(Axis::Length(rows), Axis::Length(columns))
}

/// Element by element; a number goes with every element of the others.
pub fn each(sizes: &Sizes<'_>) -> Answer {
    let mut whole = (0, sizes.dims(0));
    for (at, dims) in sizes.dims.iter().enumerate().skip(1) {
        let Some(both) = sizes.together(whole.1, *dims) else {
            return Err(Misfit::Apart(whole.0, at));
        };
        if whole.1 == Dims::Scalar && both != Dims::Scalar {
            whole.0 = at;
        }
        whole.1 = both;
    }
    Ok(whole.1)
}

/// One number, whatever the only argument is.
pub fn number(_: &Sizes<'_>) -> Answer {
    Ok(Dims::Scalar)
}

/// One number of a vector, where the parameters are a list of as many numbers, or of none.
pub fn number_of_listed(sizes: &Sizes<'_>) -> Answer {
    let axis = sizes.vector(0)?;
    let listed = sizes.parameters.len();
    if listed > 0 && sizes.length(0, axis)? != listed {
        let message = format!("{listed} numbers do not go with this vector, one with each element");
        return Err(Misfit::Parameter(message));
    }
    Ok(Dims::Scalar)
}

/// One number of a vector, where the parameters are a list of at most as many numbers.
pub fn number_of_sorted(sizes: &Sizes<'_>) -> Answer {
    let axis = sizes.vector(0)?;
    let listed = sizes.parameters.len();
    if sizes.length(0, axis)? < listed {
        let message = format!("{listed} numbers are more than this vector has elements");
        return Err(Misfit::Parameter(message));
    }
    Ok(Dims::Scalar)
}

/// One number of a vector, where the parameters are a square matrix of as many rows.
pub fn number_of_form(sizes: &Sizes<'_>) -> Answer {
    let axis = sizes.vector(0)?;
    let length = sizes.length(0, axis)?;
    let rows = sizes.parameters.len().isqrt();
    if rows != length {
        let message = format!("a {rows} × {rows} matrix does not go with a vector of {length}");
        return Err(Misfit::Parameter(message));
    }
    Ok(Dims::Scalar)
}

/// One number of a vector that has at least as many elements as the first parameter says.
pub fn number_of_some(sizes: &Sizes<'_>) -> Answer {
    let some = sizes.place(0, 1)?;
    match sizes.dims(0) {
        Dims::Vector(axis) => match (sizes.length)(axis) {
            Some(length) if length < some => {
                let message = format!("{some} of the {length} elements of this vector");
                Err(Misfit::Parameter(format!("there are not {message}")))
            }
            _ => Ok(Dims::Scalar),
        },
        Dims::Scalar if some == 1 => Ok(Dims::Scalar),
        Dims::Scalar | Dims::Matrix(..) => Err(Misfit::Needs(0, "a vector")),
    }
}

/// One number of a vector.
pub fn number_of_vector(sizes: &Sizes<'_>) -> Answer {
    sizes.vector(0).map(|_| Dims::Scalar)
}

/// One number of a matrix.
pub fn number_of_matrix(sizes: &Sizes<'_>) -> Answer {
    sizes.matrix(0).map(|_| Dims::Scalar)
}

/// One number of square matrices, all of one size.
pub fn number_of_square(sizes: &Sizes<'_>) -> Answer {
    for at in 0..sizes.dims.len() {
        square(sizes, at)?;
        if sizes.together(sizes.dims(0), sizes.dims(at)).is_none() {
            return Err(Misfit::Apart(0, at));
        }
    }
    Ok(Dims::Scalar)
}

/// A square matrix of the same size.
pub fn same_square(sizes: &Sizes<'_>) -> Answer {
    square(sizes, 0)
}

fn square(sizes: &Sizes<'_>, at: usize) -> Answer {
    let (rows, columns) = sizes.matrix(at)?;
    if !sizes.same_axis(rows, columns) {
        return Err(Misfit::Needs(at, "a square matrix"));
    }
    Ok(sizes.dims(at))
}

/// One number of arguments of one shape.
pub fn number_of_alike(sizes: &Sizes<'_>) -> Answer {
    for at in 1..sizes.dims.len() {
        let alike = sizes.together(sizes.dims(0), sizes.dims(at)).is_some();
        let scalar = |at| sizes.dims(at) == Dims::Scalar;
        if !alike || scalar(0) != scalar(at) {
            return Err(Misfit::Apart(0, at));
        }
    }
    Ok(Dims::Scalar)
}

/// One number of anything and a number.
pub fn number_over_number(sizes: &Sizes<'_>) -> Answer {
    match sizes.dims(1) {
        Dims::Scalar => Ok(Dims::Scalar),
        _ => Err(Misfit::Needs(1, "a number")),
    }
}

/// A vector of the same length.
pub fn same_vector(sizes: &Sizes<'_>) -> Answer {
    sizes.vector(0).map(Dims::Vector)
}

/// The differences of elements side by side, taken as often as the first parameter says.
pub fn differences(sizes: &Sizes<'_>) -> Answer {
    let axis = sizes.vector(0)?;
    let (length, times) = (sizes.length(0, axis)?, sizes.place(0, 1)?);
    match length.checked_sub(times) {
        Some(left) if left > 0 => Ok(vector_of(left)),
        _ => Err(Misfit::Parameter(format!("a vector of {length} has no such differences"))),
    }
}

/// An element of a vector or matrix, or a row of a matrix; places count from 1, a column 0 stands
/// for all columns.
pub fn element(sizes: &Sizes<'_>) -> Answer {
    let (row, column) = (sizes.place(0, 1)?, sizes.place(1, 0)?);
    let (rows, columns) = sizes.extent(0)?;
    let outside = |place: usize, count: usize, of: &str| {
        Err(Misfit::Parameter(format!("there is no {of} {place}: {count} is the last one")))
    };
    match sizes.dims(0) {
        Dims::Scalar => Err(Misfit::Needs(0, "a vector or a matrix")),
        Dims::Vector(_) if column > 0 => Err(Misfit::Needs(0, "a matrix")),
        Dims::Vector(_) if row > rows => outside(row, rows, "element"),
        Dims::Matrix(..) if row > rows => outside(row, rows, "row"),
        Dims::Matrix(..) if column > columns => outside(column, columns, "column"),
        Dims::Matrix(_, along) if column == 0 => Ok(Dims::Vector(along)),
        Dims::Vector(_) | Dims::Matrix(..) => Ok(Dims::Scalar),
    }
}

/// The elements from one place to another, both included.
pub fn slice(sizes: &Sizes<'_>) -> Answer {
    let axis = sizes.vector(0)?;
    let length = sizes.length(0, axis)?;
    let (first, last) = (sizes.place(0, 1)?, sizes.place(1, 1)?);
    if first > last || last > length {
        let message = format!("{first} to {last} are no places of a vector of {length}");
        return Err(Misfit::Parameter(message));
    }
    Ok(vector_of(last - first + 1))
}

/// Numbers and vectors one after the other; matrices side by side.
pub fn side_by_side(sizes: &Sizes<'_>) -> Answer {
    if let Dims::Matrix(rows, _) = sizes.dims(0) {
        let mut columns = 0usize;
        for at in 0..sizes.dims.len() {
            let (own, along) = sizes.matrix(at)?;
            if !sizes.same_axis(rows, own) {
                return Err(Misfit::Apart(0, at));
            }
            columns = columns.saturating_add(sizes.length(at, along)?);
        }
        return Ok(Dims::Matrix(rows, Axis::Length(columns)));
    }
    one_after_the_other(sizes)
}

/// Numbers and vectors as one vector.
pub fn one_after_the_other(sizes: &Sizes<'_>) -> Answer {
    let mut length = 0usize;
    for (at, dims) in sizes.dims.iter().enumerate() {
        if matches!(dims, Dims::Matrix(..)) {
            return Err(Misfit::Needs(at, "a number or a vector"));
        }
        length = length.saturating_add(sizes.extent(at)?.0);
    }
    Ok(vector_of(length))
}

/// Numbers, vectors and matrices on top of each other: a number is a row of one, a vector a row.
pub fn on_top(sizes: &Sizes<'_>) -> Answer {
    let width = |dims: Dims| match dims {
        Dims::Scalar => Axis::Length(1),
        Dims::Vector(axis) | Dims::Matrix(_, axis) => axis,
    };
    let (first, mut rows) = (width(sizes.dims(0)), 0usize);
    for (at, dims) in sizes.dims.iter().enumerate() {
        if !sizes.same_axis(first, width(*dims)) {
            return Err(Misfit::Apart(0, at));
        }
        let own = if let Dims::Matrix(rows, _) = dims { sizes.length(at, *rows)? } else { 1 };
        rows = rows.saturating_add(own);
    }
    Ok(Dims::Matrix(Axis::Length(rows), first))
}

/// Numbers as a vector, or vectors of one length as the rows of a matrix.
pub fn stacked(sizes: &Sizes<'_>) -> Answer {
    let count = sizes.dims.len();
    for at in 1..count {
        let both = (sizes.dims(0), sizes.dims(at));
        let alike = match both {
            (Dims::Scalar, Dims::Scalar) => true,
            (Dims::Vector(a), Dims::Vector(b)) => sizes.same_axis(a, b),
            _ => false,
        };
        if !alike {
            return Err(Misfit::Apart(0, at));
        }
    }
    match sizes.dims(0) {
        Dims::Scalar => Ok(vector_of(count)),
        Dims::Vector(axis) => Ok(Dims::Matrix(Axis::Length(count), axis)),
        Dims::Matrix(..) => Err(Misfit::Needs(0, "a number or a vector")),
    }
}

/// A number as a vector of as many elements as the first parameter says.
pub fn promoted(sizes: &Sizes<'_>) -> Answer {
    match sizes.dims(0) {
        Dims::Scalar => Ok(vector_of(sizes.place(0, 1)?)),
        _ => Err(Misfit::Needs(0, "a number")),
    }
}

/// A number or a vector as so many equal rows of so many elements.
pub fn broadcast(sizes: &Sizes<'_>) -> Answer {
    let (rows, columns) = (sizes.place(0, 1)?, sizes.place(1, 1)?);
    match sizes.dims(0) {
        Dims::Scalar => Ok(matrix_of(rows, columns)),
        Dims::Vector(axis) if sizes.length(0, axis)? == columns => {
            Ok(Dims::Matrix(Axis::Length(rows), axis))
        }
        Dims::Vector(_) => {
            let message = format!("this vector does not have {columns} elements");
            Err(Misfit::Parameter(message))
        }
        Dims::Matrix(..) => Err(Misfit::Needs(0, "a number or a vector")),
    }
}

/// The same elements, column by column, as a matrix of so many rows and columns.
pub fn reshaped(sizes: &Sizes<'_>) -> Answer {
    let (rows, columns) = (sizes.place(0, 1)?, sizes.place(1, 1)?);
    let (own_rows, own_columns) = sizes.extent(0)?;
    let own = own_rows.saturating_mul(own_columns);
    if rows.saturating_mul(columns) != own {
        let message = format!("{own} elements are no matrix of {rows} × {columns}");
        return Err(Misfit::Parameter(message));
    }
    Ok(matrix_of(rows, columns))
}

/// A matrix with rows and columns exchanged; a vector stays one.
pub fn transposed(sizes: &Sizes<'_>) -> Answer {
    Ok(match sizes.dims(0) {
        Dims::Matrix(rows, columns) => Dims::Matrix(columns, rows),
        other => other,
    })
}

/// All elements as one vector.
pub fn flat(sizes: &Sizes<'_>) -> Answer {
    let (rows, columns) = sizes.extent(0)?;
    Ok(vector_of(rows.saturating_mul(columns)))
}

/// A vector without the axes that have one place.
pub fn squeezed(sizes: &Sizes<'_>) -> Answer {
    let (rows, columns) = sizes.extent(0)?;
    Ok(match (sizes.dims(0), rows, columns) {
        (_, 1, 1) => Dims::Scalar,
        (Dims::Matrix(_, along), 1, _) => Dims::Vector(along),
        (Dims::Matrix(along, _), _, 1) => Dims::Vector(along),
        (other, ..) => other,
    })
}

/// The diagonal of a square matrix, or the diagonal matrix of a vector.
pub fn diagonal(sizes: &Sizes<'_>) -> Answer {
    match sizes.dims(0) {
        Dims::Scalar => Err(Misfit::Needs(0, "a vector or a square matrix")),
        Dims::Vector(axis) => Ok(Dims::Matrix(axis, axis)),
        Dims::Matrix(rows, _) => square(sizes, 0).map(|_| Dims::Vector(rows)),
    }
}

/// The elements above the diagonal of a square matrix.
pub fn above_diagonal(sizes: &Sizes<'_>) -> Answer {
    square(sizes, 0)?;
    let (rows, _) = sizes.extent(0)?;
    match rows.saturating_mul(rows.saturating_sub(1)) / 2 {
        0 => Err(Misfit::Needs(0, "a matrix with elements above its diagonal")),
        count => Ok(vector_of(count)),
    }
}

/// The product of a matrix with a vector or matrix, in either order; of two vectors the inner one.
pub fn product(sizes: &Sizes<'_>) -> Answer {
    let (a, b) = (sizes.dims(0), sizes.dims(1));
    let (inner, outer, result) = match (a, b) {
        (Dims::Vector(a), Dims::Vector(b)) => (a, b, Dims::Scalar),
        (Dims::Vector(a), Dims::Matrix(b, along)) => (a, b, Dims::Vector(along)),
        (Dims::Matrix(along, a), Dims::Vector(b)) => (a, b, Dims::Vector(along)),
        (Dims::Matrix(rows, a), Dims::Matrix(b, columns)) => (a, b, Dims::Matrix(rows, columns)),
        (Dims::Scalar, _) => return Err(Misfit::Needs(0, "a vector or a matrix")),
        (_, Dims::Scalar) => return Err(Misfit::Needs(1, "a vector or a matrix")),
    };
    if sizes.same_axis(inner, outer) { Ok(result) } else { Err(Misfit::Apart(0, 1)) }
}

/// The matrix of the products of two vectors' elements.
pub fn outer(sizes: &Sizes<'_>) -> Answer {
    Ok(Dims::Matrix(sizes.vector(0)?, sizes.vector(1)?))
}

/// Each element of a matrix times another matrix.
pub fn kronecker(sizes: &Sizes<'_>) -> Answer {
    sizes.matrix(0)?;
    sizes.matrix(1)?;
    let ((a, b), (c, d)) = (sizes.extent(0)?, sizes.extent(1)?);
    Ok(matrix_of(a.saturating_mul(c), b.saturating_mul(d)))
}

/// The convolution of two vectors.
pub fn convolved(sizes: &Sizes<'_>) -> Answer {
    let (a, b) = (sizes.vector(0)?, sizes.vector(1)?);
    let length = sizes.length(0, a)?.saturating_add(sizes.length(1, b)?);
    Ok(vector_of(length.saturating_sub(1)))
}
