//! ADMM in sharing form: a copy of each use, projected on the capacity; two blocks, one fixed ρ.
//!
//! It settles for every ρ > 0 (Gabay, Mercier 1976; Boyd et al. 2011, 3.2). The ρ that is derived
//! balances curvature: `ρ ≈ √(μL)/a²` of the users, the best constant for a strongly concave, smooth
//! problem (Giselsson, Boyd 2017); 1 where that is not known.

use super::refusal::{Refusal, Result};
use super::{Constants, Facts, Kind, Owned, Taken, dual};
use crate::diag::codes;
use crate::plan::resources::nearest;

/// Checks the rows and derives ρ for each.
pub fn take(facts: &Facts, owned: &Owned<'_>) -> Result<Vec<Taken>> {
    dual::affine(facts, owned.rows, Kind::Admm)?;
    let mut all = Vec::new();
    for (row, settings) in owned.rows.iter().zip(&owned.settings) {
        let each = &facts.rows[*row];
        let given = settings.rho.as_ref();
        if let Some(given) = given.filter(|given| dual::real(given) <= 0.0) {
            let message = format!("ρ of `{}` is {}, and must be above 0", each.name, given.value);
            return Err(Refusal::new(*row, codes::METHOD_CONDITION, message)
                .at(given.span)
                .label("must be above 0".to_owned())
                .note("every ρ > 0 settles; how soon depends on it")
                .fix("let the compiler derive it", "auto"));
        }
        let derived = balanced(facts, *row);
        let rho = given.map_or(derived.unwrap_or(1.0), |given| dual::real(given) * each.step_unit);
        let from = match (given, derived) {
            (Some(_), _) => "as the spec gives it",
            (None, Some(_)) => "√(μL)/a² of its users",
            (None, None) => "for want of curvature",
        };
        let shown = rho / each.step_unit;
        all.push(Taken {
            constants: Constants::Admm { rho },
            step: Some(shown),
            bound: None,
            rule: format!("ρ = {}", nearest(shown)),
            because: format!(
                "two blocks settle for every ρ > 0, and ρ = {} {from}",
                nearest(shown)
            ),
            lipschitz: None,
        });
    }
    Ok(all)
}

/// The geometric mean of √(μL)/a² over the users that have both.
fn balanced(facts: &Facts, row: usize) -> Option<f64> {
    let users = facts.rows[row].entries.iter().filter_map(|(at, a)| {
        let curvature = facts.column(*at).curvature;
        let both = (curvature.mu * curvature.lipschitz).sqrt() / (a * a);
        (both > 0.0 && both.is_finite()).then(|| both.ln())
    });
    let logarithms: Vec<_> = users.collect();
    let mean = logarithms.iter().sum::<f64>() / logarithms.len() as f64;
    (!logarithms.is_empty()).then(|| mean.exp())
}
