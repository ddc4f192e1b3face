//! What is said of specs that are wrong: each file of `bad/` with its messages is a snapshot. A file is
//! called by the code that it earns, and earns no other: no message is the echo of another.

#[path = "common/bad.rs"]
mod bad;

use std::collections::BTreeSet;

use bad::specs;
use dslc::Compiled;
use dslc::diag::{Code, Fix, Report, codes, human};

/// Codes that specs of `bad/` must reach at least.
const FLOOR: usize = 70;

#[test]
fn every_message_reads_well() -> std::io::Result<()> {
    for spec in specs()? {
        let Compiled { sources, diagnostics, .. } = spec.compile(spec.text());
        let said = human::render(&Report { sources, diagnostics }, false);
        // Long lines say nothing in a snapshot.
        let short = |line: &str| line.chars().take(160).collect::<String>();
        let short = |text: &str| text.lines().map(short).collect::<Vec<_>>().join("\n");
        let named = |(name, text): &(String, String)| format!("── {name}\n{}", short(text));
        let text = match spec.files.as_slice() {
            [(_, text)] => short(text),
            several => several.iter().map(named).collect::<Vec<_>>().join("\n"),
        };
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "snapshots/bad" }, {
            insta::assert_snapshot!(spec.name.clone(), format!("{text}\n\n{said}"));
        });
    }
    Ok(())
}

#[test]
fn every_spec_earns_the_code_it_is_called_by_and_no_other() -> std::io::Result<()> {
    for spec in specs()? {
        let Some(code) = spec.name.get(..5).and_then(Code::parse) else { continue };
        let diagnostics = spec.compile(spec.text()).diagnostics;
        let found: BTreeSet<_> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
        assert_eq!(found, BTreeSet::from([code]), "{}", spec.name);
    }
    Ok(())
}

#[test]
fn every_code_of_a_spec_has_one_that_earns_it() -> std::io::Result<()> {
    /// Reached otherwise: a defect of the compiler.
    const ELSEWHERE: &[Code] = &[codes::NOT_CERTIFIED];
    let names: Vec<_> = specs()?.into_iter().map(|spec| spec.name).collect();
    let wanted = codes::ROWS.iter().map(|row| row.code).filter(|code| {
        let text = code.to_string();
        ["N01", "N02", "N03", "N04", "N05", "N06", "N08"]
            .iter()
            .any(|range| text.starts_with(range))
    });
    let missing: Vec<_> = wanted
        .filter(|code| !ELSEWHERE.contains(code))
        .filter(|code| !names.iter().any(|name| name.starts_with(&code.to_string())))
        .collect();
    assert!(missing.is_empty(), "no spec earns {missing:?}");
    Ok(())
}

#[test]
fn no_fewer_codes_are_reached_than_before() -> std::io::Result<()> {
    let compiled = specs()?.into_iter().flat_map(|spec| spec.compile(spec.text()).diagnostics);
    let reached: BTreeSet<_> = compiled.map(|diagnostic| diagnostic.code).collect();
    assert!(reached.len() >= FLOOR, "{} codes: {reached:?}", reached.len());
    Ok(())
}

#[test]
fn every_fix_makes_its_message_go_away() -> std::io::Result<()> {
    for spec in specs()? {
        let text = spec.text();
        let before = spec.compile(text).diagnostics;
        for diagnostic in &before {
            // Those of other files are not tried here.
            let own = |fix: &&Fix| fix.edits.iter().all(|edit| edit.span.end <= text.len());
            for fix in diagnostic.fixes.iter().filter(own) {
                let mut mended = text.to_owned();
                let mut edits = fix.edits.clone();
                edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
                for edit in edits {
                    mended.replace_range(edit.span.start..edit.span.end, &edit.text);
                }
                let after = spec.compile(&mended).diagnostics;
                let same = |d: &&dslc::diag::Diagnostic| {
                    d.code == diagnostic.code && d.message == diagnostic.message
                };
                let (was, is) =
                    (before.iter().filter(same).count(), after.iter().filter(same).count());
                assert!(is < was, "{}: {} by {}", spec.name, diagnostic.message, fix.title);
            }
        }
    }
    Ok(())
}
