//! What a policy of the language does as a whole: evidence starts a clock, the first act that fits is
//! done, and what is remembered of files has an end.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;

use dslc_agent::plant::{Event, EventKind, Plant, State};

use crate::evidence::{Ground, end_well, shell, total};
use crate::support::program::{Program, Spec};
use crate::support::{Site, wait_until};

/// A policy over `harm`, which a file that gave way to random bytes adds 3 points to.
fn policy(rules: &'static str, acts: &str) -> String {
    let enforce = "enforce x by kill {  }";
    let spec = Spec::taint(rules)
        .replace("variable x[t", "param harm[Task] in 0 .. 24;\nvariable x[t")
        .replace("sum(100 * log", "sum(100 * pos(1 - harm[t] / 24) * log")
        .replace(
            "observe x from",
            "observe harm from evidence { half_life 5 min; add 3 on replaced as random; }
            observe x from",
        );
    assert!(spec.contains(enforce));
    spec.replace(enforce, acts)
}

fn ground() -> Ground {
    Ground::new(Path::new(env!("CARGO_TARGET_TMPDIR")))
}

/// Destroys six files and goes on.
const DESTROY: &str = "python3 ../opponent.py in-place files; exec sleep 30";

/// The same as one process, under the name that it is given.
const STAY: &str = r#"
import runpy, sys, time
with open("/proc/self/comm", "w") as comm:
    comm.write(sys.argv[1])
sys.argv = ["opponent.py", "in-place", "files"]
try:
    runpy.run_path("../opponent.py", run_name="__main__")
except SystemExit:
    pass
time.sleep(30)
"#;

fn acted(site: &mut Site, tgid: u32) -> Event {
    site.wait("act", |event| {
        event.member.tgid == tgid && matches!(event.kind, EventKind::Acted { .. })
    })
}

#[test]
fn points_start_a_clock_and_shorten_its_budget() {
    let spec = policy("taint when harm > 8;", "enforce x by kill { when harm > 8; }");
    let mut site = Site::new(&spec);
    site.budget_ms(400);
    let ground = ground();
    let work = ground.fresh();
    end_well(shell(&site, true, &work, "gzip -k files/0; cat files/* > all; rm files/1"), "work");
    let work = ground.fresh();
    let mut child = shell(&site, true, &work, DESTROY);
    let tainted = site.wait_tainted(child.id());
    assert_eq!(tainted.kind, EventKind::Tainted(0));
    assert!(tainted.member.evidence_q16[0] > 8 << 16, "{tainted:#?}");
    let acted = acted(&mut site, child.id());
    assert!(matches!(acted.kind, EventKind::Acted { act: 0, .. }), "{acted:#?}");
    // Of 18 of 24 points a quarter of the worth is left, or, while there are fewer, not much more.
    assert!(acted.member.budget_ns < 300_000_000, "{acted:#?}");
    site.wait_empty();
    assert_eq!(child.wait().unwrap().signal(), Some(9));
    // Who did the ordinary work was told nothing of.
    let tainted = |event: &&Event| matches!(event.kind, EventKind::Tainted(_));
    assert_eq!(site.events().iter().filter(tainted).count(), 1);
}

#[test]
fn the_first_act_that_fits_is_done() {
    let spec = policy(
        r#"taint when harm > 8; taint on unlink under "/srv";"#,
        r#"enforce x by kill { when harm > 8; except comm "spared"; }
        enforce x by freeze { when harm > 8; }
        enforce x by observe { }"#,
    );
    let mut site = Site::new(&spec);
    site.budget_ms(50);
    let ground = ground();
    let work = ground.fresh();
    fs::write(work.with_file_name("stay.py"), STAY).unwrap();
    let mut killed = shell(&site, true, &work, "exec python3 ../stay.py other");
    let event = acted(&mut site, killed.id());
    assert!(matches!(event.kind, EventKind::Acted { act: 0, .. }), "{event:#?}");
    site.wait_empty();
    killed.wait().unwrap();

    let work = ground.fresh();
    let mut frozen = shell(&site, true, &work, "exec python3 ../stay.py spared");
    let event = acted(&mut site, frozen.id());
    assert!(matches!(event.kind, EventKind::Acted { act: 1, .. }), "{event:#?}");
    wait_until("it to stand", || crate::support::victim::is_stopped(frozen.id()));
    let rows = site.kernel.measure().unwrap().rows;
    assert_eq!(rows.iter().map(|row| row.state).collect::<Vec<_>>(), [State::Stopped]);
    frozen.kill().unwrap();
    frozen.wait().unwrap();

    site.files(&["inside/a"]);
    let mut told = site.victim("unlink {in}/a sleep");
    let event = acted(&mut site, told.id());
    assert!(matches!(event.kind, EventKind::Acted { act: 2, .. }), "{event:#?}");
    assert_eq!(event.member.state, State::Overdue);
    assert!(told.runs() && !told.is_stopped());
}

/// Files that are destroyed one after the other need no long memory.
#[test]
fn evidence_goes_on_when_more_files_are_used_than_are_remembered() {
    const FILES: usize = 200;
    let spec = policy("taint when harm > 23;", "enforce x by observe { }");
    let forgetful = |text: String| text.replace("MAX_RECORDS = 65536", "MAX_RECORDS = 32");
    let site = Site::of(Program::build_changed(&spec, forgetful), |_| ());
    let ground = ground();
    let work = ground.fresh();
    let text = fs::read(work.join("files/0")).unwrap();
    for name in 0..FILES {
        fs::write(work.join(format!("files/{name}")), &text).unwrap();
    }
    end_well(shell(&site, true, &work, "python3 ../opponent.py in-place files"), "the opponent");
    let seen = total(&site);
    assert!(seen.destroyed as usize >= FILES, "{seen:?}");
    assert!(seen.random as usize >= FILES * 3 / 4, "{seen:?}");
    assert_eq!(site.trouble("no_memory"), 0);
}
