//! The command line: a file per subcommand. Only here files are read, tools run and anything printed.

pub(crate) mod arguments;
mod artefacts;
mod build;
mod check;
mod compile;
mod doctor;
pub(crate) mod explain;
mod failures;
mod files;
mod host;
mod output;
mod proof;
mod prove;
mod run;
mod simulate;
mod solve;
pub(crate) mod spec;
mod staging;
mod tools;
mod whole_file;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use output::{ColorChoice, Format, Output};

/// How the command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// All is well.
    Fine = 0,
    /// The spec has errors.
    SpecErrors = 1,
    /// The command was used wrongly; so is a path that leads to no file.
    Usage = 2,
    /// Something outside is missing or failed: a tool, a privilege, the kernel, a disk.
    Outside = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// Compiles network utility maximisation specs into artefacts that run them.
#[derive(Debug, Parser)]
#[command(name = "dslc", version, after_help = EXIT_CODES, max_term_width = 100)]
struct Cli {
    /// How results and diagnostics are printed; `sarif` only for `check`.
    #[arg(long, global = true, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// When to colour; `NO_COLOR` is honoured.
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  fine
  1  the spec has errors
  2  wrong usage, or there is no such file
  3  something outside is missing or failed: a tool, a privilege, the kernel, a disk

Results go to standard output, errors to standard error.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Writes all artefacts, compiled and checked.
    Build(build::Args),
    /// Builds, then loads and runs.
    Run(run::Args),
    /// Reports what is wrong with specs.
    Check(check::Args),
    /// Says what was derived from a spec and why, or what a diagnostic's code means.
    Explain(explain::Args),
    /// Solves the problem: optimal variables, prices and a certified gap.
    Solve(solve::Args),
    /// Runs the decomposition round by round, with noise, delays and losses if asked.
    Simulate(simulate::Args),
    /// Has the proof of a spec checked, and says what it assumes.
    Prove(prove::Args),
    /// Says what this host can do, and what to install.
    Doctor,
}

/// Stack of the thread that works: the compiler recurses as deep as `syntax::MAX_DEPTH` allows.
const STACK_BYTES: usize = 256 << 20;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let worker = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(command_line);
    let exit = match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(exit)) => exit,
        // The panic, a defect of the compiler, has already been printed.
        Ok(Err(_)) => Exit::Outside,
        Err(error) => {
            eprintln!("error: cannot start a thread: {error}");
            Exit::Outside
        }
    };
    exit.into()
}

fn command_line() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return print_usage(&error),
    };
    if cli.format == Format::Sarif && !matches!(cli.command, Command::Check(_)) {
        let kind = clap::error::ErrorKind::ArgumentConflict;
        return print_usage(
            &Cli::command().error(kind, "`--format sarif` is for `dslc check` only"),
        );
    }
    let out = Output::new(cli.format, cli.color);
    let exit = match &cli.command {
        Command::Build(args) => build::run(args, &out),
        Command::Run(args) => run::run(args, &out),
        Command::Check(args) => check::run(args, &out),
        Command::Explain(args) => explain::run(args, &out),
        Command::Solve(args) => solve::run(args, &out),
        Command::Simulate(args) => simulate::run(args, &out),
        Command::Prove(args) => prove::run(args, &out),
        Command::Doctor => doctor::run(&out),
    };
    out.finish(exit)
}

/// Prints help, the version or a usage error where each belongs.
fn print_usage(error: &clap::Error) -> Exit {
    // Whoever closed the stream does not want the rest.
    let _ = error.print();
    if error.use_stderr() { Exit::Usage } else { Exit::Fine }
}
