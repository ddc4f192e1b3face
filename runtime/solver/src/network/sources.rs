//! What sources ask for at a price.

use crate::concave::Function;

/// Utilities `w·φ(a·x + b) + gain·x` on `lo ..= hi`, an array per field.
pub(crate) struct Sources<'a> {
    pub function: Vec<Function<'a>>,
    /// w ≥ 0; a source of weight 0 stays at `lo`.
    pub weight: Vec<f64>,
    /// a
    pub scale: Vec<f64>,
    /// b
    pub shift: Vec<f64>,
    pub gain: Vec<f64>,
    /// Finite.
    pub lo: Vec<f64>,
    /// The problem's own upper bound, possibly infinite.
    pub hi: Vec<f64>,
    /// The largest rate that the links and `hi` allow.
    pub most: Vec<f64>,
    /// Marginal utility at `lo` is finite, so that the bound may be active.
    pub lo_binds: Vec<bool>,
    /// `hi` is below what the links allow.
    pub hi_binds: Vec<bool>,
}

/// A rate and how it falls with the price of the route.
pub(crate) struct Response {
    pub x: f64,
    /// −dx/dq ≥ 0.
    pub fall: f64,
    /// Utility plus the barrier of the bounds, at `x`.
    pub value: f64,
}

/// Most steps of the scalar Newton iteration under bounds.
const STEPS: usize = 100;

impl Sources<'_> {
    pub fn count(&self) -> usize {
        self.weight.len()
    }

    /// Some source may be stopped by a bound of its own.
    pub fn are_bounded(&self) -> bool {
        let stopped = |i: usize| (self.lo_binds[i] || self.hi_binds[i]) && self.weight[i] > 0.0;
        (0..self.count()).any(stopped)
    }

    /// Utility of source `i` at rate `x`.
    pub fn value(&self, i: usize, x: f64) -> f64 {
        let concave = match self.weight[i] {
            0.0 => 0.0,
            w => w * self.function[i].value(self.scale[i] * x + self.shift[i]),
        };
        concave + self.gain[i] * x
    }

    /// Marginal utility of source `i` at rate `x`.
    pub fn slope(&self, i: usize, x: f64) -> f64 {
        let concave = match self.weight[i] {
            0.0 => 0.0,
            w => w * self.scale[i] * self.function[i].slope(self.scale[i] * x + self.shift[i]),
        };
        concave + self.gain[i]
    }

    /// −U″ at rate `x`.
    fn curvature(&self, i: usize, x: f64) -> f64 {
        let a = self.scale[i];
        -self.weight[i] * a * a * self.function[i].curvature(a * x + self.shift[i])
    }

    /// The rate that maximises utility minus `q·x`, bounds left aside.
    fn free_demand(&self, i: usize, q: f64) -> f64 {
        let a = self.scale[i];
        let s = self.function[i].argument((q - self.gain[i]) / (self.weight[i] * a));
        (s - self.shift[i]) / a
    }

    /// The rate in `lo ..= hi` that maximises utility minus `q·x`.
    pub fn demand(&self, i: usize, q: f64, hi: f64) -> f64 {
        match self.weight[i] {
            0.0 => self.lo[i],
            _ => self.free_demand(i, q).clamp(self.lo[i], hi.max(self.lo[i])),
        }
    }

    /// −dx/dq at rate `x`: how fast demand falls with the price. 0 for a source that never moves.
    pub fn fall(&self, i: usize, x: f64) -> f64 {
        match self.weight[i] {
            0.0 => 0.0,
            _ => 1.0 / self.curvature(i, x),
        }
    }

    /// The rate in the bounds that maximises `tau · U(x) − (x − from)²/2`; `near` is where to start.
    pub fn prox(&self, i: usize, from: f64, tau: f64, near: f64) -> f64 {
        let (mut left, mut right) = (self.lo[i], self.most[i]);
        if self.weight[i] == 0.0 || right <= left {
            return left;
        }
        let excess = |x: f64| tau * self.slope(i, x) - x + from;
        if excess(right) >= 0.0 {
            return right;
        }
        if self.lo_binds[i] && excess(left) <= 0.0 {
            return left;
        }
        let mut x = if near > left && near < right { near } else { 0.5 * (left + right) };
        for _ in 0..STEPS {
            let excess = excess(x);
            if excess > 0.0 {
                left = x;
            } else {
                right = x;
            }
            let newton = x + excess / (1.0 + tau * self.curvature(i, x));
            let next = if newton > left && newton < right { newton } else { 0.5 * (left + right) };
            if (next - x).abs() <= 1e-15 * x.abs() {
                return next;
            }
            x = next;
        }
        x
    }

    /// The response to the price `q` when bounds that may bind carry the barrier `mu·log`.
    /// `near` is a rate to start from.
    pub fn respond(&self, i: usize, q: f64, mu: f64, near: f64) -> Response {
        if self.weight[i] == 0.0 || self.hi[i] <= self.lo[i] {
            let x = self.lo[i];
            return Response { x, fall: 0.0, value: self.value(i, x) };
        }
        if self.lo_binds[i] || self.hi_binds[i] {
            return self.respond_inside(i, q, mu, near);
        }
        let x = self.free_demand(i, q);
        Response { x, fall: 1.0 / self.curvature(i, x), value: self.value(i, x) }
    }

    /// Solves `U′(x) − q + μ/(x − lo) − μ/(hi − x) = 0`, whose left side falls from +∞ to −∞: Newton
    /// in a bracket.
    fn respond_inside(&self, i: usize, q: f64, mu: f64, near: f64) -> Response {
        let (lo, hi) = (self.lo[i], if self.hi_binds[i] { self.hi[i] } else { f64::INFINITY });
        let below = |x: f64| if self.lo_binds[i] { mu / (x - lo) } else { 0.0 };
        let above = |x: f64| if self.hi_binds[i] { mu / (hi - x) } else { 0.0 };
        let square = |barrier: f64| if mu > 0.0 { barrier * barrier / mu } else { 0.0 };
        let log = |binds: bool, distance: f64| if binds { mu * distance.ln() } else { 0.0 };
        if self.function[i].is_square() && self.lo_binds[i] && !self.hi_binds[i] && mu > 0.0 {
            let k = 2.0 * self.weight[i] * self.scale[i] * self.scale[i];
            let above = root(k, self.slope(i, lo) - q, mu);
            let x = lo + above;
            let fall = 1.0 / (k + mu / (above * above));
            return Response { x, fall, value: self.value(i, x) + log(true, above) };
        }
        let (mut left, mut right) = (lo, hi);
        let middle = |left: f64, right: f64, x: f64| {
            if right.is_finite() { 0.5 * (left + right) } else { lo + 2.0 * (x - lo) }
        };
        let start = lo + 0.5 * (self.most[i] - lo);
        let mut x = if near > left && near < right { near } else { start };
        let mut fall = 0.0;
        for _ in 0..STEPS {
            let excess = self.slope(i, x) - q + below(x) - above(x);
            let curvature = self.curvature(i, x) + square(below(x)) + square(above(x));
            fall = 1.0 / curvature;
            if excess > 0.0 {
                left = x;
            } else {
                right = x;
            }
            let newton = x + excess * fall;
            let next =
                if newton > left && newton < right { newton } else { middle(left, right, x) };
            if !(next > lo && next < hi) || (next - x).abs() <= 1e-14 * (x.abs() + (x - lo).abs()) {
                break;
            }
            x = next;
        }
        let value =
            self.value(i, x) + log(self.lo_binds[i], x - lo) + log(self.hi_binds[i], hi - x);
        Response { x, fall, value }
    }
}

/// The positive zero of `c − k·y + μ/y`, without cancellation.
fn root(k: f64, c: f64, mu: f64) -> f64 {
    let size = c.hypot(2.0 * (k * mu).sqrt());
    if c > 0.0 { (c + size) / (2.0 * k) } else { 2.0 * mu / (size - c) }
}
