//! Real kernel programs, cgroups and processes for the tests: each test has its own, and each
//! removes its own.

pub mod cgroup;
pub mod program;
pub mod victim;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use dslc_agent::config::Scope;
use dslc_agent::exempt;
use dslc_agent::kernel::{Kernel, Options};
use dslc_agent::plant::{Event, EventKind, Plant};
use tempfile::TempDir;

use cgroup::Cgroup;
use program::Program;
use victim::Victim;

/// Taints at the first file that is unlinked in the tree.
pub const FIRST_UNLINK: &str = r#"taint on unlink under "/srv";"#;

/// Long enough for anything that happens at all on a machine under load.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A kernel program in a cgroup, with a protected folder and one beside it.
pub struct Site {
    // Dropped in this order: the program before what it looks at.
    pub kernel: Kernel,
    pub program: Program,
    pub cgroup: Cgroup,
    folder: TempDir,
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
        assert!(rustix::process::geteuid().is_root(), "run as root: kernel programs are loaded");
        let cgroup = Cgroup::new();
        // Not in memory: a file system that keeps files, such as the one of this repository.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        for name in ["inside", "inside/deep", "outside"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        let mut options = Options {
            scope: Scope::Cgroup(cgroup.path().to_owned()),
            observe_only: false,
            trees: vec![folder.path().join("inside"); program.trees],
            exempt: exempt::processes().unwrap(),
            pin: None,
        };
        change(&mut options);
        let mut kernel = match Kernel::load(&program.object, &options) {
            Ok(kernel) => kernel,
            Err(error) => panic!("{error}"),
        };
        kernel.set_price(0).unwrap();
        kernel.attach().unwrap();
        Site { kernel, program, cgroup, folder, seen: Vec::new(), names: 0 }
    }

    /// Sets the price at which a process of the first class may run for so many milliseconds.
    pub fn budget_ms(&mut self, milliseconds: u64) {
        let price = self.program.demand.numerator / (milliseconds * 1_000_000);
        self.kernel.set_price(price).unwrap();
    }

    /// A process in the cgroup that does what `script` says; `{in}` and `{out}` are the folders.
    pub fn victim(&self, script: &str) -> Victim {
        Victim::start(&self.script(script))
    }

    /// The script of such a process.
    pub fn script(&self, script: &str) -> String {
        format!("join {} {}", self.cgroup.procs().display(), self.fill(script))
    }

    /// The same outside of the cgroup.
    pub fn bystander(&self, script: &str) -> Victim {
        Victim::start(&self.fill(script))
    }

    fn fill(&self, script: &str) -> String {
        let name = |folder: &str| self.path(folder).display().to_string();
        script.replace("{in}", &name("inside")).replace("{out}", &name("outside"))
    }

    /// A path below the folder that holds both.
    pub fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// Makes files of a block each, inside the tree or beside it.
    pub fn files(&self, names: &[&str]) {
        for name in names {
            write_block(&self.path(name));
        }
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
            event.member.tgid == tgid && matches!(event.kind, EventKind::Killed(_))
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
    pub fn drop_kernel(self) -> (Cgroup, TempDir) {
        drop(self.kernel);
        (self.cgroup, self.folder)
    }

    /// What went wrong inside the program, by name.
    pub fn trouble(&self, kind: &str) -> u64 {
        let troubles = self.kernel.troubles().unwrap();
        troubles.iter().find(|trouble| trouble.kind == kind).unwrap().total
    }
}

fn write_block(path: &Path) {
    std::fs::write(path, [b'x'; 8192]).unwrap();
}
