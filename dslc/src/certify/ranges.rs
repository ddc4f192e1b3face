//! No integer of the control loop overflows, and its rounded step is still admissible.

use num_bigint::BigInt;
use num_traits::{One, Zero};

use dslc_core::PriceRule;

use super::{Violation, violation};
use crate::plan::fixed_point::power_of_two;
use crate::plan::ir::{Control, Members, Plan, Rational, Step};

/// Integers stay below 2^63, so that a signed reader sees the same number.
const WORD_BITS: u64 = 63;

/// Checks the ranges of `control`; returns the most bits that any of its integers needs.
pub fn check(plan: &Plan, control: &Control, violations: &mut Vec<Violation>) -> u32 {
    let rule = &control.rule;
    let members = BigInt::from(control.at_most);
    let demands = control.classes.iter().map(|class| (&class.name, &class.demand));
    let computed = control.computed.iter().map(|agent| (&agent.name, &agent.demand));
    let mut widest = 0;
    let mut word = |what: &str, value: BigInt| {
        let bits = value.bits();
        widest = widest.max(bits);
        if bits > WORD_BITS {
            violations.push(violation(&control.price_name, format!("{what} needs {bits} bits")));
        }
    };
    word("the accumulator", BigInt::from(rule.price_hi) << rule.carry_bits);
    word(
        "the step's denominator",
        BigInt::from(rule.step_fixed) + BigInt::from(rule.step_member) * &members,
    );
    word("the step's numerator", rule.step_num.into());
    let mut most = BigInt::zero();
    for (name, demand) in demands {
        word(&format!("the demand of {name}"), demand.numerator.into());
        most = most.max(BigInt::from(demand.hi) * &members);
    }
    for (name, demand) in computed {
        word(&format!("the demand of {name}"), demand.numerator.into());
        most += demand.hi;
    }
    word("the total use", most);
    let ordered = 0 < rule.price_lo
        && rule.price_lo <= rule.price_hi
        && (rule.price_lo..=rule.price_hi).contains(&control.initial_price);
    if !ordered || rule.frac_bits + rule.carry_bits > 63 {
        violations.push(violation(&control.price_name, "its range is empty or misses its start"));
    }
    if !rounded_down(plan, control, rule) {
        violations
            .push(violation(&control.price_name, "its integer step exceeds the certified one"));
    }
    u32::try_from(widest).unwrap_or(u32::MAX)
}

/// `num / (fixed + member·n)` is at most the step of the plan at every n: compare the numerators
/// downwards and the denominators upwards, on a common scale.
fn rounded_down(plan: &Plan, control: &Control, rule: &PriceRule) -> bool {
    let resource = &plan.resources[control.resource];
    let (numerator, fixed, member) = match &resource.step {
        Step::Constant(step) => (step.clone(), Rational::one(), Rational::zero()),
        Step::Population { numerator, terms } => {
            let part = |open: bool| -> Rational {
                let is_open = |f: usize| matches!(plan.families[f].members, Members::Open { .. });
                terms.iter().filter(|(f, _)| is_open(*f) == open).map(|(_, term)| term).sum()
            };
            (numerator.clone(), part(false), part(true))
        }
    };
    let integer = |value: u64| Rational::from_integer(value.into());
    // One quantum is a nanosecond: the port's clock.
    let quanta = integer(1_000_000_000);
    let exact = numerator * power_of_two(rule.frac_bits + rule.carry_bits) / quanta;
    // num ≤ exact·s, fixed ≥ B₀·s and member ≥ B₁·s for one s: take the s of the numerator.
    if exact.is_zero() {
        return false;
    }
    let scale = integer(rule.step_num) / exact;
    integer(rule.step_fixed) >= fixed * &scale && integer(rule.step_member) >= member * scale
}
