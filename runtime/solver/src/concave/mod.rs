//! Concave functions of one argument: the terms that a utility is a sum of.

mod piecewise;
mod scalar;
mod smooth;
mod table;

use std::sync::Arc;

pub use piecewise::Piecewise;
pub use scalar::Scalar;
pub use smooth::Smooth;
pub(crate) use smooth::invert;

/// A concave function of one argument, for [`Problem::utility`](crate::Problem::utility) and
/// [`Problem::row_utility`](crate::Problem::row_utility). Outside its domain it is −∞.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Concave {
    /// log s on s > 0.
    Log,
    /// s^(1−α)/(1−α) on s > 0, α > 0; log s at α = 1 (Mo and Walrand 2000).
    AlphaFair(f64),
    /// s^p on s ≥ 0 for 0 < p < 1; −s^p for p > 1 (s ≥ 0) and p < 0 (s > 0).
    Power(f64),
    /// √s on s ≥ 0.
    Sqrt,
    /// −eˢ.
    NegativeExp,
    /// −s log s on s ≥ 0.
    Entropy,
    /// −s².
    NegativeSquare,
    /// atan s on s ≥ 0, where it is concave. Not conic.
    Atan,
    /// −log(1 + eˢ).
    NegativeLogistic,
    /// s/(1 + s) = 1 − 1/(1 + s) on s > −1 (Michaelis–Menten).
    Saturation,
    /// A least of affine functions, registered with
    /// [`Problem::piecewise`](crate::Problem::piecewise).
    Piecewise(PiecewiseId),
    /// Any smooth concave function, registered with [`Problem::smooth`](crate::Problem::smooth).
    Smooth(SmoothId),
}

/// Names a registered [`Piecewise`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PiecewiseId(pub(crate) u32);

/// Names a registered [`Smooth`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmoothId(pub(crate) u32);

/// The functions that a problem registered itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Library {
    pub pieces: Vec<Piecewise>,
    pub smooth: Vec<Arc<dyn Smooth>>,
}

/// A function looked up: what the solvers evaluate.
#[derive(Clone, Copy)]
pub(crate) enum Function<'a> {
    Row(&'static table::Row, f64),
    Pieces(&'a Piecewise),
    Smooth(&'a dyn Smooth),
}

impl Concave {
    /// `None` if the function's parameter is outside its range or its name is not registered.
    pub(crate) fn find<'a>(&self, library: &'a Library) -> Option<Function<'a>> {
        let row = |row| Some(Function::Row(row, 0.0));
        match *self {
            Concave::Log => row(&table::LOG),
            Concave::AlphaFair(alpha) if !(alpha > 0.0 && alpha.is_finite()) => None,
            Concave::AlphaFair(1.0) => row(&table::LOG),
            Concave::AlphaFair(2.0) => row(&table::NEGATIVE_RECIPROCAL),
            Concave::AlphaFair(alpha) => Some(Function::Row(&table::ALPHA_FAIR, alpha)),
            Concave::Power(p) if !p.is_finite() || p == 0.0 || p == 1.0 => None,
            Concave::Power(p) if p < 0.0 => Some(Function::Row(&table::NEGATIVE_INVERSE_POWER, p)),
            Concave::Power(p) if p < 1.0 => Some(Function::Row(&table::ROOT, p)),
            Concave::Power(p) => Some(Function::Row(&table::NEGATIVE_POWER, p)),
            Concave::Sqrt => row(&table::SQRT),
            Concave::NegativeExp => row(&table::NEGATIVE_EXP),
            Concave::Entropy => row(&table::ENTROPY),
            Concave::NegativeSquare => row(&table::NEGATIVE_SQUARE),
            Concave::Atan => row(&table::ATAN),
            Concave::NegativeLogistic => row(&table::NEGATIVE_LOGISTIC),
            Concave::Saturation => row(&table::SATURATION),
            Concave::Piecewise(id) => library.pieces.get(id.0 as usize).map(Function::Pieces),
            Concave::Smooth(id) => {
                library.smooth.get(id.0 as usize).map(|f| Function::Smooth(f.as_ref()))
            }
        }
    }
}

impl Function<'_> {
    pub fn name(&self) -> &str {
        match self {
            Function::Row(row, _) => row.name,
            Function::Pieces(_) => "piecewise",
            Function::Smooth(f) => f.name(),
        }
    }

    /// Whether it is −s².
    pub fn is_square(&self) -> bool {
        matches!(self, Function::Row(row, _) if std::ptr::eq(*row, &table::NEGATIVE_SQUARE))
    }

    /// The interval outside which the function is −∞.
    pub fn domain(&self) -> (f64, f64) {
        match self {
            Function::Row(row, _) => row.domain,
            Function::Pieces(_) => (f64::NEG_INFINITY, f64::INFINITY),
            Function::Smooth(f) => f.domain(),
        }
    }

    /// φ(s); −∞ outside the domain.
    pub fn value(&self, s: f64) -> f64 {
        let (lo, hi) = self.domain();
        if !(lo <= s && s <= hi) {
            return f64::NEG_INFINITY;
        }
        match self {
            Function::Row(row, p) => (row.value)(*p, s),
            Function::Pieces(pieces) => pieces.value(s),
            Function::Smooth(f) => f.value(s),
        }
    }

    /// φ′(s), inside the domain; at a kink the slope to the right.
    pub fn slope(&self, s: f64) -> f64 {
        match self {
            Function::Row(row, p) => (row.slope)(*p, s),
            Function::Pieces(pieces) => pieces.slope(s),
            Function::Smooth(f) => f.slope(s),
        }
    }

    /// φ″(s), inside the domain.
    pub fn curvature(&self, s: f64) -> f64 {
        match self {
            Function::Row(row, p) => (row.curvature)(*p, s),
            Function::Pieces(_) => 0.0,
            Function::Smooth(f) => f.curvature(s),
        }
    }

    /// The s in the domain that maximises φ(s) − t·s, or the end of the domain it runs to.
    pub fn argument(&self, t: f64) -> f64 {
        let (lo, hi) = self.domain();
        let s = match self {
            Function::Row(row, p) => (row.argument)(*p, t),
            Function::Pieces(pieces) => pieces.argument(t),
            Function::Smooth(f) => f.argument(t).unwrap_or_else(|| invert(*f, t)),
        };
        s.clamp(lo, hi)
    }

    /// Strictly concave with a continuous derivative.
    pub fn is_strict(&self) -> bool {
        !matches!(self, Function::Pieces(_))
    }
}

#[cfg(test)]
mod tests;
