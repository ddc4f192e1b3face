//! The kernels of a normal form, and arithmetic that needs to know them.

use std::collections::HashMap;

use num_traits::{One, Signed, ToPrimitive, Zero};

use super::poly::{Monomial, Poly};
use crate::concavity::Rational;
use crate::concavity::domain::{Domain, Range};
use crate::concavity::elementary::exact_power;
use crate::concavity::expr::{self, Elementary, Expr};
use crate::concavity::program::Program;
use crate::concavity::sign::Sign;
use crate::sema::interval::Interval;

/// Most terms of a polynomial.
const MOST_TERMS: usize = 2_000;
/// Most rounds of bringing a polynomial into its factored form.
const MOST_ROUNDS: usize = 8;
/// Largest power that is multiplied out.
const LARGEST_POWER: i64 = 8;

/// What a kernel stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Kernel {
    /// A variable, or its negative where that is what is positive.
    Variable(usize),
    /// `exp p`.
    Exp(Poly),
    /// `log p` for a p that is positive.
    Log(Poly),
    /// p itself, which is positive.
    Base(Poly),
    /// `atan p`, `sin p` or `cos p`.
    Apply(Elementary, Poly),
}

/// Whether the exponential of a sum is one kernel, or a product of a kernel for each term: the first is
/// tighter in intervals, the second cancels more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exponentials {
    /// A product.
    Split,
    /// One kernel.
    Whole,
}

/// Kernels on one box, and how much may still be calculated with them.
#[derive(Debug)]
pub struct Ring {
    pub(super) kernels: Vec<Kernel>,
    ids: HashMap<Kernel, usize>,
    /// The sign of each kernel inside the box.
    pub(super) signs: Vec<Sign>,
    /// Derivatives of kernels, by kernel and variable.
    derivatives: HashMap<(usize, usize), Poly>,
    /// The box without its faces.
    pub(in crate::concavity) domain: Domain,
    /// The smallest closed box around it.
    pub(super) hull: Vec<Interval>,
    pub(super) exponentials: Exponentials,
    /// Products of terms that may still be formed.
    work: usize,
}

impl Ring {
    /// For functions on the interior of a box, with at most `work` products of terms.
    pub fn new(domain: &Domain, exponentials: Exponentials, work: usize) -> Self {
        let domain = domain.interior();
        let hull = domain.hull();
        let mut ring = Ring {
            kernels: Vec::new(),
            ids: HashMap::new(),
            signs: Vec::new(),
            derivatives: HashMap::new(),
            domain,
            hull,
            exponentials,
            work,
        };
        for at in 0..ring.domain.0.len() {
            ring.intern(Kernel::Variable(at));
        }
        ring
    }

    /// Whether the kernel of a variable is its negative: the variable is below 0.
    pub fn is_mirrored(&self, variable: usize) -> bool {
        let below = |range: &Range| range.hi.at().is_some_and(|hi| !hi.is_positive());
        self.domain.0.get(variable).is_some_and(below)
    }

    /// The number of a kernel.
    pub(super) fn intern(&mut self, kernel: Kernel) -> usize {
        if let Some(&id) = self.ids.get(&kernel) {
            return id;
        }
        let sign = self.sign_of_kernel(&kernel);
        let id = self.kernels.len();
        self.ids.insert(kernel.clone(), id);
        self.kernels.push(kernel);
        self.signs.push(sign);
        id
    }

    fn sign_of_kernel(&mut self, kernel: &Kernel) -> Sign {
        match kernel {
            Kernel::Variable(at) => match self.domain.0.get(*at) {
                Some(range) if range.lo.at().is_some_and(|lo| !lo.is_negative()) => Sign::Positive,
                _ if self.is_mirrored(*at) => Sign::Positive,
                _ => Sign::Unknown,
            },
            Kernel::Exp(_) | Kernel::Base(_) => Sign::Positive,
            // log p has the sign of p − 1.
            Kernel::Log(p) => self.sign(&p.clone().plus(&Poly::whole(-1))).sign,
            Kernel::Apply(Elementary::Atan, p) => self.sign(p).sign,
            Kernel::Apply(function, p) => {
                let value = self.expr(p).apply(*function);
                Sign::of(self.enclose(&value))
            }
        }
    }

    /// An interval that holds the values of an expression on the box.
    pub(super) fn enclose(&self, of: &Expr) -> Interval {
        Program::new([of]).values(&self.hull).first().copied().unwrap_or(Interval::ALL)
    }

    /// Takes up work; none when there is none left.
    pub(super) fn spend(&mut self, products: usize) -> Option<()> {
        self.work = self.work.checked_sub(products.max(1))?;
        Some(())
    }

    /// The product, within the limits.
    pub(in crate::concavity) fn times(&mut self, a: &Poly, b: &Poly) -> Option<Poly> {
        self.spend(a.len().checked_mul(b.len())?)?;
        Some(a.times(b)).filter(|product| product.len() <= MOST_TERMS)
    }

    /// The sign of a monomial.
    pub(super) fn monomial_sign(&self, monomial: &Monomial) -> Sign {
        monomial.powers().iter().fold(Sign::Positive, |sign, (kernel, exponent)| {
            let own = self.signs.get(*kernel).copied().unwrap_or(Sign::Unknown);
            // The value exists, so that what stands under a negative power is not 0.
            let own = if exponent.is_negative() { own.off_zero() } else { own };
            let own = match (own, exponent.is_integer()) {
                (Sign::Positive, _) => Sign::Positive,
                (own, true) => own.whole_power(expr::is_even(exponent)),
                _ => Sign::Unknown,
            };
            let even_below = exponent.is_negative() && expr::is_even(exponent);
            sign.times(if even_below { own.off_zero() } else { own })
        })
    }

    /// A polynomial as a monomial times a polynomial without common factors, whose sums of kernels are
    /// multiplied out where they stand to the first power or above.
    pub fn factor(&mut self, poly: &Poly) -> Option<(Monomial, Poly)> {
        let mut content = poly.content();
        let mut rest = poly.shifted(&content.inverse());
        for _ in 0..MOST_ROUNDS {
            let expanded = self.expand(&rest)?;
            let common = expanded.content();
            let next = expanded.shifted(&common.inverse());
            let settled = common.is_one() && next == rest;
            content = content.times(&common);
            rest = next;
            if settled {
                break;
            }
        }
        Some((content, rest))
    }

    /// `b^(1 + e) = p·b^e` for the kernel b that is p.
    fn expand(&mut self, poly: &Poly) -> Option<Poly> {
        let mut current = poly.clone();
        loop {
            let mut changed = false;
            let mut next = Poly::default();
            for (monomial, coefficient) in current.terms() {
                let base = monomial.powers().iter().find_map(|(kernel, exponent)| {
                    match self.kernels.get(*kernel) {
                        Some(Kernel::Base(p)) if *exponent >= Rational::one() => {
                            Some((*kernel, p.clone()))
                        }
                        _ => None,
                    }
                });
                match base {
                    None => next.add_term(monomial.clone(), coefficient.clone()),
                    Some((kernel, p)) => {
                        changed = true;
                        self.spend(p.len())?;
                        let less = Monomial::power(kernel, -Rational::one());
                        let rest = monomial.times(&less);
                        next = next.plus(&p.shifted(&rest).scaled(coefficient));
                    }
                }
            }
            current = next;
            if !changed {
                return Some(current);
            }
            if current.len() > MOST_TERMS {
                return None;
            }
        }
    }

    /// `poly^exponent`, where that has a value.
    pub(super) fn power(&mut self, poly: &Poly, exponent: &Rational) -> Option<Poly> {
        if exponent.is_zero() {
            return Some(Poly::whole(1));
        }
        if poly.is_zero() {
            return exponent.is_positive().then(Poly::default);
        }
        let whole = exponent.numer().to_i64().filter(|_| exponent.is_integer());
        if let Some(n) = whole.filter(|n| (1..=LARGEST_POWER).contains(n))
            && (poly.len() <= 4 || n <= 2)
        {
            return self.product(poly, n);
        }
        let (content, rest) = self.factor(poly)?;
        if rest.is_zero() {
            return exponent.is_positive().then(Poly::default);
        }
        // A fractional power of a product goes to its factors only where they are positive.
        let positive = |kernel: usize| self.signs.get(kernel) == Some(&Sign::Positive);
        let (content, other) = content.split(|kernel| whole.is_some() || positive(kernel));
        let rest = rest.shifted(&other);
        let outer = content.to(exponent);
        if let Some((monomial, coefficient)) = rest.single()
            && (monomial.is_one() || whole.is_some())
        {
            let (monomial, constant) = (monomial.to(exponent), coefficient.clone());
            let factor = self.constant_power(&constant, exponent)?;
            return Some(factor.shifted(&monomial.times(&outer)));
        }
        // The value exists: what stands under a negative power is not 0.
        let sign = self.sign(&rest).sign;
        let sign = if exponent.is_negative() { sign.off_zero() } else { sign };
        let flip = sign == Sign::Negative && whole.is_some();
        if sign != Sign::Positive && !flip {
            let n = whole.filter(|n| (1..=LARGEST_POWER).contains(n))?;
            return self.product(poly, n);
        }
        let rest = if flip { rest.negated() } else { rest };
        let lead = rest.lead();
        let base = self.intern(Kernel::Base(rest.scaled(&lead.recip())));
        let mut factor = self.constant_power(&lead, exponent)?;
        if flip && !expr::is_even(exponent) {
            factor = factor.negated();
        }
        Some(factor.shifted(&Monomial::power(base, exponent.clone()).times(&outer)))
    }

    fn product(&mut self, poly: &Poly, n: i64) -> Option<Poly> {
        let mut product = poly.clone();
        for _ in 1..n {
            product = self.times(&product, poly)?;
        }
        Some(product)
    }

    /// A power of a constant: a number, or a kernel when it is irrational.
    fn constant_power(&mut self, value: &Rational, exponent: &Rational) -> Option<Poly> {
        if let Some(power) = exact_power(value, exponent) {
            return Some(Poly::constant(power));
        }
        if !value.is_positive() {
            return None;
        }
        let base = self.intern(Kernel::Base(Poly::constant(value.clone())));
        Some(Poly::term(Monomial::power(base, exponent.clone()), Rational::one()))
    }

    /// The derivative of a polynomial in the kernel of a variable.
    pub fn derivative(&mut self, poly: &Poly, variable: usize) -> Option<Poly> {
        let mut sum = Poly::default();
        for (monomial, coefficient) in poly.terms() {
            for (kernel, exponent) in monomial.powers() {
                let inner = self.kernel_derivative(*kernel, variable)?;
                if inner.is_zero() {
                    continue;
                }
                let less = Monomial::power(*kernel, -Rational::one());
                let outer = Poly::term(monomial.times(&less), coefficient * exponent);
                sum = sum.plus(&self.times(&outer, &inner)?);
            }
        }
        Some(sum).filter(|sum| sum.len() <= MOST_TERMS)
    }

    fn kernel_derivative(&mut self, kernel: usize, variable: usize) -> Option<Poly> {
        if let Some(known) = self.derivatives.get(&(kernel, variable)) {
            return Some(known.clone());
        }
        let own = |kernel| Poly::kernel(kernel);
        let slope = match self.kernels.get(kernel)?.clone() {
            Kernel::Variable(at) if at == variable => Poly::whole(1),
            Kernel::Variable(_) => Poly::default(),
            Kernel::Base(p) => self.derivative(&p, variable)?,
            Kernel::Exp(p) => {
                let inner = self.derivative(&p, variable)?;
                self.times(&inner, &own(kernel))?
            }
            Kernel::Log(p) => self.quotient_of_derivative(&p, &p, variable)?,
            Kernel::Apply(Elementary::Atan, p) => {
                let square = self.times(&p, &p)?;
                self.quotient_of_derivative(&p, &square.plus(&Poly::whole(1)), variable)?
            }
            Kernel::Apply(function, p) => {
                let inner = self.derivative(&p, variable)?;
                let outer = match function {
                    Elementary::Sin => self.intern(Kernel::Apply(Elementary::Cos, p)),
                    _ => self.intern(Kernel::Apply(Elementary::Sin, p)),
                };
                let sign = if function == Elementary::Sin { 1 } else { -1 };
                self.times(&inner, &own(outer).scaled(&Rational::from_integer(sign.into())))?
            }
        };
        self.derivatives.insert((kernel, variable), slope.clone());
        Some(slope)
    }

    /// `p′ / q`.
    fn quotient_of_derivative(&mut self, p: &Poly, q: &Poly, variable: usize) -> Option<Poly> {
        let slope = self.derivative(p, variable)?;
        if slope.is_zero() {
            return Some(slope);
        }
        let inverse = self.power(q, &-Rational::one())?;
        self.times(&slope, &inverse)
    }
}
