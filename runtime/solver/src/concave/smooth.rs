//! Concave functions from outside: anything smooth.

use std::fmt::Debug;

/// A twice differentiable, strictly concave function of one argument. Concavity is the caller's
/// promise; a solver that is misled by it ends with an uncertified answer, not with a wrong one.
pub trait Smooth: Debug + Send + Sync {
    /// Name for messages.
    fn name(&self) -> &str {
        "smooth"
    }

    /// The interval on which it is concave; outside it counts as −∞. Ends may be infinite.
    fn domain(&self) -> (f64, f64);

    /// φ(s).
    fn value(&self, s: f64) -> f64;

    /// φ′(s).
    fn slope(&self, s: f64) -> f64;

    /// φ″(s) ≤ 0.
    fn curvature(&self, s: f64) -> f64;

    /// The s with φ′(s) = t where a closed form is known.
    fn argument(&self, _t: f64) -> Option<f64> {
        None
    }
}

/// Most steps of the search for an argument; bisection alone needs about 60 to full precision.
const STEPS: usize = 200;

/// The s in the domain of `f` where φ′(s) = t: Newton's method inside a bracket that halves
/// whenever Newton leaves it. φ′ falls, so the bracket is easy to keep.
pub(crate) fn invert(f: &dyn Smooth, t: f64) -> f64 {
    let (mut lo, mut hi) = f.domain();
    if lo.is_finite() && f.slope(lo) <= t {
        return lo;
    }
    if hi.is_finite() && f.slope(hi) >= t {
        return hi;
    }
    let mut s = match (lo.is_finite(), hi.is_finite()) {
        (true, true) => 0.5 * (lo + hi),
        (true, false) => lo + 1.0,
        (false, true) => hi - 1.0,
        (false, false) => 0.0,
    };
    let mut reach = 1.0;
    for _ in 0..STEPS {
        let excess = f.slope(s) - t;
        if excess == 0.0 || excess.is_nan() {
            return s;
        }
        if excess > 0.0 {
            lo = s;
        } else {
            hi = s;
        }
        let newton = s - excess / f.curvature(s);
        reach *= 2.0;
        let next = if newton > lo && newton < hi {
            newton
        } else {
            match (lo.is_finite(), hi.is_finite()) {
                (true, true) => 0.5 * (lo + hi),
                (true, false) => lo + reach,
                (false, true) => hi - reach,
                (false, false) => return s,
            }
        };
        if (next - s).abs() <= f64::EPSILON * s.abs() || next.is_infinite() {
            return next;
        }
        s = next;
    }
    s
}
