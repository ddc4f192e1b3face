//! The artefacts are the same bytes wherever they are built, and one program may use several.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::tools::{answers, build, build_plan, fixture, folder, lib, link, plan, succeeds};

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| unreachable!("{error}"));
    let files = entries.flatten().filter(|entry| entry.path().is_file());
    let read = |path| fs::read(path).unwrap_or_else(|error| unreachable!("{error}"));
    files.map(|f| (f.file_name().to_string_lossy().into_owned(), read(f.path()))).collect()
}

#[test]
fn two_folders_hold_the_same_bytes() {
    let there = folder();
    let deeper = there.path().join("another/place");
    fs::create_dir_all(&deeper).unwrap_or_else(|error| unreachable!("{error}"));
    build(&deeper);
    let (here, there) = (files(lib()), files(&deeper.join("lib")));
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

#[test]
fn a_program_may_follow_two_prices() {
    let folder = folder();
    let (mut plan, certificate) = plan();
    plan.fibre = "other".to_owned();
    if let Some(control) = &mut plan.control {
        control.price_name = "price_other".to_owned();
    }
    build_plan(&plan, &certificate, folder.path());
    let other = folder.path().join("lib");
    let (dwell_pass, other_pass) = (lib().join("DwellPass.so"), other.join("OtherPass.so"));
    let program = folder.path().join("both");
    let mut clang = Command::new("clang-19");
    for (folder, pass) in [(lib(), dwell_pass), (&other, other_pass)] {
        clang.arg("-I").arg(folder).arg(format!("-fpass-plugin={}", pass.display()));
    }
    clang.arg("-O2").arg(fixture("both.c")).arg(other.join("libother_probe.a"));
    link(&mut clang);
    succeeds(clang.arg("-o").arg(&program));
    let figures = String::from_utf8_lossy(&answers(&mut Command::new(program), b"")).into_owned();
    let figures: Vec<u64> = figures.split_whitespace().map(|n| n.parse().unwrap_or(0)).collect();
    // Both passes charge `main` a little, once.
    assert!(matches!(figures[..], [5..100, 7001..7100]), "{figures:?}");
}
