//! What is emitted.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use dslc::emit::{Artifact, daemon};

const SPEC: &str = include_str!("../../../examples/dwell.num");

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
    for part in ["core", "agent", "host"] {
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
