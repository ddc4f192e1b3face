//! Penalty: a log barrier in the place of the limits, ascended with backtracking.
//!
//! At the maximum of `U + μ Σ log(c − Ax)` the prices `μ/(c − Ax)` are feasible for the dual with a gap of
//! mμ (Boyd, Vandenberghe 2004, 11.2.2).

use super::refusal::{Refusal, Result};
use super::{Constants, Facts, Owned, Taken, dual};
use crate::diag::codes;
use crate::plan::resources::nearest;
use crate::sema::hir::Relation;

/// What the barriers of all rows cost together, in units of the utility, unless the spec says.
const COST: f64 = 1e-3;

/// Checks the rows and derives a barrier for each.
pub fn take(facts: &Facts, owned: &Owned<'_>) -> Result<Vec<Taken>> {
    let all = facts.rows.len().max(1) as f64;
    let mut taken = Vec::new();
    for (row, settings) in owned.rows.iter().zip(&owned.settings) {
        let each = &facts.rows[*row];
        inside(facts, *row)?;
        let given = settings.barrier.as_ref();
        if let Some(given) = given.filter(|given| dual::real(given) <= 0.0) {
            let message =
                format!("the barrier of `{}` is {}, and must be above 0", each.name, given.value);
            return Err(Refusal::new(*row, codes::METHOD_CONDITION, message)
                .at(given.span)
                .label("must be above 0".to_owned())
                .fix("let the compiler derive it", "auto"));
        }
        let barrier = given.map_or(COST / all, |given| dual::real(given) / facts.gain);
        taken.push(Taken {
            constants: Constants::Penalty { barrier },
            step: None,
            bound: None,
            rule: "found by backtracking".to_owned(),
            because: format!(
                "at the barrier μ = {} the answer is within mμ = {} of the best utility",
                nearest(barrier * facts.gain),
                nearest(barrier * all * facts.gain)
            ),
            lipschitz: None,
        });
    }
    Ok(taken)
}

/// That a row has an inside: it is no equality, and the bounds of its users leave room.
fn inside(facts: &Facts, row: usize) -> Result<()> {
    let each = &facts.rows[row];
    if each.relation == Relation::Equal {
        let message = format!("`penalty` of `{}`: an equality has no inside", each.name);
        return Err(Refusal::new(row, codes::METHOD_CONDITION, message)
            .note("a barrier keeps away from a limit, and an equality is nothing but limit")
            .fix("take a method for equalities", "primal_dual"));
    }
    if each.curved {
        return Ok(());
    }
    let sign = if each.relation == Relation::AtLeast { -1.0 } else { 1.0 };
    let least = |(at, a): &(usize, f64)| {
        let (column, a) = (facts.column(*at), sign * a);
        a * if a > 0.0 { column.lower } else { column.upper }
    };
    let (least, most): (f64, f64) = (each.entries.iter().map(least).sum(), sign * each.capacity);
    if least < most {
        return Ok(());
    }
    let message = format!(
        "`penalty` of `{}` needs room: at least {} of {} is always used",
        each.name,
        nearest(sign * least),
        nearest(each.capacity)
    );
    Err(Refusal::new(row, codes::METHOD_CONDITION, message)
        .note("a barrier starts strictly inside the limit")
        .fix("let the compiler choose", "auto"))
}
