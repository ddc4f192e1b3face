//! Primal-dual Newton on the prices.
//!
//! Sources answer exactly: `x(π) = argmax U(x) − q·x` with `q = Aᵀπ`. What is left are the links,
//!
//! ```text
//! A x(π) + s = c,     π·s = μ,     π, s > 0,
//! ```
//!
//! with slack s. A Newton step solves `(A diag(−dx/dq) Aᵀ + diag(s/π)) dπ = A x − c + μ/π`: a
//! predictor aims at μ = 0, how far it reaches says how far μ may fall, and a corrector adds what
//! the predictor's step leaves of the products (Mehrotra 1992). For fixed μ the equations are those
//! of the minimum of `g(π) − μ Σ log π`, g the dual function, which guards each step.

use super::Network;
use super::certify::{Certified, certify};
use super::normal::Normal;
use crate::solution::Options;

/// Where Newton's method ended.
pub(crate) struct Found {
    pub best: Certified,
    pub iterations: usize,
}

/// Least share of the way to the boundary that a step may take.
const INSIDE: f64 = 0.99;
/// Relative accuracy of predictor and corrector.
const ACCURACY: (f64, f64) = (1e-1, 1e-3);
/// Relative gap at which there is nothing left to polish in double precision.
const POLISHED: f64 = 1e-13;
/// Further iterations once the tolerance is met.
const POLISHING: usize = 12;
/// A point is judged when what its slacks cost is this many times the tolerance.
const NEAR: f64 = 100.0;

/// Prices, slacks, and how sources respond.
struct State {
    prices: Vec<f64>,
    slack: Vec<f64>,
    /// Price of each route.
    q: Vec<f64>,
    x: Vec<f64>,
    /// −dx/dq
    fall: Vec<f64>,
    /// Σ of utilities with the barrier of their bounds, minus q·x.
    conjugate: f64,
    load: Vec<f64>,
}

pub(crate) fn solve(network: &Network<'_>, options: &Options) -> Found {
    let mut state = State::first(network);
    let mut best = state.certify(network);
    let mut normal = Normal::new(&network.links);
    let mut work = Work::new(network.links.count());
    let mut met = None;
    let mut iterations = 0;
    while iterations < options.max_iterations {
        let gap = best.gap();
        if gap <= options.tolerance {
            let since = *met.get_or_insert(iterations);
            if !options.polish || gap <= POLISHED || iterations - since >= POLISHING {
                break;
            }
        }
        if !state.step(network, &mut normal, &mut work) {
            best.join(state.certify(network));
            break;
        }
        iterations += 1;
        let cost = dot(&state.prices, &state.slack) / best.value.abs().max(1.0);
        if met.is_some() || cost <= NEAR * options.tolerance || iterations == options.max_iterations
        {
            best.join(state.certify(network));
        }
    }
    Found { best, iterations }
}

/// Vectors of one step.
struct Work {
    right: Vec<f64>,
    ratio: Vec<f64>,
    step: Vec<f64>,
    slack_step: Vec<f64>,
    /// Target of π·s less the product of the predictor's steps.
    product: Vec<f64>,
    before: Vec<f64>,
}

impl Work {
    fn new(links: usize) -> Self {
        let zeros = || vec![0.0; links];
        Work {
            right: zeros(),
            ratio: zeros(),
            step: zeros(),
            slack_step: zeros(),
            product: zeros(),
            before: zeros(),
        }
    }
}

impl State {
    /// Prices at which every source about asks for an equal share of its scarcest link.
    fn first(network: &Network<'_>) -> Self {
        let (links, sources) = (network.links.count(), network.sources.count());
        let mut state = State {
            prices: first_prices(network),
            slack: vec![0.0; links],
            q: vec![0.0; sources],
            x: network.sources.lo.clone(),
            fall: vec![0.0; sources],
            conjugate: 0.0,
            load: vec![0.0; links],
        };
        let earned = dot(&state.prices, &network.room) / links.max(1) as f64;
        state.respond(network, 0.1 * earned.max(f64::MIN_POSITIVE));
        for l in 0..links {
            let free = network.capacity[l] - state.load[l];
            state.slack[l] = free.max(0.1 * network.room[l]);
        }
        state
    }

    /// Lets every source answer the prices; bounds carry the barrier `mu`.
    fn respond(&mut self, network: &Network<'_>, mu: f64) {
        network.links.route_prices(&self.prices, &mut self.q);
        self.conjugate = 0.0;
        for i in 0..self.x.len() {
            let response = network.sources.respond(i, self.q[i], mu, self.x[i]);
            self.conjugate += response.value - self.q[i] * response.x;
            (self.x[i], self.fall[i]) = (response.x, response.fall);
        }
        network.links.loads(&self.x, &mut self.load);
    }

    fn certify(&self, network: &Network<'_>) -> Certified {
        certify(network, &self.x, &self.load, &self.prices, &self.q)
    }

    /// `g(π) − μ Σ log π` with the barrier of the bounds.
    fn merit(&self, capacity: &[f64], mu: f64) -> f64 {
        let linear = |(price, capacity): (&f64, &f64)| price * capacity - mu * price.ln();
        self.conjugate + self.prices.iter().zip(capacity).map(linear).sum::<f64>()
    }

    /// One step along the central path; false if none could be made.
    fn step(&mut self, network: &Network<'_>, normal: &mut Normal, work: &mut Work) -> bool {
        let links = self.prices.len();
        let mu = dot(&self.prices, &self.slack) / links.max(1) as f64;
        for l in 0..links {
            work.ratio[l] = self.slack[l] / self.prices[l];
            work.right[l] = self.load[l] - network.capacity[l];
        }
        normal.prepare(&network.links, &self.fall, &work.ratio);
        normal.solve(&network.links, &self.fall, &work.right, &mut work.step, ACCURACY.0, false);
        for l in 0..links {
            work.slack_step[l] = -self.slack[l] - work.ratio[l] * work.step[l];
        }
        let (a, b) =
            (longest(&self.prices, &work.step, 1.0), longest(&self.slack, &work.slack_step, 1.0));
        let reached = |l: usize| {
            (self.prices[l] + a * work.step[l]) * (self.slack[l] + b * work.slack_step[l])
        };
        let ahead = (0..links).map(reached).sum::<f64>() / links.max(1) as f64;
        let centring = (ahead / mu).powi(3).clamp(1e-4, 1.0);
        let target = centring * mu;
        for l in 0..links {
            work.product[l] = target - work.step[l] * work.slack_step[l];
            work.right[l] = self.load[l] - network.capacity[l] + work.product[l] / self.prices[l];
        }
        normal.solve(&network.links, &self.fall, &work.right, &mut work.step, ACCURACY.1, true);
        for l in 0..links {
            work.slack_step[l] =
                work.product[l] / self.prices[l] - self.slack[l] - work.ratio[l] * work.step[l];
        }
        self.walk(network, target, work)
    }

    /// Moves along the step until a boundary is near or the merit would rise.
    fn walk(&mut self, network: &Network<'_>, target: f64, work: &mut Work) -> bool {
        let mut length = longest(&self.prices, &work.step, INSIDE);
        let slack_length = longest(&self.slack, &work.slack_step, INSIDE);
        let merit = self.merit(&network.capacity, target);
        work.before.copy_from_slice(&self.prices);
        let mut moved = false;
        for _ in 0..30 {
            for l in 0..self.prices.len() {
                self.prices[l] = work.before[l] + length * work.step[l];
            }
            self.respond(network, target);
            let after = self.merit(&network.capacity, target);
            if after <= merit + 1e-9 * merit.abs() + 1e-9 {
                moved = true;
                break;
            }
            length *= 0.5;
        }
        for l in 0..self.slack.len() {
            self.slack[l] += slack_length * work.slack_step[l];
        }
        moved
    }
}

/// The longest step up to 1 that takes at most `share` of the way to the boundary of the positive
/// orthant.
fn longest(value: &[f64], step: &[f64], share: f64) -> f64 {
    let room = |(value, step): (&f64, &f64)| {
        if *step < 0.0 { -share * value / step } else { f64::INFINITY }
    };
    value.iter().zip(step).map(room).fold(1.0, f64::min)
}

fn first_prices(network: &Network<'_>) -> Vec<f64> {
    let (links, sources) = (&network.links, &network.sources);
    let mut crowd = vec![0.0; links.count()];
    links.loads(&vec![1.0; sources.count()], &mut crowd);
    let mut sum = vec![0.0; links.count()];
    let mut users = vec![0.0f64; links.count()];
    for i in 0..sources.count() {
        let hops = links.route(i).len() as f64;
        if hops == 0.0 || sources.weight[i] == 0.0 {
            continue;
        }
        let share = |(l, _): (usize, f64)| network.room[l] / crowd[l];
        let share = links.route(i).map(share).fold(f64::INFINITY, f64::min);
        let rate = (sources.lo[i] + share).min(0.5 * (sources.lo[i] + sources.most[i]));
        let worth = sources.slope(i, rate);
        for (l, a) in links.route(i) {
            sum[l] += worth / (hops * a);
            users[l] += 1.0;
        }
    }
    let typical = sum.iter().sum::<f64>().abs() / users.iter().sum::<f64>().max(1.0);
    let least = (1e-6 * typical).max(f64::MIN_POSITIVE.sqrt());
    sum.iter().zip(&users).map(|(sum, users)| (sum / users.max(1.0)).max(least)).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
