//! Atoms that are one concave function of one affine argument, up to a factor.

use dslc_solver::{Affine, Concave};

/// `factor · function(argument)`.
pub struct Plain {
    /// −1 for a convex atom.
    pub factor: f64,
    /// The function.
    pub function: Concave,
    /// Its argument.
    pub argument: Affine,
}

/// The atom on an affine argument whose values lie above `least`, where it is plain.
pub fn plain(atom: &str, p: &[f64], x: Affine, nonneg: bool) -> Option<Plain> {
    let first = p.first().copied();
    let (factor, function, argument) = match (atom, first) {
        ("log", _) => (1.0, Concave::Log, x),
        ("log1p", _) => (1.0, Concave::Log, x + Affine::constant(1.0)),
        ("sqrt", _) => (1.0, Concave::Sqrt, x),
        ("entr", _) => (1.0, Concave::Entropy, x),
        ("exp", _) => (-1.0, Concave::NegativeExp, x),
        ("square", _) | ("power" | "odd_power", Some(2.0)) => (-1.0, Concave::NegativeSquare, x),
        ("logistic", _) => (-1.0, Concave::NegativeLogistic, x),
        ("inv_pos", _) => (-1.0, Concave::Power(-1.0), x),
        ("power", Some(p)) if p > 0.0 && p < 1.0 => (1.0, Concave::Power(p), x),
        ("power", Some(p)) if p < 0.0 => (-1.0, Concave::Power(p), x),
        // An even power has values on both sides of 0.
        ("power", Some(p)) if p > 1.0 && (nonneg || p % 2.0 != 0.0) => (-1.0, Concave::Power(p), x),
        ("odd_power", Some(p)) if nonneg => (-1.0, Concave::Power(p), x),
        ("alpha_fair", Some(a)) if a > 0.0 => (1.0, Concave::AlphaFair(a), x),
        ("michaelis_menten", Some(half)) => (1.0, Concave::Saturation, x * half.recip()),
        ("atan", _) if nonneg => (1.0, Concave::Atan, x),
        _ => return None,
    };
    Some(Plain { factor, function, argument })
}
