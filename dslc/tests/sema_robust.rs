//! No spec makes the check panic or point outside the file, however its parts are mixed.

use dslc::db::Host;
use dslc::diag::Diagnostic;
use proptest::prelude::*;

const SPECS: &[&str] = &[
    include_str!("../../examples/dwell.num"),
    include_str!("sema/language.num"),
    include_str!("specs/whole_language.num"),
    include_str!("bad/N0208_attributes.num"),
    include_str!("bad/N0304_sums.num"),
    include_str!("bad/N0401_products.num"),
    include_str!("bad/N0215_definitions.num"),
];

/// Items and words that meet anywhere.
const PIECES: &[&str] = &[
    "set Task: open 4096;",
    "set Class = { a, b };",
    "set I = 1 .. 3;",
    "param w[Class] = { a: 4, b: 1 };",
    "param n = 3;",
    "param m[I, Class] = 2;",
    "variable x[t in Task]: s in 10 ms .. 5 s;",
    "variable y in 0 .. 1;",
    "variable z[i in I] nonneg;",
    "let e = ",
    "let f[i in I] = ",
    "utility ",
    "resource r = ",
    "resource q[i in I]: s = ",
    "<= ",
    ">= ",
    "== ",
    "sum(",
    "max(",
    "log(",
    "power(",
    "entr(",
    "for t in Task",
    "for i in I",
    "for c in Class",
    "x[t]",
    "x",
    "y",
    "z[i]",
    "z[2]",
    "w[a]",
    "w[class(t)]",
    "m[i, a]",
    "e",
    "f[i]",
    "+ ",
    "- ",
    "* ",
    "/ ",
    "^ ",
    "(",
    ")",
    ",",
    ";",
    "1 s",
    "5 m/s",
    "2",
    "0",
    "-3",
    "inf",
    "1e300",
    "0.5",
    "°C",
    "\n",
    "decomposition { r by dual { step 1; period 1 s; } }",
    "observe x from taint_clock { taint on write when rate > 3 MB/s; }",
    "export price(r) as \"p\";",
    "emit coq;",
    "unit way;",
    "unit a = 3 b;",
    "unit b = 2 a^2;",
    "fibre t;",
    "[1, 2]",
    "\"text\"",
];

fn holds(text: &str) -> Result<(), TestCaseError> {
    let mut host = Host::default();
    host.set_text(text);
    let checked = host.check("spec.num");
    let inside = |d: &Diagnostic| {
        let labels = d.labels.iter().map(|label| label.span);
        let edits = d.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
        labels.chain(edits).chain([d.span]).all(|span| {
            let (source, local) = checked.sources.local(span);
            source.text().get(local.start..local.end).is_some()
        })
    };
    for diagnostic in &checked.diagnostics {
        prop_assert!(inside(diagnostic), "{diagnostic:?}");
    }
    let errors = dslc::diag::has_errors(&checked.diagnostics);
    prop_assert!(errors != checked.model.is_some(), "{:?}", checked.diagnostics);
    Ok(())
}

/// The nearest place at or before `at` where a character starts.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn pieces_in_any_order(pieces in prop::collection::vec(prop::sample::select(PIECES), 1..40)) {
        holds(&pieces.join(" "))?;
    }

    #[test]
    fn specs_with_parts_cut_out_and_put_elsewhere(
        spec in prop::sample::select(SPECS),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0usize..60, any::<prop::sample::Index>()), 1..4),
    ) {
        let mut text = spec.to_owned();
        for (from, length, to) in cuts {
            let start = boundary(&text, from.index(text.len() + 1));
            let end = boundary(&text, start + length);
            let part: String = text.drain(start..end).collect();
            let at = boundary(&text, to.index(text.len() + 1));
            text.insert_str(at, &part);
        }
        holds(&text)?;
    }
}
