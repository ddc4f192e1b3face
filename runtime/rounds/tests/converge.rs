//! Each method settles at the solver's optimum with the constants that its condition admits.

mod support;

use dslc_rounds::{Disturbances, Method, Peers, Problem, Sense, Use};
use proptest::prelude::*;
use support::{LOWER, Network, UPPER, all, distance, networks};

fn calm() -> Disturbances {
    Disturbances::default()
}

/// Rows that nobody uses are no rows.
fn used(network: &Network) -> bool {
    network.rows.iter().all(|row| row.iter().any(|a| *a != 0.0))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn dual_with_a_step_below_its_bound(network in networks(1..4), share in 0.3f64..0.95) {
        prop_assume!(used(&network));
        let step = share * 2.0 / network.lipschitz(&all(&network));
        let problem = network.rounds(|_| Method::Dual { step });
        let distance = distance(&problem, &network.optimum(), 20_000, calm());
        prop_assert!(distance < 2e-3, "{distance}");
    }

    #[test]
    fn dual_with_old_reads_below_the_bound_for_them(
        network in networks(1..4),
        delay in 1u32..4,
        seed: u64,
    ) {
        prop_assume!(used(&network));
        let wait = 1.0 + 2.0 * f64::from(delay);
        let step = 0.95 * 2.0 / (wait * network.lipschitz(&all(&network)));
        let problem = network.rounds(|_| Method::Dual { step });
        let disturbances = Disturbances { seed, delay, ..calm() };
        let distance = distance(&problem, &network.optimum(), 40_000, disturbances);
        prop_assert!(distance < 2e-3, "{distance}");
    }

    /// Nodes that hear of each other every k rounds read what is at most k − 1 rounds old.
    #[test]
    fn dual_on_several_nodes(network in networks(1..4), exchange in 1u32..4) {
        prop_assume!(used(&network));
        let wait = 1.0 + 2.0 * f64::from(exchange - 1);
        let step = 0.9 * 2.0 / (wait * network.lipschitz(&all(&network)));
        let problem = network.rounds(|_| Method::Dual { step });
        let disturbances = Disturbances { nodes: 3, exchange, ..calm() };
        let distance = distance(&problem, &network.optimum(), 40_000, disturbances);
        prop_assert!(distance < 2e-3, "{distance}");
    }

    #[test]
    fn primal_dual_with_diagonal_steps(network in networks(1..4)) {
        prop_assume!(used(&network));
        let problem = network.rounds(|row| Method::PrimalDual { sigma: network.sigma(row) });
        let distance = distance(&problem, &network.optimum(), 20_000, calm());
        prop_assert!(distance < 1e-5, "{distance}");
    }

    #[test]
    fn admm_with_any_rho(network in networks(1..4), rho in 0.05f64..5.0) {
        prop_assume!(used(&network));
        let problem = network.rounds(|_| Method::Admm { rho });
        let distance = distance(&problem, &network.optimum(), 20_000, calm());
        prop_assert!(distance < 1e-5, "{distance}");
    }

    /// One row, each user's value smooth in its part: L_φ = max |U″|/a², at the lower end.
    #[test]
    fn primal_with_a_step_below_its_bound(network in networks(1..2), share in 0.3f64..0.95) {
        prop_assume!(used(&network));
        let users = network.entries(0);
        let steep = |(column, a): &(usize, f64)| network.weights[*column] / (LOWER * a).powi(2);
        let lipschitz = users.iter().map(steep).fold(0.0, f64::max);
        let step = share * 2.0 / lipschitz;
        let problem = network.rounds(|_| Method::Primal { step, constant: true });
        let distance = distance(&problem, &network.optimum(), 20_000, calm());
        prop_assert!(distance < 1e-2, "{distance}");
    }

    /// Parts of several rows: steps `R/(G√k)`, at the pace of subgradients, which speak of the utility and
    /// not of the variables.
    #[test]
    fn primal_with_falling_steps(network in networks(2..3)) {
        prop_assume!(used(&network));
        // How far parts may have to go, and how much a unit more of one may be worth.
        let far = network.capacities.iter().map(|c| c * c).sum::<f64>().sqrt();
        let worth = |(column, a): (usize, f64)| network.weights[column] / (LOWER * a);
        let users = (0..network.rows.len()).flat_map(|row| network.entries(row));
        let steep = users.map(|user| worth(user).powi(2)).sum::<f64>().sqrt();
        let step = far / steep;
        let problem = network.rounds(|_| Method::Primal { step, constant: false });
        let mut run = dslc_rounds::Run::new(&problem, calm()).unwrap_or_else(|e| unreachable!("{e}"));
        for _ in 0..20_000 {
            run.round();
        }
        let tick = run.tick();
        let short = network.utility(&network.optimum().x) - network.utility(tick.x);
        prop_assert!(short < 5e-2, "{short}");
        prop_assert!(tick.uses.iter().zip(&network.capacities).all(|(used, c)| used - c < 1e-9 * c));
    }

    /// Within mμ of the best utility, and strictly inside.
    #[test]
    fn penalty_within_its_barriers(network in networks(1..4)) {
        prop_assume!(used(&network));
        let barrier = 1e-2;
        let problem = network.rounds(|_| Method::Penalty { barrier });
        let mut run = dslc_rounds::Run::new(&problem, calm()).unwrap_or_else(|e| unreachable!("{e}"));
        for _ in 0..20_000 {
            run.round();
        }
        let tick = run.tick();
        let short = network.utility(&network.optimum().x) - network.utility(tick.x);
        let most = barrier * network.rows.len() as f64;
        prop_assert!(short > -1e-9 && short < 1.05 * most + 1e-6, "{short} of {most}");
        prop_assert!(tick.uses.iter().zip(&network.capacities).all(|(used, c)| used < c));
    }

    /// A neighbourhood that shrinks with the step, for peers in a ring.
    #[test]
    fn consensus_in_its_neighbourhood(network in networks(1..2)) {
        prop_assume!(used(&network));
        let users = network.entries(0);
        let flat = |(column, a): &(usize, f64)| a * a * UPPER * UPPER / network.weights[*column];
        let lipschitz = users.iter().map(flat).fold(0.0, f64::max);
        // λ_min of a ring's Metropolis weights is at least −1/3.
        let step = 0.5 * (1.0 - 1.0 / 3.0) / lipschitz;
        let at = |step: f64, rounds: u64| {
            let problem = network.rounds(|_| Method::Consensus { step, peers: Peers::Ring });
            distance(&problem, &network.optimum(), rounds, calm())
        };
        let (coarse, fine) = (at(step, 10_000), at(step / 8.0, 40_000));
        prop_assert!(fine < 0.5 * coarse + 5e-3, "{coarse} {fine}");
    }

    /// Methods side by side, each with its own condition on the rows that it owns.
    #[test]
    fn dual_primal_dual_and_admm_together(network in networks(3..4), rho in 0.1f64..2.0) {
        prop_assume!(used(&network));
        let step = 1.8 / network.lipschitz(&[0]);
        let problem = network.rounds(|row| match row {
            0 => Method::Dual { step },
            1 => Method::PrimalDual { sigma: network.sigma(row) },
            _ => Method::Admm { rho },
        });
        let distance = distance(&problem, &network.optimum(), 20_000, calm());
        prop_assert!(distance < 2e-3, "{distance}");
    }
}

/// Two agents of one link, both on their boxes' flat ends: L is exact there, and what is above 2/L swings.
fn exact() -> (Network, f64) {
    let network = Network {
        weights: vec![1.0, 1.0],
        rows: vec![vec![1.0, 1.0]],
        // The optimum is 3.6 each; the curvature there is 1/3.6².
        capacities: vec![7.2],
    };
    (network, 2.0 * 3.6 * 3.6)
}

#[test]
fn dual_above_twice_the_exact_limit_does_not_settle() {
    let (network, response) = exact();
    let optimum = network.optimum();
    let settles = |step: f64| {
        let problem = network.rounds(|_| Method::Dual { step });
        distance(&problem, &optimum, 5_000, calm()) < 1e-6
    };
    assert!(settles(0.9 * 2.0 / response));
    assert!(!settles(2.0 * 2.0 / response));
}

#[test]
fn old_reads_need_smaller_steps() {
    let (network, response) = exact();
    let optimum = network.optimum();
    let settles = |step: f64| {
        let problem = network.rounds(|_| Method::Dual { step });
        distance(&problem, &optimum, 20_000, Disturbances { delay: 4, ..calm() }) < 1e-6
    };
    assert!(settles(2.0 / (9.0 * response)));
    // Without delay this step settles at once.
    assert!(!settles(1.0 / response));
}

#[test]
fn equalities_and_limits_from_below_have_prices_of_their_sign() {
    let (network, _) = exact();
    for method in
        [Method::Dual { step: 0.03 }, Method::PrimalDual { sigma: 0.49 }, Method::Admm { rho: 0.1 }]
    {
        for (sense, capacity) in
            [(Sense::Equal, 7.0), (Sense::Equal, 7.9), (Sense::AtLeast, 4.0), (Sense::AtMost, 7.0)]
        {
            let mut problem: Problem = network.rounds(|_| method);
            problem.resources[0].sense = sense;
            problem.resources[0].capacity = capacity;
            if let Use::Affine(entries) = &mut problem.resources[0].uses {
                entries.iter_mut().for_each(|(_, a)| *a = 1.0);
            }
            let mut run =
                dslc_rounds::Run::new(&problem, calm()).unwrap_or_else(|e| unreachable!("{e}"));
            for _ in 0..20_000 {
                run.round();
            }
            let tick = run.tick();
            let (used, price) = (tick.uses[0], tick.prices[0]);
            if sense == Sense::AtLeast {
                // Everybody takes its most anyway.
                assert!(
                    (used - 8.0).abs() < 1e-6 && price.abs() < 1e-6,
                    "{method:?} {used} {price}"
                );
            } else {
                assert!((used - capacity).abs() < 1e-6, "{method:?} {sense:?} {used}");
                assert!((price - 2.0 / capacity).abs() < 1e-6, "{method:?} {sense:?} {price}");
            }
        }
    }
}
