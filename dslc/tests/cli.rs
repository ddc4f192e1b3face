//! The command as a user runs it: exit codes, streams and formats.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "cli/bad_input.rs"]
mod bad_input;
#[path = "cli/check.rs"]
mod check;
#[path = "cli/doctor.rs"]
mod doctor;
#[path = "cli/drawing.rs"]
mod drawing;
#[path = "cli/explain.rs"]
mod explain;
#[path = "cli/files.rs"]
mod files;
#[path = "cli/recipe.rs"]
mod recipe;
#[path = "cli/solve.rs"]
mod solve;
#[path = "cli/streams.rs"]
mod streams;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A command that waits to be given arguments; colours by nobody's settings.
fn dslc() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dslc"));
    command.stdin(Stdio::null()).env_remove("NO_COLOR").env("TERM", "xterm");
    command
}

/// What a run printed and how it ended.
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
        Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// Runs `dslc` with these arguments.
fn run<I: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = I>) -> Ran {
    dslc().args(arguments).output().expect("dslc starts").into()
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

/// A spec without errors.
fn good() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/dwell.num")
}

/// A spec of `tests/bad`.
fn bad(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad").join(name)
}
