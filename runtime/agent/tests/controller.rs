//! The price goes where supply meets demand, and never leaves its range.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod model;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use dslc_agent::controller::Controller;
use dslc_agent::plant::Measure;
use model::{DWELL, Model, obedient, real};

/// Ticks until the price stands still, which it must within `most` periods.
fn settle(controller: &mut Controller<Model>, most: u32) -> f64 {
    let mut last = None;
    for _ in 0..most {
        let price = controller.tick().expect("the model answers").price;
        let rule = &DWELL.rule;
        assert!((rule.price_lo..=rule.price_hi).contains(&price), "{price}");
        assert_eq!(controller.plant().price(), price, "the plant was told");
        if last == Some(price) {
            return real(price);
        }
        last = Some(price);
    }
    panic!("the price still moves after {most} periods");
}

fn close(price: f64, expected: f64) {
    assert!((price - expected).abs() <= 1e-6 * expected, "{price}, not {expected}");
}

#[test]
fn with_a_constant_use_the_computed_agents_get_the_rest() {
    let plant =
        Model::new(|_| Ok(Measure { members: 3, total_dwell_ns: 1_000_000_000, rows: Vec::new() }));
    let mut controller = Controller::start(&DWELL, plant).expect("the model answers");
    // 99/π + 1 = 5.
    close(settle(&mut controller, 200), 99.0 / 4.0);
}

#[test]
fn the_price_follows_a_population_that_comes_and_goes() {
    let population = Arc::new([AtomicU32::new(0), AtomicU32::new(0)]);
    let present = population.clone();
    let plant = Model::new(move |price| {
        Ok(obedient(price, [0, 1].map(|class| present[class].load(Ordering::Relaxed))))
    });
    let mut controller = Controller::start(&DWELL, plant).expect("the model answers");
    for (interactive, batch) in [(0, 0), (10, 20), (100, 0), (0, 1), (0, 0)] {
        population[0].store(interactive, Ordering::Relaxed);
        population[1].store(batch, Ordering::Relaxed);
        // Σw/π = 5 while no demand is at an end of its box.
        let weight = 99.0 + 4.0 * f64::from(interactive) + f64::from(batch);
        close(settle(&mut controller, 1_000), weight / 5.0);
    }
}

#[test]
fn no_measurement_takes_the_price_out_of_its_range() {
    let uses = [u64::MAX, 0, 1, u64::MAX, 5_000_000_000, 0, u64::MAX - 1];
    let mut each = uses.into_iter().cycle();
    let plant = Model::new(move |_| {
        let total_dwell_ns = each.next().unwrap_or_default();
        Ok(Measure { members: u32::MAX, total_dwell_ns, rows: Vec::new() })
    });
    let mut controller = Controller::start(&DWELL, plant).expect("the model answers");
    for _ in 0..100 {
        let price = controller.tick().expect("the model answers").price;
        assert!((DWELL.rule.price_lo..=DWELL.rule.price_hi).contains(&price), "{price}");
    }
}

#[test]
fn a_plant_that_does_not_answer_leaves_the_price() {
    let mut calls = 0;
    let plant = Model::new(move |price| {
        calls += 1;
        if calls == 3 { Err("no answer") } else { Ok(obedient(price, [50, 0])) }
    });
    let mut controller = Controller::start(&DWELL, plant).expect("the model answers");
    let before = [controller.tick(), controller.tick()].map(|look| look.expect("an answer"));
    assert_eq!(controller.tick(), Err("no answer"));
    assert_eq!(controller.plant().price(), before[1].price);
    let after = controller.tick().expect("an answer");
    assert_eq!(after.updates, 3);
    assert!(after.price > before[1].price, "fifty members are too many for the first price");
}
