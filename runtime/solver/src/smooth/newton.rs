//! Primal-dual Newton steps along the central path.
//!
//! With slacks s of the rows, multipliers λ and z of rows and bounds, and the target μ, the steps
//! solve for a zero of
//!
//! ```text
//! ∇f(x) − J(x)ᵀλ + z_lo − z_hi      G(x) + s − b      λ·s − μ      z·distance − μ
//! ```
//!
//! (Boyd and Vandenberghe, Convex Optimization, 11.7), kept inside the positive orthant and the
//! domains of the terms, and shortened until the residual falls.

use super::certify::{Certified, certify};
use super::kkt::{Kkt, Weights};
use super::model::{Model, Point};
use super::state::{Residual, State, Step};

/// Share of the way to the boundary that a step may take.
const INSIDE: f64 = 0.99;
/// Gap and violation at which there is nothing left to gain in double precision.
const EXACT: f64 = 1e-14;
/// Steps without improvement after which it stops: once the answer is good, and before.
const PATIENCE: (usize, usize) = (4, 40);
/// Error of a good answer.
const GOOD: f64 = 1e-7;

/// The best point found, and how many steps it took.
pub(crate) struct Found {
    pub state: State,
    pub certified: Certified,
    pub iterations: usize,
}

/// Steps from `state` on until exact, stuck, or `most` steps were made. `None` if the start is
/// outside a domain or the system cannot be factored there.
pub(crate) fn run(model: &Model<'_>, mut state: State, most: usize) -> Option<Found> {
    let mut point = model.at(&state.x)?;
    let mut certified = certify(model, &state, &point);
    let mut best = (state.clone(), certified.clone());
    let mut kkt: Option<Kkt> = None;
    let mut since = 0;
    let mut iterations = 0;
    while iterations < most && best.1.error() > EXACT {
        if since >= if best.1.error() < GOOD { PATIENCE.0 } else { PATIENCE.1 } {
            break;
        }
        let (bounds, ratio) = (state.bound_curvature(model), state.ratio(model));
        let weights = Weights { bounds: &bounds, ratio: &ratio, multipliers: &state.multipliers };
        let kkt = match &mut kkt {
            Some(kkt) => kkt,
            none => none.insert(Kkt::new(model, &point, &weights)?),
        };
        if kkt.factor(model, &point, &weights).is_none() {
            break;
        }
        let residual = state.residual(model, &point);
        let mu = state.complementarity(model);
        let solve = |kkt: &mut Kkt, target: f64| -> Step {
            let right = state.right_side(model, &residual, target);
            let solution = kkt.solve(&right);
            state.step(model, target, &solution)
        };
        let affine = solve(kkt, 0.0);
        let reach = longest(model, &state, &affine, 1.0);
        let centring = (1.0 - reach).powi(3).clamp(1e-4, 0.5);
        let target = centring * mu;
        let step = solve(kkt, target);
        let Some((next, there)) = walk(model, &state, &residual, target, &step) else { break };
        (state, point) = (next, there);
        iterations += 1;
        certified = certify(model, &state, &point);
        since += 1;
        if certified.error() < best.1.error() {
            if certified.error() < 0.5 * best.1.error() {
                since = 0;
            }
            best = (state.clone(), certified.clone());
        }
    }
    let (state, certified) = best;
    Some(Found { state, certified, iterations })
}

/// The longest step that keeps a share of the distance to every boundary, and whose residual
/// falls; `None` if there is none.
fn walk(
    model: &Model<'_>,
    state: &State,
    residual: &Residual,
    target: f64,
    step: &Step,
) -> Option<(State, Point)> {
    let scale = residual.scale();
    let before = state.merit(model, residual, target, scale);
    let mut length = longest(model, state, step, INSIDE);
    for _ in 0..40 {
        let next = state.moved(step, length);
        if let Some(point) = model.at(&next.x) {
            let after = next.merit(model, &next.residual(model, &point), target, scale);
            if after <= (1.0 - 0.01 * length) * before || after < 1e-28 {
                return Some((next, point));
            }
        }
        length *= 0.5;
    }
    None
}

/// The longest step, at most 1, that takes no more than `share` of the way to any boundary.
fn longest(model: &Model<'_>, state: &State, step: &Step, share: f64) -> f64 {
    let mut length = 1.0f64;
    let mut keep = |distance: f64, change: f64| {
        if change < 0.0 && distance + length * change < (1.0 - share) * distance {
            length = -share * distance / change;
        }
    };
    for (i, &equal) in model.equal.iter().enumerate() {
        if !equal {
            keep(state.slack[i], step.slack[i]);
            keep(state.multipliers[i], step.multipliers[i]);
        }
    }
    for (j, &change) in step.x.iter().enumerate() {
        if state.is_fixed(model, j) {
            continue;
        }
        if model.lower[j].is_finite() {
            keep(state.x[j] - model.lower[j], change);
            keep(state.low[j], step.low[j]);
        }
        if model.upper[j].is_finite() {
            keep(model.upper[j] - state.x[j], -change);
            keep(state.high[j], step.high[j]);
        }
    }
    for term in &model.terms {
        let domain = term.curve.domain();
        for k in 0..term.curve.arity() {
            let (low, high) = domain[k];
            if low.is_infinite() && high.is_infinite() {
                continue;
            }
            let at = model.arguments.at(term.first + k, &state.x);
            let change = model.arguments.matrix.dot(term.first + k, &step.x);
            keep(at - low, change);
            keep(high - at, -change);
        }
    }
    length
}
