//! Answers.

use std::fmt;

/// What an answer claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Gap and violation are certified to be within the tolerance.
    Optimal,
    /// No point meets the rows and bounds; [`Solution::certificate`] proves it.
    Infeasible,
    /// The utility grows without end; [`Solution::certificate`] proves it.
    Unbounded,
    /// Stopped before a claim could be certified. `x` and `prices` are the best that were found.
    IterationLimit,
}

/// How an answer was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Log-barrier Newton with preconditioned conjugate gradients on the prices.
    Network,
    /// The interior-point method of Clarabel on cones.
    Conic,
    /// Primal-dual Newton on the smooth problem itself.
    Smooth,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Status::Optimal => "optimal",
            Status::Infeasible => "infeasible",
            Status::Unbounded => "unbounded",
            Status::IterationLimit => "iteration_limit",
        })
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Route::Network => "network",
            Route::Conic => "conic",
            Route::Smooth => "smooth",
        })
    }
}

/// A proof that there is no optimum, verified against the problem before it is handed out.
#[derive(Clone, Debug, PartialEq)]
pub enum Certificate {
    /// Farkas multipliers: with signs as prices have them, the rows weighted by `prices` and the
    /// bounds weighted by `bounds` add up to `0 ≤ −margin`, which no point satisfies.
    Infeasible {
        /// Multiplier of each row: ≥ 0 for `<=`, ≤ 0 for `>=`.
        prices: Vec<f64>,
        /// Multiplier of each variable's bounds: > 0 for the upper, < 0 for the lower bound. The ends
        /// of the domain of a term of this variable alone are among its bounds.
        bounds: Vec<f64>,
        /// By how much the sum is violated, for multipliers scaled to at most 1.
        margin: f64,
        /// Rounding leaves the sum not exactly constant; no point with `‖x‖_∞` below this
        /// is feasible. Infinite if the proof holds everywhere.
        radius: f64,
    },
    /// From any feasible point on, this direction stays feasible and gains without end.
    Unbounded {
        /// Change of each variable, scaled to at most 1.
        direction: Vec<f64>,
        /// Gain of the linear part per unit of the direction; 0 where the growth is a logarithm's
        /// or another slow function's.
        rate: f64,
    },
}

/// The answer to a [`Problem`](crate::Problem).
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// What is claimed.
    pub status: Status,
    /// The utility at `x`; +∞ when unbounded, −∞ when infeasible.
    pub objective: f64,
    /// The variables, by [`Var::index`](crate::Var::index).
    pub x: Vec<f64>,
    /// The multiplier of each row in the maximisation, by [`Row::index`](crate::Row::index):
    /// the derivative of the optimum in the row's limit. ≥ 0 for `<=`, ≤ 0 for `>=`.
    pub prices: Vec<f64>,
    /// The multiplier of each variable's bounds: the derivative of the optimum in the bound that
    /// is active. ≥ 0 at the upper bound, ≤ 0 at the lower, 0 between them.
    pub reduced_costs: Vec<f64>,
    /// An upper bound on the utility of every feasible point: weak duality at `prices`.
    pub bound: f64,
    /// `(bound − objective) / max(1, |objective|)`.
    pub gap: f64,
    /// The largest violation of a row, bound or cone, relative to its size.
    pub violation: f64,
    /// Steps of the outer method.
    pub iterations: usize,
    /// How it was found.
    pub route: Route,
    /// The proof, when infeasible or unbounded.
    pub certificate: Option<Certificate>,
}

/// What to reach, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Gap and violation of an answer that calls itself optimal.
    pub tolerance: f64,
    /// Steps of the outer method.
    pub max_iterations: usize,
    /// Go on past the tolerance while it is cheap, so that variables and prices are exact to
    /// about 1e-8 and not only the utility.
    pub polish: bool,
    /// The route to take; `None` lets the problem decide.
    pub route: Option<Route>,
}

impl Default for Options {
    fn default() -> Self {
        Options { tolerance: 1e-6, max_iterations: 200, polish: true, route: None }
    }
}
