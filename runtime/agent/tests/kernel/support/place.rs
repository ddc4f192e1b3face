//! What a test has for itself: a cgroup, and a protected folder with one beside it.

use std::path::{Path, PathBuf};

use dslc_agent::config::Scope;
use dslc_agent::exempt;
use dslc_agent::kernel::Options;
use tempfile::TempDir;

use super::cgroup::Cgroup;
use super::program::Program;
use super::victim::Victim;

/// A cgroup and folders; processes of both are started here.
pub struct Place {
    pub cgroup: Cgroup,
    folder: TempDir,
}

impl Place {
    pub fn new() -> Self {
        assert!(rustix::process::geteuid().is_root(), "run as root: kernel programs are loaded");
        let cgroup = Cgroup::new();
        // Not in memory: a file system that keeps files, such as the one of this repository.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        for name in ["inside", "inside/deep", "outside"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        Place { cgroup, folder }
    }

    /// How a program is to work here: it looks at the cgroup and guards the folder inside.
    pub fn options(&self, program: &Program) -> Options {
        Options {
            scope: Scope::Cgroup(self.cgroup.path().to_owned()),
            observe_only: false,
            trees: vec![self.path("inside"); program.trees],
            exempt: exempt::processes().unwrap(),
            pin: None,
        }
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

    /// Waits until no process is left in the cgroup, which must come.
    pub fn wait_empty(&self) {
        super::wait_until("the end of all processes", || self.cgroup.processes().is_empty());
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
}

fn write_block(path: &Path) {
    std::fs::write(path, [b'x'; 8192]).unwrap();
}
