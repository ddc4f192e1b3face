//! What is said of an expression, against its values at random points.

use std::collections::BTreeMap;

use dslc::sema::hir::{Curvature, Facts, Sign};
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

use super::functions::Value;

/// A leaf: its name, between what its values lie, whether it is a vector of three.
pub type Leaf = (String, (f64, f64), bool);

/// Values beyond this are not compared: rounding in the test's own arithmetic would decide.
const LARGEST: f64 = 1e6;

/// Random numbers that are the same in every run.
pub struct Random(TestRng);

impl Random {
    pub fn new(seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Random(TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
    }

    /// From 0 to below 1.
    fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Between two numbers; the ends, 0 and whole numbers are likely.
    pub fn between(&mut self, (lo, hi): (f64, f64)) -> f64 {
        let inside = lo + (hi - lo) * self.unit();
        match self.0.next_u32() % 8 {
            0 => lo,
            1 => hi,
            2 if lo <= 0.0 && hi >= 0.0 => 0.0,
            3 => inside.round().clamp(lo, hi),
            _ => inside,
        }
    }

    /// A value of a leaf.
    pub fn leaf(&mut self, (_, range, vector): &Leaf) -> Value {
        if *vector {
            Value::vector((0..3).map(|_| self.between(*range)).collect())
        } else {
            Value::number(self.between(*range))
        }
    }

    fn point(&mut self, leaves: &[Leaf]) -> BTreeMap<String, Value> {
        leaves.iter().map(|leaf| (leaf.0.clone(), self.leaf(leaf))).collect()
    }
}

/// The first thing that does not hold of `facts` at `count` pairs of random points and their midpoints,
/// if any. Outside its domain a convex function is +∞ and a concave one −∞.
pub fn broken(
    facts: &Facts,
    variables: &[Leaf],
    constants: &[Leaf],
    count: usize,
    seed: u64,
    value: impl Fn(&BTreeMap<String, Value>) -> Option<Value>,
) -> Option<String> {
    let mut random = Random::new(seed);
    for _ in 0..count {
        let fixed = random.point(constants);
        let (mut a, mut b) = (random.point(variables), random.point(variables));
        let middle = |a: &Value, b: &Value| {
            let data = a.data.iter().zip(&b.data).map(|(a, b)| f64::midpoint(*a, *b)).collect();
            Value { data, ..a.clone() }
        };
        let mut m: BTreeMap<_, _> =
            a.iter().map(|(name, at)| (name.clone(), middle(at, &b[name]))).collect();
        for point in [&mut a, &mut b, &mut m] {
            point.extend(fixed.clone());
        }
        let values = [&a, &b, &m].map(&value);
        for found in values.iter().flatten().flat_map(|value| &value.data) {
            if let Some(what) = outside(facts, *found) {
                return Some(format!("{what} at {a:?}, {b:?} or between"));
            }
        }
        if let Some(what) = bends(facts, &values) {
            return Some(format!("{what} between {a:?} and {b:?}"));
        }
    }
    None
}

fn outside(facts: &Facts, value: f64) -> Option<String> {
    if value.is_nan() || value.abs() >= LARGEST {
        return None;
    }
    let slack = 1e-9 * (1.0 + value.abs());
    let (lo, hi) = facts.interval;
    let sign = match facts.sign {
        Sign::Zero => value.abs() <= slack,
        Sign::Nonneg => value >= -slack,
        Sign::Nonpos => value <= slack,
        Sign::Unknown => true,
    };
    let inside = value >= lo - slack && value <= hi + slack;
    (!sign || !inside).then(|| format!("{value} is not {:?} in {:?}", facts.sign, facts.interval))
}

fn bends(facts: &Facts, [a, b, m]: &[Option<Value>; 3]) -> Option<String> {
    use Curvature::{Affine, Concave, Constant, Convex};
    let count = [a, b, m].into_iter().flatten().map(|value| value.data.len()).max()?;
    let both = matches!(facts.curvature, Constant | Affine);
    for (claimed, sign) in
        [(both || facts.curvature == Convex, 1.0), (both || facts.curvature == Concave, -1.0)]
    {
        // An affine function of what has no value has none either, and bends nowhere.
        if !claimed || both && (a.is_none() || b.is_none() || m.is_none()) {
            continue;
        }
        for element in 0..count {
            let at = |value: &Option<Value>| {
                value.as_ref().map_or(f64::INFINITY, |value| sign * value.data[element])
            };
            let (left, right, middle) = (at(a), at(b), at(m));
            let scale = [left, right, middle].map(f64::abs).into_iter().fold(1.0, f64::max);
            if left.is_nan()
                || right.is_nan()
                || middle.is_nan()
                || !scale.is_finite() && left.max(right).is_infinite()
            {
                continue;
            }
            if left.abs().max(right.abs()) >= LARGEST {
                continue;
            }
            if middle > f64::midpoint(left, right) + 1e-7 * scale {
                return Some(format!(
                    "{:?}, but {left} {middle} {right} (sign {sign})",
                    facts.curvature
                ));
            }
        }
    }
    None
}
