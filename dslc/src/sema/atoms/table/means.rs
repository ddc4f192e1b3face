//! Means, products and entropies of the elements of a vector.

use super::*;

pub(super) static ROWS: &[Atom] = &[
    Atom {
        name: "log_sum_exp",
        title: "`log_sum_exp`",
        formula: "ln Σ e^xᵢ",
        unit: UnitRule::Dimensionless,
        dims: dims::number,
        cases: &[Case { when: |given| given.nonneg(), sign: SignRule::Nonneg, ..SOFT }, SOFT],
        ..ROW
    },
    Atom {
        name: "geo_mean",
        title: "`geo_mean`",
        formula: "Π xᵢ^(wᵢ/Σw) for x ≥ 0; equal weights when they are left out",
        parameters: &[Parameter::list_or_none("w")],
        refuses: |w| {
            use num_traits::{Signed, Zero};
            let below = w.iter().any(Signed::is_negative);
            let none = !w.is_empty() && w.iter().all(Zero::is_zero);
            (below || none).then_some("weights are not below 0, and not all 0")
        },
        dims: dims::number_of_listed,
        cases: &[Case { range: ranges::mean_of_nonneg, ..ROOT }],
        ..ROW
    },
    Atom {
        name: "harmonic_mean",
        title: "`harmonic_mean`",
        formula: "n / Σ (1/xᵢ) for x ≥ 0, and 0 where an element is",
        dims: dims::number_of_vector,
        cases: &[Case { range: ranges::mean_of_nonneg, ..ROOT }],
        ..ROW
    },
    Atom {
        name: "inv_prod",
        title: "`inv_prod`",
        formula: "1 / Π xᵢ for x > 0",
        unit: UnitRule::PerElement(-1),
        dims: dims::number_of_vector,
        cases: &[Case { range: ranges::inverse_product, ..INVERSE }],
        ..ROW
    },
    Atom {
        name: "prod",
        title: "`prod`",
        formula: "Π xᵢ",
        unit: UnitRule::PerElement(1),
        dims: dims::number,
        cases: &[
            Case { when: |given| given.nonneg(), ..PRODUCTS },
            Case { range: ranges::product, ..CASE },
        ],
        ..ROW
    },
    Atom {
        name: "cumprod",
        title: "`cumprod`",
        formula: "the vector of x₁·…·xᵢ",
        unit: UnitRule::Dimensionless,
        dims: dims::same_vector,
        cases: &[
            Case { when: |given| given.nonneg(), range: ranges::partial_products, ..PRODUCTS },
            Case { range: ranges::partial_products, ..CASE },
        ],
        ..ROW
    },
];

const SOFT: Case =
    Case { curve: Curve::Convex, monotone: &[Increasing], range: ranges::log_sum_exp, ..CASE };

/// Of elements that are not below 0.
const PRODUCTS: Case =
    Case { monotone: &[Increasing], sign: SignRule::Nonneg, range: ranges::product, ..CASE };
