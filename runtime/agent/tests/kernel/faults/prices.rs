//! Prices at the ends of what can be written down.
//!
//! What must hold: a demand stays between its bounds, so that no price overflows into a budget that
//! is too long or none at all; the price that comes next holds for clocks that run already.

use dslc_agent::plant::Plant;

use crate::support::program::Spec;
use crate::support::{FIRST_UNLINK, Site};

#[test]
fn budgets_stay_between_their_bounds_at_any_price() {
    let mut site = Site::new(&Spec::taint(FIRST_UNLINK));
    let demand = site.program.demand;
    let (cheapest, dearest) = (demand.numerator / demand.hi, demand.numerator / demand.lo);
    let longest = [0, 1, cheapest / 2, cheapest - 1];
    let shortest = [dearest + 1, dearest * 2, u64::MAX >> 1, u64::MAX];
    for (prices, budget) in [(longest, demand.hi), (shortest, demand.lo)] {
        for price in prices {
            site.kernel.set_price(price).unwrap();
            site.files(&["inside/a"]);
            let mut victim = site.victim("unlink {in}/a sleep");
            let tainted = site.wait_tainted(victim.id());
            assert_eq!(tainted.price, price);
            assert_eq!(tainted.member.budget_ns, budget, "at price {price}");
            // From either end to the other.
            site.kernel.set_price(u64::MAX).unwrap();
            let killed = site.wait_killed(victim.id());
            victim.end_killed();
            assert_eq!(killed.member.budget_ns, demand.lo, "after price {price}");
            assert!(killed.member.dwell_ns >= demand.lo, "too early after price {price}");
            site.forget();
        }
    }
}
