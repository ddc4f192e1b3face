//! First-order methods on networks: what decomposed systems run, as a cross-check and as a
//! reference for their simulation. One file a method; each round costs two products with the
//! routing matrix.

mod accelerated;
mod admm;
mod dual;
mod pdhg;

use std::fmt;

use crate::error::Error;
use crate::network::{Certified, Extracted, Network, certify, extract, report, without_optimum};
use crate::problem::{Form, Problem};
use crate::solution::{Options, Route, Solution};

/// A first-order method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Projected gradient of the dual, scaled by its diagonal (Low and Lapsley 1999).
    Dual,
    /// The same with momentum and restarts (Nesterov 1983; O'Donoghue and Candès 2015).
    Accelerated,
    /// Primal-dual hybrid gradient, preconditioned (Chambolle and Pock 2011; Pock and Chambolle
    /// 2011).
    PrimalDual,
    /// Alternating directions with a copy of each rate on each of its links (Boyd et al. 2011,
    /// sharing).
    Admm,
}

impl Method {
    /// All of them.
    pub const ALL: [Method; 4] =
        [Method::Dual, Method::Accelerated, Method::PrimalDual, Method::Admm];
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Method::Dual => "dual",
            Method::Accelerated => "accelerated",
            Method::PrimalDual => "primal_dual",
            Method::Admm => "admm",
        })
    }
}

/// The state of a method between rounds.
trait Rounds {
    /// One round; afterwards [`Rounds::prices`] are its prices.
    fn round(&mut self, network: &Network<'_>);

    /// Prices ≥ 0 of the links.
    fn prices(&self) -> &[f64];
}

/// Rounds between two looks at the gap.
const LOOK: usize = 10;

/// Solves a network (see [`Route::Network`]) by `method`: at most `options.max_iterations` rounds,
/// until the certified gap is within the tolerance. Variables are what the sources ask for at the
/// prices, drawn back into the capacities.
///
/// # Errors
///
/// As [`solve`](crate::solve); [`Error::Unsupported`] if the problem is no network.
pub fn solve_by(problem: &Problem, method: Method, options: &Options) -> Result<Solution, Error> {
    let form = Form::new(problem)?;
    let network = match extract(&form) {
        Some(Extracted::Network(network)) => network,
        Some(Extracted::Answer(status, proof)) => return Ok(without_optimum(&form, status, proof)),
        None => {
            let why = "it is not a strictly concave separable utility over capacities".to_owned();
            return Err(Error::Unsupported { route: Route::Network, why });
        }
    };
    let mut rounds: Box<dyn Rounds> = match method {
        Method::Dual => Box::new(dual::Dual::new(&network)),
        Method::Accelerated => Box::new(accelerated::Accelerated::new(&network)),
        Method::PrimalDual => Box::new(pdhg::PrimalDual::new(&network)),
        Method::Admm => Box::new(admm::Admm::new(&network)),
    };
    let mut demand = Demand::new(&network);
    let mut best = demand.certify(&network, rounds.prices());
    let mut made = 0;
    while made < options.max_iterations && best.gap() > options.tolerance {
        rounds.round(&network);
        made += 1;
        if made.is_multiple_of(LOOK) || made == options.max_iterations {
            best.join(demand.certify(&network, rounds.prices()));
        }
    }
    Ok(report(&form, &network, best, made, options))
}

/// What the sources ask for at prices, within the rates that their links allow at most.
struct Demand {
    q: Vec<f64>,
    x: Vec<f64>,
    load: Vec<f64>,
}

impl Demand {
    fn new(network: &Network<'_>) -> Self {
        let (sources, links) = (network.sources.count(), network.links.count());
        Demand { q: vec![0.0; sources], x: vec![0.0; sources], load: vec![0.0; links] }
    }

    /// Answers `prices`; returns the dual function there.
    fn answer(&mut self, network: &Network<'_>, prices: &[f64]) -> f64 {
        let sources = &network.sources;
        network.links.route_prices(prices, &mut self.q);
        let mut dual: f64 = prices.iter().zip(&network.capacity).map(|(p, c)| p * c).sum();
        for (i, (x, &q)) in self.x.iter_mut().zip(&self.q).enumerate() {
            *x = sources.demand(i, q, sources.most[i]);
            dual += sources.value(i, *x) - q * *x;
        }
        network.links.loads(&self.x, &mut self.load);
        dual
    }

    /// The diagonal bound `Σ_i a_li (−dx_i/dq) Σ_m a_mi` of the dual's Hessian at the last answer:
    /// no scaled step is longer than the curvature there allows.
    fn scale(&self, network: &Network<'_>) -> Vec<f64> {
        let whole = |i: usize| network.links.route(i).map(|(_, a)| a).sum::<f64>();
        let falls = (0..self.x.len()).map(|i| network.sources.fall(i, self.x[i]) * whole(i));
        let mut scale = vec![0.0; self.load.len()];
        network.links.loads(&falls.collect::<Vec<f64>>(), &mut scale);
        let largest = scale.iter().fold(f64::MIN_POSITIVE, |most, s| s.max(most));
        scale.iter().map(|s| s.max(1e-12 * largest)).collect()
    }

    fn certify(&mut self, network: &Network<'_>, prices: &[f64]) -> Certified {
        self.answer(network, prices);
        certify(network, &self.x, &self.load, prices, &self.q)
    }
}
