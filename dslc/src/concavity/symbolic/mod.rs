//! Exact symbolic normal form of functions and their second derivatives.
//!
//! A function is a Laurent [polynomial](poly) with rational exponents over *kernels*: the variables,
//! exponentials, logarithms and sums that are known to be positive. In this form derivatives cancel
//! exactly, and common factors whose sign is known come off; what is left often has a sign that can be
//! read off or decided by [Sturm's chain](sturm).
//!
//! Everything here holds in the interior of the box: faces are the business of
//! [`domain of definition`](super::defined).

mod convert;
pub mod descartes;
pub mod poly;
mod read;
mod ring;
pub mod signs;
pub mod sturm;

pub use ring::{Exponentials, Ring};
pub use signs::Method;
