//! `dslc build` and `dslc prove` as a user runs them: what is written, when nothing is, and what is
//! said when something outside is missing.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn spec() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/dwell.num")
}

fn dslc<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(arguments: I) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dslc"));
    command.args(arguments);
    command
}

fn build(output: &Path, more: &[&str]) -> std::io::Result<Output> {
    dslc(["build"]).arg(spec()).arg("--output").arg(output).args(more).output()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            all.extend(files(&entry.path()));
        } else {
            all.push(entry.path());
        }
    }
    all.sort();
    all
}

#[test]
fn the_same_spec_gives_the_same_bytes_in_another_folder() -> Outcome {
    let dir = tempfile::tempdir()?;
    let (one, two) = (dir.path().join("one"), dir.path().join("deeper/two"));
    for output in [&one, &two] {
        let built = build(output, &["--emit", "ebpf,llvm,k8s,coq"])?;
        assert_eq!(built.status.code(), Some(0), "{}", said(&built));
    }
    let names = |root: &Path| -> Vec<_> {
        files(root).iter().filter_map(|f| Some(f.strip_prefix(root).ok()?.to_owned())).collect()
    };
    assert_eq!(names(&one), names(&two));
    let compiled = ["bpf/dwell_kern.o", "lib/DwellPass.so", "lib/dwell_step.o"];
    assert!(compiled.iter().all(|file| one.join(file).is_file()));
    for name in names(&one) {
        assert!(fs::read(one.join(&name))? == fs::read(two.join(&name))?, "{}", name.display());
    }
    Ok(())
}

#[test]
fn a_missing_tool_is_named_with_its_package() -> Outcome {
    let dir = tempfile::tempdir()?;
    let output = dir.path().join("out");
    let built = dslc(["build", "--emit", "ebpf"])
        .arg(spec())
        .arg("--output")
        .arg(&output)
        .env("PATH", dir.path())
        .output()?;
    assert_eq!(built.status.code(), Some(3));
    assert!(said(&built).contains("Debian package clang-19"), "{}", said(&built));
    // The text is whole; an object of an earlier build would not belong to it.
    assert!(output.join("bpf/dwell_kern.c").is_file());
    assert!(!output.join("bpf/dwell_kern.o").exists());
    Ok(())
}

#[test]
fn a_spec_with_errors_leaves_the_last_build_as_it_was() -> Outcome {
    let dir = tempfile::tempdir()?;
    let output = dir.path().join("out");
    assert!(build(&output, &["--emit", "k8s"])?.status.success());
    let before = fs::read(output.join("config/hpa.yaml"))?;
    let broken = dir.path().join("dwell.num");
    fs::write(&broken, fs::read_to_string(spec())?.replace("step auto", "step 9"))?;
    let built = dslc(["build"]).arg(&broken).arg("--output").arg(&output).output()?;
    assert_eq!(built.status.code(), Some(1));
    assert!(said(&built).contains("N0506"));
    assert_eq!(fs::read(output.join("config/hpa.yaml"))?, before);
    Ok(())
}

#[test]
fn an_artefact_that_is_no_longer_asked_for_is_removed() -> Outcome {
    let dir = tempfile::tempdir()?;
    let output = dir.path().join("out");
    assert!(build(&output, &["--no-compile", "--emit", "k8s,coq"])?.status.success());
    assert!(output.join("proofs/dwell_stable.v").is_file());
    assert!(build(&output, &["--no-compile", "--emit", "k8s"])?.status.success());
    assert!(!output.join("proofs/dwell_stable.v").exists());
    Ok(())
}

#[test]
fn a_file_in_place_of_the_folder_is_said() -> Outcome {
    let dir = tempfile::tempdir()?;
    let blocked = dir.path().join("file");
    fs::write(&blocked, "mine")?;
    let built = build(&blocked.join("out"), &["--no-compile"])?;
    assert_eq!(built.status.code(), Some(3));
    assert!(said(&built).contains("N0705"), "{}", said(&built));
    assert_eq!(fs::read_to_string(&blocked)?, "mine");
    Ok(())
}

/// Builds on a file system of its own, mounted for this command alone.
fn build_on(options: &str, prepare: &str) -> std::io::Result<Output> {
    let dir = tempfile::tempdir()?;
    let script = format!(
        "mount -t tmpfs -o {options} none \"$1\" && {prepare} \
         \"$2\" build --no-compile \"$3\" --output \"$1/out\"; code=$?; find \"$1\"; exit $code"
    );
    Command::new("unshare")
        .args(["-m", "sh", "-c", &script, "sh"])
        .arg(dir.path())
        .arg(env!("CARGO_BIN_EXE_dslc"))
        .arg(spec())
        .output()
}

#[test]
fn a_full_disk_leaves_nothing_half_written() -> Outcome {
    let built = build_on("size=64k", "")?;
    assert_eq!(built.status.code(), Some(3), "{}", said(&built));
    assert!(said(&built).contains("free some space"), "{}", said(&built));
    let left = String::from_utf8_lossy(&built.stdout).into_owned();
    assert!(!left.contains("/out/"), "{left}");
    assert!(!left.contains("staging"), "{left}");
    Ok(())
}

#[test]
fn a_read_only_folder_is_said() -> Outcome {
    let built = build_on("size=4m", "mount -o remount,ro \"$1\" &&")?;
    assert_eq!(built.status.code(), Some(3), "{}", said(&built));
    assert!(said(&built).contains("N0705"), "{}", said(&built));
    Ok(())
}

#[test]
fn a_proof_is_checked_and_its_assumptions_are_listed() -> Outcome {
    let proved = dslc(["--format", "json", "prove"]).arg(spec()).output()?;
    assert_eq!(proved.status.code(), Some(0), "{}", said(&proved));
    let document: serde_json::Value = serde_json::from_slice(&proved.stdout)?;
    assert_eq!(document["checked"], true);
    let assumptions = document["assumptions"].as_array().ok_or("no list")?;
    assert!(!assumptions.is_empty());
    Ok(())
}
