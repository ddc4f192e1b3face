//! What an option asks of a process: `tty`, `comm "…"`, `exe "…"`, `cgroup "…"`.

use super::options::Words;
use crate::diag::{Diagnostic, codes};
use crate::plan::ir::ProcessTest;
use crate::sema::hir::Span;

/// How the tests are written, for messages.
pub const TESTS: &str = "`tty`, `comm \"NAME\"`, `exe \"/PATH\"` or `cgroup \"/PATH\"`";

/// Longest name of a thread that the kernel keeps, in bytes.
const COMM_BYTES: usize = 15;
/// Longest path of an executable or of a cgroup, in bytes.
const PATH_BYTES: usize = 200;

/// Reads a test, or says that one was expected.
pub fn test(words: &mut Words<'_>) -> Result<ProcessTest, Diagnostic> {
    match accept(words)? {
        Some(test) => Ok(test),
        None => Err(words.expected(TESTS)),
    }
}

/// Reads a test if one is next.
pub fn accept(words: &mut Words<'_>) -> Result<Option<ProcessTest>, Diagnostic> {
    if words.accept("tty") {
        return Ok(Some(ProcessTest::Tty));
    }
    if words.accept("comm") {
        let (name, span) = words.text("the name of a program in quotes")?;
        if name.is_empty() || name.len() > COMM_BYTES || name.bytes().any(|b| b == 0) {
            let message = format!("a program's name has 1 to {COMM_BYTES} bytes");
            return Err(Diagnostic::error(codes::OPTION_RANGE, span, message)
                .note("the kernel cuts longer names: give their first 15 bytes"));
        }
        return Ok(Some(ProcessTest::Comm(name.to_owned())));
    }
    if words.accept("exe") {
        let (path, span) = words.text("the path of a program in quotes")?;
        let message =
            "this must be the absolute path of a program, without `..`, `//` or a last `/`";
        clean(path, span, message)?;
        return Ok(Some(ProcessTest::Exe(path.to_owned())));
    }
    if words.accept("cgroup") {
        let (path, span) = words.text("the path of a cgroup in quotes")?;
        let message = "this must be the path of a cgroup from the root of the hierarchy, \
                       as `/proc/PID/cgroup` shows it, without `..`, `//` or a last `/`";
        clean(path, span, message)?;
        return Ok(Some(ProcessTest::Cgroup(path.to_owned())));
    }
    Ok(None)
}

/// Checks that a path is absolute and has no part that stands for another.
pub fn clean(path: &str, span: Span, message: &str) -> Result<(), Diagnostic> {
    let clean = path.starts_with('/')
        && path.len() > 1
        && path.len() <= PATH_BYTES
        && !path.ends_with('/')
        && !path.split('/').skip(1).any(|part| matches!(part, "" | "." | ".."))
        && !path.bytes().any(|b| b == 0 || b == b'\n');
    if clean { Ok(()) } else { Err(Diagnostic::error(codes::OPTION_PATH, span, message)) }
}
