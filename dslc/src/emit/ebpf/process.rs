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

    /// The conditions in C on `leader` of which one must hold; executables are looked for together.
    pub fn any(&self, tests: &[ProcessTest]) -> Vec<String> {
        let exes: Vec<&str> = tests.iter().filter_map(exe).collect();
        let others = tests.iter().filter(|test| exe(test).is_none());
        let others = others.map(|test| self.condition(test));
        let together = (!exes.is_empty()).then(|| self.exe_is_among(&exes));
        together.into_iter().chain(others).collect()
    }

    fn exe_is_among(&self, paths: &[&str]) -> String {
        let bits: Vec<_> =
            paths.iter().map(|path| format!("1u << {}", place(&self.exes, path))).collect();
        format!("exe_is_among(leader, {})", bits.join(" | "))
    }

    /// The condition in C on `leader`, the main thread of a process.
    pub fn condition(&self, test: &ProcessTest) -> String {
        match test {
            ProcessTest::Tty => "has_tty(leader)".to_owned(),
            ProcessTest::Comm(name) => {
                let name = text::string(name);
                format!("comm_is(leader, {name}, sizeof({name}))")
            }
            ProcessTest::Exe(path) => self.exe_is_among(&[path]),
            ProcessTest::Cgroup(path) => {
                format!("cgroup_is(leader, {})", place(&self.cgroups, path))
            }
        }
    }
}

fn exe(test: &ProcessTest) -> Option<&str> {
    match test {
        ProcessTest::Exe(path) => Some(path),
        _ => None,
    }
}

/// The place of a name; one that is on no list has a place that the program refuses.
fn place(list: &[&str], name: &str) -> usize {
    list.iter().position(|known| *known == name).unwrap_or(list.len())
}
