//! Maximises sums of concave utilities over shared resources.
//!
//! ```text
//! maximise    Σ_k w_k φ_k(⟨a_k, x⟩ + b_k) + ⟨c, x⟩
//! subject to  Σ_k w_ik φ_ik(…) + ⟨a_i, x⟩  {<=, ==, >=}  b_i      (rows: the resources)
//!             affine expressions in cones,   lower ≤ x ≤ upper
//! ```
//!
//! A [`Problem`] is built by adding variables, rows, terms and cones in any order; [`solve`] checks
//! it as a whole and answers with a [`Solution`]: variables, a price for every row, and a
//! certificate of what it claims. Everything is sparse, O(nonzeros) memory.
//!
//! ```
//! use dslc_solver::{Concave, Options, Problem, Sense, Status, solve};
//!
//! // Two flows share a link of capacity 3: maximise 2 log x + log y, x + y <= 3.
//! let mut problem = Problem::new();
//! let x = problem.variable(0.0, f64::INFINITY);
//! let y = problem.variable(0.0, f64::INFINITY);
//! let link = problem.row(Sense::AtMost, 3.0);
//! problem.coefficient(link, x, 1.0);
//! problem.coefficient(link, y, 1.0);
//! problem.utility(2.0, Concave::Log, x);
//! problem.utility(1.0, Concave::Log, y);
//!
//! let answer = solve(&problem, &Options::default())?;
//! assert_eq!(answer.status, Status::Optimal);
//! assert!((answer.x[x.index()] - 2.0).abs() < 1e-8);
//! assert!((answer.prices[link.index()] - 1.0).abs() < 1e-8);
//! # Ok::<(), dslc_solver::Error>(())
//! ```
//!
//! # Prices
//!
//! A price is the multiplier of its row in the maximisation: the derivative of the optimum in the
//! row's limit. It is ≥ 0 for `<=`, ≤ 0 for `>=`, of either sign for `==`. A reduced cost is the
//! same for a variable's bound: ≥ 0 at the upper, ≤ 0 at the lower bound. At the optimum
//! `∂U/∂x_j = Σ_i price_i · ∂(row i)/∂x_j + reduced cost_j`.
//!
//! # Expressions
//!
//! Concave functions of one affine expression are terms: [`Problem::utility`] in the objective,
//! [`Problem::row_utility`] in rows. What needs several expressions at once (norms, log-sum-exp,
//! quotients, …) is bound by [`Problem::cone`].
//!
//! # Routes
//!
//! | route | for | by |
//! |---|---|---|
//! | [`Route::Network`] | strictly concave terms of one variable each, rows `<=` with coefficients ≥ 0 | log-barrier Newton on the prices, conjugate gradients |
//! | [`Route::Conic`] | everything that has a cone: linear, quadratic, piecewise linear, all terms but `Atan` and `Smooth` | Clarabel, every claim verified here; then Newton from there |
//! | [`Route::Smooth`] | terms without a cone, among linear rows | primal-dual Newton, sparse factors |
//!
//! [`solve_by`] runs first-order methods on networks instead, the ones that decomposed systems run.
//!
//! # Claims
//!
//! [`Status::Optimal`] is only said when the gap to an upper bound by weak duality and the
//! violation are both within [`Options::tolerance`]; [`Status::Infeasible`] and
//! [`Status::Unbounded`] only with a [`Certificate`]. Everything else is
//! [`Status::IterationLimit`].
#![forbid(unsafe_code)]
#![allow(clippy::needless_range_loop, reason = "several arrays share the index of one formula")]

mod concave;
mod conic;
mod error;
mod first_order;
mod network;
mod problem;
mod range;
mod smooth;
mod solution;
mod sparse;

pub use concave::{Concave, Piecewise, PiecewiseId, Scalar, Smooth, SmoothId};
pub use error::{Error, Place};
pub use first_order::{Method, solve_by};
pub use problem::{Affine, Cone, Problem, Row, Sense, Var};
pub use range::price_range;
pub use solution::{Certificate, Options, Route, Solution, Status};

use problem::Form;

/// Solves `problem` by the route that fits it, or by the one that `options` name.
///
/// # Errors
///
/// If the problem cannot be posed (see [`Error`]), or if the route asked for lacks something that
/// the problem uses ([`Error::Unsupported`]).
pub fn solve(problem: &Problem, options: &Options) -> Result<Solution, Error> {
    let form = Form::new(problem)?;
    match options.route {
        Some(Route::Network) => network::solve(&form, options).ok_or_else(not_a_network),
        Some(Route::Conic) => conic(&form, options),
        Some(Route::Smooth) => smooth(&form, options),
        None => match network::solve(&form, options) {
            Some(answer) if answer.status != Status::IterationLimit => Ok(answer),
            _ if form.is_conic() => conic(&form, options),
            _ => smooth(&form, options),
        },
    }
}

/// Cones, then Newton's method from there, where a term or cone is curved.
fn conic(form: &Form<'_>, options: &Options) -> Result<Solution, Error> {
    let answer = conic::solve(form, options)?;
    let curved = |cone: &(Cone, u32)| matches!(cone.0, Cone::Exponential | Cone::Power(_));
    let exact = form.problem.weights.is_empty() && !form.problem.cones.iter().any(curved);
    if exact
        || !options.polish
        || answer.certificate.is_some()
        || answer.x.iter().any(|x| x.is_nan())
    {
        return Ok(answer);
    }
    Ok(smooth::polish(form, &answer, options).unwrap_or(answer))
}

/// Newton's method from deep inside the rows, or a proof that there is no inside.
fn smooth(form: &Form<'_>, options: &Options) -> Result<Solution, Error> {
    let start = conic::point(&smooth::inside(form), options);
    let solved = start.and_then(|mut x| {
        let margin = x.pop()?;
        (margin > 0.0).then(|| smooth::solve(form, &x, options)).flatten()
    });
    match solved {
        Some(answer) if answer.status == Status::Optimal => Ok(answer),
        other => match conic::infeasible(form, options) {
            Ok(Some(proof)) => Ok(proof),
            _ => other.ok_or(Error::NoStart),
        },
    }
}

fn not_a_network() -> Error {
    let why = "it is not a strictly concave separable utility over rows `<=` with coefficients ≥ 0";
    Error::Unsupported { route: Route::Network, why: why.to_owned() }
}
