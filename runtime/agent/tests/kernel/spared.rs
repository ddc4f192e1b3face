//! Whom the program does not kill, and whose clock stops.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use dslc_agent::config::Scope;
use dslc_agent::kernel::Kernel;
use dslc_agent::plant::{EventKind, Plant};

use crate::support::program::{Program, Spec};
use crate::support::victim::{self, Victim};
use crate::support::{FIRST_UNLINK, Site};

#[test]
fn observing_reports_and_kills_nobody() {
    let mut site = Site::with(&Spec::taint(FIRST_UNLINK), |options| options.observe_only = true);
    site.budget_ms(50);
    site.files(&["inside/a", "inside/b"]);
    let mut victim = site.victim("unlink {in}/a hear unlink {in}/b say done sleep");
    let tgid = victim.id();
    let event = site.wait("overdue", |e| e.member.tgid == tgid && e.kind == EventKind::Overdue);
    assert!(event.member.dwell_ns >= event.member.budget_ns);
    // Nor at a system call after its budget.
    victim.tell();
    assert_eq!(victim.listen(), "done");
    assert!(victim.runs());
    let measure = site.kernel.measure().unwrap();
    assert_eq!(measure.rows.iter().map(|row| row.tgid).collect::<Vec<_>>(), [tgid]);
    assert!(!site.events().iter().any(|event| matches!(event.kind, EventKind::Acted { .. })));
}

#[test]
fn observing_goes_on_when_no_slot_is_free() {
    let spec = Spec { members: 1, classes: "", taint: FIRST_UNLINK, except: "" };
    let mut site = Site::with(&spec.text(), |options| options.observe_only = true);
    site.files(&["inside/a", "inside/b"]);
    let first = site.victim("unlink {in}/a sleep");
    site.wait_tainted(first.id());
    let mut second = site.victim("unlink {in}/b say done sleep");
    assert_eq!(second.listen(), "done");
    assert_eq!(site.trouble("no_slot"), 1);
    assert!(second.runs());
}

#[test]
fn a_process_that_the_spec_excepts_is_never_tainted() {
    let except = r#"except comm "postgres";"#;
    let spec = Spec { members: 64, classes: "", taint: FIRST_UNLINK, except };
    let mut site = Site::new(&spec.text());
    site.files(&["inside/a", "inside/b"]);
    let mut spared = site.victim("name postgres unlink {in}/a say done sleep");
    let other = site.victim("name postgresq unlink {in}/b sleep");
    assert_eq!(spared.listen(), "done");
    site.wait_tainted(other.id());
    assert!(!site.tainted(spared.id()));
}

/// A program whose only act spares whoever runs a file.
fn sparing_executable(path: &Path) -> Program {
    let except = r#"except exe "/program";"#;
    let spec = Spec { members: 64, classes: "", taint: FIRST_UNLINK, except };
    Program::build(&spec.text().replace("/program", &path.display().to_string()))
}

#[test]
fn an_executable_is_spared_by_its_file_and_not_by_its_name() {
    let mut site = Site::of(sparing_executable(victim::program()), |_| ());
    site.budget_ms(50);
    site.files(&["inside/a", "inside/b"]);
    let copy = site.path("outside").join(victim::program().file_name().unwrap());
    std::fs::copy(victim::program(), &copy).unwrap();
    let mut other = Victim::start_as(&copy, &site.script("unlink {in}/b sleep"));
    other.end_killed();
    let mut spared = site.victim("unlink {in}/a say done sleep");
    assert_eq!(spared.listen(), "done");
    assert!(!site.tainted(spared.id()));
    assert!(spared.runs());
}

#[test]
fn what_is_not_on_this_host_spares_nobody_and_is_named() {
    let spec = Spec::taint(FIRST_UNLINK).replace(
        "enforce x by kill {  }",
        r#"enforce x by kill { except exe "/no/such/program"; except cgroup "/no/such/group"; }"#,
    );
    let mut site = Site::new(&spec);
    assert_eq!(site.kernel.absent(), [r#"exe "/no/such/program""#, r#"cgroup "/no/such/group""#]);
    site.budget_ms(50);
    site.files(&["inside/a"]);
    site.victim("unlink {in}/a sleep").end_killed();
}

#[test]
fn an_executable_that_others_can_write_is_refused() {
    let site = Site::new(&Spec::taint(FIRST_UNLINK));
    let path = site.path("outside").join("program");
    std::fs::copy(victim::program(), &path).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o777)).unwrap();
    let program = sparing_executable(&path);
    let said = match Kernel::load(&program.object, &site.options(&program)) {
        Ok(_) => panic!("it was loaded"),
        Err(error) => error.to_string(),
    };
    assert!(said.contains("somebody other than root can change it"), "{said}");
}

#[test]
fn a_process_that_is_excepted_by_now_is_not_killed() {
    let except = r#"except comm "postgres";"#;
    let spec = Spec { members: 64, classes: "", taint: FIRST_UNLINK, except };
    let mut site = Site::new(&spec.text());
    site.files(&["inside/a"]);
    let mut victim = site.victim("unlink {in}/a name postgres say done sleep");
    assert_eq!(victim.listen(), "done");
    site.budget_ms(50);
    let tgid = victim.id();
    site.wait("clear", |e| e.member.tgid == tgid && e.kind == EventKind::Cleared);
    assert!(victim.runs());
}

#[test]
fn an_exempt_process_is_not_looked_at() {
    let mut spared = None;
    let mut site = Site::with(&Spec::taint(FIRST_UNLINK), |options| {
        let Scope::Cgroup(cgroup) = &options.scope else { panic!("a cgroup is the scope") };
        let (join, tree) = (cgroup.join("cgroup.procs"), &options.trees[0]);
        let script =
            format!("hear join {} unlink {}/a say done sleep", join.display(), tree.display());
        let victim = Victim::start(&script);
        options.exempt.push(victim.id());
        spared = Some(victim);
    });
    let mut spared = spared.unwrap();
    site.files(&["inside/a", "inside/b"]);
    spared.tell();
    assert_eq!(spared.listen(), "done");
    let other = site.victim("unlink {in}/b sleep");
    site.wait_tainted(other.id());
    assert!(!site.tainted(spared.id()));
}

#[test]
fn a_quiet_process_is_cleared_and_can_be_tainted_again() {
    let mut site =
        Site::new(&Spec::taint(r#"taint on unlink under "/srv"; clear after 300 ms quiet;"#));
    site.files(&["inside/a", "inside/b"]);
    let mut victim = site.victim("unlink {in}/a hear unlink {in}/b sleep");
    let tgid = victim.id();
    let cleared = site.wait("clear", |e| e.member.tgid == tgid && e.kind == EventKind::Cleared);
    assert!(cleared.member.dwell_ns >= 300_000_000, "too early: {cleared:#?}");
    assert!(victim.runs());
    assert_eq!(site.kernel.measure().unwrap().members, 0);
    site.forget();
    victim.tell();
    site.wait_tainted(tgid);
}

#[test]
fn a_process_that_ends_by_itself_gives_its_slot_back() {
    let spec = Spec { members: 1, classes: "", taint: FIRST_UNLINK, except: "" };
    let mut site = Site::new(&spec.text());
    for round in 0..20 {
        site.files(&["inside/a"]);
        let mut victim = site.victim("unlink {in}/a");
        victim.end_well();
        let tgid = victim.id();
        site.wait("exit", |e| e.member.tgid == tgid && e.kind == EventKind::Exited);
        assert_eq!(site.trouble("no_slot"), 0, "in round {round}");
        site.forget();
    }
}
