//! What a bucket that is stopped or killed is about to do is refused first, where the kernel has
//! security hooks. Signals are kept back here, as if they were late: what is seen is the refusal alone.

use dslc_agent::Verdict;
use dslc_agent::plant::{Decided, EventKind, Plant};
use std::os::unix::process::ExitStatusExt;

use crate::support::program::{Program, Spec};
use crate::support::{FIRST_UNLINK, Site, wait_until};

/// A program that acts on nobody but by refusing, and wakes whom it is told to.
fn late(act: &str, own_signal: bool) -> Program {
    let text = Spec::taint(FIRST_UNLINK);
    Program::build_changed(&text, |text| {
        let keep = |text: String, from: &str, to: &str| text.replace(from, to);
        let text = keep(text, ".kind = ACT_KILL", &format!(".kind = {act}"));
        let send = "return bpf_send_signal_task(task, signal, PIDTYPE_TGID, 0);";
        let text = keep(text, send, &format!("if (signal != SIGCONT) return 0; {send}"));
        let text = keep(text, "error = bpf_send_signal(signal);", "error = 0;");
        let text = keep(text, "if (errand.signal)", "if (errand.signal == SIGCONT)");
        match own_signal {
            true => text,
            false => keep(text, "bpf_send_signal_thread(signal)", "0"),
        }
    })
}

/// A site of such a program, if this kernel has security hooks. What starts a guest says whether it
/// must.
fn site(act: &str, own_signal: bool) -> Option<Site> {
    let mut site = Site::of(late(act, own_signal), |_| ());
    let hooks = site.kernel.features().security_hooks();
    if let Ok(expected) = std::env::var("DSLC_SECURITY_HOOKS") {
        assert_eq!(hooks, expected == "yes", "{}", site.kernel.features());
    }
    site.budget_ms(50);
    site.files(&["inside/a", "inside/b", "inside/c"]);
    hooks.then_some(site)
}

#[test]
fn a_bucket_that_is_killed_changes_nothing_however_late_its_signal_is() {
    let Some(mut site) = site("ACT_KILL", false) else { return };
    let before = std::fs::read(site.path("inside/b")).unwrap();
    for change in ["overwrite write {in}/b", "unlink {in}/b", "rename {in}/b {in}/d"] {
        site.files(&["inside/a"]);
        let mut victim = site.victim(&format!("unlink {{in}}/a hear {change} say done"));
        site.wait_killed(victim.id());
        site.forget();
        victim.tell();
        let status = victim.end();
        assert!(!status.success() && status.signal().is_none(), "{change}: {status}");
        assert_eq!(std::fs::read(site.path("inside/b")).unwrap(), before, "{change}");
    }
    // Nobody else is refused anything.
    let mut bystander = site.bystander("overwrite write {in}/b unlink {in}/c say done");
    assert_eq!(bystander.listen(), "done");
    assert!(!site.path("inside/c").exists());
    assert_ne!(std::fs::read(site.path("inside/b")).unwrap(), before);
}

#[test]
fn a_call_of_a_stopped_bucket_is_done_when_it_is_released() {
    let Some(mut site) = site("ACT_ASK", true) else { return };
    let before = std::fs::read(site.path("inside/b")).unwrap();
    let mut victim = site.victim("unlink {in}/a hear overwrite write {in}/b say done");
    let event = site.wait("stop", |event| matches!(event.kind, EventKind::Acted { .. }));
    assert!(!victim.is_stopped());
    victim.tell();
    wait_until("it to be stopped", || victim.is_stopped());
    assert_eq!(std::fs::read(site.path("inside/b")).unwrap(), before);
    assert_eq!(site.kernel.decide(event.member.id, Verdict::Release).unwrap(), Decided::Done);
    assert_eq!(victim.listen(), "done");
    victim.end_well();
    assert_ne!(std::fs::read(site.path("inside/b")).unwrap(), before);
}
