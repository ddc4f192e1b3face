//! One mistake in a good spec: the first message is about the mistake, and few others follow it.

#![allow(clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "mutations/rows.rs"]
mod rows;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use dslc::diag::{Diagnostic, Report, Severity, has_errors, human};
use rows::{Mutant, ROWS};

/// Most messages of one mistake.
const MOST: usize = 3;
/// Most mutants of one row and one spec: they are taken evenly.
const MOST_MUTANTS: usize = 8;

/// The files below a folder, by their paths from it.
fn files(root: &Path, folder: &Path, all: &mut BTreeMap<String, Vec<u8>>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{error}"));
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            files(root, &path, all);
        } else if let (Ok(name), Ok(bytes)) = (path.strip_prefix(root), std::fs::read(&path)) {
            all.insert(name.to_string_lossy().into_owned(), bytes);
        }
    }
}

/// Least specs that the mistakes are made in.
const LEAST_SPECS: usize = 6;

/// What one mistake makes of what is said.
struct Said {
    text: String,
    report: Report,
}

impl Said {
    fn errors(&self) -> Vec<&Diagnostic> {
        let all = self.report.diagnostics.iter();
        all.filter(|diagnostic| diagnostic.severity == Severity::Error).collect()
    }

    /// Whether the diagnostic is about the mutated place: it stands on its lines or next to them,
    /// points there or mends there, or names what was changed.
    fn is_about(&self, diagnostic: &Diagnostic, mutant: &Mutant) -> bool {
        let line = |at: usize| self.text.bytes().take(at).filter(|byte| *byte == b'\n').count();
        let (first, last) = (line(mutant.at.start), line(mutant.at.end));
        let near = |at: usize| (first.saturating_sub(1)..=last + 1).contains(&line(at));
        let labels = diagnostic.labels.iter().map(|label| label.span.start);
        let edits = diagnostic.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span.start);
        let named = |word: &String| {
            let notes = diagnostic.notes.iter().chain([&diagnostic.message]);
            notes.into_iter().any(|text| text.contains(word.as_str()))
        };
        near(diagnostic.span.start)
            || labels.chain(edits).any(near)
            || mutant.words.iter().any(named)
    }
}

/// What is wrong with what is said of a mutant; none when nothing is.
fn trouble(said: &Said, mutant: &Mutant) -> Option<String> {
    let errors = said.errors();
    let first = errors.first()?;
    let few = errors.len() <= MOST;
    (!few || !said.is_about(first, mutant)).then(|| {
        let shown = human::render(&said.report, false);
        let place = said.text.get(mutant.at.clone()).unwrap_or_default();
        format!("changed at {:?}, {place:?}:\n{shown}", mutant.at)
    })
}

#[test]
fn the_first_message_is_about_the_mistake() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let mut all = BTreeMap::new();
    files(&root, &root, &mut all);
    let specs: Vec<_> = all.iter().filter(|(name, _)| name.ends_with(".num")).collect();
    let specs: Vec<_> = specs
        .into_iter()
        .map(|(name, bytes)| (name.clone(), String::from_utf8_lossy(bytes).into_owned()))
        .collect();
    let loader = Arc::new(all);
    let good = |(name, text): &(String, String)| {
        let said = dslc::compile_with(Arc::clone(&loader) as _, name, text).diagnostics;
        !has_errors(&said)
    };
    let specs: Vec<_> = specs.into_iter().filter(good).collect();
    assert!(specs.len() >= LEAST_SPECS, "{} specs without errors", specs.len());
    let mut wrong = Vec::new();
    let mut refused = vec![0; ROWS.len()];
    for (name, text) in &specs {
        for (at, row) in ROWS.iter().enumerate() {
            let mutants = (row.mutants)(text);
            let every = mutants.len().div_ceil(MOST_MUTANTS).max(1);
            for mutant in mutants.iter().step_by(every) {
                let compiled = dslc::compile_with(Arc::clone(&loader) as _, name, &mutant.text);
                let report =
                    Report { sources: compiled.sources, diagnostics: compiled.diagnostics };
                let said = Said { text: mutant.text.clone(), report };
                refused[at] += usize::from(!said.errors().is_empty());
                let found = trouble(&said, mutant);
                wrong.extend(found.map(|found| format!("{name}, {}, {found}", row.name)));
            }
        }
    }
    for (row, refused) in ROWS.iter().zip(&refused) {
        assert!(*refused > 0, "no spec is refused for: {}", row.name);
    }
    assert!(wrong.is_empty(), "{}\n{} messages", wrong.join("\n"), wrong.len());
}
