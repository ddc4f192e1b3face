//! Demands that evidence lowers answer the price no faster than μ allows.

use num_traits::Signed;

use crate::plan::fixed_point::least_price;
use crate::plan::ir::{Family, Kind, Plan, Utility};

/// Whether `w·f/π`, clamped to the box, moves by at most 1/μ for each unit of the price, for every
/// worth f in [0, 1] and every price that the loop can have: the largest slope is `hi/floor` below
/// w/hi and `hi/(w/hi)` above it, as `plan/worth.rs` shows and `proofs/theories/Worth.v` proves. The floor is
/// the loop's integer itself.
pub fn is_steady(plan: &Plan, family: &Family, kind: &Kind) -> bool {
    let (Some(control), Utility::Log { weight }) = (&plan.control, &kind.utility) else {
        return false;
    };
    let on_the_loop =
        matches!(family.route.as_slice(), [(resource, _)] if *resource == control.resource);
    let shares = kind.lowering.iter().all(|loss| loss.share.is_positive());
    let slowest = (weight / &kind.hi).min(least_price(&control.rule));
    on_the_loop && shares && &family.mu * &kind.hi <= slowest
}
