//! Proofs that there is no optimum, checked against the data.

use super::bound::{add_transposed, distance, into_dual};
use super::standard::Standard;
use crate::problem::{Cone, Form, Owner};
use crate::solution::Certificate;
use clarabel::solver::SupportedConeT;

/// A proof must hold for points at least this far out.
const FAR: f64 = 1e6;

/// Farkas: `Aᵀz = 0`, z in the dual cone, `bᵀz < 0`. The small rest of `Aᵀz` bounds the points for
/// which that is a contradiction: `‖x‖_∞ · ‖Aᵀz‖₁ < −bᵀz`.
pub(crate) fn infeasible(standard: &Standard, form: &Form<'_>, z: &[f64]) -> Option<Certificate> {
    let mut z = z.to_vec();
    scale(&mut z)?;
    into_dual(&standard.cones, &mut z);
    if let Some(proof) = by_rows_and_bounds(form, &standard.prices(&z, form.problem.rows())) {
        return Some(proof);
    }
    let margin: f64 = -standard.right.iter().zip(&z).map(|(b, z)| b * z).sum::<f64>();
    let mut rest = vec![0.0; standard.linear.len()];
    add_transposed(&standard.matrix, &z, &mut rest);
    let radius = margin / rest.iter().map(|rest| rest.abs()).sum::<f64>();
    (margin > 0.0 && radius >= FAR).then(|| Certificate::Infeasible {
        prices: standard.prices(&z, form.problem.rows()),
        bounds: standard.reduced_costs(&z, form.problem.variables()),
        margin,
        radius,
    })
}

/// The same from the prices of linear rows alone: each variable's bound takes what the rows leave of it,
/// so that nothing of the proof stands in cones that no reader of the problem sees. The ends of a
/// term's domain count as bounds of its variable.
fn by_rows_and_bounds(form: &Form<'_>, prices: &[f64]) -> Option<Certificate> {
    let problem = form.problem;
    let (mut lower, mut upper) = (problem.lower.clone(), problem.upper.clone());
    for (k, term) in form.terms() {
        if let Owner::Row(row) = term.owner
            && prices[row as usize] != 0.0
        {
            return None;
        }
        if let [(j, a)] = form.arguments().matrix.row(k).collect::<Vec<_>>()[..] {
            let (low, high) = term.function.domain();
            let end = |end: f64| (end - form.arguments().constants[k]) / a;
            let (low, high) = if a > 0.0 { (end(low), end(high)) } else { (end(high), end(low)) };
            (lower[j], upper[j]) = (lower[j].max(low), upper[j].min(high));
        }
    }
    let mut bounds = vec![0.0; problem.variables()];
    let mut margin = 0.0;
    for (i, &price) in prices.iter().enumerate() {
        margin -= price * problem.limits[i];
        for (j, a) in form.rows.row(i) {
            bounds[j] -= price * a;
        }
    }
    let mut rest = 0.0;
    for (j, multiplier) in bounds.iter_mut().enumerate() {
        let bound = if *multiplier > 0.0 { upper[j] } else { lower[j] };
        if bound.is_finite() {
            margin -= *multiplier * bound;
        } else {
            rest += multiplier.abs();
            *multiplier = 0.0;
        }
    }
    let radius = if rest > 0.0 { margin / rest } else { f64::INFINITY };
    let prices = prices.to_vec();
    (margin > 0.0 && radius >= FAR).then_some(Certificate::Infeasible {
        prices,
        bounds,
        margin,
        radius,
    })
}

/// A direction `d` with `P d = 0`, `−A d` in the cone and `qᵀd < 0`, each up to rounding.
pub(crate) fn unbounded(standard: &Standard, form: &Form<'_>, d: &[f64]) -> Option<Certificate> {
    let mut d = d.to_vec();
    scale(&mut d)?;
    let rate: f64 = -standard.linear.iter().zip(&d).map(|(q, d)| q * d).sum::<f64>();
    let mut slack = vec![0.0; standard.right.len()];
    let mut off = 0.0f64;
    for (j, &d) in d.iter().enumerate() {
        for at in standard.matrix.colptr[j]..standard.matrix.colptr[j + 1] {
            slack[standard.matrix.rowval[at]] -= standard.matrix.nzval[at] * d;
        }
        for at in standard.quadratic.colptr[j]..standard.quadratic.colptr[j + 1] {
            off = off.max((standard.quadratic.nzval[at] * d).abs());
        }
    }
    let mut rest = &slack[..];
    for cone in &standard.cones {
        let (cone, size) = match cone {
            SupportedConeT::ZeroConeT(size) => (Cone::Zero, *size),
            SupportedConeT::NonnegativeConeT(size) => (Cone::Nonnegative, *size),
            SupportedConeT::SecondOrderConeT(size) => (Cone::SecondOrder, *size),
            SupportedConeT::ExponentialConeT() => (Cone::Exponential, 3),
            SupportedConeT::PowerConeT(a) => (Cone::Power(*a), 3),
            SupportedConeT::GenPowerConeT(..) => return None,
        };
        let (part, after) = rest.split_at(size);
        rest = after;
        off = off.max(distance(cone, part));
    }
    if !(rate > 0.0 && off <= rate / FAR) {
        return None;
    }
    d.truncate(form.problem.variables());
    Some(Certificate::Unbounded { direction: d, rate })
}

/// Scales to a largest entry of 1; `None` for the zero vector.
fn scale(v: &mut [f64]) -> Option<()> {
    let largest = v.iter().fold(0.0f64, |most, v| most.max(v.abs()));
    if !(largest > 0.0 && largest.is_finite()) {
        return None;
    }
    for v in v {
        *v /= largest;
    }
    Some(())
}
