//! What the tests share: the example's artefacts, compiled once, and how programs are run.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use dslc::certify::Certificate;
use dslc::emit::llvm::{self, commands};
use dslc::plan::ir::Plan;

/// The example's plan.
pub fn plan() -> (Plan, Certificate) {
    let text = include_str!("../../../examples/dwell.num");
    let compiled = dslc::compile("dwell.num", text);
    compiled.plan.unwrap_or_else(|| unreachable!("dwell.num: {:?}", compiled.diagnostics))
}

/// Writes the artefacts of the example to `folder` and compiles them.
pub fn build(folder: &Path) {
    let (plan, certificate) = plan();
    build_plan(&plan, &certificate, folder);
}

/// The same of any plan.
pub fn build_plan(plan: &Plan, certificate: &Certificate, folder: &Path) {
    let artifacts = llvm::emit(plan, certificate);
    for artifact in artifacts.unwrap_or_else(|error| unreachable!("{error}")) {
        let path = folder.join(&artifact.path);
        fs::create_dir_all(path.parent().unwrap_or(folder)).unwrap_or_else(|e| unreachable!("{e}"));
        fs::write(path, artifact.contents).unwrap_or_else(|e| unreachable!("{e}"));
    }
    let scratch = folder.join("scratch");
    fs::create_dir_all(&scratch).unwrap_or_else(|e| unreachable!("{e}"));
    let mut all = vec![commands::pass(&plan.fibre), commands::load_pass(&plan.fibre)];
    all.extend(commands::library(&plan.fibre, "scratch"));
    for command in all {
        let mut line = Command::new(command.tool);
        succeeds(line.args(command.arguments).current_dir(folder));
    }
}

/// The folder `lib/` of the example, compiled once for all tests.
pub fn lib() -> &'static Path {
    static LIB: OnceLock<PathBuf> = OnceLock::new();
    LIB.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("llvm");
        let _ = fs::remove_dir_all(&folder);
        build(&folder);
        folder.join("lib")
    })
}

/// A program of `tests/fixtures/llvm`.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/llvm").join(name)
}

/// Compiles a fixture to `program`; options come in words. With the pass, the library is linked.
pub fn compile(compiler: &str, source: &str, options: &str, pass: bool, program: &Path) {
    let mut command = Command::new(compiler);
    command.args(options.split_whitespace()).arg(fixture(source));
    if pass {
        command.arg(format!("-fpass-plugin={}", lib().join("DwellPass.so").display()));
        link(&mut command);
    }
    succeeds(command.arg("-lm").arg("-o").arg(program));
}

/// Makes a compilation find the library and its header.
pub fn link(command: &mut Command) {
    command.arg("-I").arg(lib()).arg(lib().join("libdwell_probe.a"));
}

/// Runs a command that has to succeed; what it printed.
pub fn succeeds(command: &mut Command) -> Output {
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| unreachable!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{said}", output.status);
    output
}

/// Runs a command with something to read; what it printed.
pub fn answers(command: &mut Command, input: &[u8]) -> Vec<u8> {
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = child.unwrap_or_else(|error| unreachable!("{command:?}: {error}"));
    let mut stdin = child.stdin.take();
    std::thread::scope(|scope| {
        // Written beside the reading, so that neither side waits for the other.
        scope.spawn(move || stdin.as_mut().map(|pipe| pipe.write_all(input)));
        let output = child.wait_with_output();
        let output = output.unwrap_or_else(|error| unreachable!("{command:?}: {error}"));
        assert!(output.status.success(), "{command:?}: {}", output.status);
        output.stdout
    })
}

/// A folder that is removed at the end.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap_or_else(|error| unreachable!("{error}"))
}
