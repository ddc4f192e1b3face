//! Every function against difference quotients of itself, and its inverse against its slope.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use std::sync::Arc;

use super::*;

const ALL: [Concave; 16] = [
    Concave::Log,
    Concave::AlphaFair(0.5),
    Concave::AlphaFair(1.0),
    Concave::AlphaFair(2.0),
    Concave::AlphaFair(8.0),
    Concave::Power(0.3),
    Concave::Power(-1.5),
    Concave::Power(1.5),
    Concave::Power(4.0),
    Concave::Sqrt,
    Concave::NegativeExp,
    Concave::Entropy,
    Concave::NegativeSquare,
    Concave::Atan,
    Concave::NegativeLogistic,
    Concave::Saturation,
];

#[test]
fn derivatives_are_the_limits_of_difference_quotients() {
    let library = Library::default();
    for concave in ALL {
        let f = concave.find(&library).unwrap();
        for s in [0.2, 0.7, 1.0, 3.0] {
            let h = 1e-5 * s;
            let slope = (f.value(s + h) - f.value(s - h)) / (2.0 * h);
            let curvature = (f.slope(s + h) - f.slope(s - h)) / (2.0 * h);
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-6 * (1.0 + a.abs());
            assert!(close(f.slope(s), slope), "{concave:?} at {s}");
            assert!(close(f.curvature(s), curvature), "{concave:?} at {s}");
            assert!(f.curvature(s) < 0.0, "{concave:?} at {s}");
            assert!(close(f.argument(f.slope(s)), s), "{concave:?} at {s}");
        }
    }
}

#[derive(Debug)]
struct Ricker;

impl Smooth for Ricker {
    fn domain(&self) -> (f64, f64) {
        (0.0, 2.0)
    }
    fn value(&self, s: f64) -> f64 {
        s * (-s).exp()
    }
    fn slope(&self, s: f64) -> f64 {
        (1.0 - s) * (-s).exp()
    }
    fn curvature(&self, s: f64) -> f64 {
        (s - 2.0) * (-s).exp()
    }
}

#[test]
fn a_smooth_function_without_a_closed_form_is_inverted() {
    let library = Library { smooth: vec![Arc::new(Ricker)], ..Library::default() };
    let f = Concave::Smooth(SmoothId(0)).find(&library).unwrap();
    for s in [0.01, 0.5, 1.0, 1.9] {
        assert!((f.argument(f.slope(s)) - s).abs() < 1e-12, "at {s}");
    }
    assert_eq!(f.argument(5.0), 0.0);
    assert_eq!(f.argument(-5.0), 2.0);
}

#[test]
fn pieces_keep_what_is_least_somewhere() {
    let f = Piecewise::new([(1.0, 0.0), (0.0, 2.0), (0.5, 5.0), (-1.0, 6.0)]).unwrap();
    assert_eq!(f.pieces(), [(1.0, 0.0), (0.0, 2.0), (-1.0, 6.0)]);
    assert_eq!((f.value(1.0), f.value(3.0), f.value(5.0)), (1.0, 2.0, 1.0));
    assert_eq!((f.slope(2.0), f.argument(0.5), f.argument(-0.5)), (0.0, 2.0, 4.0));
    assert!(Piecewise::new([]).is_none());
    assert!(Piecewise::new([(f64::NAN, 1.0)]).is_none());
}

#[test]
fn interpolation_refuses_what_is_not_concave() {
    let f = Piecewise::through(&[(0.0, 0.0), (1.0, 3.0), (2.0, 4.0)]).unwrap();
    assert_eq!((f.value(0.5), f.value(1.5), f.value(3.0)), (1.5, 3.5, 5.0));
    assert!(Piecewise::through(&[(0.0, 0.0), (1.0, 1.0), (2.0, 4.0)]).is_none());
    assert!(Piecewise::through(&[(1.0, 0.0), (1.0, 1.0)]).is_none());
}

#[test]
fn parameters_outside_their_range_are_refused() {
    let library = Library::default();
    let bad = [
        Concave::AlphaFair(0.0),
        Concave::AlphaFair(f64::NAN),
        Concave::Power(1.0),
        Concave::Power(0.0),
        Concave::Smooth(SmoothId(0)),
    ];
    for concave in bad {
        assert!(concave.find(&library).is_none(), "{concave:?}");
    }
}
