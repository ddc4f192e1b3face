//! What is said of specs that mean something and cannot be planned: each file of `plan/messages`,
//! with what is said of it, is a snapshot. Together they reach every code of plans and ports.

use std::collections::BTreeSet;
use std::path::Path;

use dslc::Compiled;
use dslc::diag::{Report, codes, human};

/// Reached by no spec: a plan that fails its own check would be a defect of the compiler.
const UNREACHABLE: &[codes::Code] = &[codes::NOT_CERTIFIED];

#[test]
fn every_message_reads_well() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plan/messages");
    let mut reached = BTreeSet::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path)?;
        let compiled = dslc::compile("spec.num", &text);
        assert!(compiled.plan.is_none(), "{name} was planned");
        reached.extend(compiled.diagnostics.iter().map(|d| d.code));
        let Compiled { sources, diagnostics, .. } = compiled;
        let said = human::render(&Report { sources, diagnostics }, false);
        insta::with_settings!({
            prepend_module_to_snapshot => false,
            omit_expression => true,
            snapshot_path => "plan/snapshots",
        }, {
            insta::assert_snapshot!(name, format!("{text}\n{said}"));
        });
    }
    let own = |code: &codes::Code| {
        let text = code.to_string();
        (text.starts_with("N05") || text.starts_with("N06")) && !UNREACHABLE.contains(code)
    };
    let missing = codes::ROWS.iter().map(|row| row.code).filter(own);
    let missing: Vec<_> = missing.filter(|code| !reached.contains(code)).collect();
    assert!(missing.is_empty(), "no message reaches {missing:?}");
    Ok(())
}
