//! What is said of specs that are wrong: each file of `bad/` with its messages is a snapshot. A file is
//! called by the code that it earns, and earns no other: no message is the echo of another.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use dslc::diag::{Code, Report, Source, codes, human};

fn files() -> std::io::Result<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let mut files = std::fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>, std::io::Error>>()?;
    files.sort();
    Ok(files)
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

#[test]
fn every_message_reads_well() -> std::io::Result<()> {
    for path in files()? {
        let text = std::fs::read_to_string(&path)?;
        let diagnostics = dslc::compile("spec.num", &text).diagnostics;
        let report = Report { source: Source::new("spec.num", text.clone()), diagnostics };
        let said = human::render(&report, false);
        // Long lines say nothing in a snapshot.
        let short = |line: &str| line.chars().take(160).collect::<String>();
        let text: Vec<_> = text.lines().map(short).collect();
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "snapshots/bad" }, {
            insta::assert_snapshot!(name(&path), format!("{}\n\n{said}", text.join("\n")));
        });
    }
    Ok(())
}

#[test]
fn every_spec_earns_the_code_it_is_called_by_and_no_other() -> std::io::Result<()> {
    for path in files()? {
        let name = name(&path);
        let Some(code) = name.get(..5).and_then(Code::parse) else { continue };
        let text = std::fs::read_to_string(&path)?;
        let diagnostics = dslc::compile("spec.num", &text).diagnostics;
        let found: BTreeSet<_> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
        assert_eq!(found, BTreeSet::from([code]), "{name}");
    }
    Ok(())
}

#[test]
fn every_code_of_a_spec_has_one_that_earns_it() -> std::io::Result<()> {
    /// Reached otherwise: a defect of the compiler.
    const ELSEWHERE: &[Code] = &[codes::NOT_CERTIFIED];
    let names: Vec<_> = files()?.iter().map(|path| name(path)).collect();
    let wanted = codes::ROWS.iter().map(|row| row.code).filter(|code| {
        let text = code.to_string();
        ["N01", "N02", "N03", "N04", "N05", "N06"].iter().any(|range| text.starts_with(range))
    });
    let missing: Vec<_> = wanted
        .filter(|code| !ELSEWHERE.contains(code))
        .filter(|code| !names.iter().any(|name| name.starts_with(&code.to_string())))
        .collect();
    assert!(missing.is_empty(), "no spec earns {missing:?}");
    Ok(())
}

#[test]
fn every_fix_makes_its_message_go_away() -> std::io::Result<()> {
    for path in files()? {
        let text = std::fs::read_to_string(&path)?;
        let before = dslc::compile("spec.num", &text).diagnostics;
        for diagnostic in &before {
            for fix in &diagnostic.fixes {
                let mut mended = text.clone();
                let mut edits = fix.edits.clone();
                edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
                for edit in edits {
                    mended.replace_range(edit.span.start..edit.span.end, &edit.text);
                }
                let after = dslc::compile("spec.num", &mended).diagnostics;
                let same = |d: &&dslc::diag::Diagnostic| {
                    d.code == diagnostic.code && d.message == diagnostic.message
                };
                let (was, is) =
                    (before.iter().filter(same).count(), after.iter().filter(same).count());
                assert!(is < was, "{}: {} by {}", name(&path), diagnostic.message, fix.title);
            }
        }
    }
    Ok(())
}
