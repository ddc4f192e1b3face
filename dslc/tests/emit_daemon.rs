//! The emitted daemon: complete, locked, and a program wherever it is copied to.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use dslc::emit::{Artifact, daemon};

const SPEC: &str = include_str!("../../examples/dwell.num");

fn emitted() -> Vec<Artifact> {
    let compiled = dslc::compile("dwell.num", SPEC);
    let (plan, certificate) = compiled.plan.expect("the example compiles");
    daemon::emit(&plan, &certificate).expect("it has a loop")
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let paths = entries.map(|entry| entry.path());
    paths.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[test]
fn it_carries_the_runtime_as_it_is_and_nothing_else_of_it() {
    let emitted: BTreeMap<String, Vec<u8>> =
        emitted().into_iter().map(|artifact| (artifact.path, artifact.contents)).collect();
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime");
    let mut expected = BTreeMap::new();
    for part in ["core", "agent"] {
        let folder = runtime.join(part);
        let sources = files_below(&folder.join("src"));
        for file in sources.into_iter().chain([folder.join("Cargo.toml")]) {
            let below = file.strip_prefix(&folder).expect("below").display();
            let contents = fs::read(&file).expect("a file");
            expected.insert(format!("daemon/runtime/{part}/{below}"), contents);
        }
    }
    let carried: BTreeMap<_, _> =
        emitted.into_iter().filter(|(path, _)| path.starts_with("daemon/runtime/")).collect();
    assert_eq!(carried.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    assert!(carried == expected, "the compiler carries an old copy");
}

#[test]
fn a_copy_outside_this_repository_builds_and_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    for artifact in emitted() {
        let path = folder.path().join(artifact.path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, artifact.contents).expect("a file");
    }
    let daemon = folder.path().join("daemon");
    // The program is not loaded here: `demo` and the agent's tests do that.
    fs::create_dir(daemon.join("object")).expect("a folder");
    fs::write(daemon.join("object/dwell_kern.o"), "").expect("a file");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("daemon");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--locked", "--quiet"])
        .current_dir(&daemon)
        .env("CARGO_TARGET_DIR", &target)
        .output()
        .expect("cargo runs");
    assert!(
        built.status.success(),
        "{}\nWhen the lock file is what is wrong, run scripts/daemon-lock.sh.",
        String::from_utf8_lossy(&built.stderr)
    );
    let run = |arguments: &[&str]| -> Output {
        Command::new(target.join("debug/dwell_user")).args(arguments).output().expect("it runs")
    };
    let nothing = run(&[]);
    assert_eq!(nothing.status.code(), Some(2));
    let said = String::from_utf8_lossy(&nothing.stderr);
    assert!(said.contains("dwell_user: nothing was started"), "{said}");
    assert!(said.contains("--cgroup PATH"), "{said}");
    let help = run(&["--help"]);
    assert!(help.status.success());
    assert!(String::from_utf8_lossy(&help.stdout).contains("Usage: dwell_user [OPTIONS]"));
}
