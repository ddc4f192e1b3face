//! The book: its list of chapters, and the page of every code in it. `INSTA_UPDATE=always` writes what
//! is generated.

#![allow(clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use dslc::diag::codes::{GROUPS, ROWS, Row};
use dslc::diag::pages;

fn book() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../book/src")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn rows(group: usize) -> impl Iterator<Item = &'static Row> {
    ROWS.iter().filter(move |row| row.code.group() == GROUPS[group])
}

/// The chapter of a group: the pages of its codes, one after another.
fn chapter(group: usize) -> String {
    let page = |row: &Row| pages::page(row.code).unwrap_or_default().trim_end().to_owned();
    let pages: Vec<_> = rows(group).map(|row| page(row).replacen("# ", "## ", 1)).collect();
    format!("# {}\n\n{}\n", GROUPS[group], pages.join("\n\n"))
}

/// What a heading is called in a link.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

fn index() -> String {
    let mut text =
        "# Diagnostics\n\nEvery message has a code; `dslc explain N0102` prints its page.\n"
            .to_owned();
    for (group, title) in GROUPS.iter().enumerate() {
        let _ = write!(text, "\n## {title}\n\n");
        for row in rows(group) {
            let anchor = anchor(&format!("{}: {}", row.code, row.title));
            let _ = writeln!(text, "- [`{}`](n{group:02}.md#{anchor}) {}", row.code, row.title);
        }
    }
    text
}

#[test]
fn the_pages_of_the_codes_are_in_the_book() {
    let folder = book().join("codes");
    let chapters = (0..GROUPS.len()).map(|group| (format!("n{group:02}.md"), chapter(group)));
    for (name, wanted) in chapters.chain([("index.md".to_owned(), index())]) {
        let path = folder.join(name);
        if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
            let written =
                std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, &wanted));
            written.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
        assert!(read(&path) == wanted, "{} is not what `./dev bless` writes", path.display());
    }
}

#[test]
fn every_code_belongs_to_a_group() {
    let lost: Vec<_> = ROWS.iter().filter(|row| row.code.group().is_empty()).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

/// Targets of the links of a text that lead to files.
fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.contains("://") && !target.starts_with('#')).collect()
}

fn chapters(folder: &Path, all: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{error}"));
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            chapters(&path, all);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            all.push(path);
        }
    }
}

#[test]
fn every_chapter_is_listed_and_every_link_leads_somewhere() {
    let mut files = Vec::new();
    chapters(&book(), &mut files);
    let summary = book().join("SUMMARY.md");
    let listed: BTreeSet<_> =
        links(&read(&summary)).into_iter().map(|link| book().join(link)).collect();
    for file in &files {
        let known = *file == summary || listed.contains(file);
        assert!(known, "{} is not in SUMMARY.md", file.display());
        let folder = file.parent().unwrap_or(file);
        let text = read(file);
        for link in links(&text) {
            let (path, anchored) = link.split_once('#').unwrap_or((link, ""));
            let target = folder.join(path);
            assert!(target.exists(), "{}: {link}", file.display());
            let headings = || {
                read(&target).lines().any(|line| {
                    line.starts_with('#') && anchor(line.trim_start_matches(['#', ' '])) == anchored
                })
            };
            assert!(anchored.is_empty() || headings(), "{}: {link}", file.display());
        }
    }
}
