//! Atoms that only move and repeat elements, and products with a constant.

use super::*;

pub(super) static ROWS: &[Atom] = &[
    Atom {
        name: "index",
        title: "`index`",
        formula: "element i of a vector, from 1; of a matrix row i, or element i, j",
        parameters: &[Parameter::number("i"), Parameter::number_or("j", 0)],
        dims: dims::element,
        ..MOVED
    },
    Atom {
        name: "slice",
        title: "`slice`",
        formula: "the vector of elements a to b, from 1, both included",
        parameters: &[Parameter::number("a"), Parameter::number("b")],
        dims: dims::slice,
        ..MOVED
    },
    Atom {
        name: "hstack",
        title: "`hstack`",
        formula: "numbers and vectors one after the other; matrices side by side",
        dims: dims::side_by_side,
        ..JOINED
    },
    Atom {
        name: "vstack",
        title: "`vstack`",
        formula: "the matrix of its arguments on top of each other, a vector being a row",
        dims: dims::on_top,
        ..JOINED
    },
    Atom {
        name: "concatenate",
        title: "`concatenate`",
        formula: "numbers and vectors one after the other",
        dims: dims::one_after_the_other,
        ..JOINED
    },
    Atom {
        name: "stack",
        title: "`stack`",
        formula: "the vector of numbers, or the matrix whose rows are vectors",
        dims: dims::stacked,
        ..JOINED
    },
    Atom {
        name: "promote",
        title: "`promote`",
        formula: "the vector of n times the number x",
        parameters: &[Parameter::number("n")],
        dims: dims::promoted,
        ..MOVED
    },
    Atom {
        name: "broadcast_to",
        title: "`broadcast_to`",
        formula: "the m × n matrix whose rows are the vector x, or whose elements are the number x",
        parameters: &[Parameter::number("m"), Parameter::number("n")],
        dims: dims::broadcast,
        ..MOVED
    },
    Atom {
        name: "reshape",
        title: "`reshape`",
        formula: "the m × n matrix of the same elements, column by column",
        parameters: &[Parameter::number("m"), Parameter::number("n")],
        dims: dims::reshaped,
        ..MOVED
    },
    Atom {
        name: "vec",
        title: "`vec`",
        formula: "the vector of all elements, column by column, by their places alone",
        dims: dims::flat,
        ..MOVED
    },
    Atom {
        name: "squeeze",
        title: "`squeeze`",
        formula: "the same without axes that have one place",
        dims: dims::squeezed,
        ..MOVED
    },
    Atom {
        name: "transpose",
        title: "`transpose`",
        formula: "xⱼᵢ; a vector stays as it is",
        dims: dims::transposed,
        ..MOVED
    },
    // Elements off the diagonal are 0.
    Atom {
        name: "diag",
        title: "`diag`",
        formula: "the diagonal of a square matrix; the diagonal matrix of a vector",
        dims: dims::diagonal,
        cases: &[Case { range: |g| g.x(0).hull(Interval::ZERO), ..SUM }],
        ..ROW
    },
    Atom {
        name: "upper_tri",
        title: "`upper_tri`",
        formula: "the vector of the elements above the diagonal, row by row",
        dims: dims::above_diagonal,
        ..MOVED
    },
    Atom {
        name: "trace",
        title: "`trace`",
        formula: "Σ xᵢᵢ of a square matrix",
        dims: dims::number_of_square,
        cases: &[Case { range: ranges::trace, ..SUM }],
        ..ROW
    },
    Atom {
        name: "multiply",
        title: "a product",
        formula: "x·y, element by element, also of matrices",
        arity: Arity::Exactly(2),
        unit: UnitRule::Product,
        cases: &[Case { range: |g| g.x(0) * g.x(1), ..PRODUCT }],
        ..ROW
    },
    Atom {
        name: "outer",
        title: "`outer`",
        formula: "the matrix of xᵢ·yⱼ",
        arity: Arity::Exactly(2),
        unit: UnitRule::Product,
        dims: dims::outer,
        cases: &[Case { range: |g| g.x(0) * g.x(1), ..PRODUCT }],
        ..ROW
    },
    Atom {
        name: "kron",
        title: "`kron`",
        formula: "the matrix of the blocks xᵢⱼ·y",
        arity: Arity::Exactly(2),
        unit: UnitRule::Product,
        dims: dims::kronecker,
        cases: &[Case { range: |g| g.x(0) * g.x(1), ..PRODUCT }],
        ..ROW
    },
    Atom {
        name: "convolve",
        title: "`convolve`",
        formula: "the vector of Σⱼ xⱼ·yₖ₊₁₋ⱼ",
        arity: Arity::Exactly(2),
        unit: UnitRule::Product,
        dims: dims::convolved,
        cases: &[Case { range: ranges::matmul, ..PRODUCT }],
        ..ROW
    },
];

const MOVED: Atom = Atom { cases: &[Case { range: |g| g.x(0), ..SUM }], ..ROW };

const JOINED: Atom =
    Atom { arity: Arity::AtLeast(1), cases: &[Case { range: ranges::hull, ..SUM }], ..ROW };
