//! Numbers that carry their first and second derivatives (forward differentiation).

use std::rc::Rc;

/// What an atom is computed in.
pub trait Real: Clone {
    /// A constant.
    fn constant(&self, value: f64) -> Self;
    /// The value.
    fn value(&self) -> f64;
    /// The sum.
    fn plus(&self, other: &Self) -> Self;
    /// The product.
    fn times(&self, other: &Self) -> Self;
    /// `f(self)`, from the value and the first two derivatives of f here.
    fn chain(&self, value: f64, first: f64, second: f64) -> Self;

    /// `factor · self`.
    fn scaled(&self, factor: f64) -> Self {
        self.chain(factor * self.value(), factor, 0.0)
    }
    /// `self − other`.
    fn minus(&self, other: &Self) -> Self {
        self.plus(&other.scaled(-1.0))
    }
    /// `self + shift`.
    fn shifted(&self, shift: f64) -> Self {
        self.chain(self.value() + shift, 1.0, 0.0)
    }
    /// `1 / self`.
    fn inverse(&self) -> Self {
        let x = self.value();
        self.chain(x.recip(), -x.powi(-2), 2.0 * x.powi(-3))
    }
    /// `self / other`.
    fn over(&self, other: &Self) -> Self {
        self.times(&other.inverse())
    }
    /// `self ^ p`.
    fn raised(&self, p: f64) -> Self {
        let x = self.value();
        if p == 0.0 {
            return self.chain(1.0, 0.0, 0.0);
        }
        if p == 1.0 {
            return self.clone();
        }
        let second = if p == 2.0 { 2.0 } else { p * (p - 1.0) * x.powf(p - 2.0) };
        self.chain(x.powf(p), p * x.powf(p - 1.0), second)
    }
    /// e to it.
    fn exponential(&self) -> Self {
        let e = self.value().exp();
        self.chain(e, e, e)
    }
    /// Its natural logarithm.
    fn logarithm(&self) -> Self {
        let x = self.value();
        self.chain(x.ln(), x.recip(), -x.powi(-2))
    }
}

impl Real for f64 {
    fn constant(&self, value: f64) -> f64 {
        value
    }
    fn value(&self) -> f64 {
        *self
    }
    fn plus(&self, other: &f64) -> f64 {
        self + other
    }
    fn times(&self, other: &f64) -> f64 {
        self * other
    }
    fn chain(&self, value: f64, _: f64, _: f64) -> f64 {
        value
    }
}

/// A value with its gradient and Hessian in n columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Jet {
    value: f64,
    gradient: Rc<[f64]>,
    /// Row-major, n × n, symmetric.
    hessian: Rc<[f64]>,
}

impl Jet {
    /// `value + Σ slope · column`, of n columns.
    pub fn affine(value: f64, slopes: Vec<f64>) -> Self {
        let hessian = vec![0.0; slopes.len() * slopes.len()].into();
        Jet { value, gradient: slopes.into(), hessian }
    }

    /// First derivatives.
    pub fn gradient(&self) -> &[f64] {
        &self.gradient
    }

    /// Second derivatives, row-major.
    pub fn hessian(&self) -> &[f64] {
        &self.hessian
    }

    /// `value`, gradient `a·self + b·other`, and Hessian the same plus `cross(i, j)`.
    fn combined(
        &self,
        value: f64,
        (a, b, other): (f64, f64, &Jet),
        cross: impl Fn(usize, usize) -> f64,
    ) -> Jet {
        let pair = |(x, y): (&f64, &f64)| a * x + b * y;
        let n = self.gradient.len();
        let gradient = self.gradient.iter().zip(&*other.gradient).map(pair).collect();
        let plain = self.hessian.iter().zip(&*other.hessian).map(pair);
        let hessian = plain.enumerate().map(|(at, h)| h + cross(at / n.max(1), at % n.max(1)));
        Jet { value, gradient, hessian: hessian.collect() }
    }
}

impl Real for Jet {
    fn constant(&self, value: f64) -> Jet {
        Jet::affine(value, vec![0.0; self.gradient.len()])
    }
    fn value(&self) -> f64 {
        self.value
    }
    fn plus(&self, other: &Jet) -> Jet {
        self.combined(self.value + other.value, (1.0, 1.0, other), |_, _| 0.0)
    }
    fn times(&self, other: &Jet) -> Jet {
        let (a, b) = (&self.gradient, &other.gradient);
        self.combined(self.value * other.value, (other.value, self.value, other), |i, j| {
            a[i] * b[j] + a[j] * b[i]
        })
    }
    fn chain(&self, value: f64, first: f64, second: f64) -> Jet {
        let g = &self.gradient;
        self.combined(value, (first, 0.0, self), |i, j| second * g[i] * g[j])
    }
}
