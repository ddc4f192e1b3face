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
/// Relative gap, and relative change of the prices, at which there is nothing left to polish in
/// double precision. The gap alone says little of prices: it is their error squared.
const POLISHED: (f64, f64) = (1e-13, 1e-10);
/// Further iterations once the tolerance is met.
const POLISHING: usize = 12;
/// Most halvings of one step.
const HALVINGS: usize = 25;
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
    /// What that barrier weighs.
    barrier: f64,
    load: Vec<f64>,
}

pub(crate) fn solve(network: &Network<'_>, options: &Options) -> Found {
    let mut state = State::first(network);
    let mut best = state.certify(network);
    let mut normal = Normal::new(&network.links);
    let mut work = Work::new(network.links.count());
    let mut met = None;
    let mut change = f64::INFINITY;
    let mut iterations = 0;
    while iterations < options.max_iterations {
        let gap = best.gap();
        if gap <= options.tolerance {
            let since = *met.get_or_insert(iterations);
            let exact = gap <= POLISHED.0 && change <= POLISHED.1;
            if !options.polish || exact || iterations - since >= POLISHING {
                break;
            }
        }
        let Some(moved) = state.step(network, &mut normal, &mut work) else {
            best.join(state.certify(network));
            break;
        };
        change = moved;
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
    /// Target of π·s, less the product of the predictor's steps.
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
            barrier: 0.0,
            load: vec![0.0; links],
        };
        let earned = dot(&state.prices, &network.room) / links.max(1) as f64;
        state.barrier = 0.1 * earned.max(f64::MIN_POSITIVE);
        state.respond(network);
        for l in 0..links {
            let free = network.capacity[l] - state.load[l];
            state.slack[l] = free.max(0.1 * network.room[l]);
        }
        state
    }

    /// Lets every source answer the prices.
    fn respond(&mut self, network: &Network<'_>) {
        network.links.route_prices(&self.prices, &mut self.q);
        self.conjugate = 0.0;
        for i in 0..self.x.len() {
            let response = network.sources.respond(i, self.q[i], self.barrier, self.x[i]);
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

    /// One step along the central path; returns by how much the prices changed, relative to what
    /// all of them cost, or `None` if no step could be made.
    fn step(&mut self, network: &Network<'_>, normal: &mut Normal, work: &mut Work) -> Option<f64> {
        let links = self.prices.len();
        let mu = dot(&self.prices, &self.slack) / links.max(1) as f64;
        for l in 0..links {
            work.ratio[l] = self.slack[l] / self.prices[l];
            work.product[l] = 0.0;
        }
        normal.prepare(&network.links, &self.fall, &work.ratio);
        self.direction(network, normal, work, ACCURACY.0, false);
        let (a, b) =
            (longest(&self.prices, &work.step, 1.0), longest(&self.slack, &work.slack_step, 1.0));
        let reached = |l: usize| {
            (self.prices[l] + a * work.step[l]) * (self.slack[l] + b * work.slack_step[l])
        };
        let ahead = (0..links).map(reached).sum::<f64>() / links.max(1) as f64;
        let target = (ahead / mu).powi(3).clamp(1e-4, 1.0) * mu;
        for l in 0..links {
            work.product[l] = target - work.step[l] * work.slack_step[l];
        }
        self.direction(network, normal, work, ACCURACY.1, true);
        if let Some(change) = self.walk(network, target, work) {
            return Some(change);
        }
        // Far from the path the corrector may point uphill; towards the path it is always downhill.
        work.product.fill(mu);
        self.direction(network, normal, work, ACCURACY.1, false);
        self.walk(network, mu, work)
    }

    /// The step towards π·s = `work.product`, where both steps multiplied count as nothing.
    fn direction(
        &self,
        network: &Network<'_>,
        normal: &mut Normal,
        work: &mut Work,
        accuracy: f64,
        onwards: bool,
    ) {
        for l in 0..self.prices.len() {
            work.right[l] = self.load[l] - network.capacity[l] + work.product[l] / self.prices[l];
        }
        normal.solve(&network.links, &self.fall, &work.right, &mut work.step, accuracy, onwards);
        for l in 0..self.prices.len() {
            work.slack_step[l] =
                work.product[l] / self.prices[l] - self.slack[l] - work.ratio[l] * work.step[l];
        }
    }

    /// Moves along the step until a boundary is near or the merit would rise; `None`, and nothing
    /// moved, if it rises at once.
    fn walk(&mut self, network: &Network<'_>, target: f64, work: &mut Work) -> Option<f64> {
        let mut length = longest(&self.prices, &work.step, INSIDE);
        let slack_length = longest(&self.slack, &work.slack_step, INSIDE);
        let merit = self.merit(&network.capacity, target);
        work.before.copy_from_slice(&self.prices);
        for _ in 0..HALVINGS {
            for l in 0..self.prices.len() {
                self.prices[l] = work.before[l] + length * work.step[l];
            }
            self.respond(network);
            let after = self.merit(&network.capacity, target);
            if after <= merit + 1e-9 * merit.abs() + 1e-9 {
                for (slack, step) in self.slack.iter_mut().zip(&work.slack_step) {
                    *slack += slack_length * step;
                }
                if network.sources.are_bounded() {
                    self.barrier = target;
                    self.respond(network);
                }
                let cost = |(step, capacity): (&f64, &f64)| (step * capacity).abs();
                let change: f64 = work.step.iter().zip(&network.capacity).map(cost).sum();
                return Some(change / dot(&self.prices, &network.capacity).abs());
            }
            length *= 0.5;
        }
        self.prices.copy_from_slice(&work.before);
        self.respond(network);
        None
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

/// Every source takes an equal share of its scarcest link, and what the next unit is worth to it
/// there is spread over its route by how full its links are.
pub(crate) fn first_prices(network: &Network<'_>) -> Vec<f64> {
    let (links, sources) = (&network.links, &network.sources);
    let mut crowd = vec![0.0; links.count()];
    links.loads(&vec![1.0; sources.count()], &mut crowd);
    let share = |i: usize| {
        let room = links.route(i).map(|(l, _)| network.room[l] / crowd[l]);
        let most = 0.5 * (sources.most[i] - sources.lo[i]);
        room.fold(most, f64::min)
    };
    let taken: Vec<f64> = (0..sources.count()).map(share).collect();
    let mut full = vec![0.0; links.count()];
    links.loads(&taken, &mut full);
    for (full, room) in full.iter_mut().zip(&network.room) {
        *full /= room;
    }
    let (mut sum, mut users) = (vec![0.0; links.count()], vec![0.0f64; links.count()]);
    for (i, taken) in taken.iter().enumerate().filter(|(i, _)| sources.weight[*i] > 0.0) {
        let worth = sources.slope(i, sources.lo[i] + taken);
        let whole: f64 = links.route(i).map(|(l, a)| full[l] * a).sum();
        for (l, _) in links.route(i) {
            sum[l] += worth * full[l] / whole;
            users[l] += 1.0;
        }
    }
    let prices = sum.iter().zip(&users).map(|(sum, users)| sum / users.max(1.0));
    let earned: Vec<f64> = prices.zip(&network.room).map(|(p, room)| (p * room).max(0.0)).collect();
    let typical = earned.iter().sum::<f64>() / earned.len().max(1) as f64;
    let least = (1e-6 * typical).max(f64::MIN_POSITIVE.sqrt());
    earned.iter().zip(&network.room).map(|(earned, room)| earned.max(least) / room).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
