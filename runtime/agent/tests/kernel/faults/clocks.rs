//! The wall clock jumps, or the daemon has a monotonic clock of its own.
//!
//! What must hold: budgets run on the kernel's monotonic clock and notice nothing; the age of files,
//! which is wall time, is right again with the next period; a daemon whose clock is not the kernel's
//! does not start.

use std::process::Command;
use std::time::Duration;

use dslc_agent::plant::Plant;
use libbpf_rs::{MapCore, MapFlags, MapHandle};

use crate::support::daemon::Daemon;
use crate::support::namespace::alone;
use crate::support::place::Place;
use crate::support::program::{Program, Spec};
use crate::support::{FIRST_UNLINK, Site};

const DECADE_NS: i64 = 10 * 365 * 86_400 * 1_000_000_000;

/// Tells a pinned program a wall clock that is so far from the true one, as after a jump.
fn jump(pins: &str, by_ns: i64) {
    let version = std::fs::read_dir(pins).unwrap().next().unwrap().unwrap().path();
    let wall = MapHandle::from_pinned_path(version.join("maps/wall")).unwrap();
    let key = 0u32.to_ne_bytes();
    let offset = wall.lookup(&key, MapFlags::ANY).unwrap().unwrap();
    let offset = i64::from_ne_bytes(offset[..8].try_into().unwrap()).wrapping_add(by_ns);
    wall.update(&key, &offset.to_ne_bytes(), MapFlags::ANY).unwrap();
}

#[test]
fn a_jump_of_the_wall_clock_moves_no_budget() {
    alone("faults::clocks::a_jump_of_the_wall_clock_moves_no_budget", || {
        const PINS: &str = "/sys/fs/bpf/clocks";
        let pin = |options: &mut dslc_agent::kernel::Options| options.pin = Some(PINS.into());
        let mut site = Site::with(&Spec::taint(FIRST_UNLINK), pin);
        site.budget_ms(400);
        for (name, by) in [("a", DECADE_NS), ("b", -2 * DECADE_NS), ("c", i64::MAX)] {
            let file = format!("inside/{name}");
            site.files(&[&file]);
            let mut victim = site.victim(&format!("unlink {{in}}/{name} sleep"));
            site.wait_tainted(victim.id());
            jump(PINS, by);
            let killed = site.wait_killed(victim.id());
            victim.end_killed();
            let (dwell, budget) = (killed.member.dwell_ns, killed.member.budget_ns);
            assert_eq!(budget / 1_000_000, 400);
            assert!(dwell >= budget, "too early: {killed:#?}");
        }
        site.kernel.detach().unwrap();
    });
}

#[test]
fn the_age_of_files_is_right_again_with_the_next_price() {
    alone("faults::clocks::the_age_of_files_is_right_again_with_the_next_price", || {
        const PINS: &str = "/sys/fs/bpf/ages";
        let spec = Spec::taint(r#"taint on write under "/srv" when age > 5 s;"#);
        let mut site = Site::with(&spec, |options| options.pin = Some(PINS.into()));
        site.files(&["inside/a", "inside/b", "inside/c"]);
        // As if the files were old, then as if they were from the future.
        jump(PINS, DECADE_NS);
        let old = site.victim("overwrite write {in}/a sleep");
        site.wait_tainted(old.id());
        jump(PINS, -2 * DECADE_NS);
        let mut young = site.victim("overwrite write {in}/b say done sleep");
        assert_eq!(young.listen(), "done");
        assert!(!site.tainted(young.id()));
        site.kernel.set_price(0).unwrap();
        std::thread::sleep(Duration::from_millis(5_100));
        let aged = site.victim("overwrite write {in}/c sleep");
        site.wait_tainted(aged.id());
        site.kernel.detach().unwrap();
    });
}

#[test]
fn a_daemon_with_a_clock_of_its_own_does_not_start() {
    let test = "faults::clocks::a_daemon_with_a_clock_of_its_own_does_not_start";
    alone(test, || {
        let spec = Spec::taint(FIRST_UNLINK);
        let (program, place) = (Program::build(&spec), Place::new());
        let mut shifted = Command::new("unshare");
        // In a child: older kernels give such a clock to nobody else.
        shifted
            .args(["--time", "--monotonic", "3600", "--kill-child", "--"])
            .arg(std::env::current_exe().unwrap());
        let mut daemon = Daemon::start_by(shifted, test, &spec, &program, &place, &[]);
        let code = daemon.end().code();
        let said = daemon.errors();
        assert_eq!(code, Some(3), "{said}");
        assert!(said.contains("time namespace"), "{said}");
        assert!(!std::path::Path::new("/sys/fs/bpf/dslc").exists(), "something was pinned");
    });
}
