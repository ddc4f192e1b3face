//! What each atom computes.
//!
//! A row is a formula, written once for plain numbers and for numbers with derivatives. Where an atom
//! has a kink, the derivative is that of one of its sides.

use super::jet::Real;

/// An argument of an atom.
#[derive(Clone, Debug)]
pub enum Argument<R> {
    /// One number.
    One(R),
    /// A vector.
    Many(Vec<R>),
    /// A matrix, by rows.
    Table(Vec<Vec<R>>),
}

impl<R: Real> Argument<R> {
    /// Its numbers, row by row.
    pub fn numbers(&self) -> Vec<R> {
        match self {
            Argument::One(number) => vec![number.clone()],
            Argument::Many(numbers) => numbers.clone(),
            Argument::Table(rows) => rows.iter().flatten().cloned().collect(),
        }
    }
}

/// The value of a scalar-valued atom; none for a name that is no such atom, or too few arguments.
pub fn value<R: Real>(name: &str, arguments: &[Argument<R>], p: &[f64]) -> Option<R> {
    let first = arguments.first()?.numbers();
    let x = first.first()?;
    let y = || arguments.get(1)?.numbers().first().cloned();
    let (a, b) = (p.first().copied(), p.get(1).copied());
    Some(match name {
        // Of one number.
        "neg_" => x.scaled(-1.0),
        "abs" => piece(x, x.value() >= 0.0, 1.0, -1.0),
        "pos" => piece(x, x.value() >= 0.0, 1.0, 0.0),
        "neg" => piece(x, x.value() < 0.0, -1.0, 0.0),
        "square" => x.times(x),
        "sqrt" => x.raised(0.5),
        "inv_pos" => x.inverse(),
        "exp" => x.exponential(),
        "log" => x.logarithm(),
        "log1p" => x.shifted(1.0).logarithm(),
        "logistic" => softplus(x),
        "entr" => x_log_x(x).scaled(-1.0),
        "xexp" => x.times(&x.exponential()),
        "power" | "odd_power" => power(x, a?),
        "huber" => huber(x, a.unwrap_or(1.0)),
        "scalene" => {
            let (up, down) = (a?, b?);
            piece(x, x.value() >= 0.0, up, -down)
        }
        "tanh" => {
            let t = x.value().tanh();
            x.chain(t, 1.0 - t * t, -2.0 * t * (1.0 - t * t))
        }
        "atan" => {
            let v = x.value();
            let d = (1.0 + v * v).recip();
            x.chain(v.atan(), d, -2.0 * v * d * d)
        }
        "sigmoid" => {
            let s = sigmoid(x.value());
            x.chain(s, s * (1.0 - s), s * (1.0 - s) * (1.0 - 2.0 * s))
        }
        "sin" => x.chain(x.value().sin(), x.value().cos(), -x.value().sin()),
        "cos" => x.chain(x.value().cos(), -x.value().sin(), -x.value().cos()),
        "tan" => {
            let t = x.value().tan();
            x.chain(t, 1.0 + t * t, 2.0 * t * (1.0 + t * t))
        }
        "sinh" => x.chain(x.value().sinh(), x.value().cosh(), x.value().sinh()),
        "asinh" => {
            let (v, r) = (x.value(), x.value().hypot(1.0));
            x.chain(v.asinh(), r.recip(), -v / r.powi(3))
        }
        "atanh" => {
            let v = x.value();
            let d = (1.0 - v * v).recip();
            x.chain(v.atanh(), d, 2.0 * v * d * d)
        }
        "ceil" => x.constant(x.value().ceil()),
        "floor" => x.constant(x.value().floor()),
        "sign" => x.constant(if x.value() == 0.0 { 0.0 } else { x.value().signum() }),
        // Of a utility.
        "alpha_fair" => alpha_fair(x, a?),
        "michaelis_menten" => x.over(&x.shifted(a?)),
        "hill" => {
            let (half, n) = (a?, b?);
            let raised = x.raised(n);
            raised.over(&raised.shifted(half.powf(n)))
        }
        "pwl" => along(x, &points(p))?,
        "concave_envelope" => along(x, &hull(&points(p)))?,
        // Of two numbers.
        "add" => x.plus(&y()?),
        "sub" => x.minus(&y()?),
        "mul" | "multiply" => x.times(&y()?),
        "div" => x.over(&y()?),
        "quad_over_lin" => sum(&first.iter().map(|x| x.times(x)).collect::<Vec<_>>())?.over(&y()?),
        "kl_div" => relative_entropy(x, &y()?).minus(x).plus(&y()?),
        "rel_entr" => relative_entropy(x, &y()?),
        // Of any number of numbers.
        "maximum" | "max" => extreme(&all(arguments), |a, b| a > b)?,
        "minimum" | "min" => extreme(&all(arguments), |a, b| a < b)?,
        // Of a vector.
        "sum" => sum(&first)?,
        "mean" => sum(&first)?.scaled((first.len() as f64).recip()),
        "sum_squares" => sum(&first.iter().map(|x| x.times(x)).collect::<Vec<_>>())?,
        "norm1" => sum(&first.iter().map(absolute).collect::<Vec<_>>())?,
        "norm2" => root(&sum(&first.iter().map(|x| x.times(x)).collect::<Vec<_>>())?),
        "norm_inf" => extreme(&first.iter().map(absolute).collect::<Vec<_>>(), |a, b| a > b)?,
        "pnorm" => pnorm(&first, a?)?,
        "log_sum_exp" => log_sum_exp(&first)?,
        "geo_mean" => geo_mean(&first, p)?,
        "harmonic_mean" => {
            let inverses: Vec<_> = first.iter().map(Real::inverse).collect();
            sum(&inverses)?.inverse().scaled(first.len() as f64)
        }
        "inv_prod" => product(&first)?.inverse(),
        "prod" => product(&first)?,
        "ptp" => extreme(&first, |a, b| a > b)?.minus(&extreme(&first, |a, b| a < b)?),
        "sum_largest" => ranked(&first, a?, |a, b| b.total_cmp(a))?,
        "sum_smallest" => ranked(&first, a?, f64::total_cmp)?,
        "tv" => {
            let steps = first.windows(2).map(|pair| absolute(&pair[1].minus(&pair[0])));
            sum(&steps.collect::<Vec<_>>()).unwrap_or_else(|| x.constant(0.0))
        }
        "var" | "std" => {
            let n = first.len() as f64;
            let mean = sum(&first)?.scaled(n.recip());
            let squares = first.iter().map(|x| x.minus(&mean)).map(|d| d.times(&d));
            let variance = sum(&squares.collect::<Vec<_>>())?.scaled(n.recip());
            if name == "var" { variance } else { root(&variance) }
        }
        "dot" => sum(&pairs(&first, arguments.get(1)?))?,
        "length" => x.constant(
            first.iter().rposition(|x| x.value() != 0.0).map_or(0.0, |at| at as f64 + 1.0),
        ),
        "dotsort" => dotsort(&first, p)?,
        "cvar" => {
            let count = (1.0 - a?) * first.len() as f64;
            ranked(&first, count, |a, b| b.total_cmp(a))?.scaled(count.recip())
        }
        "quad_form" => quadratic(&first, p)?,
        _ => return None,
    })
}

/// `up · x` on one side, `down · x` on the other.
fn piece<R: Real>(x: &R, on_first: bool, up: f64, down: f64) -> R {
    x.scaled(if on_first { up } else { down })
}

fn absolute<R: Real>(x: &R) -> R {
    piece(x, x.value() >= 0.0, 1.0, -1.0)
}

fn all<R: Real>(arguments: &[Argument<R>]) -> Vec<R> {
    arguments.iter().flat_map(Argument::numbers).collect()
}

fn sum<R: Real>(numbers: &[R]) -> Option<R> {
    numbers.iter().cloned().reduce(|a, b| a.plus(&b))
}

fn product<R: Real>(numbers: &[R]) -> Option<R> {
    numbers.iter().cloned().reduce(|a, b| a.times(&b))
}

fn pairs<R: Real>(a: &[R], b: &Argument<R>) -> Vec<R> {
    a.iter().zip(b.numbers()).map(|(a, b)| a.times(&b)).collect()
}

fn extreme<R: Real>(numbers: &[R], better: impl Fn(f64, f64) -> bool) -> Option<R> {
    numbers.iter().cloned().reduce(|a, b| if better(b.value(), a.value()) { b } else { a })
}

/// The square root; at 0 with the derivative 0, one of those that its convex uses have there.
fn root<R: Real>(x: &R) -> R {
    if x.value() == 0.0 { x.chain(0.0, 0.0, 0.0) } else { x.raised(0.5) }
}

fn power<R: Real>(x: &R, p: f64) -> R {
    // 0 to a power between 1 and 2 has the slope 0, and a curvature that no number is.
    if x.value() == 0.0 && p > 1.0 && p < 2.0 { x.chain(0.0, 0.0, 0.0) } else { x.raised(p) }
}

fn x_log_x<R: Real>(x: &R) -> R {
    let v = x.value();
    if v == 0.0 {
        return x.chain(0.0, f64::NEG_INFINITY, f64::INFINITY);
    }
    x.chain(v * v.ln(), v.ln() + 1.0, v.recip())
}

/// `x log(x/y)`; 0 at x = 0.
fn relative_entropy<R: Real>(x: &R, y: &R) -> R {
    if x.value() == 0.0 { x.scaled(0.0) } else { x.times(&x.over(y).logarithm()) }
}

fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 { (1.0 + (-x).exp()).recip() } else { x.exp() / (1.0 + x.exp()) }
}

/// `log(1 + exp(x))`, without overflow.
fn softplus<R: Real>(x: &R) -> R {
    let v = x.value();
    let s = sigmoid(v);
    x.chain(v.max(0.0) + (-v.abs()).exp().ln_1p(), s, s * (1.0 - s))
}

/// x² inside ±m, `2m|x| − m²` outside.
fn huber<R: Real>(x: &R, m: f64) -> R {
    let v = x.value();
    if v.abs() <= m {
        x.times(x)
    } else {
        x.chain(2.0 * m * v.abs() - m * m, 2.0 * m * v.signum(), 0.0)
    }
}

/// `x^(1−a)/(1−a)`, and `log x` for a = 1 (Mo and Walrand 2000).
fn alpha_fair<R: Real>(x: &R, a: f64) -> R {
    if a == 1.0 { x.logarithm() } else { x.raised(1.0 - a).scaled((1.0 - a).recip()) }
}

fn log_sum_exp<R: Real>(numbers: &[R]) -> Option<R> {
    let most = numbers.iter().map(Real::value).fold(f64::NEG_INFINITY, f64::max);
    let terms: Vec<_> = numbers.iter().map(|x| x.shifted(-most).exponential()).collect();
    Some(sum(&terms)?.logarithm().shifted(most))
}

/// `(Σ |x|^p)^(1/p)`; for p < 1, of nonnegative numbers.
fn pnorm<R: Real>(numbers: &[R], p: f64) -> Option<R> {
    if p.is_infinite() {
        return extreme(&numbers.iter().map(absolute).collect::<Vec<_>>(), |a, b| a > b);
    }
    let powers: Vec<_> = numbers.iter().map(|x| power(&absolute(x), p)).collect();
    let total = sum(&powers)?;
    Some(if total.value() == 0.0 { total } else { total.raised(p.recip()) })
}

/// `Π x^(w/Σw)`, equal weights when none are given.
fn geo_mean<R: Real>(numbers: &[R], weights: &[f64]) -> Option<R> {
    let total = if weights.is_empty() { numbers.len() as f64 } else { weights.iter().sum() };
    let weight = |at: usize| weights.get(at).copied().unwrap_or(1.0) / total;
    let factors =
        numbers.iter().enumerate().filter(|(at, _)| weights.is_empty() || weight(*at) > 0.0);
    product(&factors.map(|(at, x)| x.raised(weight(at))).collect::<Vec<_>>())
}

/// The sum of the first k numbers in an order; a part of the next where k is not whole.
fn ranked<R: Real>(
    numbers: &[R],
    k: f64,
    order: impl Fn(&f64, &f64) -> std::cmp::Ordering,
) -> Option<R> {
    let mut sorted: Vec<_> = numbers.to_vec();
    sorted.sort_by(|a, b| order(&a.value(), &b.value()));
    let share = |at: usize| (k - at as f64).clamp(0.0, 1.0);
    sum(&sorted.iter().enumerate().map(|(at, x)| x.scaled(share(at))).collect::<Vec<_>>())
}

/// The sum of sorted numbers times sorted weights; the weights that are missing are 0.
fn dotsort<R: Real>(numbers: &[R], weights: &[f64]) -> Option<R> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(|a, b| a.value().total_cmp(&b.value()));
    let mut weights = weights.to_vec();
    weights.resize(numbers.len().max(weights.len()), 0.0);
    weights.sort_by(f64::total_cmp);
    sum(&sorted.iter().zip(&weights).map(|(x, w)| x.scaled(*w)).collect::<Vec<_>>())
}

/// `xᵀ P x`, P by its rows.
fn quadratic<R: Real>(x: &[R], p: &[f64]) -> Option<R> {
    let rows = p.chunks(x.len().max(1)).zip(x);
    let products = rows.map(|(row, own)| {
        let inner = sum(&row.iter().zip(x).map(|(p, x)| x.scaled(*p)).collect::<Vec<_>>())?;
        Some(own.times(&inner))
    });
    sum(&products.collect::<Option<Vec<_>>>()?)
}

/// Points that stand one after the other, x before y.
pub fn points(p: &[f64]) -> Vec<(f64, f64)> {
    p.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
}

/// The upper hull of points whose x ascend.
pub fn hull(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut hull: Vec<(f64, f64)> = Vec::new();
    for &point in points {
        while let [.., a, b] = hull.as_slice() {
            if (b.1 - a.1) * (point.0 - a.0) > (point.1 - a.1) * (b.0 - a.0) {
                break;
            }
            hull.pop();
        }
        hull.push(point);
    }
    hull
}

/// The straight pieces between points, of which the outermost go on.
fn along<R: Real>(x: &R, points: &[(f64, f64)]) -> Option<R> {
    let v = x.value();
    let last = points.len().checked_sub(2)?;
    let piece = points.iter().skip(1).position(|point| v <= point.0).unwrap_or(last).min(last);
    let (a, b) = (points.get(piece)?, points.get(piece + 1)?);
    let slope = (b.1 - a.1) / (b.0 - a.0);
    Some(x.chain(a.1 + slope * (v - a.0), slope, 0.0))
}
