//! Computations of the kernel that the daemon can repeat.

use bytemuck::{Pod, Zeroable};

/// Cases of one run of the program `arithmetic`.
pub const MAX_CASES: usize = 512;

/// The constants of a price update.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct PriceRule {
    /// Further fractional bits of the accumulator.
    pub carry_bits: u32,
    /// 0.
    pub reserved: u32,
    /// Least price.
    pub price_lo: u64,
    /// Largest price.
    pub price_hi: u64,
    /// Capacity in quanta.
    pub capacity: u64,
    /// Numerator of the step.
    pub step_num: u64,
    /// Denominator without members.
    pub step_fixed: u64,
    /// What each member adds to it.
    pub step_member: u64,
}

/// A demand `numerator / price` between two bounds.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Reciprocal {
    /// Numerator.
    pub numerator: u64,
    /// Least.
    pub lo: u64,
    /// Largest.
    pub hi: u64,
}

/// Map `cases`: one computation of the kernel's that the daemon can repeat.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct ArithmeticCase {
    /// The price update's constants.
    pub rule: PriceRule,
    /// The demand's.
    pub demand_of: Reciprocal,
    /// The accumulator before.
    pub accumulator: u64,
    /// What was used.
    pub use_: u64,
    /// The price that the demand answers.
    pub price: u64,
    /// Members present.
    pub members: u32,
    /// Points of two evidences, in Q16.
    pub points: [u32; 2],
    /// Result: what is left of the first points.
    pub decayed: u32,
    /// What each point takes from the worth, in Q32.
    pub per_point: [u64; 2],
    /// How long the points have stood.
    pub elapsed: u64,
    /// In which time they halve.
    pub half_life: u64,
    /// Result: the accumulator after.
    pub updated: u64,
    /// Result: the demand at the worth that is left.
    pub demand: u64,
}
