//! What the program asks of a process. Files and cgroups are found when it is loaded, so that the
//! program names them by their place in a list.

use super::text;
use crate::plan::ir::{Control, ProcessTest};

/// The files and cgroups that tests name, each once, in the order in which the loader finds them.
#[derive(Debug, Default)]
pub struct Named<'a> {
    /// Absolute paths of executables.
    pub exes: Vec<&'a str>,
    /// Paths of cgroups from the root of their hierarchy.
    pub cgroups: Vec<&'a str>,
}

impl<'a> Named<'a> {
    /// What the tests of `control` name.
    pub fn new(control: &'a Control) -> Self {
        let mut named = Named::default();
        for test in control.process_tests() {
            let (list, name) = match test {
                ProcessTest::Exe(path) => (&mut named.exes, path.as_str()),
                ProcessTest::Cgroup(path) => (&mut named.cgroups, path.as_str()),
                ProcessTest::Tty | ProcessTest::Comm(_) => continue,
            };
            if !list.contains(&name) {
                list.push(name);
            }
        }
        named
    }

    /// The condition in C on `leader`, the main thread of a process.
    pub fn condition(&self, test: &ProcessTest) -> String {
        // A name that is on no list has a place that the program refuses.
        let place = |list: &[&str], name: &str| {
            list.iter().position(|known| *known == name).unwrap_or(list.len())
        };
        match test {
            ProcessTest::Tty => "has_tty(leader)".to_owned(),
            ProcessTest::Comm(name) => {
                let name = text::string(name);
                format!("comm_is(leader, {name}, sizeof({name}))")
            }
            ProcessTest::Exe(path) => format!("exe_is(leader, {})", place(&self.exes, path)),
            ProcessTest::Cgroup(path) => {
                format!("cgroup_is(leader, {})", place(&self.cgroups, path))
            }
        }
    }
}
