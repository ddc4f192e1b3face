//! Dense sampling: the value at every sampled point lies in the interval.

use num_bigint::BigInt;
use proptest::prelude::*;

use super::*;

fn finite() -> impl Strategy<Value = f64> {
    prop_oneof![
        -10.0..10.0,
        Just(0.0),
        Just(1.0),
        Just(-1.0),
        -1e300..1e300,
        (-300i32..300).prop_map(|e| 10f64.powi(e)),
        (-323i32..-290).prop_map(|e| 10f64.powi(e)),
    ]
}

prop_compose! {
    fn interval()(a in finite(), b in finite()) -> Interval {
        Interval::new(a.min(b), a.max(b))
    }
}

/// Ends, middle and points between them.
fn samples(of: Interval) -> Vec<f64> {
    let inside = (1..4).map(|i| of.lo + (of.hi - of.lo) * f64::from(i) / 4.0);
    inside.filter(|x| of.contains(*x)).chain([of.lo, of.hi]).collect()
}

fn exact(x: f64) -> Rational {
    Rational::from_float(x).unwrap_or_default()
}

fn holds(interval: Interval, value: &Rational) -> bool {
    (interval.lo == f64::NEG_INFINITY || exact(interval.lo) <= *value)
        && (interval.hi == f64::INFINITY || exact(interval.hi) >= *value)
}

proptest! {
    // Exact rationals of extreme numbers are long.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn arithmetic_holds_the_exact_result(a in interval(), b in interval()) {
        for x in samples(a) {
            for y in samples(b) {
                let (p, q) = (exact(x), exact(y));
                prop_assert!(holds(a + b, &(&p + &q)), "{x} + {y}");
                prop_assert!(holds(a - b, &(&p - &q)), "{x} - {y}");
                prop_assert!(holds(a * b, &(&p * &q)), "{x} * {y}");
                if y != 0.0 {
                    prop_assert!(holds(a / b, &(&p / &q)), "{x} / {y}: {:?}", a / b);
                }
            }
        }
    }

}

proptest! {
    #[test]
    fn exact_functions_hold_the_exact_result(a in interval()) {
        for x in samples(a) {
            let p = exact(x);
            prop_assert!(holds(a.square(), &(&p * &p)), "square {x}");
            prop_assert!(holds(a.powi(2), &(&p * &p)), "powi 2 {x}");
            prop_assert!(holds(a.powi(3), &(&p * &p * &p)), "powi 3 {x}");
            prop_assert!(a.abs().contains(x.abs()));
            if x > 0.0 {
                prop_assert!(holds(a.inv_pos(), &p.recip()), "inv_pos {x}");
            }
            if x >= 0.0 {
                // r ≤ √x exactly when r² ≤ x.
                let root = a.sqrt();
                prop_assert!(exact(root.lo) * exact(root.lo) <= p, "sqrt {x}");
                prop_assert!(root.hi.is_infinite() || exact(root.hi) * exact(root.hi) >= p);
            }
        }
    }

    #[test]
    fn library_functions_hold_the_computed_result(a in interval(), p in -4.0..4.0f64) {
        for x in samples(a) {
            prop_assert!(a.exp().contains(x.exp()));
            if x > 0.0 {
                prop_assert!(a.ln().contains(x.ln()));
                prop_assert!(a.powf(p).contains(x.powf(p)));
            }
            if x >= 0.0 {
                let entropy = if x == 0.0 { 0.0 } else { -x * x.ln() };
                prop_assert!(a.entr().contains(entropy), "entr {x}: {:?}", a.entr());
            }
        }
    }

    #[test]
    fn a_rational_lies_in_its_interval(n in any::<i128>(), d in 1..i128::MAX) {
        let value = Rational::new(BigInt::from(n), BigInt::from(d));
        let interval = Interval::of(&value);
        prop_assert!(holds(interval, &value));
        prop_assert!(interval.hi <= interval.lo.next_up());
    }
}

#[test]
fn exact_results_stay_exact() {
    assert_eq!(Interval::point(0.5) - Interval::point(0.5), Interval::ZERO);
    assert_eq!(Interval::point(3.0) * Interval::point(0.5), Interval::point(1.5));
    assert_eq!(Interval::point(9.0).sqrt(), Interval::point(3.0));
    assert_eq!(Interval::point(1.0).ln(), Interval::ZERO);
    assert_eq!(Interval::point(6.0) / Interval::point(3.0), Interval::point(2.0));
}

#[test]
fn poles_and_kinks_are_honest() {
    let unit = Interval::new(0.0, 1.0);
    assert_eq!(unit.ln(), Interval::new(f64::NEG_INFINITY, 0.0));
    assert_eq!(unit.inv_pos(), Interval::new(1.0, f64::INFINITY));
    assert_eq!(unit.powf(-0.5), Interval::new(1.0, f64::INFINITY));
    assert_eq!(Interval::new(-2.0, 1.0).abs(), Interval::new(0.0, 2.0));
    assert_eq!(Interval::new(-2.0, 1.0).square(), Interval::new(0.0, 4.0));
    assert_eq!(Interval::point(1.0) / Interval::new(-1.0, 1.0), Interval::ALL);
    assert_eq!(Interval::NONNEG * Interval::ZERO, Interval::ZERO);
    assert_eq!(Interval::NONNEG.entr().lo, f64::NEG_INFINITY);
    // No value at all says nothing.
    assert_eq!(Interval::new(-2.0, -1.0).ln(), Interval::ALL);
    assert_eq!(Interval::new(-2.0, -1.0).sqrt(), Interval::ALL);
}

#[test]
fn a_huge_rational_has_no_upper_end() {
    let huge = Rational::from_integer(BigInt::from(10).pow(400));
    assert_eq!(Interval::of(&huge), Interval::new(f64::MAX, f64::INFINITY));
    assert_eq!(Interval::of(&-huge), Interval::new(f64::NEG_INFINITY, -f64::MAX));
}

#[test]
fn a_sum_over_an_open_set_may_have_no_term() {
    assert_eq!(Interval::new(2.0, 3.0).repeated(0, 4), Interval::new(0.0, 12.0));
    assert_eq!(Interval::new(2.0, 3.0).repeated(4, 4), Interval::new(8.0, 12.0));
}
