//! Signs of polynomials in one variable on a range, exactly: Yun's square-free factors and Sturm's
//! chain (Basu, Pollack and Roy 2006, chapter 2).

use num_traits::{One, Signed, Zero};

use crate::concavity::Rational;
use crate::concavity::sign::Sign;

/// Coefficients, lowest power first; the last one is not 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Univariate(Vec<Rational>);

impl Univariate {
    /// From coefficients, lowest power first.
    pub fn new(mut coefficients: Vec<Rational>) -> Self {
        while coefficients.last().is_some_and(Zero::is_zero) {
            coefficients.pop();
        }
        Univariate(coefficients)
    }

    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// The degree; 0 of 0.
    pub fn degree(&self) -> usize {
        self.0.len().saturating_sub(1)
    }

    /// The value.
    pub fn at(&self, x: &Rational) -> Rational {
        self.0.iter().rev().fold(Rational::zero(), |sum, coefficient| sum * x + coefficient)
    }

    fn derivative(&self) -> Self {
        let terms = self.0.iter().enumerate().skip(1);
        Univariate(terms.map(|(n, c)| c * Rational::from_integer(n.into())).collect())
    }

    /// With a leading coefficient of 1 or −1: the sign stays.
    fn normalised(mut self) -> Self {
        if let Some(lead) = self.0.last().map(Signed::abs) {
            self.0.iter_mut().for_each(|coefficient| *coefficient /= &lead);
        }
        self
    }

    fn negated(mut self) -> Self {
        self.0.iter_mut().for_each(|coefficient| *coefficient = -&*coefficient);
        self
    }

    fn minus(&self, other: &Self) -> Self {
        let zero = Rational::zero();
        let at = |p: &Self, n: usize| p.0.get(n).unwrap_or(&zero).clone();
        let length = self.0.len().max(other.0.len());
        Univariate::new((0..length).map(|n| at(self, n) - at(other, n)).collect())
    }

    /// Quotient and remainder; the quotient by 0 is 0.
    fn divided(&self, by: &Self) -> (Self, Self) {
        let mut rest = self.0.clone();
        let mut quotient = vec![Rational::zero(); (rest.len() + 1).saturating_sub(by.0.len())];
        let Some(lead) = by.0.last() else { return (Univariate(Vec::new()), self.clone()) };
        while rest.len() >= by.0.len() {
            let Some(top) = rest.last() else { break };
            let factor = top / lead;
            let shift = rest.len() - by.0.len();
            for (n, coefficient) in by.0.iter().enumerate() {
                rest[shift + n] -= &factor * coefficient;
            }
            quotient[shift] = factor;
            // The top is 0 now.
            rest.pop();
            while rest.last().is_some_and(Zero::is_zero) {
                rest.pop();
            }
        }
        (Univariate::new(quotient), Univariate(rest))
    }

    fn gcd(&self, other: &Self) -> Self {
        let (mut a, mut b) = (self.clone(), other.clone());
        while !b.is_zero() {
            let rest = a.divided(&b).1.normalised();
            (a, b) = (b, rest);
        }
        a.normalised()
    }

    /// The products of the square-free factors of odd and of even multiplicity (Yun 1976).
    pub(super) fn parities(&self) -> [Self; 2] {
        let one = || Univariate(vec![Rational::one()]);
        let mut products = [one(), one()];
        let slope = self.derivative();
        let common = self.gcd(&slope);
        let mut rest = self.divided(&common).0;
        let mut slope = slope.divided(&common).0.minus(&rest.derivative());
        let mut multiplicity = 1;
        while rest.degree() > 0 {
            let factor = rest.gcd(&slope);
            rest = rest.divided(&factor).0;
            slope = slope.divided(&factor).0.minus(&rest.derivative());
            let product = &mut products[(multiplicity + 1) % 2];
            *product = product.times(&factor);
            multiplicity += 1;
        }
        products
    }

    /// The product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        let mut product = vec![Rational::zero(); (self.0.len() + other.0.len()).saturating_sub(1)];
        for (n, a) in self.0.iter().enumerate() {
            for (m, b) in other.0.iter().enumerate() {
                product[n + m] += a * b;
            }
        }
        Univariate::new(product)
    }

    /// Coefficients, lowest power first.
    pub fn coefficients(&self) -> &[Rational] {
        &self.0
    }

    /// `p(x + by)`, by Horner's scheme.
    #[must_use]
    pub fn shifted(&self, by: &Rational) -> Self {
        let mut shifted: Vec<Rational> = Vec::new();
        for coefficient in self.0.iter().rev() {
            // q·(x + by) + coefficient.
            let mut next = vec![coefficient.clone()];
            next.extend(shifted.iter().cloned());
            for (n, own) in shifted.iter().enumerate() {
                next[n] += own * by;
            }
            shifted = next;
        }
        Univariate::new(shifted)
    }

    /// `p(−x)`.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        self.scaled_argument(&-Rational::one())
    }

    /// `p(by·x)`.
    #[must_use]
    pub fn scaled_argument(&self, by: &Rational) -> Self {
        let mut factor = Rational::one();
        let scale = |coefficient: &Rational| {
            let scaled = coefficient * &factor;
            factor *= by;
            scaled
        };
        Univariate::new(self.0.iter().map(scale).collect())
    }

    /// A point inside the range that is no root; none of 0.
    pub fn off_roots(&self, span: Span<'_>) -> Option<Rational> {
        let whole = |n: usize| Rational::from_integer(n.into());
        let count = self.degree() + 2;
        let point = |n: usize| match (span.lo, span.hi) {
            (Some(lo), Some(hi)) => lo + (hi - lo) * Rational::new(n.into(), count.into()),
            (Some(lo), None) => lo + whole(n),
            (None, Some(hi)) => hi - whole(n),
            (None, None) => whole(n),
        };
        (1..count).map(point).find(|x| !self.at(x).is_zero())
    }

    /// Without its root at `x`, if it has one; for square-free polynomials.
    fn without_root(self, x: Option<&Rational>) -> Self {
        match x {
            Some(x) if self.at(x).is_zero() => {
                self.divided(&Univariate(vec![-x, Rational::one()])).0
            }
            _ => self,
        }
    }
}

/// A range whose ends may be at infinity.
#[derive(Clone, Copy, Debug)]
pub struct Span<'a> {
    /// Lower end.
    pub lo: Option<&'a Rational>,
    /// Upper end.
    pub hi: Option<&'a Rational>,
}

/// Sturm's chain of a square-free polynomial.
struct Chain(Vec<Univariate>);

impl Chain {
    fn new(of: Univariate) -> Self {
        let mut chain = vec![of.derivative(), of];
        chain.reverse();
        while let [.., a, b] = chain.as_slice() {
            if b.is_zero() {
                chain.pop();
                break;
            }
            let rest = a.divided(b).1.negated().normalised();
            chain.push(rest);
        }
        Chain(chain)
    }

    fn changes(&self, signs: impl Iterator<Item = bool>) -> usize {
        let signs: Vec<_> = signs.collect();
        signs.windows(2).filter(|pair| pair[0] != pair[1]).count()
    }

    fn changes_at(&self, x: &Rational) -> usize {
        let values = self.0.iter().map(|p| p.at(x)).filter(|value| !value.is_zero());
        self.changes(values.map(|value| value.is_positive()))
    }

    fn changes_at_infinity(&self, upper: bool) -> usize {
        let sign = |p: &Univariate| {
            p.0.last()
                .is_some_and(|lead| lead.is_positive() == (upper || p.degree().is_multiple_of(2)))
        };
        self.changes(self.0.iter().filter(|p| !p.is_zero()).map(sign))
    }

    /// Roots inside a range, none of whose ends is a root.
    fn roots(&self, span: Span<'_>) -> usize {
        let low = span.lo.map_or_else(|| self.changes_at_infinity(false), |lo| self.changes_at(lo));
        let high = span.hi.map_or_else(|| self.changes_at_infinity(true), |hi| self.changes_at(hi));
        low.saturating_sub(high)
    }
}

/// The sign of a polynomial inside a range: exact, and strict where it has no root inside. With
/// `ends`, a root at an end counts as well.
pub fn sign(of: &Univariate, span: Span<'_>, ends: bool) -> Sign {
    if of.is_zero() {
        return Sign::Zero;
    }
    let [odd, even] = of.parities();
    let touches = |p: &Univariate| {
        let at_end = |end: Option<&Rational>| end.is_some_and(|end| p.at(end).is_zero());
        ends && (at_end(span.lo) || at_end(span.hi))
    };
    let inside = |p: Univariate| {
        let p = p.without_root(span.lo).without_root(span.hi);
        Chain::new(p).roots(span) > 0
    };
    let weak = touches(&odd) || touches(&even);
    if inside(odd) {
        return Sign::Unknown;
    }
    let Some(sample) = of.off_roots(span) else { return Sign::Unknown };
    let sign = if of.at(&sample).is_positive() { Sign::Positive } else { Sign::Negative };
    if weak || inside(even) { sign.weak() } else { sign }
}

/// A point inside the range where the polynomial has that sign; none when there is none, or it is in
/// a gap of less than 2^−`depth` of the range.
pub fn point_of_sign(
    of: &Univariate,
    span: Span<'_>,
    positive: bool,
    depth: u32,
) -> Option<Rational> {
    let sample = of.off_roots(span)?;
    if of.at(&sample).is_positive() == positive {
        return Some(sample);
    }
    let [odd, _] = of.parities();
    // Finite ends: roots are within Cauchy's bound.
    let lead = odd.0.last()?.clone();
    let sum: Rational = odd.0.iter().map(|c| (c / &lead).abs()).sum();
    let bound = sum + Rational::one();
    let lo = span.lo.cloned().unwrap_or_else(|| -bound.clone());
    let hi = span.hi.cloned().unwrap_or(bound);
    let odd = odd.without_root(Some(&lo)).without_root(Some(&hi));
    let chain = Chain::new(odd);
    let mut waiting = vec![(lo, hi, depth)];
    while let Some((lo, hi, depth)) = waiting.pop() {
        if depth == 0 || lo >= hi || chain.roots(Span { lo: Some(&lo), hi: Some(&hi) }) == 0 {
            continue;
        }
        let sample = of.off_roots(Span { lo: Some(&lo), hi: Some(&hi) })?;
        if of.at(&sample).is_positive() == positive {
            return Some(sample);
        }
        // The sample is no root, so that both halves have ends that are none.
        waiting.push((lo, sample.clone(), depth - 1));
        waiting.push((sample, hi, depth - 1));
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rational(n: i64) -> Rational {
        Rational::from_integer(n.into())
    }

    fn from_roots(roots: &[i64]) -> Univariate {
        roots.iter().fold(Univariate(vec![Rational::one()]), |product, root| {
            product.times(&Univariate(vec![rational(-root), Rational::one()]))
        })
    }

    #[test]
    fn double_roots_keep_the_sign() {
        let (lo, hi) = (rational(-3), rational(3));
        let span = Span { lo: Some(&lo), hi: Some(&hi) };
        assert_eq!(sign(&from_roots(&[1, 1]), span, false), Sign::Nonneg);
        assert_eq!(sign(&from_roots(&[3, 3]), span, false), Sign::Positive);
        assert_eq!(sign(&from_roots(&[3]), span, false), Sign::Negative);
        assert_eq!(sign(&from_roots(&[3]), span, true), Sign::Nonpos);
        assert_eq!(sign(&from_roots(&[1]), span, false), Sign::Unknown);
        assert_eq!(sign(&from_roots(&[-3, 3]), span, false), Sign::Negative);
    }

    #[test]
    fn infinite_ends_are_ends() {
        let everywhere = Span { lo: None, hi: None };
        // x² − x + 1 has no real root.
        let p = Univariate::new(vec![rational(1), rational(-1), rational(1)]);
        assert_eq!(sign(&p, everywhere, false), Sign::Positive);
        let five = rational(5);
        let above = Span { lo: Some(&five), hi: None };
        assert_eq!(sign(&from_roots(&[-1, 2, 5]), above, false), Sign::Positive);
        assert_eq!(point_of_sign(&p, everywhere, false, 100), None);
        let p = from_roots(&[1000, 1001]);
        let found = point_of_sign(&p, everywhere, false, 100);
        assert!(found.is_some_and(|x| p.at(&x).is_negative()));
    }

    proptest! {
        #[test]
        fn signs_agree_with_the_roots(
            roots in prop::collection::vec(-6i64..6, 0..7),
            lo in -7i64..6,
            width in 1i64..8,
        ) {
            let (low, high) = (rational(lo), rational(lo + width));
            let span = Span { lo: Some(&low), hi: Some(&high) };
            let p = from_roots(&roots);
            let found = sign(&p, span, false);
            // Between whole numbers the sign does not change: thirds sample every stretch.
            let thirds = |n: i64| Rational::new((3 * lo + n).into(), 3.into());
            let values: Vec<_> = (1..3 * width).map(|n| p.at(&thirds(n))).collect();
            let (above, below) =
                (values.iter().any(Signed::is_positive), values.iter().any(Signed::is_negative));
            let zero = values.iter().any(Zero::is_zero);
            let truth = match (above, below, zero) {
                (true, true, _) => Sign::Unknown,
                (true, _, false) => Sign::Positive,
                (true, _, true) => Sign::Nonneg,
                (_, _, false) => Sign::Negative,
                (_, _, true) => Sign::Nonpos,
            };
            prop_assert_eq!(found, truth, "{:?}", roots);
            for positive in [true, false] {
                let point = point_of_sign(&p, span, positive, 60);
                prop_assert_eq!(point.is_some(), if positive { above } else { below });
                let right = point.is_none_or(|x| {
                    span.lo < Some(&x) && Some(&x) < span.hi && p.at(&x).is_positive() == positive
                });
                prop_assert!(right);
            }
        }
    }
}
