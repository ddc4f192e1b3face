//! The fast route: strictly concave separable utilities over shared capacities, `A x ≤ c` with
//! `A ≥ 0`. Log-barrier Newton on the prices, each step by preconditioned conjugate gradients
//! (after Zymnis, Trichakis, Boyd and O'Neill 2007).
//!
//! A row is a *link*, a variable a *source*, the rows of a variable its *route*: the words of
//! network utility maximisation, of which this is the classical form.

mod certify;
mod envelope;
mod extract;
mod links;
mod newton;
mod normal;
mod pcg;
mod runs;
mod sources;

use crate::problem::{Form, Sense};
use crate::solution::{Certificate, Options, Route, Solution, Status};
pub(crate) use certify::{Certified, certify};
pub(crate) use extract::{Extracted, extract};

use links::Links;
pub(crate) use newton::first_prices;
use sources::Sources;

/// A problem of this form. Row `l` of the problem is link `l`.
pub(crate) struct Network<'a> {
    pub links: Links,
    pub sources: Sources<'a>,
    /// Capacity that is left when every source is at its lower end; > 0.
    pub room: Vec<f64>,
    /// Capacity of each link.
    pub capacity: Vec<f64>,
}

/// Solves `form` if it is a network, else `None`.
pub(crate) fn solve(form: &Form<'_>, options: &Options) -> Option<Solution> {
    let network = match extract(form)? {
        Extracted::Network(network) => network,
        Extracted::Answer(status, certificate) => {
            return Some(without_optimum(form, status, certificate));
        }
    };
    let found = newton::solve(&network, options);
    Some(report(form, &network, found.best, found.iterations, options))
}

/// What `best` is in the terms of the problem, found in `iterations` steps.
pub(crate) fn report(
    form: &Form<'_>,
    network: &Network<'_>,
    best: Certified,
    iterations: usize,
    options: &Options,
) -> Solution {
    let Certified { mut x, prices, bound, .. } = best;
    for (j, x) in x.iter_mut().enumerate() {
        *x = x.clamp(form.problem.lower[j], form.problem.upper[j]);
    }
    let reduced_costs = certify::reduced_costs(network, &prices);
    let bound = bound + form.problem.offset;
    let objective = form.objective(&x);
    let gap = ((bound - objective) / objective.abs().max(1.0)).max(0.0);
    let violation = form.violation(&x);
    let optimal = gap <= options.tolerance && violation <= options.tolerance;
    let signed = |(price, sense): (f64, &Sense)| match sense {
        Sense::AtLeast => -price,
        _ => price,
    };
    Solution {
        status: if optimal { Status::Optimal } else { Status::IterationLimit },
        objective,
        prices: prices.into_iter().zip(&form.problem.senses).map(signed).collect(),
        x,
        reduced_costs,
        bound,
        gap,
        violation,
        iterations,
        route: Route::Network,
        certificate: None,
    }
}

/// The answer when a look at the data settles that there is no optimum.
pub(crate) fn without_optimum(
    form: &Form<'_>,
    status: Status,
    certificate: Certificate,
) -> Solution {
    let objective = if status == Status::Infeasible { f64::NEG_INFINITY } else { f64::INFINITY };
    Solution {
        status,
        objective,
        x: vec![f64::NAN; form.problem.variables()],
        prices: vec![f64::NAN; form.problem.rows()],
        reduced_costs: vec![f64::NAN; form.problem.variables()],
        bound: objective,
        gap: 0.0,
        violation: 0.0,
        iterations: 0,
        route: Route::Network,
        certificate: Some(certificate),
    }
}
