//! What an agent is asked, and how it answers.

use std::fmt::Debug;

use dslc_solver::Scalar;

/// What an agent is asked in a round; vectors follow the order of its columns.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Lower bounds.
    pub lower: &'a [f64],
    /// Upper bounds.
    pub upper: &'a [f64],
    /// q: what a unit of each column costs.
    pub price: &'a [f64],
    /// κ ≥ 0: how strongly each column is pulled.
    pub pull: &'a [f64],
    /// v: where to.
    pub towards: &'a [f64],
    /// Parts of resources that it must keep within.
    pub parts: &'a [Part],
}

/// A part of a resource: `Σ a·x ≤ most`.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Positions among the agent's columns, and coefficients; none 0.
    pub entries: Vec<(usize, f64)>,
    /// What it has of the resource.
    pub most: f64,
}

/// A concave utility of an agent's columns.
pub trait Utility: Debug + Send + Sync {
    /// Its value.
    fn value(&self, x: &[f64]) -> f64;

    /// Writes the x that maximises `U(x) − q·x − Σ (κ/2)(x − v)²` over the box and within the parts, and
    /// for each part its multiplier: what a unit more of it would be worth.
    ///
    /// Of several maximisers any will do. `x` comes as the last answer.
    fn answer(&self, ask: &Ask<'_>, x: &mut [f64], worth: &mut [f64]);
}

/// Utilities of one column, exactly.
impl Utility for Scalar {
    fn value(&self, x: &[f64]) -> f64 {
        x.first().map_or(f64::NAN, |x| Scalar::value(self, *x))
    }

    fn answer(&self, ask: &Ask<'_>, x: &mut [f64], worth: &mut [f64]) {
        let (Some(x), Some(&lower), Some(&upper)) =
            (x.first_mut(), ask.lower.first(), ask.upper.first())
        else {
            return;
        };
        let first = |values: &[f64]| values.first().copied().unwrap_or(0.0);
        let (price, pull, towards) = (first(ask.price), first(ask.pull), first(ask.towards));
        let (mut low, mut high) = (lower, upper);
        let (mut below, mut above) = (None, None);
        for (at, part) in ask.parts.iter().enumerate() {
            let Some((_, a)) = part.entries.first() else { continue };
            let end = part.most / a;
            if *a > 0.0 && end < high {
                (high, above) = (end.max(lower), Some((at, *a)));
            } else if *a < 0.0 && end > low {
                (low, below) = (end.min(upper), Some((at, *a)));
            }
        }
        *x = self.prox(low, high.max(low), price, pull, towards);
        worth.fill(0.0);
        // Only the tightest part can be worth something, and only where it holds the answer back.
        let tight = [above.filter(|_| *x >= high), below.filter(|_| *x <= low)];
        for (at, a) in tight.into_iter().flatten() {
            let gain = self.slope(*x) - price - pull * (*x - towards);
            if let Some(worth) = worth.get_mut(at) {
                *worth = (gain / a).clamp(0.0, f64::MAX);
            }
        }
    }
}
