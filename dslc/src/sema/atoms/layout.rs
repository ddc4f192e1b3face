//! Atoms that only move and add up elements: which ones an element of the result is made of.

use num_traits::ToPrimitive;

use crate::sema::hir::Rational;

/// How many rows and columns; a vector of n is n rows of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// 0 for a number, 1 for a vector, 2 for a matrix.
    pub rank: u8,
    /// Rows, or the length of a vector.
    pub rows: usize,
    /// Columns; 1 for a vector or number.
    pub columns: usize,
}

impl Extent {
    /// Of a number.
    pub const NUMBER: Extent = Extent { rank: 0, rows: 1, columns: 1 };

    /// Of a vector.
    pub fn vector(length: usize) -> Self {
        Extent { rank: 1, rows: length, columns: 1 }
    }

    /// Of a matrix.
    pub fn matrix(rows: usize, columns: usize) -> Self {
        Extent { rank: 2, rows, columns }
    }

    /// How many elements.
    pub fn count(self) -> usize {
        self.rows.saturating_mul(self.columns)
    }
}

/// An element of an argument, which is added or taken away. Elements count from 0, row by row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// Whether it is taken away.
    pub negative: bool,
    /// Which argument.
    pub argument: usize,
    /// Which of its elements.
    pub element: usize,
}

/// The elements that add up to element `at` of the result, of extent `result`; none for an atom
/// that does more than that. `diff` is of the first order here: a higher one is repeated.
pub fn terms(
    name: &str,
    parameters: &[Rational],
    arguments: &[Extent],
    result: Extent,
    at: usize,
) -> Option<Vec<Term>> {
    let first = arguments.first().copied().unwrap_or(Extent::NUMBER);
    let place = |at: usize| parameters.get(at).and_then(|p| p.to_integer().to_usize());
    let one = |element| Term { negative: false, argument: 0, element };
    let (row, column) = (at / result.columns.max(1), at % result.columns.max(1));
    Some(match name {
        "sum" => (0..first.count()).map(one).collect(),
        "trace" => (0..first.rows).map(|at| one(at * first.columns + at)).collect(),
        "cumsum" => (0..=at).map(one).collect(),
        "diff" => vec![one(at + 1), Term { negative: true, ..one(at) }],
        "index" => {
            let row = place(0)?.checked_sub(1)?;
            let start = row * first.columns;
            vec![match place(1)?.checked_sub(1) {
                Some(column) => one(start + column),
                None => one(start + at),
            }]
        }
        "slice" => vec![one(place(0)?.checked_sub(1)? + at)],
        "promote" => vec![one(0)],
        "broadcast_to" => vec![one(if first.rank == 0 { 0 } else { column })],
        "transpose" if first.rank == 2 => vec![one(column * first.columns + row)],
        "transpose" | "squeeze" => vec![one(at)],
        "vec" => vec![one(by_columns(first, at))],
        "reshape" => vec![one(by_columns(first, column * result.rows + row))],
        "diag" if first.rank == 2 => vec![one(at * first.columns + at)],
        "diag" => {
            if row == column {
                vec![one(row)]
            } else {
                Vec::new()
            }
        }
        "upper_tri" => vec![one(above_diagonal(first.rows, at)?)],
        "hstack" if first.rank == 2 => {
            let mut left = column;
            let mut found = None;
            for (argument, extent) in arguments.iter().enumerate() {
                if left < extent.columns {
                    found = Some((argument, row * extent.columns + left));
                    break;
                }
                left -= extent.columns;
            }
            let (argument, element) = found?;
            vec![Term { negative: false, argument, element }]
        }
        // Row by row, what stands on top of each other stands one after the other.
        "hstack" | "vstack" | "concatenate" | "stack" => {
            let mut left = at;
            let mut found = None;
            for (argument, extent) in arguments.iter().enumerate() {
                if left < extent.count() {
                    found = Some(argument);
                    break;
                }
                left -= extent.count();
            }
            vec![Term { negative: false, argument: found?, element: left }]
        }
        _ => return None,
    })
}

/// The element, counted row by row, that is number `at` when they are counted column by column.
fn by_columns(extent: Extent, at: usize) -> usize {
    let rows = extent.rows.max(1);
    (at % rows) * extent.columns + at / rows
}

/// The element that is number `at` of those above the diagonal, row by row.
fn above_diagonal(rows: usize, mut at: usize) -> Option<usize> {
    for row in 0..rows {
        let own = rows - row - 1;
        if at < own {
            return Some(row * rows + row + 1 + at);
        }
        at -= own;
    }
    None
}

/// The extent of the result of an atom that moves and adds up elements, `diff` left out; none for
/// another atom, or where parameters do not fit.
pub fn extent(name: &str, parameters: &[Rational], arguments: &[Extent]) -> Option<Extent> {
    let first = arguments.first().copied()?;
    let place = |at: usize| parameters.get(at).and_then(|p| p.to_integer().to_usize());
    let total = || arguments.iter().map(|extent| extent.count()).sum::<usize>();
    Some(match name {
        "sum" | "trace" => Extent::NUMBER,
        "cumsum" => first,
        "index" => match (first.rank, place(1)?) {
            (2, 0) => Extent::vector(first.columns),
            _ => Extent::NUMBER,
        },
        "slice" => Extent::vector((place(1)? + 1).checked_sub(place(0)?)?),
        "promote" => Extent::vector(place(0)?),
        "broadcast_to" | "reshape" => Extent::matrix(place(0)?, place(1)?),
        "transpose" if first.rank == 2 => Extent::matrix(first.columns, first.rows),
        "transpose" => first,
        "squeeze" => match (first.rows, first.columns) {
            (1, 1) => Extent::NUMBER,
            (1, along) | (along, 1) => Extent::vector(along),
            _ => first,
        },
        "vec" => Extent::vector(first.count()),
        "diag" if first.rank == 2 => Extent::vector(first.rows),
        "diag" => Extent::matrix(first.rows, first.rows),
        "upper_tri" => Extent::vector(first.rows * first.rows.saturating_sub(1) / 2),
        "hstack" if first.rank == 2 => {
            Extent::matrix(first.rows, arguments.iter().map(|extent| extent.columns).sum())
        }
        "hstack" | "concatenate" => Extent::vector(total()),
        "vstack" => {
            let columns = if first.rank == 2 { first.columns } else { first.rows };
            Extent::matrix(total() / columns.max(1), columns)
        }
        "stack" if first.rank == 0 => Extent::vector(arguments.len()),
        "stack" => Extent::matrix(arguments.len(), first.rows),
        _ => return None,
    })
}
