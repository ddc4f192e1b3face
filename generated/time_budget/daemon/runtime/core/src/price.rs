//! The projected dual-ascent step.

/// How the price of one resource moves; the compiler derives every field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceRule {
    /// F, the fractional bits of a published price.
    pub frac_bits: u32,
    /// s, the further fractional bits of the accumulator; F + s ≤ 63.
    pub carry_bits: u32,
    /// Least price in Q(F); above 0.
    pub price_lo: u64,
    /// Largest price in Q(F); `price_hi · 2^s < 2^63`.
    pub price_hi: u64,
    /// Capacity of the resource in quanta.
    pub capacity: u64,
    /// Numerator of the step, in Q(F + s) per quantum.
    pub step_num: u64,
    /// What the members that are always there add to the step's denominator.
    pub step_fixed: u64,
    /// What each present member of the open set adds to it.
    pub step_member: u64,
}

impl PriceRule {
    /// The step α(n) with `members` present, in Q(F + s) of price per quantum of excess use.
    /// Rounded down, hence never above its certified bound.
    pub fn step(&self, members: u32) -> u64 {
        let members = self.step_member.saturating_mul(u64::from(members));
        let denominator = self.step_fixed.saturating_add(members);
        // With nobody to answer the price there is no bound on the step; move as for one member.
        let denominator = if denominator == 0 { self.step_member } else { denominator };
        self.step_num.checked_div(denominator).unwrap_or(0)
    }

    /// The largest value of the accumulator, in Q(F + s).
    fn ceiling(&self) -> u64 {
        self.price_hi << self.carry_bits
    }

    /// The least value of the accumulator, in Q(F + s).
    fn floor(&self) -> u64 {
        self.price_lo << self.carry_bits
    }

    /// One update of the accumulator. The distance to the end of the range bounds the product, so
    /// that it cannot overflow whatever `use_` is.
    pub fn update(&self, accumulator: u64, use_: u64, members: u32) -> u64 {
        let (floor, ceiling) = (self.floor(), self.ceiling());
        let accumulator = accumulator.clamp(floor, ceiling);
        let step = self.step(members);
        if step == 0 {
            return accumulator;
        }
        if use_ >= self.capacity {
            let (excess, room) = (use_ - self.capacity, ceiling - accumulator);
            if excess > room / step { ceiling } else { accumulator + step * excess }
        } else {
            let (slack, room) = (self.capacity - use_, accumulator - floor);
            if slack > room / step { floor } else { accumulator - step * slack }
        }
    }
}

/// A price and its accumulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    accumulator: u64,
}

impl Price {
    /// Starts at `price`, in Q(F), clamped to the rule's range.
    pub fn new(rule: &PriceRule, price: u64) -> Self {
        let price = price.clamp(rule.price_lo, rule.price_hi);
        Price { accumulator: price << rule.carry_bits }
    }

    /// The price in Q(F).
    pub fn get(&self, rule: &PriceRule) -> u64 {
        self.accumulator >> rule.carry_bits
    }

    /// One period: `use_` quanta were used by `members` members. Returns the new price in Q(F).
    pub fn update(&mut self, rule: &PriceRule, use_: u64, members: u32) -> u64 {
        self.accumulator = rule.update(self.accumulator, use_, members);
        self.get(rule)
    }
}
