//! Integer formats of the price loop, derived from the ranges so that nothing can overflow.
//!
//! Use is counted in quanta q of the port (a nanosecond is 10⁻⁹ s), prices in Q(F), the
//! accumulator in Q(F + s). With the largest weight w and the range [π_lo, π_hi] outside of which
//! no demand moves any more:
//!
//! ```text
//! w/q · 2^F  < 2^63          demand's numerator
//! π_hi · 2^(F + s) < 2^63    accumulator
//! ```
//!
//! The step keeps as many bits as fit: `num / (fixed + member·n)`, each below 2^63.

use num_bigint::BigInt;
use num_traits::{One, Signed, ToPrimitive, Zero};

use dslc_core::{PriceRule, Reciprocal};

use super::ir::Rational;

/// More fractional bits than this buy no accuracy that a clock could show.
const MAX_FRAC_BITS: u32 = 24;
/// What every integer stays below: 2^63.
const WORD_BITS: u32 = 63;
/// Bits of the step's denominator, enough for a part in 10^12.
const MAX_STEP_BITS: u32 = 40;

/// An agent on the resource: `weight · log x` on a box, SI.
#[derive(Clone, Debug)]
pub struct LogAgent {
    /// Weight; above 0.
    pub weight: Rational,
    /// Lower end of the box; above 0.
    pub lo: Rational,
    /// Upper end of the box.
    pub hi: Rational,
    /// Evidence may lower the weight.
    pub lowered: bool,
}

/// What the formats are derived from, SI.
#[derive(Clone, Debug)]
pub struct Ranges<'a> {
    /// Every agent that may be on the resource.
    pub agents: &'a [LogAgent],
    /// Quanta in one SI unit.
    pub quanta: u64,
    /// Capacity of the resource.
    pub capacity: &'a Rational,
    /// 2θ, or the constant step with a denominator of 1.
    pub step_numerator: &'a Rational,
    /// What the agents that are always there add to the step's denominator.
    pub step_fixed: &'a Rational,
    /// What each member adds to it.
    pub step_member: &'a Rational,
    /// The largest number of members.
    pub at_most: u32,
}

/// Why no format fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// Not even one fractional bit is left for the price.
    PriceTooWide {
        /// Bits that the whole part of the price and of the largest numerator ask for.
        bits: u32,
    },
    /// The capacity is not between one quantum and 2^63 quanta.
    Capacity,
    /// With this many members the step rounds to 0.
    StepVanishes {
        /// The members.
        members: u32,
    },
}

/// The price update in integers.
pub fn rule(ranges: &Ranges<'_>) -> Result<PriceRule, Misfit> {
    let quanta = Rational::from_integer(ranges.quanta.into());
    let low = ranges.agents.iter().map(|agent| &agent.weight / &agent.hi).min();
    let high = ranges.agents.iter().map(|agent| &agent.weight / &agent.lo).max();
    let (Some(low), Some(high)) = (low, high) else {
        return Err(Misfit::PriceTooWide { bits: 0 });
    };
    let heaviest = ranges.agents.iter().map(|agent| &agent.weight * &quanta).max();
    let widest = bits(&heaviest.unwrap_or_else(Rational::zero)).max(bits(&high));
    // One bit of the carry at least, so that no update is lost to rounding at once.
    let frac_bits = WORD_BITS
        .checked_sub(widest + 1)
        .map(|free| free.min(MAX_FRAC_BITS))
        .filter(|bits| *bits > 0)
        .ok_or(Misfit::PriceTooWide { bits: widest })?;
    let low = low * power_of_two(frac_bits);
    // A lowered demand still moves below `low`, and more the lower the price is.
    let lowered = ranges.agents.iter().any(|agent| agent.lowered);
    let price_lo = if lowered { ceil(&low) } else { floor(&low) }.unwrap_or(0).max(1);
    let price_hi =
        ceil(&(high * power_of_two(frac_bits))).ok_or(Misfit::PriceTooWide { bits: widest })?;
    let carry_bits = price_hi.leading_zeros().saturating_sub(1);
    let capacity = floor(&(ranges.capacity * &quanta))
        .filter(|capacity| *capacity > 0)
        .ok_or(Misfit::Capacity)?;
    // α, in Q(F + s) of price per quantum.
    let numerator = ranges.step_numerator * power_of_two(frac_bits + carry_bits) / &quanta;
    let members = Rational::from_integer(ranges.at_most.into());
    let denominator = ranges.step_fixed + ranges.step_member * members;
    let largest = bits(&numerator).max(bits(&denominator));
    let step_bits = WORD_BITS.saturating_sub(largest + 1).min(MAX_STEP_BITS);
    let scale = power_of_two(step_bits);
    let rule = PriceRule {
        frac_bits,
        carry_bits,
        price_lo,
        price_hi,
        capacity,
        step_num: floor(&(numerator * &scale)).unwrap_or(0),
        step_fixed: ceil(&(ranges.step_fixed * &scale)).unwrap_or(u64::MAX),
        step_member: ceil(&(ranges.step_member * &scale)).unwrap_or(u64::MAX),
    };
    if rule.step(ranges.at_most) == 0 {
        return Err(Misfit::StepVanishes { members: ranges.at_most });
    }
    Ok(rule)
}

/// The demand of an agent in integers; none when its numerator does not fit.
pub fn demand(agent: &LogAgent, quanta: u64, frac_bits: u32) -> Option<Reciprocal> {
    let quanta = Rational::from_integer(quanta.into());
    Some(Reciprocal {
        numerator: floor(&(&agent.weight * &quanta * power_of_two(frac_bits)))?,
        lo: ceil(&(&agent.lo * &quanta))?,
        hi: floor(&(&agent.hi * &quanta))?,
    })
}

/// The least price in the rule's range at which the agents that are always there fit the capacity.
pub fn idle_price(rule: &PriceRule, always: &[Reciprocal]) -> u64 {
    let fits = |price| {
        let total = always.iter().fold(0u64, |sum, agent| sum.saturating_add(agent.at(price)));
        total <= rule.capacity
    };
    let (mut low, mut high) = (rule.price_lo, rule.price_hi);
    while low < high {
        let middle = low + (high - low) / 2;
        if fits(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// The least price of the loop, SI.
pub fn least_price(rule: &PriceRule) -> Rational {
    Rational::from_integer(rule.price_lo.into()) / power_of_two(rule.frac_bits)
}

/// 2^bits.
pub fn power_of_two(bits: u32) -> Rational {
    Rational::from_integer(BigInt::one() << bits)
}

/// Bits of the whole part.
fn bits(value: &Rational) -> u32 {
    u32::try_from(value.abs().ceil().to_integer().bits()).unwrap_or(u32::MAX)
}

fn floor(value: &Rational) -> Option<u64> {
    value.floor().to_integer().to_u64()
}

fn ceil(value: &Rational) -> Option<u64> {
    value.ceil().to_integer().to_u64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use dslc_core::Price;
    use proptest::prelude::*;

    fn ratio(numerator: u32, denominator: u32) -> Rational {
        Rational::new(numerator.into(), denominator.into())
    }

    fn agent(weight: u32, lo: (u32, u32), hi: u32) -> LogAgent {
        LogAgent {
            weight: ratio(weight, 1),
            lo: ratio(lo.0, lo.1),
            hi: ratio(hi, 1),
            lowered: false,
        }
    }

    proptest! {
        /// The integer trajectory stays next to the one in f64.
        #[test]
        fn the_integer_update_follows_the_real_one(
            weight in 1u32..100, lo in 1u32..100, hi in 1u32..20, members in 1u32..50,
            uses in proptest::collection::vec(0.0f64..40.0, 1..60),
        ) {
            let agents = [agent(weight, (lo, 1_000), hi)];
            let mu = ratio(weight, hi * hi);
            let (capacity, theta) = (ratio(hi, 1), ratio(19, 10));
            let ranges = Ranges {
                agents: &agents,
                quanta: 1_000_000_000,
                capacity: &capacity,
                step_numerator: &theta,
                step_fixed: &Rational::zero(),
                step_member: &mu.recip(),
                at_most: 100,
            };
            let rule = match rule(&ranges) {
                Ok(rule) => rule,
                Err(misfit) => return Err(TestCaseError::fail(format!("{misfit:?}"))),
            };
            let unit = f64::from(rule.frac_bits).exp2();
            let (low, high) = (rule.price_lo as f64 / unit, rule.price_hi as f64 / unit);
            let alpha = 1.9 * mu.to_f64().unwrap_or(0.0) / f64::from(members);
            let mut exact = high;
            let mut price = Price::new(&rule, u64::MAX);
            for use_ in uses {
                exact = (exact + alpha * (use_ - f64::from(hi))).clamp(low, high);
                price.update(&rule, (use_ * 1e9) as u64, members);
                let got = price.get(&rule) as f64 / unit;
                prop_assert!((got - exact).abs() <= 1e-4 * exact.max(1.0), "{got} {exact}");
            }
        }
    }

    #[test]
    fn a_weight_too_heavy_for_a_word_is_refused() {
        let agents = [agent(u32::MAX, (1, 1_000_000), 1)];
        let one = Rational::one();
        let ranges = Ranges {
            agents: &agents,
            quanta: u64::MAX,
            capacity: &one,
            step_numerator: &one,
            step_fixed: &one,
            step_member: &one,
            at_most: 1,
        };
        assert!(matches!(rule(&ranges), Err(Misfit::PriceTooWide { .. })));
    }
}
