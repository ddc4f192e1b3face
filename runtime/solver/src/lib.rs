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
//! | [`Route::Conic`] | everything that has a cone: linear, quadratic, piecewise linear, all terms but `Atan` and `Smooth` | Clarabel, every claim verified here |
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
mod network;
mod problem;
mod solution;
mod sparse;

pub use concave::{Concave, Piecewise, PiecewiseId, Smooth, SmoothId};
pub use error::{Error, Place};
pub use problem::{Affine, Cone, Problem, Row, Sense, Var};
pub use solution::{Certificate, Options, Route, Solution, Status};

use problem::Form;

/// Solves `problem` by the route that fits it, or by the one that `options` name.
///
/// # Errors
///
/// If the problem cannot be posed (see [`Error`]), or if the route asked for, or every route,
/// lacks something that the problem uses ([`Error::Unsupported`]).
pub fn solve(problem: &Problem, options: &Options) -> Result<Solution, Error> {
    let form = Form::new(problem)?;
    if options.route.is_none_or(|route| route == Route::Network) {
        match network::solve(&form, options) {
            Some(answer) if answer.status != Status::IterationLimit => return Ok(answer),
            Some(answer) if options.route.is_some() => return Ok(answer),
            None if options.route.is_some() => {
                let why = "it is not a strictly concave separable utility over rows `<=` \
                           with coefficients ≥ 0"
                    .to_owned();
                return Err(Error::Unsupported { route: Route::Network, why });
            }
            _ => {}
        }
    }
    conic::solve(&form, options)
}
