//! Every figure of every row of the atom table, against samples: sign, monotonicity, curvature and
//! range of values, from formulas that the table does not use.

use dslc::instance::numeric::{Argument, atom as value};
use dslc::sema::atoms::{self, Atom, Case, Count, Curve, Domain, Given, Kind, Monotone};
use dslc::sema::curvature::Shape;
use dslc::sema::hir::{Curvature, Rational, Sign};
use dslc::sema::interval::Interval;
use proptest::prelude::*;

/// Elements of a vector argument.
const LENGTH: usize = 3;

/// Atoms of vectors; the others are sampled on numbers.
const OF_VECTORS: &[&str] = &[
    "sum",
    "max",
    "min",
    "mean",
    "ptp",
    "norm1",
    "norm2",
    "norm_inf",
    "pnorm",
    "tv",
    "var",
    "std",
    "log_sum_exp",
    "geo_mean",
    "harmonic_mean",
    "inv_prod",
    "prod",
    "sum_squares",
    "sum_largest",
    "sum_smallest",
];

/// Parameters to try with each atom that has some.
const PARAMETERS: &[(&str, &[&[f64]])] = &[
    ("power", &[&[0.0], &[1.0], &[2.0], &[3.0], &[4.0], &[0.5], &[1.5], &[-1.0], &[-2.0]]),
    ("odd_power", &[&[3.0], &[5.0]]),
    ("huber", &[&[1.0], &[0.3]]),
    ("scalene", &[&[2.0, 1.0], &[0.5, 0.25]]),
    ("alpha_fair", &[&[0.0], &[0.5], &[1.0], &[2.0], &[8.0]]),
    ("michaelis_menten", &[&[0.5]]),
    ("hill", &[&[0.5, 0.5], &[0.5, 1.0], &[0.5, 3.0]]),
    ("pnorm", &[&[1.0], &[1.5], &[2.0], &[3.0], &[0.5], &[-1.0]]),
    ("sum_largest", &[&[1.0], &[2.0]]),
    ("sum_smallest", &[&[1.0], &[2.0]]),
    ("geo_mean", &[&[], &[1.0, 2.0, 1.0]]),
    (
        "pwl",
        &[
            &[-2.0, 0.0, 0.0, 2.0, 3.0, 3.0],
            &[-2.0, 3.0, 0.0, 1.0, 3.0, 4.0],
            &[-2.0, 3.0, 0.0, 1.0, 3.0, 0.0],
        ],
    ),
    ("concave_envelope", &[&[-2.0, 0.0, -1.0, 0.0, 1.0, 3.0, 3.0, 3.5]]),
];

/// Intervals that arguments are sampled from: either sign, and both.
const BOXES: &[(f64, f64)] =
    &[(-1.9, 1.7), (0.0, 1.6), (-1.4, 0.0), (0.2, 3.0), (0.3, 0.9), (-0.8, 0.7)];

/// An atom on arguments in a box.
struct Sample {
    atom: &'static Atom,
    parameters: Vec<f64>,
    arguments: usize,
    vector: bool,
    range: (f64, f64),
}

impl Sample {
    fn value(&self, x: &[f64]) -> Option<f64> {
        let arguments: Vec<_> = if self.vector {
            vec![Argument::Many(x.to_vec())]
        } else {
            x.iter().map(|x| Argument::One(*x)).collect()
        };
        value(self.atom.name, &arguments, &self.parameters).filter(|value| value.is_finite())
    }

    fn coordinates(&self) -> usize {
        if self.vector { LENGTH } else { self.arguments }
    }

    fn shape(&self) -> Shape {
        let (lo, hi) = self.range;
        let sign = match (lo >= 0.0, hi <= 0.0) {
            (true, _) => Sign::Nonneg,
            (_, true) => Sign::Nonpos,
            _ => Sign::Unknown,
        };
        Shape::new(Curvature::Affine, sign)
    }

    /// The case that the table chooses, and the range of values that it gives.
    fn case(&self) -> (&'static Case, Interval) {
        let parameters: Vec<_> =
            self.parameters.iter().filter_map(|p| Rational::from_float(*p)).collect();
        let shapes = vec![self.shape(); self.arguments];
        let intervals = vec![Interval::new(self.range.0, self.range.1); self.arguments];
        let counts = vec![Count::exactly(if self.vector { LENGTH } else { 1 }); self.arguments];
        let given = Given {
            shapes: &shapes,
            intervals: &intervals,
            counts: &counts,
            parameters: &parameters,
        };
        let case = self.atom.case(&given);
        (case, (case.range)(&given))
    }

    /// Whether a point is in the domain.
    fn inside(&self, case: &Case, x: &[f64]) -> bool {
        x.iter().enumerate().all(|(at, x)| {
            let argument = if self.vector { 0 } else { at };
            match case.domain.get(argument).copied().unwrap_or(Domain::Reals) {
                Domain::Reals | Domain::Definite => true,
                Domain::Nonneg => *x >= 0.0,
                Domain::Positive => *x > 1e-9,
                Domain::Above(end) => *x > f64::from(end) + 1e-9,
                Domain::Between(low, high) => *x > f64::from(low) && *x < f64::from(high),
                Domain::Nonzero => x.abs() > 1e-9,
            }
        })
    }

    /// Which way the atom must go in a coordinate; none where it need not go any.
    fn goes(&self, case: &Case, at: usize) -> Option<bool> {
        let at = if self.vector { 0 } else { at };
        let shape = self.shape();
        let by_sign = match (shape.is_nonneg(), shape.is_nonpos()) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        match case.monotone.get(at).or(case.monotone.last())? {
            Monotone::Increasing => Some(true),
            Monotone::Decreasing => Some(false),
            Monotone::ByOwnSign | Monotone::ByOtherSign => by_sign,
            Monotone::AgainstOwnSign => by_sign.map(|up| !up),
            Monotone::Neither => None,
        }
    }

    fn check(&self, a: &[f64], b: &[f64], share: f64) {
        let (case, range) = self.case();
        if !self.inside(case, a) || !self.inside(case, b) {
            return;
        }
        let (Some(at_a), Some(at_b)) = (self.value(a), self.value(b)) else { return };
        let scale = 1e-9 * (1.0 + at_a.abs().max(at_b.abs()));
        let says = |what: &str| {
            format!(
                "{} {:?} on {:?}: {what} at {a:?} {b:?}",
                self.atom.name, self.parameters, self.range
            )
        };
        assert!(
            range.lo - scale <= at_a && at_a <= range.hi + scale,
            "{} {range:?}",
            says("range")
        );
        for at in 0..a.len() {
            let mut moved = a.to_vec();
            moved[at] = b[at];
            let Some(value) = self.value(&moved).filter(|_| self.inside(case, &moved)) else {
                continue;
            };
            let rise = (value - at_a) * (b[at] - a[at]).signum();
            match self.goes(case, at) {
                Some(true) => assert!(rise >= -scale, "{}", says("increasing")),
                Some(false) => assert!(rise <= scale, "{}", says("decreasing")),
                None => {}
            }
        }
        let middle: Vec<_> = a.iter().zip(b).map(|(a, b)| share * a + (1.0 - share) * b).collect();
        let Some(at_middle) = self.value(&middle) else { return };
        let chord = share * at_a + (1.0 - share) * at_b;
        let one_varies = self.arguments < 2;
        match case.curve {
            Curve::Convex => assert!(at_middle <= chord + scale, "{}", says("convex")),
            Curve::Concave => assert!(at_middle >= chord - scale, "{}", says("concave")),
            Curve::Affine => assert!((at_middle - chord).abs() <= scale, "{}", says("affine")),
            Curve::Constant => assert!((at_a - at_b).abs() <= scale, "{}", says("constant")),
            Curve::AffineIfOneConstant | Curve::AffineIfSecondConstant if one_varies => {
                assert!((at_middle - chord).abs() <= scale, "{}", says("affine"));
            }
            _ => {}
        }
    }
}

/// Every atom that has a formula, with parameters and boxes.
fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    for atom in atoms::all() {
        let vector = OF_VECTORS.contains(&atom.name);
        let lists = PARAMETERS.iter().find(|(name, _)| *name == atom.name).map(|(_, lists)| *lists);
        let needs = atom.parameters.iter().any(|p| p.default.is_none() || p.kind != Kind::Number);
        let lists = match lists {
            Some(lists) => lists,
            None if needs => continue,
            None => &[&[] as &[f64]],
        };
        let arguments = match atom.arity {
            atoms::Arity::Exactly(count) | atoms::Arity::AtLeast(count) => count,
        };
        for parameters in lists {
            for range in BOXES {
                let sample = Sample {
                    atom,
                    parameters: parameters.to_vec(),
                    arguments,
                    vector,
                    range: *range,
                };
                let middle = vec![f64::midpoint(range.0, range.1); sample.coordinates()];
                if sample.value(&middle).is_some() {
                    samples.push(sample);
                }
            }
        }
    }
    samples
}

#[test]
fn most_atoms_are_sampled() {
    let mut names: Vec<_> = samples().iter().map(|sample| sample.atom.name).collect();
    names.dedup();
    assert!(names.len() > 55, "{names:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn rows_say_what_samples_show(
        a in proptest::collection::vec(0.0f64..=1.0, 4),
        b in proptest::collection::vec(0.0f64..=1.0, 4),
        share in 0.01f64..0.99,
    ) {
        for sample in samples() {
            let (lo, hi) = sample.range;
            let place = |at: &[f64]| {
                at.iter().take(sample.coordinates()).map(|t| lo + t * (hi - lo)).collect::<Vec<_>>()
            };
            sample.check(&place(&a), &place(&b), share);
        }
    }
}
