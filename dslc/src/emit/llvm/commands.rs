//! The command lines that compile what the emitter wrote, to be run in the fibre's folder.
//!
//! Paths are relative and nothing records a time, so that the results are the same bytes wherever
//! the folder is.

use super::pass_name;

/// A command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Name of the program.
    pub tool: &'static str,
    /// Its arguments.
    pub arguments: Vec<String>,
}

/// Where Debian's llvm-19-dev puts its headers.
const LLVM_HEADERS: &str = "/usr/lib/llvm-19/include";

/// Compiles `lib/<Fibre>Pass.so`. LLVM has neither run-time types nor exceptions; a plugin that
/// differed would not load.
pub fn pass(fibre: &str) -> Command {
    let name = pass_name(fibre);
    let options = "-std=c++17 -O2 -fPIC -shared -fno-rtti -fno-exceptions";
    command(
        "clang++-19",
        options,
        &[
            "-ffile-compilation-dir=.".into(),
            "-isystem".into(),
            LLVM_HEADERS.into(),
            "-o".into(),
            format!("lib/{name}.so"),
            format!("lib/{name}.cpp"),
        ],
    )
}

/// Loads the pass over an empty module: a plugin that does not load says so here.
pub fn load_pass(fibre: &str) -> Command {
    command(
        "opt-19",
        "-disable-output /dev/null",
        &[format!("-load-pass-plugin=lib/{}.so", pass_name(fibre)), format!("-passes={fibre}")],
    )
}

/// Compiles `lib/lib<fibre>_probe.a`; `scratch` is an existing folder for what is in between.
pub fn library(fibre: &str, scratch: &str) -> Vec<Command> {
    let (core, names) = (format!("{scratch}/libdslc_probe.a"), format!("{scratch}/names.o"));
    let (whole, object) = (format!("{scratch}/whole.o"), format!("{scratch}/{fibre}_probe.o"));
    let library = format!("lib/lib{fibre}_probe.a");
    vec![
        command(
            "rustc",
            "--edition=2024 --crate-name=dslc_probe --crate-type=staticlib --cap-lints=warn \
             -Copt-level=3 -Cpanic=abort -Clto=fat -Ccodegen-units=1 -Crelocation-model=pic",
            &[
                "--cfg=feature=\"staticlib\"".into(),
                "-o".into(),
                core.clone(),
                "lib/probe/lib.rs".into(),
            ],
        ),
        command(
            "clang-19",
            "-std=c11 -O2 -fPIC -ffile-compilation-dir=. -c",
            &[format!("lib/{fibre}_probe.c"), "-o".into(), names.clone()],
        ),
        // Takes from Rust's library only what is called.
        command(
            "ld.lld-19",
            "-r",
            &["-o".into(), whole.clone(), names, format!("lib/{fibre}_step.o"), core],
        ),
        // Programs may link several fibres: what they share must not collide.
        command(
            "llvm-objcopy-19",
            "--wildcard --localize-symbol=dslc_probe_*",
            &[whole, object.clone()],
        ),
        command("llvm-ar-19", "rcsD", &[library, object]),
    ]
}

fn command(tool: &'static str, options: &str, rest: &[String]) -> Command {
    let options = options.split_whitespace().map(str::to_owned);
    Command { tool, arguments: options.chain(rest.iter().cloned()).collect() }
}
