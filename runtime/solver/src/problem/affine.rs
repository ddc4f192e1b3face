//! Affine expressions, as they are handed to the problem.

use std::ops::{Add, Mul, Neg, Sub};

use super::Var;

/// `Σ coefficient · variable + constant`. A variable may stand in it more than once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Affine {
    /// The linear part.
    pub terms: Vec<(Var, f64)>,
    /// The constant.
    pub constant: f64,
}

impl Affine {
    /// A number.
    pub fn constant(constant: f64) -> Self {
        Affine { terms: Vec::new(), constant }
    }

    /// The value at `x`, indexed by [`Var::index`].
    pub fn at(&self, x: &[f64]) -> f64 {
        let term = |&(var, a): &(Var, f64)| x.get(var.index()).map_or(f64::NAN, |x| a * x);
        self.terms.iter().map(term).sum::<f64>() + self.constant
    }

    /// Each variable once, by index, without zeros.
    pub(crate) fn collected(mut self) -> Self {
        if self.terms.len() > 1 {
            self.terms.sort_unstable_by_key(|(var, _)| *var);
            self.terms.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                if same {
                    kept.1 += next.1;
                }
                same
            });
        }
        self.terms.retain(|(_, a)| *a != 0.0);
        self
    }
}

impl From<Var> for Affine {
    fn from(var: Var) -> Self {
        Affine { terms: vec![(var, 1.0)], constant: 0.0 }
    }
}

impl From<f64> for Affine {
    fn from(constant: f64) -> Self {
        Affine::constant(constant)
    }
}

impl Add for Affine {
    type Output = Affine;
    fn add(mut self, other: Affine) -> Affine {
        self.terms.extend(other.terms);
        self.constant += other.constant;
        self
    }
}

impl Neg for Affine {
    type Output = Affine;
    fn neg(self) -> Affine {
        self * -1.0
    }
}

impl Sub for Affine {
    type Output = Affine;
    fn sub(self, other: Affine) -> Affine {
        self + -other
    }
}

impl Mul<f64> for Affine {
    type Output = Affine;
    fn mul(mut self, factor: f64) -> Affine {
        for (_, a) in &mut self.terms {
            *a *= factor;
        }
        self.constant *= factor;
        self
    }
}

impl std::iter::Sum for Affine {
    fn sum<I: Iterator<Item = Affine>>(iter: I) -> Affine {
        iter.fold(Affine::default(), Add::add)
    }
}
