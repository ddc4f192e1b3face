//! What disturbs a run: the same for the same seed, and no worse than it must be.

mod support;

use dslc_core::{Price, PriceRule, Reciprocal};
use dslc_rounds::fixed::{FixedRun, Loop};
use dslc_rounds::{Disturbances, Error, MemberStep, Method, Run};
use support::Network;

fn network() -> Network {
    Network {
        weights: vec![1.0, 2.0, 1.0],
        rows: vec![vec![1.0, 1.0, 0.0], vec![0.0, 1.0, 2.0]],
        capacities: vec![3.0, 4.0],
    }
}

fn dual(network: &Network) -> dslc_rounds::Problem {
    let step = 1.0 / network.lipschitz(&[0, 1]);
    network.rounds(|_| Method::Dual { step })
}

fn wild(seed: u64) -> Disturbances {
    Disturbances { seed, noise: 0.05, delay: 2, loss: 0.2, nodes: 2, exchange: 3, churn: 0.0 }
}

/// Every number of a run, bit for bit.
fn bits(disturbances: Disturbances) -> Vec<u64> {
    let problem = dual(&network());
    let mut run = Run::new(&problem, disturbances).unwrap_or_else(|e| unreachable!("{e}"));
    let mut bits = Vec::new();
    for _ in 0..500 {
        let tick = run.round();
        let all = tick.x.iter().chain(tick.prices).chain(tick.uses);
        bits.extend(all.map(|value| value.to_bits()));
    }
    bits
}

#[test]
fn a_seed_is_a_run() {
    assert_eq!(bits(wild(7)), bits(wild(7)));
    assert_ne!(bits(wild(7)), bits(wild(8)));
    // Without chance the seed says nothing.
    let calm = |seed| Disturbances { seed, delay: 1, ..Disturbances::default() };
    assert_eq!(bits(calm(1)), bits(calm(2)));
}

/// The mean of the last rounds stays near the optimum: the noise has no bias that prices would follow
/// beyond the curvature of the demands.
#[test]
fn noise_and_losses_leave_the_price_near_the_optimum() {
    let network = network();
    let (problem, optimum) = (dual(&network), network.optimum());
    let disturbances = Disturbances { seed: 3, noise: 0.05, loss: 0.3, ..Disturbances::default() };
    let mut run = Run::new(&problem, disturbances).unwrap_or_else(|e| unreachable!("{e}"));
    let (mut sums, rounds) = ([0.0; 2], 20_000);
    for round in 0..2 * rounds {
        let tick = run.round();
        if round >= rounds {
            sums.iter_mut().zip(tick.prices).for_each(|(sum, price)| *sum += price);
        }
    }
    for (sum, best) in sums.iter().zip(&optimum.prices) {
        let mean = sum / f64::from(rounds);
        assert!((mean - best).abs() < 0.02 * best.max(0.1), "{mean} {best}");
    }
}

#[test]
fn what_is_no_disturbance_is_refused() {
    let problem = dual(&network());
    let none = Disturbances::default;
    for wrong in [
        Disturbances { noise: f64::NAN, ..none() },
        Disturbances { noise: -0.1, ..none() },
        Disturbances { loss: 1.5, ..none() },
        Disturbances { churn: -1.0, ..none() },
        Disturbances { nodes: 0, ..none() },
        Disturbances { exchange: 0, ..none() },
    ] {
        let refused = Run::new(&problem, wrong.clone());
        assert!(matches!(refused, Err(Error::BadNumber { .. })), "{wrong:?}");
    }
}

/// Members of an open set come and go, and the step follows their number: the price stays bounded, and
/// whoever is away uses nothing.
#[test]
fn members_come_and_go() {
    let count = 12usize;
    let network = Network {
        weights: vec![1.0; count],
        rows: vec![vec![1.0; count]],
        capacities: vec![0.6 * count as f64],
    };
    let each = support::UPPER * support::UPPER;
    let mut problem = network.rounds(|_| Method::Dual { step: 1.0 });
    problem.agents.iter_mut().for_each(|agent| agent.family = Some(0));
    problem.resources[0].by_members =
        Some(MemberStep { numerator: 1.0, fixed: 0.0, each: vec![each] });
    let disturbances = Disturbances { seed: 5, churn: 0.02, ..Disturbances::default() };
    let mut run = Run::new(&problem, disturbances).unwrap_or_else(|e| unreachable!("{e}"));
    let mut changes = 0;
    let mut before = count;
    for _ in 0..5_000 {
        let tick = run.round();
        let present = tick.present.iter().filter(|present| **present).count();
        changes += usize::from(present != before);
        before = present;
        assert!(tick.prices[0] <= 1.0 / support::LOWER + 1.0, "{}", tick.prices[0]);
        for (x, present) in tick.x.iter().zip(tick.present) {
            assert_eq!(*x > 0.0, *present);
        }
    }
    assert!(changes > 100, "{changes}");
}

fn budget() -> Loop {
    Loop {
        rule: PriceRule {
            frac_bits: 20,
            carry_bits: 8,
            price_lo: 1 << 14,
            price_hi: 1 << 30,
            capacity: 5_000_000,
            step_num: 1 << 33,
            step_fixed: 1 << 30,
            step_member: 1 << 28,
        },
        initial_price: 1 << 20,
        classes: vec![
            Reciprocal { numerator: 1 << 40, lo: 20_000, hi: 3_000_000 },
            Reciprocal { numerator: 1 << 41, lo: 20_000, hi: 3_000_000 },
        ],
        computed: vec![Reciprocal { numerator: 1 << 41, lo: 20_000, hi: 5_000_000 }],
    }
}

/// The loop is the daemon's: measure at the price, add what is computed, update, obey.
#[test]
fn the_loop_is_that_of_the_daemon_bit_for_bit() {
    let fibre = budget();
    let classes = vec![0, 1, 1, 0, 1];
    let run = FixedRun::new(&fibre, &fibre, classes.clone(), Disturbances::default());
    let mut run = run.unwrap_or_else(|e| unreachable!("{e}"));
    let mut price = Price::new(&fibre.rule, fibre.initial_price);
    for round in 0..2_000 {
        let now = price.get(&fibre.rule);
        assert_eq!(run.tick().price, now, "{round}");
        let members: u64 = classes.iter().map(|class| fibre.classes[*class].at(now)).sum();
        let computed: u64 = fibre.computed.iter().map(|agent| agent.at(now)).sum();
        assert_eq!(run.tick().used(), members + computed);
        price.update(&fibre.rule, members + computed, classes.len() as u32);
        run.round();
    }
    let moved = price.get(&fibre.rule);
    assert!(moved != fibre.initial_price, "{moved}");
}

#[test]
fn the_loop_bears_what_disturbs_it() {
    let fibre = budget();
    let of = |seed| {
        let disturbances = Disturbances { churn: 0.01, ..wild(seed) };
        let run = FixedRun::new(&fibre, &fibre, vec![0, 1, 1, 0], disturbances);
        let mut run = run.unwrap_or_else(|e| unreachable!("{e}"));
        (0..3_000).map(|_| run.round().price).collect::<Vec<_>>()
    };
    let prices = of(1);
    assert_eq!(prices, of(1));
    assert_ne!(prices, of(2));
    assert!(prices.iter().all(|price| (1 << 14..=1 << 30).contains(price)));
}
