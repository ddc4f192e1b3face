//! Random networks of the kinds that are hard: every route finds the same optimum, and it meets
//! the conditions of Karush, Kuhn and Tucker.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use dslc_solver::{
    Concave, Method, Options, Problem, Route, Sense, Solution, Status, solve, solve_by,
};
use proptest::prelude::*;

/// A network as numbers, so that it can be checked by hand.
#[derive(Clone, Debug)]
struct Network {
    alpha: f64,
    weights: Vec<f64>,
    upper: Vec<f64>,
    routes: Vec<Vec<usize>>,
    capacities: Vec<f64>,
}

impl Network {
    fn problem(&self) -> Problem {
        let mut problem = Problem::new();
        let rows: Vec<_> = self.capacities.iter().map(|&c| problem.row(Sense::AtMost, c)).collect();
        for ((route, &weight), &upper) in self.routes.iter().zip(&self.weights).zip(&self.upper) {
            let x = problem.variable(0.0, upper);
            problem.utility(weight, Concave::AlphaFair(self.alpha), x);
            for &l in route {
                problem.coefficient(rows[l], x, 1.0);
            }
        }
        problem
    }

    fn solved(&self, route: Route, tolerance: f64) -> Solution {
        let options = Options { route: Some(route), tolerance, ..Options::default() };
        solve(&self.problem(), &options).unwrap()
    }

    /// Stationarity, sign, feasibility and complementarity, each relative to the numbers in it.
    fn check(&self, answer: &Solution, close: f64) -> Result<(), TestCaseError> {
        let mut load = vec![0.0; self.capacities.len()];
        for (route, x) in self.routes.iter().zip(&answer.x) {
            for &l in route {
                load[l] += x;
            }
        }
        let earning = |(x, weight): (&f64, &f64)| weight * x.powf(1.0 - self.alpha);
        let active = answer.x.iter().zip(&self.weights).filter(|(_, weight)| **weight > 0.0);
        let worth: f64 = active.map(earning).sum::<f64>().max(f64::MIN_POSITIVE);
        for (i, route) in self.routes.iter().enumerate().filter(|(i, _)| self.weights[*i] > 0.0) {
            let (x, cost) = (answer.x[i], answer.reduced_costs[i]);
            let price: f64 = route.iter().map(|&l| answer.prices[l]).sum();
            let marginal = self.weights[i] * x.powf(-self.alpha);
            // A source that hardly counts may be off by what hardly counts.
            let allowed = close * marginal + 1e-8 * worth / x;
            let rest = marginal - price - cost;
            prop_assert!(rest.abs() <= allowed, "source {i}: {rest:e} of {marginal:e}");
            prop_assert!(cost >= -allowed, "source {i}: {cost:e}");
            prop_assert!(cost <= allowed || x >= self.upper[i] * (1.0 - close), "source {i}");
        }
        for (l, &capacity) in self.capacities.iter().enumerate() {
            prop_assert!(answer.prices[l] >= 0.0);
            prop_assert!(load[l] <= capacity * (1.0 + close), "link {l}");
            let unused = answer.prices[l] * (capacity - load[l]);
            prop_assert!(unused <= close * worth.max(1e-100), "link {l}: {unused:e} of {worth:e}");
        }
        Ok(())
    }
}

/// Networks of up to 24 sources on up to 12 links, or on a line of up to 300 hops.
fn network() -> impl Strategy<Value = Network> {
    let alpha = prop::sample::select(vec![0.5, 1.0, 1.5, 2.0, 4.0, 8.0]);
    let links = prop_oneof![3 => 1usize..12, 1 => 3usize..301];
    (alpha, links).prop_flat_map(|(alpha, links): (f64, usize)| {
        // On a line, every link from one to another.
        let route = move |ends: BTreeSet<usize>| match (ends.first(), ends.last()) {
            (Some(&first), Some(&last)) if links >= 12 => (first..=last).collect(),
            _ => ends,
        };
        let route = prop::collection::btree_set(0..links, 1..=links.min(5)).prop_map(route);
        // Six orders of magnitude, but for steep utilities, whose prices have α times as many.
        let spread = (3.0 / alpha).min(3.0);
        let magnitude = move |exponent: f64| 10f64.powf(exponent * spread);
        let source = (route, -1.0..1.0f64, prop::option::weighted(0.2, -1.0..1.0f64), 0..12);
        let capacities = prop::collection::vec((-1.0..1.0f64).prop_map(magnitude), links);
        (prop::collection::vec(source, 1..24), capacities).prop_map(move |(sources, capacities)| {
            let mut network = Network {
                alpha,
                weights: Vec::new(),
                upper: Vec::new(),
                routes: Vec::new(),
                capacities,
            };
            for (route, weight, upper, idle) in sources {
                network.weights.push(if idle == 0 { 0.0 } else { magnitude(weight) });
                network.upper.push(upper.map_or(f64::INFINITY, magnitude));
                network.routes.push(route.into_iter().collect());
            }
            network
        })
    })
}

/// The same with a link written twice, one that says less than another, and one with room to spare:
/// prices are not unique any more, the optimum is.
fn degenerate(mut network: Network) -> Network {
    let links = network.capacities.len();
    let capacity = network.capacities[0];
    network.capacities.extend([capacity, capacity * 1.5, capacity * 1e6]);
    for route in &mut network.routes {
        if route.contains(&0) {
            route.extend([links, links + 1]);
        }
        route.push(links + 2);
    }
    network.capacities[links + 2] *= network.capacities.iter().sum::<f64>();
    network
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn newton_on_prices_meets_the_conditions(network in network()) {
        let answer = network.solved(Route::Network, 1e-8);
        prop_assert_eq!(answer.status, Status::Optimal, "gap {}", answer.gap);
        network.check(&answer, 1e-5)?;
    }

    #[test]
    fn redundant_links_change_nothing(network in network()) {
        let network = degenerate(network);
        let answer = network.solved(Route::Network, 1e-8);
        prop_assert_eq!(answer.status, Status::Optimal, "gap {}", answer.gap);
        network.check(&answer, 1e-5)?;
    }

    #[test]
    fn routes_agree(network in network()) {
        let reference = network.solved(Route::Network, 1e-6);
        prop_assert_eq!(reference.status, Status::Optimal, "gap {}", reference.gap);
        let size = reference.objective.abs().max(1.0);
        for route in [Route::Conic, Route::Smooth] {
            let answer = network.solved(route, 1e-6);
            if answer.status == Status::Optimal {
                let off = (answer.objective - reference.objective).abs() / size;
                prop_assert!(off <= 3e-6, "{} {} {}", route, answer.objective, reference.objective);
            } else {
                // Cones of steep powers over many orders of magnitude may stall; they must say so.
                prop_assert_eq!(answer.status, Status::IterationLimit);
            }
        }
    }

    /// Slow where magnitudes differ, but never wrong: what they call optimal is, and their bound and
    /// point enclose the optimum even when they stop early.
    #[test]
    fn first_order_methods_agree(network in network()) {
        let reference = network.solved(Route::Network, 1e-8);
        let size = reference.objective.abs().max(1.0);
        for method in Method::ALL {
            let options = Options { tolerance: 1e-5, max_iterations: 2000, ..Options::default() };
            let answer = solve_by(&network.problem(), method, &options).unwrap();
            let slack = 1e-7 * size;
            prop_assert!(answer.objective <= reference.objective + slack, "{}", method);
            prop_assert!(answer.bound >= reference.objective - slack, "{}", method);
            prop_assert!(answer.violation <= 1e-9, "{}", method);
            if answer.status == Status::Optimal {
                let off = (answer.objective - reference.objective).abs() / size;
                prop_assert!(off <= 2e-5, "{} {}", method, off);
            }
        }
    }
}

/// On a network of ordinary numbers all of them arrive.
#[test]
fn first_order_methods_arrive() {
    let routes = (0..40).map(|i| vec![i % 9, 9 + (i * 7) % 6]).collect();
    let network = Network {
        alpha: 2.0,
        weights: (0..40).map(|i| 1.0 + f64::from(i % 3)).collect(),
        upper: vec![f64::INFINITY; 40],
        routes,
        capacities: (0..15).map(|l| 1.0 + f64::from(l % 4)).collect(),
    };
    for method in Method::ALL {
        let options = Options { tolerance: 1e-5, max_iterations: 5000, ..Options::default() };
        let answer = solve_by(&network.problem(), method, &options).unwrap();
        assert_eq!(answer.status, Status::Optimal, "{method}: gap {}", answer.gap);
    }
}
