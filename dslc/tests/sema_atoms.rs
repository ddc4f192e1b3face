//! Every figure of the atom table against the function it describes: curvature by midpoints,
//! monotonicity by steps, sign and range by values, for arguments of every sign.

use dslc::sema::atoms::{Arity, Atom, Case, Domain, TABLE};
use dslc::sema::curvature::{self, Direction, Shape};
use dslc::sema::hir::{Curvature, Rational, Sign};
use dslc::sema::interval::Interval;

/// The function itself, written down once more; none outside its domain.
fn value(atom: &str, x: &[f64], p: f64) -> Option<f64> {
    let first = x[0];
    let within = |domain: bool, value: f64| domain.then_some(value);
    match atom {
        "add" => Some(first + x[1]),
        "sub" => Some(first - x[1]),
        "neg_" => Some(-first),
        "mul" => Some(first * x[1]),
        "div" => within(x[1] != 0.0, first / x[1]),
        "sum" | "max" | "min" => Some(first),
        "maximum" => x.iter().copied().reduce(f64::max),
        "minimum" => x.iter().copied().reduce(f64::min),
        "abs" => Some(first.abs()),
        "square" => Some(first * first),
        "sqrt" => within(first >= 0.0, first.sqrt()),
        "inv_pos" => within(first > 0.0, 1.0 / first),
        "log" => within(first > 0.0, first.ln()),
        "exp" => Some(first.exp()),
        "entr" if first == 0.0 => Some(0.0),
        "entr" => within(first > 0.0, -first * first.ln()),
        "power" if p < 0.0 => within(first > 0.0, first.powf(p)),
        "power" if [0.0, 1.0, 2.0, 4.0, 6.0].contains(&p) => Some(first.powf(p)),
        "power" => within(first >= 0.0, first.powf(p)),
        "odd_power" => Some(first.powf(p)),
        _ => unreachable!("the table has a row that this test does not know: {atom}"),
    }
}

const GRID: [f64; 9] = [-3.0, -1.5, -0.75, -0.25, 0.0, 0.25, 0.75, 1.5, 3.0];

fn grid(sign: Sign) -> Vec<f64> {
    let keep = |x: &f64| match sign {
        Sign::Nonneg => *x >= 0.0,
        Sign::Nonpos => *x <= 0.0,
        Sign::Zero => *x == 0.0,
        Sign::Unknown => true,
    };
    GRID.into_iter().filter(keep).collect()
}

/// Every choice of one entry per list.
fn choices<T: Clone>(lists: &[Vec<T>]) -> Vec<Vec<T>> {
    lists.iter().fold(vec![Vec::new()], |all, list| {
        let extend = |prefix: &Vec<T>| {
            let prefix = prefix.clone();
            list.iter().map(move |entry| [prefix.clone(), vec![entry.clone()]].concat())
        };
        all.iter().flat_map(extend).collect()
    })
}

/// An atom with its parameter and arguments of known curvature and sign.
struct Trial {
    atom: &'static Atom,
    case: &'static Case,
    parameter: f64,
    arguments: Vec<Shape>,
    points: Vec<Vec<f64>>,
}

impl Trial {
    fn value(&self, x: &[f64]) -> Option<f64> {
        value(self.atom.name, x, self.parameter)
    }

    fn name(&self) -> String {
        format!("{}({:?}; {})", self.atom.name, self.arguments, self.parameter)
    }

    fn shape(&self) -> Shape {
        curvature::apply(self.case, &self.arguments)
    }

    fn check_values(&self) {
        let shape = self.shape();
        let hull = |at: usize| {
            let values = self.points.iter().map(|x| Interval::point(x[at]));
            values.reduce(Interval::hull).unwrap_or(Interval::ALL)
        };
        let intervals: Vec<_> = (0..self.arguments.len()).map(hull).collect();
        let parameters = parameters(self.atom, self.parameter);
        // The range of a fold depends on how many terms it has: it has no rule of its own.
        let fold = matches!(self.atom.name, "sum");
        let range = (!fold).then(|| (self.case.range)(&intervals, &parameters));
        for x in &self.points {
            let inside = match self.case.domain {
                Domain::Reals => true,
                Domain::Nonneg => x[0] >= 0.0,
                Domain::Positive => x[0] > 0.0,
                Domain::NonzeroDivisor => x[1] != 0.0,
            };
            let Some(value) = self.value(x) else {
                assert!(!inside, "{} has no value at {x:?}", self.name());
                continue;
            };
            assert!(inside, "{} has a value at {x:?}", self.name());
            assert!(!shape.is_nonneg() || value >= 0.0, "{} at {x:?}: {value}", self.name());
            assert!(!shape.is_nonpos() || value <= 0.0, "{} at {x:?}: {value}", self.name());
            let holds = range.is_none_or(|range| range.contains(value));
            assert!(holds, "{} at {x:?}: {value} not in {range:?}", self.name());
        }
    }

    /// Values at two points and their midpoint, constant arguments being equal.
    fn check_curvature(&self) {
        let shape = self.shape();
        // Outside the domain a convex function is +∞ and a concave one −∞.
        let extended = |x: &[f64], outside: f64| self.value(x).unwrap_or(outside);
        for x in &self.points {
            for y in &self.points {
                let fixed = |at: usize| self.arguments[at].is_constant() && x[at] != y[at];
                if (0..x.len()).any(fixed) {
                    continue;
                }
                let middle: Vec<_> = x.iter().zip(y).map(|(a, b)| f64::midpoint(*a, *b)).collect();
                for (claimed, sign) in [(shape.is_convex(), 1.0), (shape.is_concave(), -1.0)] {
                    let outside = if shape.is_affine() { f64::NAN } else { sign * f64::INFINITY };
                    let f = |x: &[f64]| sign * extended(x, outside);
                    let chord = f64::midpoint(f(x), f(y));
                    let holds = chord.is_nan() || f(&middle) <= chord + 1e-12 * (1.0 + chord.abs());
                    assert!(!claimed || holds, "{} between {x:?} and {y:?}", self.name());
                }
            }
        }
    }

    /// Values before and after a step of one argument.
    fn check_monotonicity(&self) {
        let outside = match (self.case.extends, self.shape()) {
            (true, shape) if !shape.is_affine() && shape.is_convex() => Some(f64::INFINITY),
            (true, shape) if !shape.is_affine() && shape.is_concave() => Some(f64::NEG_INFINITY),
            _ => None,
        };
        for at in 0..self.arguments.len() {
            let direction = curvature::direction(self.case, &self.arguments, at);
            for x in &self.points {
                for next in self.points.iter().filter(|next| {
                    (0..x.len()).all(|i| if i == at { next[i] > x[i] } else { next[i] == x[i] })
                }) {
                    let ends = (self.value(x).or(outside), self.value(next).or(outside));
                    let (Some(before), Some(after)) = ends else { continue };
                    let holds = match direction {
                        Direction::None => true,
                        Direction::Increasing => before <= after,
                        Direction::Decreasing => before >= after,
                        Direction::Both => before == after,
                    };
                    assert!(holds, "{} from {x:?} to {next:?}: {direction:?}", self.name());
                }
            }
        }
    }
}

fn parameters(atom: &Atom, parameter: f64) -> Vec<Rational> {
    atom.parameters.iter().filter_map(|_| Rational::from_float(parameter)).collect()
}

fn trials(atom: &'static Atom) -> Vec<Trial> {
    let exponents: &[f64] = match atom.name {
        "power" => &[-2.0, -1.0, -0.5, 0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0],
        "odd_power" => &[3.0, 5.0],
        _ => &[0.0],
    };
    let count = match atom.arity {
        Arity::Exactly(count) => count,
        Arity::AtLeast(count) => count + 1,
    };
    let signs = [Sign::Unknown, Sign::Nonneg, Sign::Nonpos, Sign::Zero];
    let kinds = [Curvature::Affine, Curvature::Constant];
    let kinds: Vec<_> = kinds.into_iter().flat_map(|kind| signs.map(|sign| (kind, sign))).collect();
    let mut trials = Vec::new();
    for &parameter in exponents {
        for choice in choices::<(Curvature, Sign)>(&vec![kinds.clone(); count]) {
            let arguments: Vec<_> =
                choice.iter().map(|(kind, sign)| Shape::new(*kind, *sign)).collect();
            let case = atom.case(&arguments, &parameters(atom, parameter));
            let grids: Vec<_> = choice.iter().map(|(_, sign)| grid(*sign)).collect();
            trials.push(Trial { atom, case, parameter, arguments, points: choices(&grids) });
        }
    }
    trials
}

#[test]
fn rows_describe_their_functions() {
    for trial in TABLE.iter().flat_map(trials) {
        trial.check_values();
        trial.check_curvature();
        trial.check_monotonicity();
    }
}
