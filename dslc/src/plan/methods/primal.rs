//! Primal: the capacity is shared out in parts, and parts move towards who gains most by them.
//!
//! The value φ_j(y) of a part y to a user of one column, used by this resource alone, has the slope
//! `U′(y/a)/a`, whose Lipschitz constant on the box is L_j/a². Projected gradient ascent on Σ_j φ_j settles
//! for `0 < a < 2 / max_j (L_j/a_lj²)`. Where a user needs parts of several resources its value is only
//! concave: steps `a/√k` settle then, at the pace of subgradients (Shor; Nesterov 2004, 3.2.3).

use super::refusal::{Refusal, Result};
use super::{Column, Constants, Facts, HALF, Kind, Owned, Taken, dual};
use crate::diag::codes;
use crate::plan::resources::nearest;
use crate::sema::hir::Relation;

/// Checks the rows and derives their steps.
pub fn take(facts: &Facts, owned: &Owned<'_>) -> Result<Vec<Taken>> {
    dual::affine(facts, owned.rows, Kind::Primal)?;
    let mut rows_of = vec![0usize; facts.agents.len()];
    for row in owned.rows {
        facts.owners(&[*row]).into_iter().for_each(|agent| rows_of[agent] += 1);
    }
    let mut all = Vec::new();
    for (row, settings) in owned.rows.iter().zip(&owned.settings) {
        let each = &facts.rows[*row];
        shares(facts, *row)?;
        let slopes = each.entries.iter().map(|(at, a)| {
            let column = facts.column(*at);
            if column.is_fixed() { 0.0 } else { column.curvature.lipschitz / (a * a) }
        });
        let lipschitz = slopes.fold(0.0, f64::max).next_up();
        let several = each
            .entries
            .iter()
            .map(|(at, _)| facts.column(*at))
            .find(|column| rows_of[column.agent] > 1 || facts.agents[column.agent].len() > 1);
        let bound = 2.0 / lipschitz;
        let shown = bound / each.step_unit;
        if let (Some(given), None) = (&settings.step, several) {
            let why = format!(
                "L = {} bounds how fast the slopes of the users' values change",
                nearest(lipschitz * each.step_unit)
            );
            let limit = dual::Limit { formula: "2/L_φ", bound: shown, why };
            dual::step_below(*row, &each.name, given, &limit)?;
        }
        let given = settings.step.as_ref().map(|given| dual::real(given) * each.step_unit);
        let step = given.unwrap_or(if lipschitz > f64::MIN_POSITIVE { HALF * bound } else { 1.0 });
        all.push(match several {
            None => Taken {
                constants: Constants::Primal { step, constant: true },
                step: Some(step),
                bound: Some(bound),
                rule: nearest(step),
                because: format!(
                    "{} is below 2/L_φ = {} with L_φ = {} of the users' values",
                    nearest(step),
                    nearest(bound),
                    nearest(lipschitz)
                ),
                lipschitz: None,
            },
            Some(column) => Taken {
                constants: Constants::Primal { step, constant: false },
                step: Some(step),
                bound: None,
                rule: format!("{} / √k in round k", nearest(step)),
                because: format!(
                    "what a part is worth to `{}` depends on its other parts and has kinks, so that \
                     the step is {} / √k in round k",
                    column.name,
                    nearest(step)
                ),
                lipschitz: None,
            },
        });
    }
    Ok(all)
}

/// That a row can be shared out: an inequality with room for the least of every user, whose values have
/// bounded slopes.
fn shares(facts: &Facts, row: usize) -> Result<()> {
    let each = &facts.rows[row];
    let refuse = |message: String| Err(Refusal::new(row, codes::METHOD_CONDITION, message));
    if each.relation == Relation::Equal {
        return refuse(format!(
            "`primal` shares out a capacity, and `{}` is an equality",
            each.name
        ))
        .map_err(|refusal| {
            refusal
                .note("a part that must be used up leaves its user no choice")
                .fix("take a method for equalities", "primal_dual")
        });
    }
    let open = |column: &Column| !(column.lower.is_finite() && column.upper.is_finite());
    let columns = || each.entries.iter().map(|(at, _)| facts.column(*at));
    if let Some(column) = columns().find(|column| open(column)) {
        return refuse(format!(
            "`primal` of `{}` needs both bounds of `{}`: its parts move between them",
            each.name, column.name
        ))
        .map_err(|refusal| refusal.fix("let the compiler choose", "auto"));
    }
    let steep = |column: &&Column| !column.curvature.lipschitz.is_finite() && !column.is_fixed();
    if let Some(column) = columns().find(steep) {
        return refuse(format!(
            "`primal` of `{}` needs a finite L: the slope of the utility of `{}` is not Lipschitz on \
             {} .. {}",
            each.name, column.name, column.lower, column.upper
        ))
        .map_err(|refusal| {
            refusal
                .note("with a lower bound above 0 the slope of a logarithm is bounded")
                .fix("let the compiler choose", "auto")
        });
    }
    Ok(())
}
