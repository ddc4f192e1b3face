//! The smooth route: primal-dual Newton on the terms themselves.
//!
//! It takes every smooth term, whether a cone is known for it or not, and is exact where cones
//! leave the variables at the square root of the gap. It starts at the conic answer where there is
//! one, and else at a point well inside the rows.

mod certify;
mod curve;
mod kkt;
mod model;
mod newton;
mod start;
mod state;

use crate::problem::Form;
use crate::solution::{Options, Route, Solution, Status};
use model::Model;
use newton::Found;
pub(crate) use start::inside;
use state::State;

/// Solves `form` from a point inside its rows and domains.
pub(crate) fn solve(form: &Form<'_>, x: &[f64], options: &Options) -> Option<Solution> {
    let model = Model::new(form);
    let state = start::cold(&model, x)?;
    finish(form, &model, state, options)
}

/// Makes a conic answer exact; `None` if nothing was gained.
pub(crate) fn polish(form: &Form<'_>, answer: &Solution, options: &Options) -> Option<Solution> {
    let model = Model::new(form);
    let state = start::warm(&model, answer)?;
    let mut polished = finish(form, &model, state, options)?;
    polished.iterations += answer.iterations;
    polished.route = answer.route;
    let error = |answer: &Solution| answer.gap.max(answer.violation);
    (error(&polished) <= error(answer)).then_some(polished)
}

fn finish(form: &Form<'_>, model: &Model<'_>, state: State, options: &Options) -> Option<Solution> {
    let Found { state, certified, iterations } = newton::run(model, state, options.max_iterations)?;
    let (problem, point) = (form.problem, model.at(&state.x)?);
    let mut gradient = point.gradient.clone();
    model.add_jacobian_transposed(&point, &state.multipliers, -1.0, &mut gradient);
    let cost = |j: usize| match state.is_fixed(model, j) {
        true => gradient[j],
        false => state.high[j] - state.low[j],
    };
    let x = state.x[..problem.variables()].to_vec();
    let bound = certified.bound + problem.offset;
    let objective = form.objective(&x);
    let gap = (bound - objective).abs() / objective.abs().max(1.0);
    let gap = if gap.is_nan() { f64::INFINITY } else { gap };
    let violation = form.violation(&x).max(certified.violation);
    let optimal = gap <= options.tolerance && violation <= options.tolerance;
    let signed = (0..problem.rows()).map(|i| model.signs[i] * state.multipliers[i]);
    Some(Solution {
        status: if optimal { Status::Optimal } else { Status::IterationLimit },
        objective,
        prices: signed.collect(),
        reduced_costs: (0..problem.variables()).map(cost).collect(),
        x,
        bound,
        gap,
        violation,
        iterations,
        route: Route::Smooth,
        certificate: None,
    })
}
