//! From syntax to meaning: names, units, signs, curvature.
pub mod hir;
