//! A map has no room left, or the kernel refuses memory.
//!
//! What must hold: who finds no row is watched together with others instead of not at all; who has
//! no storage is remembered elsewhere; what could not be counted is counted as such, and harms
//! nobody; what the program forgets about files makes them old, not young; a start that cannot exempt
//! everybody does not happen.

use dslc_agent::kernel::Kernel;
use dslc_agent::plant::Plant;

use crate::support::place::Place;
use crate::support::program::{Program, Spec};
use crate::support::{FIRST_UNLINK, Site, wait_until};

fn named(count: usize) -> Vec<String> {
    (0..count).map(|at| format!("inside/{at}")).collect()
}

#[test]
fn who_finds_no_row_does_not_outlive_its_budget() {
    const VICTIMS: usize = 16;
    let spec = Spec { members: 2, classes: "", taint: FIRST_UNLINK, except: "" };
    let mut site = Site::new(&spec.text());
    let names = named(VICTIMS);
    site.files(&names.iter().map(String::as_str).collect::<Vec<_>>());
    site.files(&["inside/a"]);
    let mut bystander = site.bystander("unlink {in}/a sleep");
    let mut victims: Vec<_> =
        (0..VICTIMS).map(|at| site.victim(&format!("unlink {{in}}/{at} say done sleep"))).collect();
    for victim in &mut victims {
        assert_eq!(victim.listen(), "done");
    }
    assert!(site.trouble("no_slot") > 0);
    assert!(victims.iter_mut().all(|victim| victim.runs()), "one was killed for want of a row");
    site.budget_ms(50);
    for mut victim in victims {
        victim.end_killed();
    }
    assert!(bystander.runs());
    site.wait_empty();

    // Rows that come back are used again.
    site.files(&["inside/b"]);
    let mut victim = site.victim("unlink {in}/b sleep");
    site.wait_killed(victim.id());
    victim.end_killed();
    assert_eq!(site.trouble("slots_lost"), 0);
}

/// A program for which the kernel has no storage at any process.
fn without_storage(room: u32) -> Site {
    let refused = |text: String| {
        text.replace("BPF_LOCAL_STORAGE_GET_F_CREATE = 1", "BPF_LOCAL_STORAGE_GET_F_CREATE = 0")
            .replace("MAX_DISPLACED = 1024", &format!("MAX_DISPLACED = {room}"))
    };
    Site::of(Program::build_changed(&Spec::taint(FIRST_UNLINK), refused), |_| ())
}

#[test]
fn without_storage_a_tree_does_not_outlive_its_budget() {
    let mut site = without_storage(64);
    let mut bystander = site.bystander("say done sleep");
    assert_eq!(bystander.listen(), "done");
    site.files(&["inside/a", "inside/b"]);
    let mut ended = site.victim("unlink {in}/b");
    ended.end_well();
    wait_until("its row to be free", || site.kernel.measure().unwrap().rows.is_empty());
    let mut victim = site.victim("unlink {in}/a workers 3 sleep");
    wait_until("all to be there", || {
        let rows = site.kernel.measure().unwrap().rows;
        rows.iter().map(|row| row.processes).eq([4])
    });
    assert!(site.trouble("no_memory") > 0);
    site.budget_ms(50);
    victim.end_killed();
    site.wait_empty();
    wait_until("the row to be free", || site.kernel.measure().unwrap().rows.is_empty());
    assert!(bystander.runs() && !bystander.is_stopped());
}

#[test]
fn without_room_to_remember_it_a_process_is_counted_as_lost_and_not_harmed() {
    const VICTIMS: usize = 8;
    let mut site = without_storage(1);
    site.budget_ms(50);
    let names = named(VICTIMS);
    site.files(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut victims: Vec<_> =
        (0..VICTIMS).map(|at| site.victim(&format!("unlink {{in}}/{at} say done sleep"))).collect();
    wait_until("all events", || site.trouble("no_memory") >= VICTIMS as u64);
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert!(victims.iter_mut().any(|victim| victim.runs()));
    // A row is nobody's for longer than its process lives.
    drop(victims);
    wait_until("all rows to be free", || site.kernel.measure().unwrap().rows.is_empty());
}

#[test]
fn files_whose_changes_are_forgotten_count_as_old() {
    // Truncated at their opening, so that only the program's own memory tells when they changed.
    let forgetful =
        |text: String| text.replace("MAP_UINT(max_entries, 8192)", "MAP_UINT(max_entries, 1)");
    let rule = r#"taint on ftruncate under "/srv" when age > 3600 s;"#;
    let mut site = Site::of(Program::build_changed(&Spec::taint(rule), forgetful), |_| ());
    let names = named(64);
    site.files(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let touch = |word: &str| (0..64).map(|at| format!("{word} {{in}}/{at} ")).collect::<String>();
    let victim =
        site.victim(&format!("{}{}sleep", touch("overwrite write"), touch("open-truncate")));
    site.wait_tainted(victim.id());
}

#[test]
fn more_exempt_processes_than_there_is_room_for_are_refused() {
    let place = Place::new();
    let program = Program::build_changed(&Spec::taint(FIRST_UNLINK), |text| {
        text.replace("MAX_EXEMPT = 256", "MAX_EXEMPT = 1")
    });
    let options = place.options(&program);
    assert!(options.exempt.len() > 1, "this process has no parent");
    match Kernel::load(&program.object, &options) {
        Ok(_) => panic!("it was loaded"),
        Err(error) => assert!(error.to_string().contains("exempt"), "{error}"),
    }
}
