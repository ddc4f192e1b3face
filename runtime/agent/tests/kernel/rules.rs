//! What taints and what does not: place, age, number, content, class.

use std::time::{Duration, Instant};

use dslc_agent::plant::EventKind;

use crate::support::FIRST_UNLINK;
use crate::support::Site;
use crate::support::program::Spec;
use crate::support::victim::on_terminal;

/// Runs a script and tells whether it tainted its process.
fn taints(site: &mut Site, script: &str) -> bool {
    let mut victim = site.victim(&format!("{script} say done sleep"));
    assert_eq!(victim.listen(), "done", "{script}");
    site.tainted(victim.id())
}

#[test]
fn a_path_is_inside_however_it_is_written() {
    let mut site = Site::new(&Spec::taint(FIRST_UNLINK));
    let inside = [
        "unlink {in}/a",
        "unlink {in}/deep/b",
        "cd {in} unlink a",
        "cd {in} unlink ./a",
        "cd {in} unlink deep/b",
        "cd {in}/deep unlink ../a",
        "cd {in}/deep unlink .././a",
        "cd {out} unlink ../inside/a",
        "cd {out}/.. unlink inside/deep/b",
        "unlink-in {in} a",
        "unlink-in {in}/deep b",
        "unlink-in {out} ../inside/a",
        "cd / unlink ./{in}/a",
    ];
    for script in inside {
        site.files(&["inside/a", "inside/deep/b"]);
        assert!(taints(&mut site, script), "{script}");
    }
}

#[test]
fn a_path_outside_does_not_taint() {
    let mut site = Site::new(&Spec::taint(FIRST_UNLINK));
    std::fs::create_dir(site.path("inside-not")).unwrap();
    let outside = [
        "unlink {out}/a",
        "unlink {in}-not/a",
        "cd {out} unlink a",
        "cd {in} unlink ../outside/a",
        "cd {in}/deep unlink ../../outside/a",
        "unlink-in {out} a",
        "cd {in} unlink-in {out} a",
        "cd {in} unlink {out}/a",
    ];
    for script in outside {
        site.files(&["outside/a", "inside-not/a"]);
        assert!(!taints(&mut site, script), "{script}");
    }
}

#[test]
fn a_rename_counts_at_both_of_its_ends() {
    let mut site = Site::new(&Spec::taint(r#"taint on rename under "/srv";"#));
    site.files(&["inside/a", "outside/b", "outside/c"]);
    assert!(taints(&mut site, "rename {in}/a {in}/z"));
    assert!(taints(&mut site, "rename {out}/b {in}/b"));
    assert!(taints(&mut site, "rename {in}/b {out}/b"));
    assert!(!taints(&mut site, "rename {out}/c {out}/d"));
    assert!(!taints(&mut site, "unlink {in}/z"));
}

#[test]
fn only_calls_that_succeed_count() {
    let mut site = Site::new(&Spec::taint(FIRST_UNLINK));
    let mut victim = site.victim("unlink {in}/none");
    assert_eq!(victim.end().code(), Some(2));
    assert!(!site.tainted(victim.id()));
}

/// Every call that changes what a file holds.
const CHANGES: &[&str] = &[
    "overwrite write",
    "overwrite pwrite",
    "overwrite writev",
    "overwrite pwritev",
    "overwrite pwritev2",
    "overwrite ftruncate",
    "overwrite sendfile",
    "overwrite copy_file_range",
    "open-truncate",
    "truncate",
];

#[test]
fn every_change_of_an_old_file_counts_and_none_of_a_new_one() {
    const AGE: Duration = Duration::from_secs(4);
    let mut site =
        Site::new(&Spec::taint(r#"taint on write, ftruncate under "/srv" when age > 4 s;"#));
    let old: Vec<String> = (0..CHANGES.len())
        .flat_map(|at| [format!("inside/{at}"), format!("outside/{at}")])
        .collect();
    site.files(&old.iter().map(String::as_str).collect::<Vec<_>>());
    std::thread::sleep(AGE + Duration::from_millis(200));
    for (at, change) in CHANGES.iter().enumerate() {
        // `truncate` names a file whose age cannot be known: it counts as old.
        if *change != "truncate" {
            loop {
                let started = Instant::now();
                let file = format!("{{in}}/new-{at}-{}", site.fresh());
                let tainted = taints(&mut site, &format!("create {file} {change} {file}"));
                // On a machine that stood still the file is no longer new.
                if started.elapsed() < AGE {
                    assert!(!tainted, "{change} of a new file");
                    break;
                }
            }
        }
        assert!(!taints(&mut site, &format!("{change} {{out}}/{at}")), "{change} outside");
        assert!(taints(&mut site, &format!("{change} {{in}}/{at}")), "{change} of an old file");
    }
}

#[test]
fn an_open_that_truncates_nothing_does_not_count() {
    let mut site = Site::new(&Spec::taint(r#"taint on ftruncate under "/srv";"#));
    site.files(&["inside/a"]);
    assert!(!taints(&mut site, "open-append {in}/a"));
    assert!(!taints(&mut site, "open-truncate {in}/made-by-it"));
    assert!(taints(&mut site, "open-truncate {in}/a"));
}

#[test]
fn more_events_than_the_limit_taint() {
    let mut site =
        Site::new(&Spec::taint(r#"taint on unlink under "/srv" when count > 3 within 60 s;"#));
    site.files(&["inside/0", "inside/1", "inside/2", "inside/3", "outside/4"]);
    let mut victim = site.victim(
        "unlink {in}/0 unlink {in}/1 unlink {in}/2 unlink {out}/4 say three hear \
         unlink {in}/3 say four sleep",
    );
    assert_eq!(victim.listen(), "three");
    assert!(!site.tainted(victim.id()));
    victim.tell();
    assert_eq!(victim.listen(), "four");
    assert!(site.tainted(victim.id()));
}

#[test]
fn events_older_than_the_window_do_not_count() {
    let mut site =
        Site::new(&Spec::taint(r#"taint on unlink under "/srv" when count > 1 within 80 ms;"#));
    let names: Vec<String> = (0..8).map(|at| format!("inside/{at}")).collect();
    site.files(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let script: Vec<String> =
        (0..8).map(|at| format!("hear unlink {{in}}/{at} say done")).collect();
    let mut victim = site.victim(&format!("{} sleep", script.join(" ")));
    for _ in 0..8 {
        victim.tell();
        assert_eq!(victim.listen(), "done");
        std::thread::sleep(Duration::from_millis(90));
    }
    assert!(!site.tainted(victim.id()));
}

#[test]
fn one_file_counts_once_while_it_is_being_written() {
    let mut site = Site::new(&Spec::taint(
        r#"taint on write under "/srv" when age > 2 s and count > 1 within 60 s;"#,
    ));
    site.files(&["inside/a", "inside/b", "inside/c"]);
    std::thread::sleep(Duration::from_millis(2_100));
    let write = "overwrite write {in}/a";
    loop {
        let started = Instant::now();
        let tainted = taints(&mut site, &[write; 5].join(" "));
        if started.elapsed() < Duration::from_secs(2) {
            assert!(!tainted);
            break;
        }
    }
    assert!(taints(&mut site, "overwrite write {in}/b overwrite write {in}/c"));
}

#[test]
fn random_bytes_are_told_from_text() {
    let mut site = Site::new(&Spec::taint(r#"taint on write under "/srv" when entropy > 7 bit;"#));
    site.files(&["inside/a"]);
    assert!(!taints(&mut site, "fill text overwrite write {in}/a"));
    assert!(!taints(&mut site, "fill text overwrite pwrite {in}/a"));
    assert!(taints(&mut site, "fill random overwrite write {in}/a"));
    assert!(taints(&mut site, "fill random overwrite pwrite {in}/a"));
}

#[test]
fn without_a_tree_a_rule_holds_everywhere() {
    let mut site = Site::new(&Spec::taint("taint on unlink;"));
    site.files(&["outside/a"]);
    assert!(taints(&mut site, "unlink {out}/a"));
}

#[test]
fn the_first_rule_that_has_enough_is_named() {
    let mut site = Site::new(&Spec::taint(
        r#"taint on unlink under "/srv" when count > 9 within 60 s;
           taint on unlink, rename under "/srv" when count > 1 within 60 s;"#,
    ));
    site.files(&["inside/a", "inside/b"]);
    let victim = site.victim("unlink {in}/a rename {in}/b {in}/c sleep");
    let event = site.wait_tainted(victim.id());
    assert_eq!(event.kind, EventKind::Tainted(1));
}

#[test]
fn a_process_with_a_terminal_is_of_another_class() {
    let spec = Spec {
        members: 8,
        classes: "set Class = { interactive, batch };\nparam w[Class] = { interactive: 4, batch: 1 };",
        taint: r#"taint on unlink under "/srv"; class interactive when tty;"#,
        except: "",
    };
    let mut site = Site::new(&spec.text());
    site.files(&["inside/a", "inside/b"]);
    let batch = on_terminal(site.script("unlink {in}/a sleep"), false);
    let interactive = on_terminal(site.script("unlink {in}/b sleep"), true);
    assert_eq!(site.wait_tainted(batch.id()).member.class, 1);
    assert_eq!(site.wait_tainted(interactive.id()).member.class, 0);
}
