//! Outside programs: which package has them, and how they are run.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A program that a build may need.
#[derive(Debug, PartialEq, Eq)]
pub struct Tool {
    /// Its name on the path.
    pub name: &'static str,
    /// The Debian package that has it.
    pub package: &'static str,
    /// What it is for.
    pub purpose: &'static str,
}

/// Compiles the kernel program.
pub const CLANG: Tool =
    Tool { name: "clang-19", package: "clang-19", purpose: "compiles the kernel program" };
/// Strips what only debuggers read.
pub const STRIP: Tool = Tool {
    name: "llvm-strip-19",
    package: "llvm-19",
    purpose: "strips debug information from the kernel program",
};
/// Compiles the pass.
pub const CLANGXX: Tool =
    Tool { name: "clang++-19", package: "clang-19 and llvm-19-dev", purpose: "compiles the pass" };
/// Builds the daemon and the probe.
pub const CARGO: Tool =
    Tool { name: "cargo", package: "rustup, or cargo", purpose: "builds the daemon" };
/// Checks the proof.
pub const COQC: Tool =
    Tool { name: "coqc", package: "coq and libcoq-stdlib", purpose: "checks the proof" };
/// Loads the pass to see that it loads.
pub const OPT: Tool = Tool { name: "opt-19", package: "llvm-19", purpose: "loads the pass" };

/// Compiles the probe.
pub const RUSTC: Tool =
    Tool { name: "rustc", package: "rustup, or rustc", purpose: "compiles the probe" };
/// Joins the probe's parts.
pub const LLD: Tool =
    Tool { name: "ld.lld-19", package: "lld-19", purpose: "joins the parts of the probe" };
/// Hides the probe's inner names.
pub const OBJCOPY: Tool =
    Tool { name: "llvm-objcopy-19", package: "llvm-19", purpose: "hides the probe's inner names" };
/// Makes the probe a library.
pub const AR: Tool =
    Tool { name: "llvm-ar-19", package: "llvm-19", purpose: "makes the probe a library" };

/// Every tool that `dslc` may run.
pub const TOOLS: &[&Tool] =
    &[&CLANG, &STRIP, &CLANGXX, &CARGO, &COQC, &OPT, &RUSTC, &LLD, &OBJCOPY, &AR];

/// The row of a tool.
pub fn named(name: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.name == name).copied()
}

/// Why a tool's work is not done.
#[derive(Debug)]
pub enum ToolError {
    /// It is not on the path.
    Missing(&'static Tool),
    /// It could not be started.
    Start(&'static Tool, io::Error),
    /// It ran and failed; what it said.
    Failed {
        /// The tool.
        tool: &'static Tool,
        /// The command line.
        command: String,
        /// Its standard error, or its standard output when that is empty.
        said: String,
    },
}

impl Tool {
    /// Its path, looked up as a shell would.
    pub fn find(&self) -> Option<PathBuf> {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).map(|dir| dir.join(self.name)).find(|file| file.is_file())
    }

    /// Runs it in `folder` and returns what it printed.
    pub fn run<I>(
        &'static self,
        folder: &Path,
        arguments: I,
        environment: &[(&str, OsString)],
    ) -> Result<Output, ToolError>
    where
        I: IntoIterator,
        I::Item: Into<OsString>,
    {
        let program = self.find().ok_or(ToolError::Missing(self))?;
        let mut command = Command::new(program);
        command.current_dir(folder).stdin(Stdio::null());
        command.args(arguments.into_iter().map(Into::into));
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        let line = display(&command);
        let output = command.output().map_err(|error| ToolError::Start(self, error))?;
        if output.status.success() {
            return Ok(output);
        }
        let said = if output.stderr.is_empty() { &output.stdout } else { &output.stderr };
        let said = String::from_utf8_lossy(said).trim_end().to_owned();
        Err(ToolError::Failed { tool: self, command: line, said })
    }
}

/// A command line for messages.
fn display(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    let words = std::iter::once(name).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
