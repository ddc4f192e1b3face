//! A program that is pinned: it goes on without its daemon, and the next one finds it.

use std::collections::{BTreeMap, VecDeque};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use dslc_agent::fibre::Verdict;
use dslc_agent::kernel::{Kernel, Options, Start};
use dslc_agent::plant::{Decided, Plant, State};
use libbpf_rs::{MapCore, MapFlags, MapHandle};

use crate::support::daemon::Daemon;
use crate::support::namespace::alone;
use crate::support::place::Place;
use crate::support::program::{Program, Spec};
use crate::support::victim::Victim;
use crate::support::{FIRST_UNLINK, signals_by_itself, wait_until};

const FOLDER: &str = "/sys/fs/bpf/dslc/test";

/// The names of what is pinned, one for each version of the program.
fn versions() -> Vec<String> {
    let entries = std::fs::read_dir(FOLDER).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// The folder of the only version that is pinned.
fn only_version() -> PathBuf {
    match &versions()[..] {
        [only] => Path::new(FOLDER).join(only),
        others => panic!("pinned are {others:?}"),
    }
}

/// The price in the kernel.
fn price() -> u64 {
    let map = MapHandle::from_pinned_path(only_version().join("maps/price_test")).unwrap();
    let value = map.lookup(&0u32.to_ne_bytes(), MapFlags::ANY).unwrap().unwrap();
    u64::from_ne_bytes(value.try_into().unwrap())
}

fn pinning(place: &Place, program: &Program) -> Options {
    Options { pin: Some(FOLDER.into()), ..place.options(program) }
}

fn load(program: &Program, options: &Options) -> Kernel {
    match Kernel::load(&program.object, options) {
        Ok(kernel) => kernel,
        Err(error) => panic!("{error}"),
    }
}

/// A price of one budget for the first class.
fn price_of(program: &Program, milliseconds: u64) -> u64 {
    program.demand.numerator / (milliseconds * 1_000_000)
}

/// The first processes of the members whose clocks run, and for how long they do.
fn clocks(kernel: &mut Kernel) -> BTreeMap<u32, u64> {
    let rows = kernel.measure().unwrap().rows.into_iter();
    rows.filter(|row| row.state.runs()).map(|row| (row.tgid, row.dwell_ns)).collect()
}

/// The first processes alone.
fn members(kernel: &mut Kernel) -> Vec<u32> {
    clocks(kernel).into_keys().collect()
}

#[test]
fn the_kernel_goes_on_when_its_daemon_is_killed() {
    let test = "takeover::the_kernel_goes_on_when_its_daemon_is_killed";
    alone(test, || {
        let spec = Spec::short(FIRST_UNLINK);
        let (program, place) = (Program::build(&spec), Place::new());
        let mut daemon = Daemon::start(test, &spec, &program, &place, &[]);
        let features = daemon.started()["features"].to_string();
        assert!(features.contains("newly attached; pinned in /sys/fs/bpf/dslc/test"), "{features}");
        assert_eq!(features.contains("it ends only who makes system calls"), !signals_by_itself());
        if !signals_by_itself() {
            return;
        }
        place.files(&["inside/a", "inside/b", "inside/c"]);
        let mut before = place.victim("unlink {in}/a sleep");
        let mut bystander = place.bystander("unlink {in}/c sleep");
        daemon.wait("tainted", |record| record["tgid"] == before.id());
        daemon.kill();
        let left = price();
        assert!(left > 0);
        // One whose clock ran already, and one that comes when nobody steers.
        before.end_killed();
        place.victim("unlink {in}/b sleep").end_killed();
        assert!(bystander.runs());
        assert_eq!(price(), left);

        let mut next = Daemon::start(test, &spec, &program, &place, &[]);
        let features = next.started()["features"].to_string();
        assert!(features.contains("taken over as it was"), "{features}");
        // What happened meanwhile waits in the ring.
        next.wait("tainted", |record| record["tgid"] != before.id());
        assert!(next.stop().success());
        assert_eq!(versions(), [""; 0]);
    });
}

#[test]
fn a_daemon_that_is_to_stay_leaves_the_program_attached() {
    let test = "takeover::a_daemon_that_is_to_stay_leaves_the_program_attached";
    alone(test, || {
        let spec = Spec::short(FIRST_UNLINK);
        let (program, place) = (Program::build(&spec), Place::new());
        place.files(&["inside/a", "inside/b"]);
        let mut daemon = Daemon::start(test, &spec, &program, &place, &["--stay"]);
        daemon.started();
        assert!(daemon.stop().success());
        assert!(only_version().join("links/on_sys_enter").exists());
        if signals_by_itself() {
            place.victim("unlink {in}/a sleep").end_killed();
        }
        // Removing its pins is what detaches it then.
        std::fs::remove_dir_all(only_version()).unwrap();
        let mut free = place.victim("unlink {in}/b say done sleep");
        assert_eq!(free.listen(), "done");
        std::thread::sleep(Duration::from_millis(1_500));
        assert!(free.runs());
    });
}

#[test]
fn what_is_pinned_is_taken_over_with_members_and_price() {
    alone("takeover::what_is_pinned_is_taken_over_with_members_and_price", || {
        let (program, place) = (Program::build(&Spec::taint(FIRST_UNLINK)), Place::new());
        place.files(&["inside/a", "inside/b", "inside/c", "inside/d"]);
        let script =
            |file| format!("hear {} sleep", place.script(&format!("unlink {{in}}/{file}")));
        let mut was_exempt = Victim::start(&script("a"));
        let mut is_exempt = Victim::start(&script("b"));
        let mut options = pinning(&place, &program);
        let exempt = options.exempt.clone();
        options.exempt.push(was_exempt.id());
        let mut first = load(&program, &options);
        assert_eq!(*first.start(), Start::Fresh);
        first.set_price(7).unwrap();
        first.attach().unwrap();
        let victim = place.victim("unlink {in}/c sleep");
        wait_until("a member", || members(&mut first) == [victim.id()]);
        // As when its process is killed: nothing is asked to stop.
        drop(first);

        options.exempt = exempt;
        options.exempt.push(is_exempt.id());
        let mut second = load(&program, &options);
        assert_eq!(*second.start(), Start::TookOver { price: 7 });
        second.attach().unwrap();
        assert_eq!(members(&mut second), [victim.id()]);
        was_exempt.tell();
        is_exempt.tell();
        wait_until("both members", || members(&mut second).len() == 2);
        assert!(members(&mut second).contains(&was_exempt.id()));
        second.set_price(price_of(&program, 50)).unwrap();
        was_exempt.end_killed();
        assert!(is_exempt.runs());

        second.detach().unwrap();
        assert_eq!(versions(), [""; 0]);
        let mut free = place.victim("unlink {in}/d say done sleep");
        assert_eq!(free.listen(), "done");
        std::thread::sleep(Duration::from_millis(200));
        assert!(free.runs());
    });
}

#[test]
fn two_daemons_do_not_steer_one_program() {
    alone("takeover::two_daemons_do_not_steer_one_program", || {
        let (program, place) = (Program::build(&Spec::taint(FIRST_UNLINK)), Place::new());
        let options = pinning(&place, &program);
        let mut first = load(&program, &options);
        first.attach().unwrap();
        let said = match Kernel::load(&program.object, &options) {
            Ok(_) => panic!("a second one was loaded"),
            Err(error) => error.to_string(),
        };
        assert!(said.contains(FOLDER) && said.contains("another daemon"), "{said}");
        drop(first);
        assert!(matches!(load(&program, &options).start(), Start::TookOver { .. }));
    });
}

#[test]
fn another_folder_is_another_fibre() {
    alone("takeover::another_folder_is_another_fibre", || {
        let (program, place) = (Program::build(&Spec::taint(FIRST_UNLINK)), Place::new());
        let options = pinning(&place, &program);
        let beside = Options { pin: Some("/sys/fs/bpf/beside".into()), ..options.clone() };
        let mut kernels = [load(&program, &options), load(&program, &beside)];
        for kernel in &mut kernels {
            assert_eq!(*kernel.start(), Start::Fresh);
            kernel.attach().unwrap();
        }
        place.files(&["inside/a"]);
        let victim = place.victim("unlink {in}/a sleep");
        for kernel in &mut kernels {
            wait_until("a member", || members(kernel) == [victim.id()]);
        }
    });
}

#[test]
fn pins_that_are_not_whole_are_replaced() {
    alone("takeover::pins_that_are_not_whole_are_replaced", || {
        let (program, place) = (Program::build(&Spec::taint(FIRST_UNLINK)), Place::new());
        let options = pinning(&place, &program);
        let mut first = load(&program, &options);
        first.set_price(9).unwrap();
        first.attach().unwrap();
        drop(first);
        std::fs::remove_file(only_version().join("links/on_sys_enter")).unwrap();
        // What a daemon leaves that ends while it pins.
        std::fs::create_dir_all(Path::new(FOLDER).join("0123-part/maps")).unwrap();
        let mut second = load(&program, &options);
        assert_eq!(*second.start(), Start::Replaces { price: Some(9) });
        second.attach().unwrap();
        assert_eq!(versions().len(), 1);
        place.files(&["inside/a"]);
        let victim = place.victim("unlink {in}/a sleep");
        wait_until("a member", || members(&mut second) == [victim.id()]);
    });
}

#[test]
fn pins_need_bpffs_and_names_without_dots() {
    alone("takeover::pins_need_bpffs_and_names_without_dots", || {
        let (program, place) = (Program::build(&Spec::taint(FIRST_UNLINK)), Place::new());
        let refusal = |pin: PathBuf| {
            let options = Options { pin: Some(pin), ..place.options(&program) };
            match Kernel::load(&program.object, &options) {
                Ok(_) => panic!("it was loaded"),
                Err(error) => error.to_string(),
            }
        };
        let elsewhere = place.path("outside/pins");
        let said = refusal(elsewhere.clone());
        assert!(said.contains("not on bpffs") && said.contains("mount -t bpf"), "{said}");
        assert!(!elsewhere.exists(), "a folder was left that holds no pins");
        let said = refusal("/sys/fs/bpf/a.b".into());
        assert!(said.contains("/sys/fs/bpf/a.b") && said.contains("dot"), "{said}");
    });
}

const UNLINK_OR_RENAME: &str = r#"taint on unlink, rename under "/srv";"#;

#[test]
fn a_new_version_goes_on_with_the_price_and_the_clocks_of_the_old_one() {
    alone("takeover::a_new_version_goes_on_with_the_price_and_the_clocks_of_the_old_one", || {
        let place = Place::new();
        let old = Program::build(&Spec::taint(FIRST_UNLINK));
        let new = Program::build(&Spec::taint(UNLINK_OR_RENAME));
        place.files(&["inside/a", "inside/b", "inside/c"]);
        let mut first = load(&old, &pinning(&place, &old));
        first.set_price(11).unwrap();
        first.attach().unwrap();
        let mut parent = place.victim("unlink {in}/a fork sleep");
        assert!(!parent.listen().is_empty());
        let mut bystander = place.bystander("unlink {in}/b sleep");
        wait_until("members", || clocks(&mut first).contains_key(&parent.id()));
        let dwell = clocks(&mut first)[&parent.id()];
        drop(first);

        let mut second = load(&new, &pinning(&place, &new));
        assert_eq!(*second.start(), Start::Replaces { price: Some(11) });
        second.set_price(11).unwrap();
        second.attach().unwrap();
        assert_eq!(versions().len(), 1);
        if !signals_by_itself() {
            assert!(second.persistence().contains("without its buckets"));
            return;
        }
        assert!(second.carried().buckets > 0, "{}", second.persistence());
        assert!(clocks(&mut second)[&parent.id()] > dwell, "its clock began anew");
        second.set_price(price_of(&new, 50)).unwrap();
        // Its child's end is its own.
        assert_eq!(parent.end().signal().or(parent.end().code()), Some(9));
        place.wait_empty();
        assert!(bystander.runs());
        second.detach().unwrap();
    });
}

/// Whether a process is stopped.
fn is_stopped(tgid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{tgid}/stat")).unwrap().contains(") T ")
}

#[test]
fn a_bucket_that_waits_goes_on_waiting_under_a_new_version() {
    alone("takeover::a_bucket_that_waits_goes_on_waiting_under_a_new_version", || {
        let place = Place::new();
        let asking = |rule| Program::acting(&Spec::taint(rule), "ACT_ASK");
        let (old, new) = (asking(FIRST_UNLINK), asking(UNLINK_OR_RENAME));
        place.files(&["inside/a"]);
        let mut first = load(&old, &pinning(&place, &old));
        first.set_price(price_of(&old, 50)).unwrap();
        first.attach().unwrap();
        let mut victim = place.victim("unlink {in}/a sleep");
        wait_until("the stop", || is_stopped(victim.id()));
        drop(first);

        let mut second = load(&new, &pinning(&place, &new));
        second.set_price(price_of(&new, 50)).unwrap();
        second.attach().unwrap();
        assert!(is_stopped(victim.id()));
        if !signals_by_itself() {
            return;
        }
        let rows = second.measure().unwrap().rows;
        let row = rows.iter().find(|row| row.tgid == victim.id()).unwrap();
        assert_eq!((row.state, row.act), (State::Stopped, Some(0)));
        assert_eq!(second.decide(row.id, Verdict::Release).unwrap(), Decided::Done);
        wait_until("the end of the stop", || !is_stopped(victim.id()));
        assert!(victim.runs());
        second.detach().unwrap();
    });
}

#[test]
fn no_process_slips_through_while_versions_change() {
    alone("takeover::no_process_slips_through_while_versions_change", || {
        const VERSIONS: usize = 4;
        const AT_ONCE: usize = 100;
        // On a kernel where only the daemon can signal, nobody does while none runs.
        let ended = |victim: &mut Victim| {
            if signals_by_itself() {
                victim.end_killed();
            }
        };
        let place = Place::new();
        let programs =
            [FIRST_UNLINK, UNLINK_OR_RENAME].map(|rule| Program::build(&Spec::taint(rule)));
        let steer = |version: usize| {
            let program = &programs[version % 2];
            let mut kernel = load(program, &pinning(&place, program));
            kernel.set_price(price_of(program, 300)).unwrap();
            kernel.attach().unwrap();
            kernel
        };
        drop(steer(0));
        let running = AtomicBool::new(true);
        let start = |at: usize| {
            place.files(&[&format!("inside/{at}")]);
            place.victim(&format!("unlink {{in}}/{at} sleep"))
        };
        let count = std::thread::scope(|scope| {
            let stream = scope.spawn(|| {
                let (mut count, mut alive) = (0, VecDeque::new());
                while running.load(Ordering::Relaxed) || !alive.is_empty() {
                    if running.load(Ordering::Relaxed) {
                        alive.push_back(start(count));
                        count += 1;
                        std::thread::sleep(Duration::from_millis(5));
                    }
                    if alive.len() > AT_ONCE || !running.load(Ordering::Relaxed) {
                        alive.pop_front().iter_mut().for_each(ended);
                    }
                }
                count
            });
            // What steers is gone before the next one comes, as when a daemon is restarted.
            (1..VERSIONS).for_each(|version| drop(steer(version)));
            running.store(false, Ordering::Relaxed);
            stream.join().unwrap()
        });
        println!("{count} processes while {VERSIONS} versions followed each other");
        assert!(count > VERSIONS);
        steer(VERSIONS).detach().unwrap();
    });
}
