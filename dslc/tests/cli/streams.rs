//! Streams that are closed, full or coloured.

use std::fs::File;
use std::process::Stdio;

use super::{bad, dslc, good, run};

#[test]
fn a_closed_reader_is_no_error() {
    for arguments in [&["explain", "N0101"] as &[&str], &["--help"], &["doctor"]] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = dslc().args(arguments).stdout(writer).output().expect("dslc starts");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!stderr.contains("panick"), "{arguments:?}: {stderr}");
        assert!(!stderr.contains("cannot write"), "{arguments:?}: {stderr}");
        assert!(output.status.code().is_some(), "{arguments:?}");
    }
}

#[test]
fn a_full_disk_is_reported() {
    let full = || File::options().write(true).open("/dev/full").expect("/dev/full");
    let output = dslc().arg("check").arg(good()).stdout(full()).output().expect("dslc starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(stderr.contains("cannot write to standard output"), "{stderr}");
}

#[test]
fn a_closed_error_stream_does_not_change_the_exit() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let path = bad("N0103_no_word.num");
    let status = dslc().arg("check").arg(path).stderr(writer).stdout(Stdio::null()).status();
    assert_eq!(status.expect("dslc starts").code(), Some(1));
}

#[test]
fn colour_is_for_terminals_and_on_request() {
    let path = bad("N0103_no_word.num");
    let said = |arguments: &[&str], no_color: bool| {
        let mut command = dslc();
        command.arg("check").args(arguments).arg(&path);
        if no_color {
            command.env("NO_COLOR", "1");
        }
        String::from_utf8_lossy(&command.output().expect("dslc starts").stderr).into_owned()
    };
    assert!(!said(&[], false).contains('\u{1b}'));
    assert!(!said(&["--color", "never"], false).contains('\u{1b}'));
    assert!(said(&["--color", "always"], false).contains("\u{1b}["));
    assert!(said(&["--color", "always"], true).contains("\u{1b}["));
}

#[test]
fn help_and_version_are_results() {
    for argument in ["--help", "--version"] {
        let ran = run([argument]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
        assert!(ran.stdout.contains("dslc"), "{}", ran.stdout);
    }
    assert!(run(["--help"]).stdout.contains("Exit codes"));
}
