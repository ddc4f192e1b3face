//! The utility of one variable on its own, as an agent that owns it sees it.

use std::sync::Arc;

use super::{Concave, Function, Library, Piecewise, Smooth, table};

/// `gain·x + Σ weight · φ(slope·x + shift)`: the terms of one variable, from
/// [`Problem::scalars`](crate::Problem::scalars).
#[derive(Clone, Debug, Default)]
pub struct Scalar {
    gain: f64,
    terms: Vec<Term>,
}

#[derive(Clone, Debug)]
struct Term {
    weight: f64,
    function: Owned,
    slope: f64,
    shift: f64,
}

/// A function that needs no library any more.
#[derive(Clone, Debug)]
enum Owned {
    Row(&'static table::Row, f64),
    Pieces(Piecewise),
    Smooth(Arc<dyn Smooth>),
}

impl Owned {
    fn view(&self) -> Function<'_> {
        match self {
            Owned::Row(row, p) => Function::Row(row, *p),
            Owned::Pieces(pieces) => Function::Pieces(pieces),
            Owned::Smooth(f) => Function::Smooth(f.as_ref()),
        }
    }
}

/// Most steps of a search; bisection alone needs about 60 to full precision.
const STEPS: usize = 200;

impl Scalar {
    /// `gain·x`, without a term.
    pub(crate) fn linear(gain: f64) -> Self {
        Scalar { gain, terms: Vec::new() }
    }

    /// Adds `weight · f(slope·x + shift)`; says whether `f` is known. `slope` is not 0.
    pub(crate) fn add(
        &mut self,
        weight: f64,
        f: Concave,
        library: &Library,
        (slope, shift): (f64, f64),
    ) -> bool {
        let function = match (f, f.find(library)) {
            (_, Some(Function::Row(row, p))) => Owned::Row(row, p),
            (_, Some(Function::Pieces(pieces))) => Owned::Pieces(pieces.clone()),
            (Concave::Smooth(id), Some(_)) => match library.smooth.get(id.0 as usize) {
                Some(f) => Owned::Smooth(Arc::clone(f)),
                None => return false,
            },
            _ => return false,
        };
        self.terms.push(Term { weight, function, slope, shift });
        true
    }

    /// U(x); −∞ outside the domain.
    pub fn value(&self, x: f64) -> f64 {
        let term = |t: &Term| t.weight * t.function.view().value(t.slope * x + t.shift);
        self.gain * x + self.terms.iter().map(term).sum::<f64>()
    }

    /// U′(x), inside the domain; at a kink the slope of one side.
    pub fn slope(&self, x: f64) -> f64 {
        let term = |t: &Term| t.weight * t.slope * t.function.view().slope(t.slope * x + t.shift);
        self.gain + self.terms.iter().map(term).sum::<f64>()
    }

    /// U″(x), inside the domain.
    pub fn curvature(&self, x: f64) -> f64 {
        let term = |t: &Term| {
            t.weight * t.slope * t.slope * t.function.view().curvature(t.slope * x + t.shift)
        };
        self.terms.iter().map(term).sum()
    }

    /// The x in `low ..= high` that maximises `U(x) − price·x − (pull/2)(x − towards)²`, to full
    /// precision; an infinite end where it runs off. `pull` is at least 0.
    pub fn prox(&self, low: f64, high: f64, price: f64, pull: f64, towards: f64) -> f64 {
        match self.terms.as_slice() {
            [] if pull > 0.0 => {
                return (towards + (self.gain - price) / pull).max(low).min(high);
            }
            [] => return if self.gain > price { high } else { low },
            [t] if pull == 0.0 => {
                let target = (price - self.gain) / (t.weight * t.slope);
                let s = t.function.view().argument(target);
                return ((s - t.shift) / t.slope).max(low).min(high);
            }
            _ => {}
        }
        let excess = |x: f64| self.slope(x) - price - pull * (x - towards);
        let (mut left, mut right) = self.domain(low, high);
        // Where the slope is infinite the end is no answer.
        if left.is_finite() && excess(left) <= 0.0 {
            return left;
        }
        if right.is_finite() && excess(right) >= 0.0 {
            return right;
        }
        let mut x =
            if towards > left && towards < right { towards } else { middle(left, right, 1.0) };
        let mut reach = 1.0;
        for _ in 0..STEPS {
            let excess = excess(x);
            if excess == 0.0 || excess.is_nan() {
                return x;
            }
            if excess > 0.0 {
                left = x;
            } else {
                right = x;
            }
            reach *= 2.0;
            let newton = x - excess / (self.curvature(x) - pull);
            let inside = newton > left && newton < right;
            let next = if inside { newton } else { middle(left, right, reach) };
            if (next - x).abs() <= f64::EPSILON * x.abs() || !next.is_finite() {
                return next;
            }
            x = next;
        }
        x
    }

    /// The part of an interval on which every term is finite.
    fn domain(&self, mut low: f64, mut high: f64) -> (f64, f64) {
        for t in &self.terms {
            let (from, to) = t.function.view().domain();
            let (a, b) = ((from - t.shift) / t.slope, (to - t.shift) / t.slope);
            (low, high) = (low.max(a.min(b)), high.min(a.max(b)));
        }
        (low, high.max(low))
    }
}

/// A point between two ends; where one is infinite, `reach` away from the other.
fn middle(left: f64, right: f64, reach: f64) -> f64 {
    match (left.is_finite(), right.is_finite()) {
        (true, true) => 0.5 * (left + right),
        (true, false) => left + reach,
        (false, true) => right - reach,
        (false, false) => 0.0,
    }
}
