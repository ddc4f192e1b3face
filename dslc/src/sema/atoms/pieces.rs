//! Piecewise linear functions, given by points of their graph.
//!
//! Between two points the function is linear; outside the first and the last one the outermost pieces
//! go on. The concave envelope of points is the least concave function that is nowhere below them: its
//! points are the upper hull of theirs.

use std::cmp::Ordering;

use crate::sema::hir::Rational;
use crate::sema::interval::Interval;

/// A point of a graph, x before y.
pub type Point = (Rational, Rational);

/// The points of numbers that stand one after the other, x before y.
pub fn points(numbers: &[Rational]) -> Vec<Point> {
    let pair = |pair: &[Rational]| match pair {
        [x, y] => Some((x.clone(), y.clone())),
        _ => None,
    };
    numbers.chunks(2).filter_map(pair).collect()
}

/// What is wrong with points as a graph.
pub fn refuses(numbers: &[Rational]) -> Option<&'static str> {
    let points = points(numbers);
    if points.len() < 2 {
        return Some("a graph needs two points at least");
    }
    let ascends = points.windows(2).all(|pair| matches!(pair, [a, b] if a.0 < b.0));
    (!ascends).then_some("the x of the points must ascend, each above the one before")
}

/// The slopes of the pieces, from left to right.
pub fn slopes(points: &[Point]) -> Vec<Rational> {
    let slope = |pair: &[Point]| match pair {
        [a, b] if a.0 != b.0 => Some((&b.1 - &a.1) / (&b.0 - &a.0)),
        _ => None,
    };
    points.windows(2).filter_map(slope).collect()
}

/// The points of the least concave function that is nowhere below these points, which ascend.
pub fn envelope(points: &[Point]) -> Vec<Point> {
    let mut hull: Vec<Point> = Vec::new();
    for point in points {
        while let [.., a, b] = hull.as_slice() {
            // b stays only if it lies above the line from a to the next point.
            let above = (&b.1 - &a.1) * (&point.0 - &a.0) > (&point.1 - &a.1) * (&b.0 - &a.0);
            if above {
                break;
            }
            hull.pop();
        }
        hull.push(point.clone());
    }
    hull
}

/// The function's value.
pub fn value(points: &[Point], x: &Rational) -> Option<Rational> {
    let last = points.len().checked_sub(2)?;
    let piece = points.iter().skip(1).position(|point| *x <= point.0).unwrap_or(last).min(last);
    let ((x0, y0), (x1, y1)) = (points.get(piece)?, points.get(piece + 1)?);
    (x0 != x1).then(|| y0 + (y1 - y0) / (x1 - x0) * (x - x0))
}

/// An interval that holds the function's values on an interval.
pub fn range(points: &[Point], x: Interval) -> Interval {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Interval::ALL };
    let slopes = slopes(points);
    let (Some(rise), Some(fall)) = (slopes.first(), slopes.last()) else { return Interval::ALL };
    // The pieces that go on outside, and the points in between.
    let outside = |part: Option<Interval>, point: &Point, slope: &Rational| {
        let distance = part? - Interval::of(&point.0);
        Some(Interval::of(&point.1) + Interval::of(slope) * distance)
    };
    let left = x.intersect(Interval::between(None, Some(&first.0)));
    let right = x.intersect(Interval::between(Some(&last.0), None));
    let pieces = points.windows(2).zip(&slopes).filter_map(|(pair, slope)| {
        let [a, b] = pair else { return None };
        let part = x.intersect(Interval::between(Some(&a.0), Some(&b.0)));
        let along = outside(part, a, slope)?;
        let ends = Interval::of(&a.1).hull(Interval::of(&b.1));
        along.intersect(ends).or(Some(along))
    });
    let all = pieces.chain(outside(left, first, rise)).chain(outside(right, last, fall));
    all.reduce(Interval::hull).unwrap_or(Interval::ALL)
}

/// How the slopes of a graph go from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bend {
    /// They do not increase: the function is concave.
    Concave,
    /// They do not decrease: it is convex.
    Convex,
    /// All are equal.
    Straight,
    /// They increase and decrease.
    Both,
}

/// How the slopes of these numbers' points go.
pub fn bend(numbers: &[Rational]) -> Bend {
    let slopes = slopes(&points(numbers));
    let goes = |way| slopes.windows(2).any(|pair| matches!(pair, [a, b] if b.cmp(a) == way));
    match (goes(Ordering::Greater), goes(Ordering::Less)) {
        (false, false) => Bend::Straight,
        (true, false) => Bend::Convex,
        (false, true) => Bend::Concave,
        (true, true) => Bend::Both,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(numbers: &[i64]) -> Vec<Rational> {
        numbers.iter().map(|n| Rational::from_integer((*n).into())).collect()
    }

    #[test]
    fn an_envelope_drops_what_lies_below_it() {
        let points = points(&numbers(&[0, 0, 1, 1, 2, 5, 3, 6, 4, 6]));
        let hull: Vec<_> = envelope(&points).iter().map(|p| p.0.to_integer()).collect();
        assert_eq!(hull, [0, 2, 3, 4].map(Into::into));
        assert_eq!(
            value(&envelope(&points), &numbers(&[1])[0]),
            Some(Rational::new(5.into(), 2.into()))
        );
    }

    #[test]
    fn pieces_go_on_outside() {
        let points = points(&numbers(&[0, 0, 2, 4, 4, 5]));
        let at = |x: i64| value(&points, &numbers(&[x])[0]).map(|y| y.to_integer());
        assert_eq!([-1, 0, 2, 4, 6].map(at), [-2, 0, 4, 5, 6].map(|y| Some(y.into())));
        let range = range(&points, Interval::new(1.0, 6.0));
        assert_eq!((range.lo, range.hi), (2.0, 6.0));
    }

    #[test]
    fn bad_points_are_refused() {
        assert!(refuses(&numbers(&[0, 0])).is_some());
        assert!(refuses(&numbers(&[0, 0, 0, 1])).is_some());
        assert!(refuses(&numbers(&[0, 0, 1, 1])).is_none());
    }
}
