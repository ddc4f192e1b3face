//! Concave functions made of straight pieces.

/// A least of affine functions, `min_i (slope_i · s + intercept_i)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Piecewise {
    /// By falling slope; each is the least of all somewhere.
    pieces: Vec<(f64, f64)>,
}

impl Piecewise {
    /// From `(slope, intercept)` pairs in any order. `None` if there is none or one is not finite.
    pub fn new(pieces: impl IntoIterator<Item = (f64, f64)>) -> Option<Self> {
        let mut pieces: Vec<(f64, f64)> = pieces.into_iter().collect();
        let finite = pieces.iter().all(|(slope, intercept)| (slope + intercept).is_finite());
        if pieces.is_empty() || !finite {
            return None;
        }
        pieces.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.total_cmp(&b.1)));
        pieces.dedup_by_key(|piece| piece.0);
        let mut hull: Vec<(f64, f64)> = Vec::with_capacity(pieces.len());
        for piece in pieces {
            while let [.., before, last] = hull[..] {
                // `last` is nowhere the least if `piece` is below it where `before` meets it.
                if crossing(before, piece) <= crossing(before, last) {
                    hull.pop();
                } else {
                    break;
                }
            }
            hull.push(piece);
        }
        Some(Piecewise { pieces: hull })
    }

    /// Interpolates points `(s, value)` whose s strictly rise and whose slopes fall; the first and
    /// the last piece go on beyond the ends. `None` if the points are not like that.
    pub fn through(points: &[(f64, f64)]) -> Option<Self> {
        let mut pieces = Vec::with_capacity(points.len());
        for pair in points.windows(2) {
            let [(s0, v0), (s1, v1)] = pair else { continue };
            if s1 <= s0 {
                return None;
            }
            let slope = (v1 - v0) / (s1 - s0);
            if pieces.last().is_some_and(|&(last, _)| slope > last) {
                return None;
            }
            pieces.push((slope, v0 - slope * s0));
        }
        Piecewise::new(pieces)
    }

    /// `(slope, intercept)` of each piece, by falling slope.
    pub fn pieces(&self) -> &[(f64, f64)] {
        &self.pieces
    }

    pub(crate) fn value(&self, s: f64) -> f64 {
        self.pieces.iter().map(|(slope, at)| slope * s + at).fold(f64::INFINITY, f64::min)
    }

    /// Slope of the least piece; at a kink the one to the right.
    pub(crate) fn slope(&self, s: f64) -> f64 {
        let value = |&&(slope, at): &&(f64, f64)| slope * s + at;
        let least = self.pieces.iter().rev().min_by(|a, b| value(a).total_cmp(&value(b)));
        least.map_or(0.0, |piece| piece.0)
    }

    /// A maximiser of value(s) − t·s.
    pub(crate) fn argument(&self, t: f64) -> f64 {
        let first_below = self.pieces.partition_point(|piece| piece.0 > t);
        match (
            first_below.checked_sub(1).and_then(|i| self.pieces.get(i)),
            self.pieces.get(first_below),
        ) {
            (None, _) => f64::NEG_INFINITY,
            (_, None) => f64::INFINITY,
            (Some(&left), Some(&right)) => crossing(left, right),
        }
    }
}

/// The s where two pieces meet.
fn crossing(a: (f64, f64), b: (f64, f64)) -> f64 {
    (b.1 - a.1) / (a.0 - b.0)
}
