//! The book's chapter of messages side by side: this compiler's half of it is what it says today.
//! `book/compared/run` writes the chapter anew, CVXPY's half included.

#![allow(clippy::panic, reason = "a test that cannot go on has failed")]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use dslc::Compiled;
use dslc::diag::{Report, human};

const OPENING: &str = "\
# The same mistakes in CVXPY

Each mistake twice: as a spec, with what `dslc check` says, and in CVXPY, with the end of what running it
prints. `book/compared/run` makes this page from the files beside it, by running both.
";

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn specs(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{error}"));
    let all = entries.flatten().map(|entry| entry.path());
    let mut specs: Vec<_> =
        all.filter(|path| path.extension().is_some_and(|extension| extension == "num")).collect();
    specs.sort();
    specs
}

/// One mistake: its title is the spec's first line.
fn section(spec: &Path, version: &str) -> String {
    let text = read(spec);
    let (title, text) = text.split_once('\n').unwrap_or_default();
    let title = title.trim_start_matches("// ");
    let Compiled { sources, diagnostics, .. } = dslc::compile("plan.num", text);
    assert!(!diagnostics.is_empty(), "nothing is said of {}", spec.display());
    let said = human::render(&Report { sources, diagnostics }, false);
    let (code, peer) = (read(&spec.with_extension("py")), read(&spec.with_extension("txt")));
    let mut section = format!("\n## {title}\n\n```num\n{text}```\n\n");
    // Writing into a text cannot fail.
    let _ = writeln!(section, "```text\n{}\n```\n", said.trim_end());
    let _ = writeln!(section, "CVXPY {version}:\n\n```python\n{code}```\n\n```text\n{peer}```");
    section
}

#[test]
fn the_chapter_holds_what_is_said_today() {
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../book");
    let (folder, page) = (book.join("compared"), book.join("src/compared.md"));
    let version = read(&folder.join("version.txt"));
    let specs = specs(&folder);
    assert!(specs.len() >= 10, "{} mistakes", specs.len());
    let sections: String = specs.iter().map(|spec| section(spec, version.trim())).collect();
    let wanted = format!("{OPENING}{sections}");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&page, &wanted).unwrap_or_else(|error| panic!("{error}"));
    }
    assert!(read(&page) == wanted, "compared.md is not what `book/compared/run` writes");
}
