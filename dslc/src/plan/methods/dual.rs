//! Dual: `π_l ← [π_l + α_l(Ax − c)_l]⁺` for `0 < α_l < 2/((1 + 2D)R_l)`.
//!
//! R_l is the Collatz–Wielandt bound of its row, over all rows whose prices follow the gradient: those
//! of `dual` and of `consensus`. Low and Lapsley (1999) have D = 0; the proof with reads that are at most
//! D rounds old is in `book/src/methods.md`.

use super::norm::Response;
use super::refusal::{Refusal, Result};
use super::{Constants, Facts, HALF, Kind, Owned, Taken};
use crate::diag::codes;
use crate::plan::resources::{bound_formula, decimal, nearest};
use crate::sema::hir::Spanned;

/// Checks the rows and derives their steps.
pub fn take(facts: &Facts, owned: &Owned<'_>) -> Result<Vec<Taken>> {
    prices_answer(facts, owned.rows, Kind::Dual)?;
    let gradient = gradient_rows(facts, owned);
    let response = Response::new(facts, &gradient);
    let delays = 1.0 + 2.0 * f64::from(owned.delay);
    let mut all = Vec::new();
    for ((row, settings), l) in owned.rows.iter().zip(&owned.settings).zip(&response.rows) {
        let bound = 2.0 / (delays * l);
        let each = &facts.rows[*row];
        let (shown, l) = (bound / each.step_unit, l * each.step_unit);
        let low_lapsley = response.low_lapsley * each.step_unit;
        let formula = bound_formula(owned.delay);
        if let Some(given) = &settings.step {
            let why = format!(
                "L = {} bounds how fast the use answers the price, from the curvature of the \
                 utilities on the variables' box",
                nearest(l)
            );
            let limit = Limit { formula, bound: shown, why };
            step_below(*row, &each.name, given, &limit)?;
        }
        let step = settings.step.as_ref().map(|given| real(given) * each.step_unit);
        // A price that no demand answers moves nothing, whatever its step.
        let answered = bound.is_finite();
        let step = step.unwrap_or(if answered { HALF * bound } else { each.step_unit });
        let delayed = match owned.delay {
            0 => String::new(),
            rounds => format!(" for reads up to {rounds} rounds old"),
        };
        all.push(Taken {
            constants: Constants::Dual { step },
            step: Some(step / each.step_unit),
            bound: answered.then_some(shown),
            rule: nearest(step / each.step_unit),
            because: if answered {
                format!(
                    "{} is below {formula} = {}{delayed} with L = {} (Low and Lapsley: {})",
                    nearest(step / each.step_unit),
                    nearest(shown),
                    nearest(l),
                    nearest(low_lapsley),
                )
            } else {
                "no demand answers its price, L = 0, so that every step will do".to_owned()
            },
            lipschitz: Some((l, low_lapsley)),
        });
    }
    Ok(all)
}

/// The rows whose prices follow the gradient of the dual: first those that are owned.
pub fn gradient_rows(facts: &Facts, owned: &Owned<'_>) -> Vec<usize> {
    let beside = owned.beside.iter().filter(|row| !facts.rows[**row].curved);
    owned.rows.iter().chain(beside).copied().collect()
}

/// That demands answer prices without jumps: affine rows, strictly concave utilities.
pub fn prices_answer(facts: &Facts, rows: &[usize], kind: Kind) -> Result<()> {
    affine(facts, rows, kind)?;
    for row in rows {
        let Some(column) = facts.straight(&[*row]) else { continue };
        let (name, method) = (&facts.rows[*row].name, kind.name());
        let found = if column.curvature.lipschitz.is_finite() || !column.has_utility {
            "μ = 0"
        } else {
            "no μ above 0 is known"
        };
        let message = format!(
            "`{method}` of `{name}` needs utilities that are strictly concave: {found} for `{}` on \
             {} .. {}",
            column.name,
            nearest(column.lower),
            nearest(column.upper)
        );
        return Err(Refusal::new(*row, codes::NOT_STRICTLY_CONCAVE, message)
            .note("where a utility is straight, its demand jumps, and prices do not settle")
            .note("`primal_dual` and `admm` settle without curvature")
            .fix("use a method that needs no curvature", "primal_dual"));
    }
    Ok(())
}

/// That a row's use is affine.
pub fn affine(facts: &Facts, rows: &[usize], kind: Kind) -> Result<()> {
    let Some(row) = rows.iter().find(|row| facts.rows[**row].curved) else { return Ok(()) };
    let (name, method) = (&facts.rows[*row].name, kind.name());
    let message =
        format!("`{method}` cannot run `{name}`, which a curved function of the variables uses");
    Err(Refusal::new(*row, codes::NOT_LINEAR, message)
        .note("its price is paid by the unit, and what a unit more uses must not change")
        .fix("let the compiler choose", "auto"))
}

/// A bound that a step is compared with.
pub struct Limit {
    /// Its formula.
    pub formula: &'static str,
    /// Its value, in the units that the spec's step is read in.
    pub bound: f64,
    /// Where its numbers come from.
    pub why: String,
}

/// That a step of the spec is above 0 and below its bound.
pub fn step_below(
    row: usize,
    name: &str,
    given: &Spanned<crate::sema::hir::Rational>,
    limit: &Limit,
) -> Result<()> {
    let step = real(given);
    if step > 0.0 && step < limit.bound {
        return Ok(());
    }
    let message = if step > 0.0 {
        format!(
            "with a step of {step} `{name}` need not settle: it must be below {}",
            nearest(limit.bound)
        )
    } else {
        format!("the step of `{name}` must be above 0")
    };
    // The largest number of four digits that is still below the bound.
    let largest = decimal(limit.bound * (1.0 - 1e-9));
    Err(Refusal::new(row, codes::STEP_OUT_OF_BOUND, message)
        .at(given.span)
        .label(format!("must be below {} = {}", limit.formula, nearest(limit.bound)))
        .note(limit.why.clone())
        .fix("let the compiler derive the step", "auto")
        .fix(format!("take the largest step of four digits that passes, {largest}"), largest))
}

/// A number of the spec.
pub fn real(value: &Spanned<crate::sema::hir::Rational>) -> f64 {
    use num_traits::ToPrimitive;
    value.value.to_f64().unwrap_or(f64::NAN)
}
