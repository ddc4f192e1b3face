//! Newton's method on the log barrier of the dual.
//!
//! The prices minimise `g(π) − μ Σ log π`, where `g(π) = Σ sup_x [U(x) − q x] + c·π` with `q = Aᵀπ`
//! is the dual function. Its Hessian is `A diag(−dx/dq) Aᵀ + diag(s/π)` with the slack `s = μ/π`,
//! which is kept as a variable of its own as in primal-dual methods. μ falls as long as steps are
//! long.

use super::Network;
use super::certify::{Certified, certify};
use super::pcg::Pcg;
use crate::solution::Options;

/// Where Newton's method ended.
pub(crate) struct Found {
    pub best: Certified,
    pub iterations: usize,
}

/// Share of the way to the boundary that a step may take.
const INSIDE: f64 = 0.97;
/// Relative accuracy of a Newton step.
const ACCURACY: f64 = 1e-3;
/// Most products of one Newton step.
const PRODUCTS: usize = 500;
/// Relative gap at which there is nothing left to polish in double precision.
const POLISHED: f64 = 1e-13;
/// Further iterations once the tolerance is met.
const POLISHING: usize = 12;

/// Prices and everything that follows from them.
struct State {
    prices: Vec<f64>,
    slack: Vec<f64>,
    /// Price of each route.
    q: Vec<f64>,
    x: Vec<f64>,
    fall: Vec<f64>,
    /// Σ of utilities with the barrier of their bounds, minus q·x.
    conjugate: f64,
    load: Vec<f64>,
}

pub(crate) fn solve(network: &Network<'_>, options: &Options) -> Found {
    let (links, sources) = (network.links.count(), network.sources.count());
    let capacity = capacities(network);
    let mut state = State {
        prices: first_prices(network),
        slack: vec![0.0; links],
        q: vec![0.0; sources],
        x: network.sources.lo.clone(),
        fall: vec![0.0; sources],
        conjugate: 0.0,
        load: vec![0.0; links],
    };
    let mut mu = first_barrier(network, &state.prices);
    state.respond(network, mu);
    network.links.loads(&state.x, &mut state.load);
    for (slack, price) in state.slack.iter_mut().zip(&state.prices) {
        *slack = mu / price;
    }
    let mut best = certify(network, &state.x, &state.load, &state.prices, &state.q);
    let mut met = None;
    let mut work = Work::new(links);
    let mut iterations = 0;
    while iterations < options.max_iterations {
        let gap = best.gap();
        if gap <= options.tolerance {
            let since = *met.get_or_insert(iterations);
            if !options.polish || gap <= POLISHED || iterations - since >= POLISHING {
                break;
            }
        }
        let length = state.step(network, &capacity, mu, &mut work);
        network.links.loads(&state.x, &mut state.load);
        best.join(certify(network, &state.x, &state.load, &state.prices, &state.q));
        iterations += 1;
        if length > 0.1 {
            let spent: f64 = state.prices.iter().zip(&capacity).map(|(p, c)| p * c).sum();
            let floor = 1e-17 * spent.abs() / links.max(1) as f64;
            mu = (mu * if length > 0.8 { 0.12 } else { 0.4 }).max(floor);
            state.respond(network, mu);
            network.links.loads(&state.x, &mut state.load);
        }
    }
    Found { best, iterations }
}

/// Vectors of one step.
struct Work {
    pcg: Pcg,
    residual: Vec<f64>,
    ratio: Vec<f64>,
    diagonal: Vec<f64>,
    step: Vec<f64>,
    before: Vec<f64>,
}

impl Work {
    fn new(links: usize) -> Self {
        let zeros = || vec![0.0; links];
        Work {
            pcg: Pcg::new(links),
            residual: zeros(),
            ratio: zeros(),
            diagonal: zeros(),
            step: zeros(),
            before: zeros(),
        }
    }
}

impl State {
    /// Lets every source answer the prices.
    fn respond(&mut self, network: &Network<'_>, mu: f64) {
        network.links.route_prices(&self.prices, &mut self.q);
        self.conjugate = 0.0;
        for i in 0..self.x.len() {
            let response = network.sources.respond(i, self.q[i], mu, self.x[i]);
            self.conjugate += response.value - self.q[i] * response.x;
            (self.x[i], self.fall[i]) = (response.x, response.fall);
        }
    }

    /// `g(π) − μ Σ log π` with the barrier of the bounds.
    fn merit(&self, capacity: &[f64], mu: f64) -> f64 {
        let linear = |(price, capacity): (&f64, &f64)| price * capacity - mu * price.ln();
        self.conjugate + self.prices.iter().zip(capacity).map(linear).sum::<f64>()
    }

    /// One damped Newton step; returns its length, 1 for a full one.
    fn step(&mut self, network: &Network<'_>, capacity: &[f64], mu: f64, work: &mut Work) -> f64 {
        for l in 0..capacity.len() {
            work.residual[l] = self.load[l] - capacity[l] + mu / self.prices[l];
            work.ratio[l] = self.slack[l] / self.prices[l];
        }
        network.links.normal_diagonal(&self.fall, &mut work.diagonal);
        for (diagonal, ratio) in work.diagonal.iter_mut().zip(&work.ratio) {
            *diagonal += ratio;
        }
        let (ratio, diagonal) = (&work.ratio, &work.diagonal);
        work.pcg.solve(
            &network.links,
            &self.fall,
            ratio,
            diagonal,
            &work.residual,
            &mut work.step,
            ACCURACY,
            PRODUCTS,
        );
        let mut length = longest(&self.prices, &work.step);
        let slack_step: Vec<f64> = (0..capacity.len())
            .map(|l| mu / self.prices[l] - self.slack[l] - work.ratio[l] * work.step[l])
            .collect();
        let slack_length = longest(&self.slack, &slack_step);
        let merit = self.merit(capacity, mu);
        let descent: f64 = -dot(&work.residual, &work.step);
        work.before.copy_from_slice(&self.prices);
        for halving in 0..40 {
            for l in 0..capacity.len() {
                self.prices[l] = work.before[l] + length * work.step[l];
            }
            self.respond(network, mu);
            let enough = merit + 1e-4 * length * descent + 1e-12 * merit.abs();
            if self.merit(capacity, mu) <= enough || halving == 39 {
                break;
            }
            length *= 0.5;
        }
        for l in 0..capacity.len() {
            let centre = mu / self.prices[l];
            let moved = self.slack[l] + slack_length * slack_step[l];
            self.slack[l] = moved.clamp(1e-2 * centre, 1e2 * centre);
        }
        length
    }
}

/// The longest step up to 1 that keeps `value + length · step` inside the positive orthant.
fn longest(value: &[f64], step: &[f64]) -> f64 {
    let room = |(value, step): (&f64, &f64)| {
        if *step < 0.0 { -INSIDE * value / step } else { f64::INFINITY }
    };
    value.iter().zip(step).map(room).fold(1.0, f64::min)
}

fn capacities(network: &Network<'_>) -> Vec<f64> {
    let mut capacity = vec![0.0; network.room.len()];
    network.links.loads(&network.sources.lo, &mut capacity);
    for (capacity, room) in capacity.iter_mut().zip(&network.room) {
        *capacity += room;
    }
    capacity
}

/// Prices at which every source would about ask for an equal share of its scarcest link.
fn first_prices(network: &Network<'_>) -> Vec<f64> {
    let (links, sources) = (&network.links, &network.sources);
    let mut crowd = vec![0.0; links.count()];
    links.loads(&vec![1.0; sources.count()], &mut crowd);
    let mut sum = vec![0.0; links.count()];
    let mut users = vec![0.0f64; links.count()];
    for i in 0..sources.count() {
        let hops = links.route(i).len() as f64;
        let share =
            links.route(i).map(|(l, _)| network.room[l] / crowd[l]).fold(f64::INFINITY, f64::min);
        if hops == 0.0 || sources.weight[i] == 0.0 {
            continue;
        }
        let rate = (sources.lo[i] + share).min(0.5 * (sources.lo[i] + sources.most[i]));
        let worth = sources.slope(i, rate);
        for (l, a) in links.route(i) {
            sum[l] += worth / (hops * a);
            users[l] += 1.0;
        }
    }
    let typical = dot(&sum, &vec![1.0; sum.len()]).abs() / users.iter().sum::<f64>().max(1.0);
    let least = (1e-6 * typical).max(f64::MIN_POSITIVE.sqrt());
    sum.iter().zip(&users).map(|(sum, users)| (sum / users.max(1.0)).max(least)).collect()
}

/// μ at which the barrier's share of the gap is a fraction of what the links earn.
fn first_barrier(network: &Network<'_>, prices: &[f64]) -> f64 {
    let earned: f64 = prices.iter().zip(&network.room).map(|(price, room)| price * room).sum();
    let mu = 0.3 * earned / prices.len().max(1) as f64;
    if mu > 0.0 && mu.is_finite() { mu } else { 1e-6 }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
