//! Ranges of values that take more than a line.

use num_traits::ToPrimitive;

use super::Given;
use super::pieces;
use crate::sema::hir::Rational;
use crate::sema::interval::Interval;

/// `x^n` for the whole first parameter.
pub fn powi(given: &Given<'_>) -> Interval {
    given.whole().map_or(Interval::ALL, |n| given.x(0).powi(n))
}

/// `x^p` grows or falls with p, so that the ends of an interval around p bound it.
pub fn powf(given: &Given<'_>) -> Interval {
    to_power(given.x(0), &given.p(0))
}

fn to_power(x: Interval, p: &Rational) -> Interval {
    let p = Interval::of(p);
    x.powf(p.lo).hull(x.powf(p.hi))
}

/// The sum of all elements of a vector whose elements lie in `x`.
fn total(given: &Given<'_>, x: Interval) -> Interval {
    let count = given.count(0);
    x.repeated(count.least, count.most)
}

/// `Σ xᵢ`.
pub fn sum(given: &Given<'_>) -> Interval {
    total(given, given.x(0))
}

/// The smallest interval that holds all arguments.
pub fn hull(given: &Given<'_>) -> Interval {
    given.intervals.iter().copied().reduce(Interval::hull).unwrap_or(Interval::ALL)
}

/// `Σ xᵢᵢ` of a square matrix.
pub fn trace(given: &Given<'_>) -> Interval {
    let count = given.count(0);
    given.x(0).repeated(count.least.isqrt(), count.most.isqrt())
}

/// `Σ xᵢ yᵢ`.
pub fn dot(given: &Given<'_>) -> Interval {
    total(given, given.x(0) * given.x(1))
}

/// Each element of a product of matrices is a sum over the axis that they share.
pub fn matmul(given: &Given<'_>) -> Interval {
    // The axis is no longer than either argument has elements.
    let (a, b) = (given.count(0), given.count(1));
    let each = given.x(0) * given.x(1);
    each.repeated(1.min(a.least).min(b.least), a.most.min(b.most))
}

/// Sums of one to all elements.
pub fn partial_sums(given: &Given<'_>) -> Interval {
    given.x(0).repeated(1, given.count(0).most)
}

/// Products of one to all elements.
pub fn partial_products(given: &Given<'_>) -> Interval {
    let x = given.x(0);
    x.hull(products(x, 1, given.count(0).most))
}

/// The product of all elements.
pub fn product(given: &Given<'_>) -> Interval {
    let count = given.count(0);
    products(given.x(0), count.least, count.most)
}

fn products(x: Interval, least: usize, most: usize) -> Interval {
    let power = |count: usize| match u32::try_from(count) {
        Ok(0) => Interval::point(1.0),
        Ok(count) if x.lo >= 0.0 => x.powi(count),
        Ok(count) => {
            // Any sign, and at most the largest magnitude's power.
            let most = x.abs().powi(count);
            most.hull(-most)
        }
        Err(_) => Interval::ALL,
    };
    // Between the two counts a power of a number lies between the two powers, where it has one sign.
    power(least).hull(power(most))
}

/// `1 / Π xᵢ`.
pub fn inverse_product(given: &Given<'_>) -> Interval {
    match given.x(0).intersect(Interval::NONNEG) {
        Some(x) if x.hi > 0.0 => {
            let count = given.count(0);
            products(x, count.least, count.most).inv_pos()
        }
        _ => Interval::ALL,
    }
}

/// `(Σ |xᵢ|^p)^(1/p)` lies between n^(1/p) times the least and the largest magnitude.
pub fn pnorm(given: &Given<'_>) -> Interval {
    let p = given.p(0);
    if p == Rational::default() {
        return Interval::ALL;
    }
    let x = if p < Rational::from_integer(1.into()) {
        given.x(0).intersect(Interval::NONNEG).unwrap_or(Interval::NONNEG)
    } else {
        given.x(0).abs()
    };
    x * to_power(count(given), &p.recip())
}

/// The count of the first argument's elements.
fn count(given: &Given<'_>) -> Interval {
    let count = given.count(0);
    Interval::point(1.0).repeated(count.least, count.most)
}

/// `‖x‖₂`.
pub fn norm2(given: &Given<'_>) -> Interval {
    given.x(0).abs() * count(given).sqrt()
}

/// `Σ xᵢ²`.
pub fn sum_squares(given: &Given<'_>) -> Interval {
    total(given, given.x(0).square())
}

/// `Σ |xᵢ|`.
pub fn norm1(given: &Given<'_>) -> Interval {
    total(given, given.x(0).abs())
}

/// `ln Σ e^xᵢ` lies between the least and the largest element, plus ln n.
pub fn log_sum_exp(given: &Given<'_>) -> Interval {
    given.x(0) + count(given).ln()
}

/// A mean of elements that have a value only where they are not below 0.
pub fn mean_of_nonneg(given: &Given<'_>) -> Interval {
    given.x(0).intersect(Interval::NONNEG).unwrap_or(Interval::NONNEG)
}

/// How far apart two elements can be.
fn spread(given: &Given<'_>) -> Interval {
    let x = given.x(0);
    let width = (x + -x).hi;
    Interval::new(0.0, width)
}

/// `max − min`.
pub fn ptp(given: &Given<'_>) -> Interval {
    spread(given)
}

/// `Σ |xᵢ₊₁ − xᵢ|`.
pub fn tv(given: &Given<'_>) -> Interval {
    spread(given).repeated(0, given.count(0).most.saturating_sub(1))
}

/// The variance is at most a quarter of the squared spread (Popoviciu).
pub fn variance(given: &Given<'_>) -> Interval {
    let half = spread(given) * Interval::point(0.5);
    half.square()
}

/// The standard deviation is at most half the spread.
pub fn deviation(given: &Given<'_>) -> Interval {
    spread(given) * Interval::point(0.5)
}

/// Differences side by side, taken as often as the first parameter says: their size doubles each time.
pub fn differences(given: &Given<'_>) -> Interval {
    let times = given.whole().unwrap_or(1).min(1 << 10);
    (0..times).fold(given.x(0), |x, _| x + -x)
}

/// The sum of as many elements as the first parameter says.
pub fn sum_of_some(given: &Given<'_>) -> Interval {
    let some = given.p(0).to_integer().to_usize().unwrap_or(usize::MAX);
    given.x(0).repeated(some.min(given.count(0).least), some.min(given.count(0).most))
}

/// `Σ wᵢ x₍ᵢ₎` over elements in order, the smallest weights with the smallest elements.
pub fn weighted(given: &Given<'_>) -> Interval {
    let x = given.x(0);
    given.weights().fold(Interval::ZERO, |sum, weight| sum + weight * x)
}

/// `Σ xᵢ² / y`.
pub fn quad_over_lin(given: &Given<'_>) -> Interval {
    match given.x(1).intersect(Interval::NONNEG).filter(|y| y.hi > 0.0) {
        Some(y) => sum_squares(given) / y,
        None => Interval::NONNEG,
    }
}

/// `Σ Pᵢⱼ xᵢ xⱼ`.
pub fn quad_form(given: &Given<'_>) -> Interval {
    let (x, rows) = (given.x(0), given.parameters.len().isqrt().max(1));
    let (square, product) = (x.square(), x * x);
    given.weights().enumerate().fold(Interval::ZERO, |sum, (at, weight)| {
        let diagonal = at / rows == at % rows;
        sum + weight * if diagonal { square } else { product }
    })
}

/// Huber's function of the magnitude, in which it grows.
pub fn huber(given: &Given<'_>) -> Interval {
    let (x, m) = (given.x(0).abs(), Interval::of(&given.p(0)));
    let linear = |x: Interval| Interval::point(2.0) * m * x - m.square();
    let at = |end: f64| {
        let x = Interval::point(end);
        if end.is_infinite() {
            Interval { lo: end, hi: end }
        } else if end <= m.lo {
            x.square()
        } else if end >= m.hi {
            linear(x)
        } else {
            x.square().hull(linear(x))
        }
    };
    Interval::new(at(x.lo).lo.max(0.0), at(x.hi).hi)
}

/// `α·max(x, 0) + β·max(−x, 0)`.
pub fn scalene(given: &Given<'_>) -> Interval {
    let (x, a, b) = (given.x(0), Interval::of(&given.p(0)), Interval::of(&given.p(1)));
    let right = x.intersect(Interval::NONNEG).map(|part| a * part);
    let left = x.intersect(-Interval::NONNEG).map(|part| b * -part);
    match (left, right) {
        (Some(left), Some(right)) => left.hull(right),
        (one, other) => one.or(other).unwrap_or(Interval::ALL),
    }
}

/// `x·ln(x / y) − x + y` is convex, so that a corner of its box has its largest value; none is below 0.
pub fn kl_div(given: &Given<'_>) -> Interval {
    let parts = [0, 1].map(|at| given.x(at).intersect(Interval::NONNEG));
    let [Some(x), Some(y)] = parts else { return Interval::NONNEG };
    let corner = |x: f64, y: f64| {
        let (x, y) = (Interval::point(x), Interval::point(y));
        (x.rel_entr(y) - x + y).hi
    };
    let finite = x.hi.is_finite() && y.hi.is_finite();
    let corners = [(x.lo, y.lo), (x.lo, y.hi), (x.hi, y.lo), (x.hi, y.hi)];
    let most = corners.into_iter().map(|(x, y)| corner(x, y)).fold(0.0, f64::max);
    Interval::new(0.0, if finite { most } else { f64::INFINITY })
}

/// `x^(1−a) / (1−a)` grows with x.
pub fn alpha_fair(given: &Given<'_>) -> Interval {
    let rest = Rational::from_integer(1.into()) - given.p(0);
    to_power(given.x(0), &rest) / Interval::of(&rest)
}

/// `xⁿ / (kⁿ + xⁿ)` grows with x from 0 to 1; the parameters are k and n.
pub fn hill(given: &Given<'_>) -> Interval {
    let x = given.x(0).intersect(Interval::NONNEG).unwrap_or(Interval::NONNEG);
    let n = given.parameters.get(1).cloned().unwrap_or(Rational::from_integer(1.into()));
    let at = |end: f64| match end {
        0.0 => Interval::ZERO,
        f64::INFINITY => Interval::point(1.0),
        // Written as 1 / (1 + (k/x)ⁿ), which overflows to 0.
        end => {
            let ratio = Interval::of(&given.p(0)) / Interval::point(end);
            Interval::point(1.0) / (Interval::point(1.0) + to_power(ratio, &n))
        }
    };
    Interval::new(at(x.lo).lo.max(0.0), at(x.hi).hi.min(1.0))
}

/// A piecewise linear function.
pub fn pwl(given: &Given<'_>) -> Interval {
    pieces::range(&pieces::points(given.parameters), given.x(0))
}

/// The concave envelope of points.
pub fn envelope(given: &Given<'_>) -> Interval {
    pieces::range(&pieces::envelope(&pieces::points(given.parameters)), given.x(0))
}
