//! Smooth concave functions of one or two arguments, whose Hessian has rank one.

use crate::concave::Function;

/// A function φ and the form of its derivatives.
pub(crate) enum Curve<'a> {
    /// A term's own function of one argument.
    Scalar(Function<'a>),
    /// s itself.
    Line,
    /// −v₀²/v₁, v₁ > 0.
    SquareOver,
    /// v₀ log(v₁/v₀), both > 0.
    RelativeEntropy,
    /// v₀^a · v₁^(1−a), both > 0.
    Mean(f64),
}

/// Value and derivatives at one point: the Hessian is `−bend · u uᵀ`.
pub(crate) struct Jet {
    pub value: f64,
    pub slope: [f64; 2],
    /// ≥ 0.
    pub bend: f64,
    /// u
    pub across: [f64; 2],
}

impl Curve<'_> {
    /// Number of arguments, 1 or 2.
    pub fn arity(&self) -> usize {
        match self {
            Curve::Scalar(_) | Curve::Line => 1,
            _ => 2,
        }
    }

    /// Value −∞ outside the domain.
    pub fn jet(&self, v: [f64; 2]) -> Jet {
        let outside =
            Jet { value: f64::NEG_INFINITY, slope: [0.0; 2], bend: 0.0, across: [0.0; 2] };
        let [a, b] = v;
        match self {
            Curve::Scalar(function) => {
                let value = function.value(a);
                if !value.is_finite() {
                    return outside;
                }
                let bend = -function.curvature(a);
                Jet { value, slope: [function.slope(a), 0.0], bend, across: [1.0, 0.0] }
            }
            Curve::Line => Jet { value: a, slope: [1.0, 0.0], bend: 0.0, across: [1.0, 0.0] },
            Curve::SquareOver if b > 0.0 => {
                let r = a / b;
                Jet { value: -a * r, slope: [-2.0 * r, r * r], bend: 2.0 / b, across: [1.0, -r] }
            }
            Curve::RelativeEntropy if a > 0.0 && b > 0.0 => {
                let (r, log) = (a / b, (b / a).ln());
                Jet { value: a * log, slope: [log - 1.0, r], bend: 1.0 / a, across: [1.0, -r] }
            }
            Curve::Mean(p) if a > 0.0 && b > 0.0 => {
                let value = a.powf(*p) * b.powf(1.0 - p);
                Jet {
                    value,
                    slope: [p * value / a, (1.0 - p) * value / b],
                    bend: p * (1.0 - p) * value,
                    across: [1.0 / a, -1.0 / b],
                }
            }
            _ => outside,
        }
    }

    /// The open interval that each argument must stay in.
    pub fn domain(&self) -> [(f64, f64); 2] {
        let (real, positive) = ((f64::NEG_INFINITY, f64::INFINITY), (0.0, f64::INFINITY));
        match self {
            Curve::Scalar(function) => [function.domain(), real],
            Curve::Line => [real, real],
            Curve::SquareOver => [real, positive],
            Curve::RelativeEntropy | Curve::Mean(_) => [positive, positive],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_are_the_limits_of_difference_quotients() {
        let curves = [Curve::Line, Curve::SquareOver, Curve::RelativeEntropy, Curve::Mean(0.3)];
        for curve in curves {
            let at = [0.7, 1.3];
            let jet = curve.jet(at);
            for k in 0..curve.arity() {
                let moved = |h: f64| {
                    let mut v = at;
                    v[k] += h;
                    curve.jet(v)
                };
                let h = 1e-5;
                let slope = (moved(h).value - moved(-h).value) / (2.0 * h);
                assert!((slope - jet.slope[k]).abs() < 1e-8);
                for m in 0..curve.arity() {
                    let hessian = (moved(h).slope[m] - moved(-h).slope[m]) / (2.0 * h);
                    assert!((hessian + jet.bend * jet.across[k] * jet.across[m]).abs() < 1e-8);
                }
            }
        }
    }
}
