//! The artefacts are the same bytes wherever they are built.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::tools::{build, folder};

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| unreachable!("{error}"));
    let files = entries.flatten().filter(|entry| entry.path().is_file());
    let read = |path| fs::read(path).unwrap_or_else(|error| unreachable!("{error}"));
    files.map(|f| (f.file_name().to_string_lossy().into_owned(), read(f.path()))).collect()
}

#[test]
fn two_folders_hold_the_same_bytes() {
    let (here, there) = (folder(), folder());
    let deeper = there.path().join("another/place");
    fs::create_dir_all(&deeper).unwrap_or_else(|error| unreachable!("{error}"));
    build(here.path());
    build(&deeper);
    let (here, there) = (files(&here.path().join("lib")), files(&deeper.join("lib")));
    for name in ["DwellPass.so", "libdwell_probe.a", "dwell_step.o", "dwell_step.ll"] {
        assert!(here.contains_key(name), "{name} is missing");
    }
    let names: Vec<_> = here.keys().collect();
    assert_eq!(names, there.keys().collect::<Vec<_>>());
    for (name, bytes) in &here {
        assert!(there.get(name) == Some(bytes), "{name} differs");
        let folder = String::from_utf8_lossy(bytes).contains("another/place");
        assert!(!folder, "{name} tells where it was built");
    }
}
