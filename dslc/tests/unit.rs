//! The unit that runs a daemon, judged by systemd.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// The files of the example `dwell` under `config/`.
fn build() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap_or_else(|error| unreachable!("a folder: {error}"));
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/dwell.num");
    let mut dslc = Command::new(env!("CARGO_BIN_EXE_dslc"));
    dslc.arg("build").arg(spec).args(["--emit", "daemon", "--no-compile", "-o"]).arg(folder.path());
    succeed(&mut dslc);
    let config = folder.path().join("config");
    (folder, config)
}

/// What a tool that must succeed says.
fn succeed(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| unreachable!("{command:?}: {error}"));
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "{command:?}:\n{said}");
    said
}

#[test]
fn systemd_reads_the_unit_and_finds_it_hardened() {
    let (folder, config) = build();
    let unit = fs::read_to_string(config.join("dwell.service"))
        .unwrap_or_else(|error| unreachable!("a file: {error}"));
    // systemd asks for the program itself.
    let unit = unit.replace("/usr/sbin/dwell_user", "/bin/true");
    let path = folder.path().join("dwell.service");
    fs::write(&path, unit).unwrap_or_else(|error| unreachable!("a file: {error}"));
    let said = succeed(Command::new("systemd-analyze").arg("verify").arg(&path));
    assert!(!said.contains("dwell.service"), "{said}");
    let mut security = Command::new("systemd-analyze");
    security.args(["security", "--offline=yes", "--threshold=35", "--no-pager"]).arg(&path);
    succeed(&mut security);
}
