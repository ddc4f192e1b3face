//! Primal-dual hybrid gradient with diagonal steps (Pock and Chambolle 2011).
//!
//! `τ_j = θ / Σ_i |A_ij|` and `σ_i = θ / Σ_j |A_ij|` with θ < 1 need only an agent's own coefficients and a
//! resource's own row. By the Schur test
//! `‖Σ^½ A T^½‖² ≤ max_i σ_i Σ_j |A_ij| · max_j τ_j Σ_i |A_ij| = θ² < 1`.

use super::refusal::Result;
use super::{Constants, Facts, Kind, Owned, Taken, dual};
use crate::plan::resources::nearest;

/// θ: how much of the largest admissible step is taken.
pub const SAFETY: f64 = 0.99;

/// Checks the rows and derives their steps.
pub fn take(facts: &Facts, owned: &Owned<'_>) -> Result<Vec<Taken>> {
    dual::affine(facts, owned.rows, Kind::PrimalDual)?;
    let mut all = Vec::new();
    for (row, settings) in owned.rows.iter().zip(&owned.settings) {
        let each = &facts.rows[*row];
        let sum: f64 = each.entries.iter().map(|(_, a)| a.abs()).sum();
        let bound = sum.recip();
        if let Some(given) = &settings.step {
            let limit = dual::Limit {
                formula: "1/Σ|A|",
                bound: bound / each.step_unit,
                why: format!("Σ|A| = {} along the resource's row", nearest(sum)),
            };
            dual::step_below(*row, &each.name, given, &limit)?;
        }
        let shown = bound / each.step_unit;
        let given = settings.step.as_ref().map(|given| dual::real(given) * each.step_unit);
        let sigma = given.unwrap_or((SAFETY * bound).min(f64::MAX));
        let squared = SAFETY * sigma * sum;
        all.push(Taken {
            constants: Constants::PrimalDual { sigma },
            step: Some(sigma / each.step_unit),
            bound: Some(shown),
            rule: match &settings.step {
                Some(given) => nearest(dual::real(given)),
                None => format!("{SAFETY} / Σ|A| of its row"),
            },
            because: format!(
                "primal-dual steps settle for every concave utility, with σ = {} along the resource \
                 and τ = {SAFETY} / Σ|A| along each variable, whose product bounds ‖A‖² by {} < 1",
                nearest(sigma / each.step_unit),
                nearest(squared)
            ),
            lipschitz: None,
        });
    }
    Ok(all)
}

/// τ of each column, from the rows that this method owns.
pub fn tau(facts: &Facts, owns: impl Fn(usize) -> bool) -> Vec<f64> {
    let mut sums = vec![0.0; facts.columns.len()];
    let owned = facts.rows.iter().enumerate().filter(|(row, _)| owns(*row));
    for (_, row) in owned {
        row.entries.iter().for_each(|(column, a)| sums[*column] += a.abs());
    }
    sums.into_iter().map(|sum: f64| SAFETY / sum).collect()
}
