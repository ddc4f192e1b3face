//! What a member asks for at a price.

use crate::evidence::ONE_Q16;

/// The demand of a weighted logarithm, `U(x) = w·log x`: `x = w/π`, clamped to the member's box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reciprocal {
    /// `w·2^F`, counted in quanta; below 2^64, which the compiler proves.
    pub numerator: u64,
    /// Lower end of the box in quanta.
    pub lo: u64,
    /// Upper end of the box in quanta.
    pub hi: u64,
}

impl Reciprocal {
    /// The demand in quanta at `price` in Q(F). A price of 0 asks for the whole box.
    pub fn at(&self, price: u64) -> u64 {
        if price == 0 {
            return self.hi;
        }
        let demand = self.numerator / price;
        if demand < self.lo {
            self.lo
        } else if demand > self.hi {
            self.hi
        } else {
            demand
        }
    }

    /// The demand of a member of less worth: the weight is multiplied by `worth_q16`, at most
    /// [`ONE_Q16`], and rounded down; the box stays. A worth above 1 counts as 1.
    pub fn lowered(&self, worth_q16: u32) -> Self {
        let worth = u64::from(worth_q16.min(ONE_Q16));
        // In halves: each product stays below 2^64.
        let (high, low) = (self.numerator >> 16, self.numerator & 0xffff);
        Reciprocal { numerator: high * worth + ((low * worth) >> 16), ..*self }
    }
}
