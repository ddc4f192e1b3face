//! Where the primal-dual method starts.

use super::model::Model;
use super::state::State;
use crate::problem::{Affine, Cone, Form, Problem, Sense, Var};
use crate::solution::Solution;

/// Least distance from a boundary of a warm start, relative to the size of what is bounded.
const NEAR: f64 = 1e-12;

/// From a point inside the bounds and domains, on the central path of its own slacks.
pub(crate) fn cold(model: &Model<'_>, x: &[f64]) -> Option<State> {
    let mut x = x.to_vec();
    x.resize(model.variables(), 0.0);
    let inside = |j: usize, x: f64| {
        let (lower, upper) = (model.lower[j], model.upper[j]);
        match (lower.is_finite(), upper.is_finite()) {
            (true, true) => x.clamp(lower + 0.01 * (upper - lower), upper - 0.01 * (upper - lower)),
            (true, false) => x.max(lower + 1e-2 * lower.abs().max(1.0)),
            (false, true) => x.min(upper - 1e-2 * upper.abs().max(1.0)),
            (false, false) => x,
        }
    };
    for (j, x) in x.iter_mut().enumerate() {
        *x = inside(j, *x);
    }
    let point = model.at(&x)?;
    let size = point.gradient.iter().fold(1.0f64, |most, g| g.abs().max(most)).min(1e6);
    let slack = |(excess, &equal): (&f64, &bool)| if equal { 0.0 } else { (-excess).max(1e-2) };
    let slack: Vec<f64> = point.excess.iter().zip(&model.equal).map(slack).collect();
    let mu = 0.1 * size;
    let over = |distance: f64| if distance.is_finite() { mu / distance } else { 0.0 };
    let fixed = |j: usize| model.lower[j] >= model.upper[j];
    let side = |distance: f64, j: usize| if fixed(j) { 0.0 } else { over(distance) };
    Some(State {
        multipliers: slack.iter().map(|&s| if s > 0.0 { mu / s } else { 0.0 }).collect(),
        slack,
        low: x.iter().enumerate().map(|(j, x)| side(x - model.lower[j], j)).collect(),
        high: x.iter().enumerate().map(|(j, x)| side(model.upper[j] - x, j)).collect(),
        x,
    })
}

/// From the answer of another route, a hair inside its boundaries. Rows of cones and pieces, whose
/// multipliers that route does not hand on, start in the middle.
pub(crate) fn warm(model: &Model<'_>, answer: &Solution) -> Option<State> {
    let mut x = answer.x.clone();
    x.resize(model.variables(), 0.0);
    let near = |bound: f64| NEAR * bound.abs().max(1.0);
    for (j, x) in x.iter_mut().enumerate() {
        let (lower, upper) = (model.lower[j], model.upper[j]);
        let (low, high) = (lower + near(lower), upper - near(upper));
        if lower.is_finite() && *x < low {
            *x = low;
        }
        if upper.is_finite() && *x > high {
            *x = high.max(0.5 * (lower.max(f64::MIN) + upper));
        }
        if lower >= upper {
            *x = lower;
        }
    }
    let point = model.at(&x)?;
    let given = answer.prices.iter().zip(&model.signs).map(|(price, sign)| price * sign);
    let mut multipliers: Vec<f64> = given.collect();
    multipliers.resize(model.rows(), 1e-6);
    let mut slack = vec![0.0; model.rows()];
    for (i, slack) in slack.iter_mut().enumerate() {
        if !model.equal[i] {
            *slack = (-point.excess[i]).max(NEAR * model.limits[i].abs().max(1.0));
            multipliers[i] = multipliers[i].max(NEAR);
        }
    }
    // What is left of a variable's gradient is what the bound that it is at is worth; elsewhere it is
    // an error.
    let mut gradient = point.gradient.clone();
    model.add_jacobian_transposed(&point, &multipliers, -1.0, &mut gradient);
    let multiplier = |cost: f64, bound: f64, j: usize| match bound.is_finite() {
        true if model.lower[j] >= model.upper[j] => 0.0,
        true if (x[j] - bound).abs() <= 1e-4 * bound.abs().max(1.0) => cost.max(NEAR),
        true => NEAR,
        false => 0.0,
    };
    let cost = |j: usize| gradient[j];
    Some(State {
        low: (0..x.len()).map(|j| multiplier(-cost(j), model.lower[j], j)).collect(),
        high: (0..x.len()).map(|j| multiplier(cost(j), model.upper[j], j)).collect(),
        x,
        slack,
        multipliers,
    })
}

/// The program whose optimum is deep inside rows, bounds, domains and cones: maximise the margin
/// t ≤ 1 that every one of them keeps. Its last variable is t.
pub(crate) fn inside(form: &Form<'_>) -> Problem {
    let given = form.problem;
    let mut problem = Problem::new();
    for _ in 0..given.variables() {
        problem.variable(f64::NEG_INFINITY, f64::INFINITY);
    }
    let t = Affine::from(problem.variable(f64::NEG_INFINITY, 1.0));
    let keep = |problem: &mut Problem, distance: Affine| {
        problem.cone(Cone::Nonnegative, [distance - t.clone()]);
    };
    let curved = |row: usize| {
        form.terms().any(|(_, term)| term.owner == crate::problem::Owner::Row(row as u32))
    };
    for (i, (&sense, &limit)) in given.senses.iter().zip(&given.limits).enumerate() {
        let terms = form.rows.row(i).map(|(j, a)| (Var(j as u32), a)).collect();
        let left = Affine { terms, constant: -limit };
        match sense {
            Sense::Equal => problem.cone(Cone::Zero, [left]),
            _ if curved(i) => {}
            Sense::AtMost => keep(&mut problem, -left),
            Sense::AtLeast => keep(&mut problem, left),
        }
    }
    for (j, (&lower, &upper)) in given.lower.iter().zip(&given.upper).enumerate() {
        let x = Affine::from(Var(j as u32));
        if lower >= upper {
            problem.cone(Cone::Zero, [x - lower.into()]);
            continue;
        }
        // A narrow range has only half its width on either side.
        let width =
            if (upper - lower).is_finite() { (0.25 * (upper - lower)).min(1.0) } else { 1.0 };
        if lower.is_finite() {
            problem.cone(Cone::Nonnegative, [x.clone() - lower.into() - t.clone() * width]);
        }
        if upper.is_finite() {
            problem.cone(Cone::Nonnegative, [Affine::from(upper) - x - t.clone() * width]);
        }
    }
    for (k, term) in form.terms() {
        let (low, high) = term.function.domain();
        let argument = form.arguments().get(k);
        let width = if (high - low).is_finite() { (0.25 * (high - low)).min(1.0) } else { 1.0 };
        if low.is_finite() {
            let distance = argument.clone() - low.into() - t.clone() * width;
            problem.cone(Cone::Nonnegative, [distance]);
        }
        if high.is_finite() {
            problem.cone(Cone::Nonnegative, [Affine::from(high) - argument - t.clone() * width]);
        }
    }
    let mut next = 0;
    for &(cone, size) in &given.cones {
        let parts = next..next + size as usize;
        next = parts.end;
        let mut v: Vec<Affine> = parts.map(|i| given.cone_rows.get(i)).collect();
        // A cone less t in the parts that bound the others is a cone inside it.
        let margins: &[(usize, f64)] = match cone {
            Cone::Zero => &[],
            Cone::Nonnegative => {
                v.into_iter().for_each(|v| keep(&mut problem, v));
                continue;
            }
            Cone::SecondOrder => &[(0, -1.0)],
            Cone::Exponential => &[(0, 1.0), (2, -1.0)],
            Cone::Power(_) => &[(0, -1.0), (1, -1.0)],
        };
        for &(part, sign) in margins {
            v[part] = v[part].clone() + t.clone() * sign;
        }
        if matches!(cone, Cone::Exponential) {
            keep(&mut problem, v[1].clone());
        }
        problem.cone(cone, v);
    }
    problem.gain(t);
    problem
}
