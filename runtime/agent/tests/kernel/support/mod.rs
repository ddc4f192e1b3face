//! Real kernel programs, cgroups and processes for the tests: each test has its own, and each
//! removes its own.

pub mod cgroup;
pub mod daemon;
pub mod namespace;
pub mod place;
pub mod program;
pub mod victim;

use std::ops::Deref;
use std::rc::Rc;
use std::time::{Duration, Instant};

use dslc_agent::Act;
use dslc_agent::groups::Change;
use dslc_agent::kernel::{Kernel, Options};
use dslc_agent::plant::{Event, EventKind, Plant};

use place::Place;
use program::Program;

/// Taints at the first file that is unlinked in the tree.
pub const FIRST_UNLINK: &str = r#"taint on unlink under "/srv";"#;

/// Long enough for anything that happens at all on a machine under load.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A kernel program in a cgroup, with a protected folder and one beside it.
pub struct Site {
    // Dropped in this order: the program before what it looks at.
    pub kernel: Kernel,
    pub program: Program,
    place: Rc<Place>,
    seen: Vec<Event>,
    names: u32,
}

impl Site {
    /// A program of these taint lines, attached, at a price of 0: every budget is
    /// the longest, almost 5 s.
    pub fn new(spec: &str) -> Self {
        Site::with(spec, |_| ())
    }

    /// The same with other options.
    pub fn with(spec: &str, change: impl FnOnce(&mut Options)) -> Self {
        Site::of(Program::build(spec), change)
    }

    /// The same of a program.
    pub fn of(program: Program, change: impl FnOnce(&mut Options)) -> Self {
        Site::at(Rc::new(Place::new()), program, change)
    }

    /// One more program where another one is.
    pub fn on(other: &Site, program: Program) -> Self {
        Site::at(other.place.clone(), program, |_| ())
    }

    /// The same program, loaded once more at the same place.
    pub fn anew(&self) -> Self {
        Site::on(self, self.program.clone())
    }

    fn at(place: Rc<Place>, program: Program, change: impl FnOnce(&mut Options)) -> Self {
        let mut options = place.options(&program);
        change(&mut options);
        let mut kernel = match Kernel::load(&program.object, &options) {
            Ok(kernel) => kernel,
            Err(error) => panic!("{error}"),
        };
        kernel.set_price(0).unwrap();
        kernel.attach().unwrap();
        Site { kernel, program, place, seen: Vec::new(), names: 0 }
    }

    /// Sets the price at which a process of the first class may run for so many milliseconds.
    pub fn budget_ms(&mut self, milliseconds: u64) {
        let price = self.program.demand.numerator / (milliseconds * 1_000_000);
        self.kernel.set_price(price).unwrap();
    }

    /// A period of the daemon, whose acts these are, for what control groups do.
    pub fn hold(&mut self, acts: &[Act]) -> Vec<Change> {
        let measure = self.kernel.measure().unwrap();
        self.kernel.hold(acts, &measure).unwrap()
    }

    /// A number that was not given before.
    pub fn fresh(&mut self) -> u32 {
        self.names += 1;
        self.names
    }

    /// Everything that has happened so far.
    pub fn events(&mut self) -> &[Event] {
        let seen = &mut self.seen;
        self.kernel.drain(&mut |event| seen.push(event)).unwrap();
        &self.seen
    }

    /// The first event that fits, which must come.
    pub fn wait(&mut self, what: &str, fits: impl Fn(&Event) -> bool) -> Event {
        let started = Instant::now();
        loop {
            if let Some(event) = self.events().iter().find(|event| fits(event)) {
                return event.clone();
            }
            assert!(started.elapsed() < PATIENCE, "no {what} among {:#?}", self.seen);
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// The kill of a process, which must come.
    pub fn wait_killed(&mut self, tgid: u32) -> Event {
        self.wait("kill", |event| {
            event.member.tgid == tgid && matches!(event.kind, EventKind::Acted { .. })
        })
    }

    /// The taint of a process, which must come.
    pub fn wait_tainted(&mut self, tgid: u32) -> Event {
        self.wait("taint", |event| {
            event.member.tgid == tgid && matches!(event.kind, EventKind::Tainted(_))
        })
    }

    /// Whether a process was tainted by a rule so far.
    pub fn tainted(&mut self, tgid: u32) -> bool {
        self.events()
            .iter()
            .any(|event| event.member.tgid == tgid && matches!(event.kind, EventKind::Tainted(_)))
    }

    /// Starts to listen anew.
    pub fn forget(&mut self) {
        self.events();
        self.seen.clear();
    }

    /// Detaches the program; what it looked at stays.
    pub fn drop_kernel(self) -> Rc<Place> {
        drop(self.kernel);
        self.place
    }

    /// What went wrong inside the program, by name.
    pub fn trouble(&self, kind: &str) -> u64 {
        let troubles = self.kernel.troubles().unwrap();
        troubles.iter().find(|trouble| trouble.kind == kind).unwrap().total
    }
}

/// Whether the kernel lets a program signal other processes, so that it needs no daemon for that:
/// Linux 6.13 and later.
pub fn signals_by_itself() -> bool {
    let kernel = libbpf_rs::btf::Btf::from_vmlinux().unwrap();
    kernel.type_by_name::<libbpf_rs::btf::types::Func<'_>>("bpf_send_signal_task").is_some()
}

/// Waits for something that must come.
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < PATIENCE, "{what} did not come");
        std::thread::sleep(Duration::from_millis(2));
    }
}

impl Deref for Site {
    type Target = Place;

    fn deref(&self) -> &Place {
        &self.place
    }
}
