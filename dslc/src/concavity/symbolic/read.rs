//! From normal form back to expressions and numbers.

use num_traits::{One, Zero};

use super::poly::{Monomial, Poly};
use super::ring::{Kernel, Ring};
use crate::concavity::Rational;
use crate::concavity::elementary::exact_power;
use crate::concavity::expr::Expr;
use crate::concavity::sign::Sign;
use crate::concavity::simplify;

impl Ring {
    /// A polynomial as an expression in the variables.
    pub fn expr(&self, poly: &Poly) -> Expr {
        let term = |(monomial, coefficient): (&Monomial, &Rational)| {
            let factor = Expr::Number(coefficient.clone());
            simplify::product([factor, self.monomial_expr(monomial)])
        };
        simplify::sum(poly.terms().map(term).collect::<Vec<_>>())
    }

    /// A monomial as an expression in the variables.
    pub fn monomial_expr(&self, monomial: &Monomial) -> Expr {
        let powers = monomial.powers().iter();
        // Not simplified across powers: the kernels' own form is the tighter one.
        let factors = powers.map(|(kernel, exponent)| match self.kernel_expr(*kernel) {
            base if exponent.is_one() => base,
            base => base.power(exponent.clone()),
        });
        let mut factors: Vec<_> = factors.collect();
        match factors.pop() {
            None => Expr::from(1),
            Some(only) if factors.is_empty() => only,
            Some(last) => {
                factors.push(last);
                Expr::Product(factors)
            }
        }
    }

    /// The kernels as expressions, with their signs.
    pub fn kernels(&self) -> impl Iterator<Item = (Expr, Sign)> {
        (0..self.kernels.len()).map(|at| self.kernel_expr(at)).zip(self.signs.iter().copied())
    }

    /// A kernel as an expression in the variables.
    pub fn kernel_expr(&self, kernel: usize) -> Expr {
        match self.kernels.get(kernel) {
            None => Expr::from(0),
            Some(Kernel::Variable(at)) if self.is_mirrored(*at) => -Expr::Variable(*at),
            Some(Kernel::Variable(at)) => Expr::Variable(*at),
            Some(Kernel::Exp(p)) => self.expr(p).exp(),
            Some(Kernel::Log(p)) => self.expr(p).log(),
            Some(Kernel::Base(p)) => self.expr(p),
            Some(Kernel::Apply(function, p)) => self.expr(p).apply(*function),
        }
    }

    /// The exact value of a polynomial at a rational point, when it is rational and no transcendental
    /// function takes part.
    pub fn value(&self, poly: &Poly, point: &[Rational]) -> Option<Rational> {
        let mut sum = Rational::zero();
        for (monomial, coefficient) in poly.terms() {
            let mut term = coefficient.clone();
            for (kernel, exponent) in monomial.powers() {
                let base = match self.kernels.get(*kernel)? {
                    Kernel::Variable(at) if self.is_mirrored(*at) => -point.get(*at)?,
                    Kernel::Variable(at) => point.get(*at)?.clone(),
                    Kernel::Base(p) => self.value(p, point)?,
                    _ => return None,
                };
                term *= exact_power(&base, exponent)?;
            }
            sum += term;
        }
        Some(sum)
    }
}
