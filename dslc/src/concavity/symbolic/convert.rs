//! From expressions to normal form.

use num_traits::{One, Signed};

use super::poly::{Monomial, Poly};
use super::ring::{Exponentials, Kernel, Ring};
use crate::concavity::Rational;
use crate::concavity::expr::{Elementary, Expr};
use crate::concavity::sign::Sign;

impl Ring {
    /// The normal form of an expression that has a value everywhere inside the box; none when there is
    /// no such form, or none within the limits.
    pub fn convert(&mut self, of: &Expr) -> Option<Poly> {
        self.spend(1)?;
        match of {
            Expr::Number(value) => Some(Poly::constant(value.clone())),
            Expr::Variable(at) => {
                let kernel = self.intern(Kernel::Variable(*at));
                let sign = if self.is_mirrored(*at) { -1 } else { 1 };
                Some(Poly::kernel(kernel).scaled(&Rational::from_integer(sign.into())))
            }
            Expr::Sum(terms) => {
                let mut sum = Poly::default();
                for term in terms {
                    sum = sum.plus(&self.convert(term)?);
                }
                Some(sum)
            }
            Expr::Product(factors) => {
                let mut product = Poly::whole(1);
                for factor in factors {
                    let factor = self.convert(factor)?;
                    product = self.times(&product, &factor)?;
                }
                Some(product)
            }
            Expr::Power(base, p) => {
                let base = self.convert(base)?;
                self.power(&base, p)
            }
            Expr::Apply(function, inner) => {
                let inner = self.convert(inner)?;
                match function {
                    Elementary::Exp => self.exp(&inner),
                    Elementary::Log => self.log(&inner),
                    Elementary::Entropy => {
                        let log = self.log(&inner)?;
                        Some(self.times(&inner, &log)?.negated())
                    }
                    Elementary::Abs => {
                        let sign = self.sign(&inner).sign;
                        match sign {
                            sign if sign.is_nonneg() => Some(inner),
                            sign if sign.is_nonpos() => Some(inner.negated()),
                            _ => None,
                        }
                    }
                    Elementary::Atan | Elementary::Sin | Elementary::Cos => {
                        let kernel = self.intern(Kernel::Apply(*function, inner));
                        Some(Poly::kernel(kernel))
                    }
                }
            }
            Expr::Least(_) | Expr::Largest(_) => None,
        }
    }

    fn exp(&mut self, of: &Poly) -> Option<Poly> {
        if self.exponentials == Exponentials::Whole && of.len() > 1 {
            let lead = of.lead();
            let kernel = self.intern(Kernel::Exp(of.scaled(&lead.recip())));
            return Some(Poly::term(Monomial::power(kernel, lead), Rational::one()));
        }
        let mut product = Poly::whole(1);
        for (monomial, coefficient) in of.terms() {
            let factor = match self.logarithm_of(monomial) {
                // exp(k·log p) = p^k.
                Some(p) => self.power(&p, coefficient)?,
                None => {
                    let inner = Poly::term(monomial.clone(), Rational::one());
                    let kernel = self.intern(Kernel::Exp(inner));
                    Poly::term(Monomial::power(kernel, coefficient.clone()), Rational::one())
                }
            };
            product = self.times(&product, &factor)?;
        }
        Some(product)
    }

    /// The p of a monomial that is `log p`.
    fn logarithm_of(&self, monomial: &Monomial) -> Option<Poly> {
        match monomial.powers() {
            [(kernel, exponent)] if exponent.is_one() => match self.kernels.get(*kernel)? {
                Kernel::Log(p) => Some(p.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    fn log(&mut self, of: &Poly) -> Option<Poly> {
        let (content, rest) = self.factor(of)?;
        let positive = |kernel: usize| self.signs.get(kernel) == Some(&Sign::Positive);
        let (content, other) = content.split(positive);
        let rest = rest.shifted(&other);
        let mut sum = Poly::default();
        for (kernel, exponent) in content.powers() {
            let log = match self.kernels.get(*kernel)?.clone() {
                Kernel::Exp(p) => p,
                Kernel::Base(p) => Poly::kernel(self.intern(Kernel::Log(p))),
                _ => Poly::kernel(self.intern(Kernel::Log(Poly::kernel(*kernel)))),
            };
            sum = sum.plus(&log.scaled(exponent));
        }
        if let Some(value) = rest.as_constant() {
            return value.is_positive().then(|| sum.plus(&self.log_of_constant(value)));
        }
        // The logarithm has a value: what it is taken of is positive.
        if !self.sign(&rest).sign.off_zero().eq(&Sign::Positive) {
            return None;
        }
        let lead = rest.lead();
        let kernel = self.intern(Kernel::Log(rest.scaled(&lead.recip())));
        Some(sum.plus(&Poly::kernel(kernel)).plus(&self.log_of_constant(lead)))
    }

    fn log_of_constant(&mut self, value: Rational) -> Poly {
        if value.is_one() {
            return Poly::default();
        }
        Poly::kernel(self.intern(Kernel::Log(Poly::constant(value))))
    }
}
