//! What a primal-dual point proves.
//!
//! For multipliers λ ≥ 0 of the rows, `L(x) = f(x) + λ·(b − G(x))` is concave and at least f at
//! every feasible point, so that
//!
//! ```text
//! f(x') ≤ L(x') ≤ L(x) + ∇L(x)·(x' − x) ≤ L(x) + Σ_j max over the bounds of ∇L(x)_j (x'_j − x_j)
//! ```
//!
//! Bounds the optimum whatever the functions are; no conjugate is needed. Where a variable has no
//! bound, its [`REACH`] stands for it.

use super::model::{Model, Point};
use super::state::State;

/// How far the bound looks where a variable has none: every coordinate may be this much larger. A
/// concave function that gains at most ε within a neighbourhood of size R gains at most ε·d/R at
/// the distance d.
pub(crate) const REACH: f64 = 10.0;

/// Value, bound and violation at one point.
#[derive(Clone, Debug)]
pub(crate) struct Certified {
    pub value: f64,
    pub bound: f64,
    /// Largest violation of a row relative to its limit's size.
    pub violation: f64,
}

impl Certified {
    /// Relative duality gap; infinite if it is not a number.
    pub fn gap(&self) -> f64 {
        let gap = (self.bound - self.value).abs() / self.value.abs().max(1.0);
        if gap.is_nan() { f64::INFINITY } else { gap }
    }

    /// The worse of gap and violation.
    pub fn error(&self) -> f64 {
        self.gap().max(self.violation)
    }
}

/// Judges `state`, whose derivatives are `point`.
pub(crate) fn certify(model: &Model<'_>, state: &State, point: &Point) -> Certified {
    let mut value: f64 = model.gain.iter().zip(&state.x).map(|(gain, x)| gain * x).sum();
    for (term, jet) in model.terms.iter().zip(&point.jets) {
        if term.row.is_none() {
            value += term.weight * jet.value;
        }
    }
    let mut gradient = point.gradient.clone();
    model.add_jacobian_transposed(point, &state.multipliers, -1.0, &mut gradient);
    let slack = |(excess, multiplier): (&f64, &f64)| -excess * multiplier;
    let mut bound = value + point.excess.iter().zip(&state.multipliers).map(slack).sum::<f64>();
    for (j, &gradient) in gradient.iter().enumerate() {
        let x = state.x[j];
        let reach = REACH * x.abs().max(1.0);
        let (lower, upper) = (model.lower[j], model.upper[j]);
        let low = if lower.is_finite() { lower - x } else { -reach };
        let high = if upper.is_finite() { upper - x } else { reach };
        bound += (gradient * low).max(gradient * high);
    }
    let mut violation = 0.0f64;
    for (i, &excess) in point.excess.iter().enumerate() {
        let excess = if model.equal[i] { excess.abs() } else { excess };
        violation = violation.max(excess / model.limits[i].abs().max(1.0));
    }
    Certified { value, bound, violation }
}
