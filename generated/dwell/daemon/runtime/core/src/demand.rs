//! What a member asks for at a price.

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
}
