//! The command `dslc`.

use std::process::ExitCode;

fn main() -> ExitCode {
    dslc::cli::main()
}
