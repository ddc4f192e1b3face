//! Primal: the capacity is shared out in parts, and parts move towards who gains most by them.
//!
//! The value φ_j(y) of a part y to a user of one column, used by this resource alone, has the slope
//! `U′(y/a)/a`, whose Lipschitz constant on the box is L_j/a². Projected gradient ascent on Σ_j φ_j settles
//! for `0 < a < 2 / max_j (L_j/a_lj²)`. Where a user needs parts of several resources, or a part may be more
//! than it can use, its value has kinks: steps `a/√k` settle then, at the pace of subgradients (Nesterov
//! 2004, 3.2.3).

use super::refusal::{Refusal, Result};
use super::{Column, Constants, Facts, HALF, Kind, Owned, Row, Taken, dual};
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
        let kink = kink(facts, each, &rows_of);
        let bound = 2.0 / lipschitz;
        if let Some(given) = &settings.step {
            let why = format!(
                "L = {} bounds how fast the slopes of the users' values change",
                nearest(lipschitz / each.step_unit)
            );
            // With kinks every a above 0 will do: the steps fall.
            let bound = if kink.is_none() { bound * each.step_unit } else { f64::INFINITY };
            let limit = dual::Limit { formula: "2/L_φ", bound, why };
            dual::step_below(*row, &each.name, given, &limit)?;
        }
        let given = settings.step.as_ref().map(|given| dual::real(given) / each.step_unit);
        let step = given.unwrap_or(if lipschitz > f64::MIN_POSITIVE { HALF * bound } else { 1.0 });
        let shown = step * each.step_unit;
        all.push(match kink {
            None => Taken {
                constants: Constants::Primal { step, constant: true },
                step: Some(shown),
                bound: Some(bound * each.step_unit),
                rule: nearest(shown),
                because: format!(
                    "{} is below 2/L_φ = {} with L_φ = {} of the users' values",
                    nearest(shown),
                    nearest(bound * each.step_unit),
                    nearest(lipschitz / each.step_unit)
                ),
                lipschitz: None,
            },
            Some(why) => Taken {
                constants: Constants::Primal { step, constant: false },
                step: Some(shown),
                bound: None,
                rule: format!("{} / √k in round k", nearest(shown)),
                because: format!(
                    "{why}, so that its value has a kink and the step is {} / √k in round k",
                    nearest(shown)
                ),
                lipschitz: None,
            },
        });
    }
    Ok(all)
}

/// Why the value of some user's part is not smooth, if it is not; `rows_of` counts the rows of each agent.
fn kink(facts: &Facts, row: &Row, rows_of: &[usize]) -> Option<String> {
    let sign = if row.relation == Relation::AtLeast { -1.0 } else { 1.0 };
    let range = |(at, a): &(usize, f64)| {
        let (column, a) = (facts.column(*at), sign * a);
        let (low, high) = (a * column.lower, a * column.upper);
        (low.min(high), low.max(high))
    };
    let least: f64 = row.entries.iter().map(|entry| range(entry).0).sum();
    row.entries.iter().find_map(|entry| {
        let column = facts.column(entry.0);
        let (own, most) = range(entry);
        if rows_of[column.agent] > 1 || facts.agents[column.agent].len() > 1 {
            return Some(format!("what a part is worth to `{}` depends on others", column.name));
        }
        let part = sign * row.capacity - (least - own);
        (part > most).then(|| {
            format!("a part of up to {} is more than `{}` can use", nearest(part), column.name)
        })
    })
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
            each.name, column.name, nearest(column.lower), nearest(column.upper)
        ))
        .map_err(|refusal| {
            refusal
                .note("with a lower bound above 0 the slope of a logarithm is bounded")
                .fix("let the compiler choose", "auto")
        });
    }
    Ok(())
}
