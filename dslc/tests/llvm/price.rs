//! How the price reaches an instrumented program.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::tools::{compile, folder, plan};

const MAGIC: u64 = 0x4453_4c43_5052_4943;

/// A price page as the daemon writes it.
pub struct Page(File);

impl Page {
    /// Writes a page with the example's format.
    pub fn create(path: &Path, price: u64) -> Page {
        Page::with(path, &[price, 1, 0, MAGIC, u64::from(frac_bits())], 4096)
    }

    /// A file with these words in `bytes` bytes.
    fn with(path: &Path, words: &[u64], bytes: u64) -> Page {
        let mut contents: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        contents.resize(usize::try_from(bytes).unwrap_or(0), 0);
        fs::write(path, contents).unwrap_or_else(|error| unreachable!("{error}"));
        let file = OpenOptions::new().read(true).write(true).open(path);
        Page(file.unwrap_or_else(|error| unreachable!("{error}")))
    }

    /// Publishes a price, then its count.
    fn set(&self, price: u64, updates: u64) {
        for (offset, word) in [(0, price), (8, updates)] {
            let written = self.0.write_all_at(&word.to_le_bytes(), offset);
            written.unwrap_or_else(|error| unreachable!("{error}"));
        }
    }
}

fn frac_bits() -> u32 {
    plan().0.control.map_or(0, |control| control.rule.frac_bits)
}

/// The instrumented `price.c`, which answers lines with price, budget and whether it was visited.
struct Program {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Program {
    fn start(command: &mut Command) -> Program {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.unwrap_or_else(|error| unreachable!("{command:?}: {error}"));
        match (child.stdin.take(), child.stdout.take()) {
            (Some(input), Some(output)) => Program { child, input, output: BufReader::new(output) },
            _ => unreachable!("both were asked for"),
        }
    }

    fn ask(&mut self, line: &str) {
        writeln!(self.input, "{line}").unwrap_or_else(|error| unreachable!("{error}"));
    }

    fn figures(&mut self) -> Vec<u64> {
        let mut line = String::new();
        let read = self.output.read_line(&mut line);
        assert!(read.is_ok_and(|bytes| bytes > 0), "the program ended");
        line.split_whitespace().map(|word| word.parse().unwrap_or(u64::MAX)).collect()
    }

    /// Ends its input, and so the program.
    fn end(self) {
        let Program { mut child, input, .. } = self;
        drop(input);
        let status = child.wait().unwrap_or_else(|error| unreachable!("{error}"));
        assert!(status.success(), "{status}");
    }
}

/// The program and its folder, which anybody may read.
fn program() -> (tempfile::TempDir, PathBuf) {
    let folder = folder();
    let everybody = fs::Permissions::from_mode(0o755);
    fs::set_permissions(folder.path(), everybody).unwrap_or_else(|error| unreachable!("{error}"));
    let program = folder.path().join("price");
    compile("clang-19", "price.c", "-O2", true, &program);
    (folder, program)
}

/// The demand of the class that a program is in, at a price.
fn budget(price: u64) -> u64 {
    let control = plan().0.control.unwrap_or_else(|| unreachable!("dwell.num has a loop"));
    control.classes[control.taint.default_class].demand.at(price)
}

/// The account without privileges.
const NOBODY: u32 = 65_534;

#[test]
fn an_unprivileged_program_sees_a_new_price_while_it_works() {
    let (folder, program) = program();
    let path = folder.path().join("page");
    let (low, high) = (1 << frac_bits(), 40 << frac_bits());
    let page = Page::create(&path, low);
    let mut command = Command::new(program);
    command.env("DSLC_PRICE_PAGE", &path);
    if rustix::process::geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    let mut program = Program::start(&mut command);
    program.ask("once");
    assert_eq!(program.figures(), [low, budget(low), 1]);
    // It works until the page changes under it: not before it says that it works.
    program.ask("until");
    assert_eq!(program.figures(), [0]);
    page.set(high, 2);
    assert_eq!(program.figures(), [high, budget(high), 1]);
    assert!(budget(high) < budget(low));
    program.end();
}

#[test]
fn a_descriptor_may_be_inherited() {
    let (folder, program) = program();
    let path = folder.path().join("page");
    let page = Page::create(&path, 5);
    // Passed on as standard error, which needs no unsafe code here.
    let mut command = Command::new(program);
    command.env("DSLC_PRICE_FD", "2").env("DSLC_PRICE_PAGE", "/nowhere");
    command.stderr(File::open(&path).unwrap_or_else(|error| unreachable!("{error}")));
    let mut program = Program::start(&mut command);
    program.ask("once");
    assert_eq!(program.figures(), [5, budget(5), 1]);
    page.set(9, 2);
    program.ask("once");
    assert_eq!(program.figures(), [9, budget(9), 1]);
    program.end();
}

/// What is no page of this fibre leaves the price at 0, and the program alive.
#[test]
fn without_a_page_the_price_is_zero() {
    let (folder, program) = program();
    let path = folder.path().join("page");
    let format = u64::from(frac_bits());
    let no_page: [(&str, &[u64], u64); 5] = [
        ("empty", &[], 0),
        ("too short", &[7, 1, 0, MAGIC, format], 39),
        ("other magic", &[7, 1, 0, MAGIC + 1, format], 4096),
        ("other format", &[7, 1, 0, MAGIC, format + 1], 4096),
        ("not yet written", &[], 4096),
    ];
    let answers_zero = |what: &str, variable: &str, value: &Path| {
        let mut program = Program::start(Command::new(&program).env(variable, value));
        program.ask("once");
        assert_eq!(program.figures(), [0, budget(0), 1], "{what}");
        program.end();
    };
    for (what, words, bytes) in no_page {
        Page::with(&path, words, bytes);
        answers_zero(what, "DSLC_PRICE_PAGE", &path);
    }
    answers_zero("a folder", "DSLC_PRICE_PAGE", folder.path());
    answers_zero("nothing", "DSLC_PRICE_PAGE", &folder.path().join("nothing"));
    answers_zero("no descriptor", "DSLC_PRICE_FD", Path::new("1000"));
    answers_zero("no number", "DSLC_PRICE_FD", Path::new("two"));
    // A short page that holds every word is one.
    Page::with(&path, &[3, 1, 0, MAGIC, format], 40);
    let mut program = Program::start(Command::new(&program).env("DSLC_PRICE_PAGE", &path));
    program.ask("once");
    assert_eq!(program.figures(), [3, budget(3), 1]);
    program.end();
}
