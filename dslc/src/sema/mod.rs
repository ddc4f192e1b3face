//! From syntax to meaning: names, units, signs, curvature, intervals.
//!
//! [`check`] turns the items of a file into a [`hir::Model`], or says what is wrong with them. The
//! rest of the phase are tables and rules that know nothing of items: [`units`], [`atoms`],
//! [`curvature`], [`interval`]. No input makes it panic, and it reads no file.

pub mod atoms;
pub mod curvature;
pub mod hir;
pub mod interval;
pub mod names;
pub mod units;
