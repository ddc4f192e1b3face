//! Laurent polynomials with rational exponents and rational coefficients over numbered kernels.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::{One, Signed, Zero};

use crate::concavity::Rational;

/// A product of powers of kernels: kernel and exponent, kernels ascending, no exponent 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Monomial(Vec<(usize, Rational)>);

impl Monomial {
    /// One kernel to a power.
    pub fn power(kernel: usize, exponent: Rational) -> Self {
        Monomial(if exponent.is_zero() { Vec::new() } else { vec![(kernel, exponent)] })
    }

    /// Whether it is 1.
    pub fn is_one(&self) -> bool {
        self.0.is_empty()
    }

    /// Kernels and exponents.
    pub fn powers(&self) -> &[(usize, Rational)] {
        &self.0
    }

    /// The exponent of a kernel.
    pub fn exponent(&self, kernel: usize) -> Rational {
        let found = self.0.iter().find(|(other, _)| *other == kernel);
        found.map_or_else(Rational::zero, |(_, exponent)| exponent.clone())
    }

    /// The product.
    #[must_use]
    pub fn times(&self, other: &Monomial) -> Monomial {
        let mut all: BTreeMap<usize, Rational> = self.0.iter().cloned().collect();
        for (kernel, exponent) in &other.0 {
            *all.entry(*kernel).or_insert_with(Rational::zero) += exponent;
        }
        Monomial(all.into_iter().filter(|(_, exponent)| !exponent.is_zero()).collect())
    }

    /// The power.
    #[must_use]
    pub fn to(&self, exponent: &Rational) -> Monomial {
        if exponent.is_zero() {
            return Monomial::default();
        }
        Monomial(self.0.iter().map(|(kernel, own)| (*kernel, own * exponent)).collect())
    }

    /// The reciprocal.
    #[must_use]
    pub fn inverse(&self) -> Monomial {
        Monomial(self.0.iter().map(|(kernel, own)| (*kernel, -own)).collect())
    }

    /// The part in the kernels that `keep` accepts, and the rest.
    pub fn split(&self, keep: impl Fn(usize) -> bool) -> (Monomial, Monomial) {
        let (kept, rest) = self.0.iter().cloned().partition(|(kernel, _)| keep(*kernel));
        (Monomial(kept), Monomial(rest))
    }
}

/// A sum of monomials with coefficients that are not 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Poly(BTreeMap<Monomial, Rational>);

impl Poly {
    /// A constant.
    pub fn constant(value: Rational) -> Self {
        Poly::term(Monomial::default(), value)
    }

    /// A whole number.
    pub fn whole(value: i64) -> Self {
        Poly::constant(Rational::from_integer(value.into()))
    }

    /// One term.
    pub fn term(monomial: Monomial, coefficient: Rational) -> Self {
        let mut poly = Poly::default();
        poly.add_term(monomial, coefficient);
        poly
    }

    /// One kernel.
    pub fn kernel(kernel: usize) -> Self {
        Poly::term(Monomial::power(kernel, Rational::one()), Rational::one())
    }

    /// Whether it is 0.
    pub fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// Monomials and coefficients, in order.
    pub fn terms(&self) -> impl ExactSizeIterator<Item = (&Monomial, &Rational)> {
        self.0.iter()
    }

    /// How many terms it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The only term, when there is but one.
    pub fn single(&self) -> Option<(&Monomial, &Rational)> {
        self.0.first_key_value().filter(|_| self.0.len() == 1)
    }

    /// The number that it is, when it depends on no kernel.
    pub fn as_constant(&self) -> Option<Rational> {
        match self.single() {
            None if self.0.is_empty() => Some(Rational::zero()),
            Some((monomial, value)) if monomial.is_one() => Some(value.clone()),
            _ => None,
        }
    }

    /// The kernels that occur.
    pub fn kernels(&self) -> BTreeSet<usize> {
        self.0.keys().flat_map(|monomial| monomial.0.iter().map(|(kernel, _)| *kernel)).collect()
    }

    /// Adds a term.
    pub fn add_term(&mut self, monomial: Monomial, coefficient: Rational) {
        if coefficient.is_zero() {
            return;
        }
        match self.0.entry(monomial) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(coefficient);
            }
            std::collections::btree_map::Entry::Occupied(mut entry) => {
                *entry.get_mut() += coefficient;
                if entry.get().is_zero() {
                    entry.remove();
                }
            }
        }
    }

    /// The sum.
    #[must_use]
    pub fn plus(mut self, other: &Poly) -> Poly {
        for (monomial, coefficient) in &other.0 {
            self.add_term(monomial.clone(), coefficient.clone());
        }
        self
    }

    /// The multiple.
    #[must_use]
    pub fn scaled(&self, factor: &Rational) -> Poly {
        if factor.is_zero() {
            return Poly::default();
        }
        Poly(self.0.iter().map(|(monomial, own)| (monomial.clone(), own * factor)).collect())
    }

    /// The negative.
    #[must_use]
    pub fn negated(&self) -> Poly {
        self.scaled(&-Rational::one())
    }

    /// The product with a monomial.
    #[must_use]
    pub fn shifted(&self, by: &Monomial) -> Poly {
        if by.is_one() {
            return self.clone();
        }
        Poly(self.0.iter().map(|(monomial, own)| (monomial.times(by), own.clone())).collect())
    }

    /// The product.
    #[must_use]
    pub fn times(&self, other: &Poly) -> Poly {
        let mut product = Poly::default();
        for (a, x) in &self.0 {
            for (b, y) in &other.0 {
                product.add_term(a.times(b), x * y);
            }
        }
        product
    }

    /// The largest monomial by which every term can be divided.
    pub fn content(&self) -> Monomial {
        let mut least: BTreeMap<usize, Rational> = BTreeMap::new();
        for kernel in self.kernels() {
            let exponents = self.0.keys().map(|monomial| monomial.exponent(kernel));
            if let Some(exponent) = exponents.min().filter(|exponent| !exponent.is_zero()) {
                least.insert(kernel, exponent);
            }
        }
        Monomial(least.into_iter().collect())
    }

    /// The absolute value of its first coefficient; 1 of 0.
    pub fn lead(&self) -> Rational {
        self.0.first_key_value().map_or_else(Rational::one, |(_, value)| value.abs())
    }
}
