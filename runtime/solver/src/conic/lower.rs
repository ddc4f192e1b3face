//! Terms become cones: each `weight · φ(s)` becomes `weight · t` with a new variable `t ≤ φ(s)`.

use crate::concave::{Concave, Function};
use crate::error::Error;
use crate::problem::{Affine, Cone, Owner, Problem, Row};
use crate::solution::Route;

/// The same problem with a linear or quadratic objective, linear rows, and cones. The variables
/// and rows of `problem` keep their places; new ones come after them.
pub(crate) fn lower(problem: &Problem) -> Result<Problem, Error> {
    let mut lowered = problem.clone();
    lowered.owners.clear();
    lowered.weights.clear();
    lowered.functions.clear();
    lowered.arguments = Default::default();
    for k in 0..problem.weights.len() {
        let (owner, weight, f) = (problem.owners[k], problem.weights[k], problem.functions[k]);
        if weight == 0.0 {
            continue;
        }
        let argument = problem.arguments.get(k);
        if owner == Owner::Objective && f == Concave::NegativeSquare {
            lowered.utility(weight, f, argument);
            continue;
        }
        let t = lowered.variable(f64::NEG_INFINITY, f64::INFINITY);
        hypograph(&mut lowered, f, argument, t.into())?;
        match owner {
            Owner::Objective => lowered.gain(Affine::from(t) * weight),
            Owner::Row(row) => lowered.coefficient(Row(row), t, weight),
        }
    }
    Ok(lowered)
}

/// Binds `t ≤ f(s)`.
pub(crate) fn hypograph(p: &mut Problem, f: Concave, s: Affine, t: Affine) -> Result<(), Error> {
    let one = || Affine::constant(1.0);
    match f {
        Concave::Log | Concave::AlphaFair(1.0) => p.cone(Cone::Exponential, [t, one(), s]),
        Concave::AlphaFair(alpha) if alpha < 1.0 => {
            p.cone(Cone::Power(1.0 - alpha), [s, one(), t * (1.0 - alpha)]);
        }
        // u = −(α − 1) t ≥ s^−(α−1)
        Concave::AlphaFair(alpha) => inverse_power(p, alpha - 1.0, s, t * (1.0 - alpha)),
        Concave::Power(power) if power < 0.0 => inverse_power(p, -power, s, -t),
        Concave::Power(power) if power < 1.0 => p.cone(Cone::Power(power), [s, one(), t]),
        Concave::Power(power) => {
            p.cone(Cone::Nonnegative, [s.clone()]);
            p.cone(Cone::Power(1.0 / power), [-t, one(), s]);
        }
        Concave::Sqrt => product(p, s, one(), t),
        Concave::NegativeExp => p.cone(Cone::Exponential, [s, one(), -t]),
        Concave::Entropy => p.cone(Cone::Exponential, [t, s, one()]),
        Concave::NegativeSquare => product(p, -t, one(), s),
        // e^(s + t) + e^t ≤ 1
        Concave::NegativeLogistic => {
            let u = Affine::from(p.variable(f64::NEG_INFINITY, f64::INFINITY));
            p.cone(Cone::Exponential, [s + t.clone(), one(), u.clone()]);
            p.cone(Cone::Exponential, [t, one(), one() - u]);
        }
        // 1 − t ≥ 1/(1 + s)
        Concave::Saturation => product(p, one() - t, one() + s, one()),
        Concave::Piecewise(_) | Concave::Smooth(_) | Concave::Atan => {
            let library = p.library.clone();
            let pieces = match f.find(&library) {
                Some(Function::Pieces(pieces)) => pieces,
                other => {
                    let name = other.as_ref().map_or("unknown", Function::name);
                    let why = format!("no cone is known for the function `{name}`");
                    return Err(Error::Unsupported { route: Route::Conic, why });
                }
            };
            let below =
                |&(slope, at): &(f64, f64)| s.clone() * slope + Affine::constant(at) - t.clone();
            p.cone(Cone::Nonnegative, pieces.pieces().iter().map(below));
        }
    }
    Ok(())
}

/// `u ≥ s^−k`, k > 0, s > 0.
fn inverse_power(p: &mut Problem, k: f64, s: Affine, u: Affine) {
    let one = Affine::constant(1.0);
    if k == 1.0 {
        product(p, u, s, one);
    } else {
        p.cone(Cone::Power(1.0 / (1.0 + k)), [u, s, one]);
    }
}

/// `u·v ≥ w²`, `u, v ≥ 0`: a rotated second-order cone.
pub(crate) fn product(p: &mut Problem, u: Affine, v: Affine, w: Affine) {
    p.cone(Cone::SecondOrder, [u.clone() + v.clone(), u - v, w * 2.0]);
}
