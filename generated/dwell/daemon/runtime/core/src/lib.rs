//! The price update that every fibre shares, in unsigned integers.
//!
//! One resource has a capacity `c` and a price `π`; its members report what they use. Once a
//! period the price moves by dual ascent, projected onto its certified range
//! (Low and Lapsley 1999; Chiang, Low, Calderbank and Doyle 2007):
//!
//! ```text
//! π ← [π + α(n)·(use − c)]  clamped to [π_lo, π_hi],    α(n) = num / (fixed + member·n)
//! ```
//!
//! Every member answers a price with its demand `x = U'⁻¹(π)`, clamped to its box. Evidence against
//! it lowers its worth, and so its demand.
//!
//! The kernel program, the instrumented program's probe and this crate run the same integer
//! operations in the same order, so that their results are equal bit for bit. Each operation is
//! total: no input overflows, divides by zero or panics. Quantities are counted in *quanta* of
//! the resource (nanoseconds for `dwell`), prices in Q(F), and the accumulator of the price in
//! Q(F + s), so that updates smaller than 2⁻ᶠ add up instead of being lost.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod demand;
pub mod evidence;
pub mod price;

pub use demand::Reciprocal;
pub use evidence::{ONE_Q16, decayed, worth_q16};
pub use price::{Price, PriceRule};
