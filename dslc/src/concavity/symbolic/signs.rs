//! Signs of normal forms in the interior of the box, and how they are known.

use num_integer::Integer;
use num_traits::{One, Signed as _, ToPrimitive, Zero};
use serde::{Deserialize, Serialize};

use super::poly::{Monomial, Poly};
use super::ring::{Kernel, Ring};
use super::sturm::{self, Span, Univariate};
use crate::concavity::Rational;
use crate::concavity::boxes::{self, Cuts, Found};
use crate::concavity::elementary::{self, Exponent};
use crate::concavity::expr::is_even;
use crate::concavity::sign::Sign;

/// Largest degree for Sturm's chain.
const MOST_DEGREE: usize = 60;
/// Most boxes for the sign of a part of a function.
const PART_BOXES: usize = 200;

/// How a sign is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// It is 0.
    Zero,
    /// Every term has the same sign.
    Posynomial,
    /// One kernel is left, and the polynomial in it has no root of odd order on its range.
    Sturm,
    /// Intervals tell, on the boxes that these cuts make.
    Boxes {
        /// The cuts.
        cuts: Cuts,
    },
}

/// A sign and how it is known.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The sign.
    pub sign: Sign,
    /// How it is known; none while unknown.
    pub method: Option<Method>,
    /// Points where the polynomial is above and below 0, when both were found.
    pub both: Option<(Vec<Rational>, Vec<Rational>)>,
}

impl Signed {
    fn known(sign: Sign, method: Method) -> Self {
        Signed { sign, method: Some(method), both: None }
    }

    fn unknown() -> Self {
        Signed { sign: Sign::Unknown, method: None, both: None }
    }
}

impl Ring {
    /// The sign of a polynomial, within the few boxes that a part of a function is worth.
    pub fn sign(&mut self, poly: &Poly) -> Signed {
        match self.factor(poly) {
            Some((content, rest)) => {
                let mut limit = PART_BOXES;
                self.sign_of_factors(&content, &rest, &mut limit)
            }
            None => Signed::unknown(),
        }
    }

    /// The sign of `content · rest`, whose boxes count `limit` down.
    pub fn sign_of_factors(
        &mut self,
        content: &Monomial,
        rest: &Poly,
        limit: &mut usize,
    ) -> Signed {
        let (outer, inner) = self.inner(content, rest);
        if inner.is_zero() {
            return Signed::known(Sign::Zero, Method::Zero);
        }
        if let Some(sign) = self.posynomial(&inner) {
            return Signed::known(sign.times(outer), Method::Posynomial);
        }
        let found = match self.univariate(&inner) {
            Some(found) => found,
            None => self.by_boxes(&inner, limit),
        };
        let both = match outer {
            // A sign that is not known goes with either.
            Sign::Unknown => None,
            outer if outer.is_nonneg() => found.both,
            _ => found.both.map(|(above, below)| (below, above)),
        };
        Signed { sign: found.sign.times(outer), both, ..found }
    }

    /// Moves the factors whose sign is not known into the polynomial; gives the sign of the others.
    pub fn inner(&self, content: &Monomial, rest: &Poly) -> (Sign, Poly) {
        let known = |kernel: usize| {
            let own = Monomial::power(kernel, content.exponent(kernel));
            self.monomial_sign(&own) != Sign::Unknown
        };
        let (known, other) = content.split(known);
        // Even powers beside the odd ones do not matter.
        let odd = other.powers().iter().filter(|(_, exponent)| exponent.is_integer());
        let odd = odd.filter(|(_, exponent)| !is_even(exponent));
        let odd = odd.fold(Monomial::default(), |product, (kernel, _)| {
            // 1/u has the sign of u.
            product.times(&Monomial::power(*kernel, Rational::one()))
        });
        let fraction = other.powers().iter().any(|(_, exponent)| !exponent.is_integer());
        let sign = if fraction { Sign::Unknown } else { self.monomial_sign(&known) };
        (sign, rest.shifted(&odd))
    }

    /// All terms of one sign.
    pub fn posynomial(&self, poly: &Poly) -> Option<Sign> {
        let term = |(monomial, coefficient): (&Monomial, &Rational)| {
            let sign = self.monomial_sign(monomial);
            if coefficient.is_negative() { sign.flipped() } else { sign }
        };
        let sign = poly.terms().map(term).reduce(Sign::plus)?;
        (sign != Sign::Unknown).then_some(sign)
    }

    /// By Sturm's chain, when one kernel is left.
    fn univariate(&self, poly: &Poly) -> Option<Signed> {
        let line = self.line(poly)?;
        let span = Span { lo: line.lo.as_ref(), hi: line.hi.as_ref() };
        let sign = sturm::sign(&line.poly, span, !line.exact);
        if sign != Sign::Unknown {
            return Some(Signed::known(sign, Method::Sturm));
        }
        // The range of another kernel may be too wide; a variable's is exact.
        let variable = line.variable?;
        let point = |positive: bool| {
            let x = sturm::point_of_sign(&line.poly, span, positive, 200)?;
            let mut point: Vec<_> = self.domain.0.iter().map(|range| range.middle()).collect();
            *point.get_mut(variable)? = if self.is_mirrored(variable) { -x } else { x };
            Some(point)
        };
        Some(Signed { both: point(true).zip(point(false)), ..Signed::unknown() })
    }

    /// A polynomial in one kernel, as one in the root of it that leaves whole exponents.
    pub fn line(&self, poly: &Poly) -> Option<Line> {
        let kernels = poly.kernels();
        let kernel = *kernels.first().filter(|_| kernels.len() == 1)?;
        let exponents = || poly.terms().map(|(monomial, _)| monomial.exponent(kernel));
        let root = exponents().try_fold(1u32, |root, exponent| {
            let denominator = exponent.denom().to_u32()?;
            Some(root.lcm(&denominator)).filter(|root| *root <= 64)
        })?;
        let mut coefficients = Vec::new();
        for (monomial, coefficient) in poly.terms() {
            let n = (monomial.exponent(kernel) * Rational::from_integer(root.into())).to_usize()?;
            if n > MOST_DEGREE || monomial.exponent(kernel).is_negative() {
                return None;
            }
            if coefficients.len() <= n {
                coefficients.resize(n + 1, Rational::zero());
            }
            *coefficients.get_mut(n)? = coefficient.clone();
        }
        let poly = Univariate::new(coefficients);
        if let (Some(Kernel::Variable(at)), 1) = (self.kernels.get(kernel), root) {
            let range = self.domain.0.get(*at)?;
            let (lo, hi) = (range.lo.at().cloned(), range.hi.at().cloned());
            let mirrored = self.is_mirrored(*at);
            let (lo, hi) = if mirrored { (hi.map(|x| -x), lo.map(|x| -x)) } else { (lo, hi) };
            return Some(Line { poly, lo, hi, exact: true, variable: Some(*at) });
        }
        let range = self.enclose(&self.kernel_expr(kernel));
        let exponent = Exponent::of(&Rational::new(1.into(), root.into()));
        let range = if root == 1 { range } else { elementary::power(range, &exponent) };
        let end = |end: f64| Rational::from_float(end);
        let (lo, hi) = (end(range.lo), end(range.hi));
        // A constant has no range to speak of.
        if lo.is_some() && lo == hi {
            return None;
        }
        Some(Line { poly, lo, hi, exact: false, variable: None })
    }

    fn by_boxes(&self, poly: &Poly, limit: &mut usize) -> Signed {
        let exact = |point: Vec<f64>| -> Option<Vec<Rational>> {
            point.into_iter().map(Rational::from_float).collect()
        };
        match boxes::sign(&self.expr(poly), &self.hull, limit) {
            Found::Sign(sign, cuts) => Signed::known(sign, Method::Boxes { cuts }),
            Found::Both { above, below } => {
                Signed { both: exact(above).zip(exact(below)), ..Signed::unknown() }
            }
            Found::Open(_) => Signed::unknown(),
        }
    }
}

/// A polynomial in one kernel, and that kernel's range.
pub struct Line {
    pub poly: Univariate,
    pub lo: Option<Rational>,
    pub hi: Option<Rational>,
    /// Whether the kernel takes no value at the ends.
    pub exact: bool,
    /// The variable that the kernel is.
    variable: Option<usize>,
}
