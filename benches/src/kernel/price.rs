//! How long it takes from the daemon's new price to the end of a process that it leaves no budget.

use std::path::Path;
use std::time::Duration;

use dslc_agent::plant::{EventKind, Plant};

use crate::figures::Sample;
use crate::group::Group;
use crate::program::Generated;
use crate::victim::{Kind, Victim, monotonic_ns};

/// Prices that are changed.
const CHANGES: usize = 300;

/// Prints the time from the call that sets a price to the signal that it causes.
pub fn run(group: &Group, folder: &Path) -> Result<(), String> {
    let tree = folder.join("tree");
    let generated =
        Generated::build("kills.num", include_str!("kills.num"), &folder.join("price"))?;
    let mut kernel = generated.attach(group, &tree, true)?;
    let high = generated.demand.numerator / 20_000;
    let mut effect = Sample::default();
    for done in 0..CHANGES {
        eprint!("\rprice: {done} of {CHANGES}");
        kernel.set_price(0).map_err(|e| e.to_string())?;
        let mut victim = Victim::start(group, &tree, Kind::Blocked)?;
        victim.tainted_at().ok_or("a victim said nothing")?;
        // Past the budget that the new price will give.
        std::thread::sleep(Duration::from_millis(1));
        let told = monotonic_ns();
        kernel.set_price(high).map_err(|e| e.to_string())?;
        if !victim.ends_within(Duration::from_secs(5)) {
            return Err("a price had no effect".to_owned());
        }
        let id = victim.id();
        kernel
            .drain(&mut |event| {
                if event.member.tgid == id && matches!(event.kind, EventKind::Acted { .. }) {
                    effect.push(event.time_ns.saturating_sub(told) as f64 / 1e3);
                }
            })
            .map_err(|e| e.to_string())?;
    }
    let [half, most_of, all] = [0.5, 0.99, 1.0].map(|share| effect.quantile(share));
    println!(
        "\rµs from a new price to its effect, {} times: p50 {half:.0}, p99 {most_of:.0}, most {all:.0}",
        effect.values().len()
    );
    Ok(())
}
