//! Evidence in integers against evidence in real numbers.

use dslc_core::{ONE_Q16, Reciprocal, decayed, worth_q16};
use proptest::prelude::*;

/// Numbers of every size alike.
fn any_size() -> impl Strategy<Value = u64> {
    (any::<u64>(), 0u32..64).prop_map(|(number, shift)| number >> shift)
}

/// The half-lives that the compiler takes, of every size alike.
fn half_life() -> impl Strategy<Value = u64> {
    (1u64..1 << 55, 0u32..55).prop_map(|(number, shift)| (number >> shift).max(1))
}

#[test]
fn points_halve_with_the_half_life() {
    let (points, half_life) = (24 << 16, 300_000_000_000);
    for halvings in 0..40 {
        let left = decayed(points, halvings * half_life, half_life);
        assert_eq!(left, points.checked_shr(halvings as u32).unwrap_or(0));
    }
    assert_eq!(decayed(points, half_life / 2, half_life), 0x10_f876);
}

#[test]
fn without_a_half_life_nothing_lasts() {
    assert_eq!(decayed(7, 0, 0), 7);
    assert_eq!(decayed(7, 1, 0), 0);
}

#[test]
fn the_worth_falls_to_nothing_and_no_further() {
    // A twenty-fourth of the worth for each point.
    let share = (1u64 << 32) / 24 + 1;
    let worth = |points: u32| worth_q16(&[0, points << 16], &[(1, share)]);
    assert_eq!(worth(0), ONE_Q16);
    assert!(worth(12).abs_diff(ONE_Q16 / 2) <= 1);
    assert_eq!(worth(24), 0);
    assert_eq!(worth(25), 0);
    assert_eq!(worth_q16(&[], &[(3, share)]), ONE_Q16);
}

proptest! {
    #[test]
    fn no_input_overflows(
        points in any::<[u32; 2]>(), elapsed in any_size(), half_life in any_size(),
        shares in any::<[u64; 2]>(), demand in any::<[u64; 3]>(), price in any_size(),
    ) {
        prop_assert!(decayed(points[0], elapsed, half_life) <= points[0]);
        let worth = worth_q16(&points, &[(0, shares[0]), (1, shares[1]), (9, shares[0])]);
        prop_assert!(worth <= ONE_Q16);
        let [numerator, lo, hi] = demand;
        let full = Reciprocal { numerator, lo: lo.min(hi), hi: lo.max(hi) };
        prop_assert_eq!(full.lowered(ONE_Q16), full);
        prop_assert!(full.lowered(worth).at(price) <= full.at(price));
    }

    #[test]
    fn what_is_left_never_rises(
        points in any::<u32>(), half_life in half_life(), at in any_size(), later in any_size(),
    ) {
        let (at, later) = (at.min(later), at.max(later));
        prop_assert!(decayed(points, later, half_life) <= decayed(points, at, half_life));
    }

    #[test]
    fn what_is_left_is_next_to_the_real_number(
        points in any::<u32>(), half_life in half_life(), part in 0.0f64..34.0,
    ) {
        let elapsed = (half_life as f64 * part) as u64;
        let real = f64::from(points) * (-(elapsed as f64 / half_life as f64)).exp2();
        let left = f64::from(decayed(points, elapsed, half_life));
        prop_assert!(left <= real * (1.0f64 / 64.0).exp2() + 1.0, "{left} {real}");
        prop_assert!(left >= real * (1.0 - 1e-9) - 3.0, "{left} {real}");
    }

    /// Rounded down, by no more than one unit for each lowering.
    #[test]
    fn the_worth_is_next_to_the_real_number(
        points in proptest::collection::vec(0u32..1 << 26, 1..5),
        shares in proptest::collection::vec(0u64..1 << 30, 1..5),
    ) {
        let lowering: Vec<_> = shares.iter().copied().enumerate().collect();
        let taken: f64 = points.iter().zip(&shares)
            .map(|(e, share)| f64::from(*e) / 65_536.0 * *share as f64 / 32f64.exp2())
            .sum();
        let real = (1.0 - taken).max(0.0) * 65_536.0;
        let worth = f64::from(worth_q16(&points, &lowering));
        prop_assert!(worth <= real + 1e-6 && worth > real - lowering.len() as f64 - 1e-6);
    }

    /// The numerator is the weight times the worth, within one unit.
    #[test]
    fn a_lowered_demand_has_the_lowered_weight(numerator in any_size(), worth in 0..=ONE_Q16) {
        let full = Reciprocal { numerator, lo: 0, hi: u64::MAX };
        let exact = (u128::from(numerator) * u128::from(worth)) >> 16;
        prop_assert_eq!(u128::from(full.lowered(worth).numerator), exact);
    }
}
