//! No text makes the front end panic, overflow its stack or point outside the file.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use dslc::db::Host;
use dslc::diag::{self, Diagnostic, Report, Source};
use proptest::prelude::*;

const SPECS: &[&str] =
    &[include_str!("../../examples/dwell.num"), include_str!("specs/whole_language.num")];

/// A small stack, so that recursion that grows with the input shows.
const STACK_BYTES: usize = 2 << 20;

/// Reads the items of `text`, renders what is said of them, and checks that every span is inside.
fn read(text: String) -> Vec<Diagnostic> {
    let worker = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        let mut host = Host::default();
        host.set_text(&text);
        let (items, diagnostics) = host.items();
        let mut end = 0;
        for item in &items {
            let span = item.at(item.span);
            assert!(end <= item.base && item.base <= span.end && span.end <= text.len());
            end = item.base;
        }
        for diagnostic in &diagnostics {
            let edits = diagnostic.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
            let labels = diagnostic.labels.iter().map(|label| label.span);
            for span in edits.chain(labels).chain([diagnostic.span]) {
                assert!(text.get(span.start..span.end).is_some(), "{span:?} of {diagnostic:?}");
            }
        }
        // Rendering reads only around the spans: some are enough.
        let shown = diagnostics.iter().take(20).cloned().collect();
        let report = Report { sources: Source::new("x.num", text).into(), diagnostics: shown };
        diag::human::render(&report, true);
        diag::json::render(std::slice::from_ref(&report));
        diag::sarif::render(std::slice::from_ref(&report));
        diagnostics
    });
    worker.expect("a thread starts").join().expect("no panic")
}

fn codes(diagnostics: &[Diagnostic]) -> Vec<String> {
    diagnostics.iter().map(|diagnostic| diagnostic.code.to_string()).collect()
}

#[test]
fn the_whole_language_parses() {
    for spec in SPECS {
        assert_eq!(read((*spec).to_owned()), []);
    }
}

#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [("(", ")"), ("[", "]"), ("f(", ")"), ("x[", "]"), ("-(", ")")] {
        let text = format!("let a = {}1{};", open.repeat(20_000), close.repeat(20_000));
        assert_eq!(codes(&read(text)), ["N0107"]);
        let text = format!("let a = {}1{};", open.repeat(128), close.repeat(128));
        assert_eq!(codes(&read(text)), Vec::<String>::new(), "{open}");
    }
    let blocks = format!("{}{}", "core a { ".repeat(20_000), "}".repeat(20_000));
    assert_eq!(codes(&read(blocks)), ["N0107"]);
    assert_eq!(codes(&read("(".repeat(20_000))), ["N0107"]);
}

#[test]
fn ten_megabytes_on_one_line_are_read_or_refused() {
    let size = 10 << 20;
    let fill = |unit: &str| unit.repeat(size / unit.len());
    let cases = [
        (format!("let a = 1{};", fill("+1")), "N0108"),
        (format!("let a = 1{};", fill("^1")), "N0108"),
        (format!("let a = {}1;", fill("-")), "N0108"),
        (format!("let a = f({}1);", fill("1, ")), "N0108"),
        (format!("let a = \"{}\";", fill("x")), "N0108"),
        (format!("let a = \"{}", fill("x")), "N0104"),
        (fill("("), "N0107"),
        (fill(")"), "N0106"),
        (fill(";"), "N0101"),
        (fill("é"), "N0108"),
        (fill("\0"), "N0108"),
        (fill("/// "), "N0112"),
    ];
    // Whatever took more than linear time would not end.
    for (text, code) in cases {
        let said = codes(&read(text));
        assert_eq!(said.first().map(String::as_str), Some(code));
    }
    assert_eq!(read(fill(" ")), []);
    assert_eq!(read(format!("//{}", fill("/"))), []);
}

#[test]
fn a_long_row_below_the_limit_is_refused_without_a_deep_tree() {
    for operator in ["+", "*", "-", "/", "^", "<", " and "] {
        let text = format!("let a = 1{};", format!("{operator}1").repeat(100_000));
        assert_eq!(read(text).len(), 1, "{operator}");
    }
}

/// Pieces that bring a mutated spec into corners that random characters seldom reach.
const PIECES: &[&str] = &[
    "(", ")", "[", "]", "{", "}", ";", "\"", "//", "///", "//!", "\n", "=", "==", "<=", "=>", "..",
    "^", "-", "$", "é", "\u{202e}", "\0", "1e", ".5", "1.", "let ", "\nlet ", "core a {", "for ",
    " in ", " if ", "\\", "5 s^", "°", "%", "\u{feff}", "1e400", "s^0",
];

fn mutated() -> impl Strategy<Value = String> {
    let edit = (any::<prop::sample::Index>(), 0usize..40, prop::sample::select(PIECES));
    (prop::sample::select(SPECS), prop::collection::vec(edit, 1..8)).prop_map(|(spec, edits)| {
        let mut chars: Vec<char> = spec.chars().collect();
        for (at, length, piece) in edits {
            let start = at.index(chars.len() + 1);
            let end = (start + length).min(chars.len());
            chars.splice(start..end, piece.chars());
        }
        chars.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read(String::from_utf8_lossy(&bytes).into_owned());
    }

    #[test]
    fn random_text_never_panics(text in "\\PC{0,200}") {
        read(text);
    }

    #[test]
    fn mutated_specs_never_panic(text in mutated()) {
        read(text);
    }

    #[test]
    fn a_fix_for_a_missing_sign_makes_the_item_parse(at in any::<prop::sample::Index>()) {
        // Removing a bracket or a semicolon is mended by the fix that is offered, if one is.
        let spec = SPECS[1];
        let signs: Vec<_> = spec.match_indices([')', ']', ';']).map(|(at, _)| at).collect();
        let removed = signs[at.index(signs.len())];
        let mut text = spec.to_owned();
        text.remove(removed);
        let diagnostics = read(text.clone());
        if let [Diagnostic { fixes, .. }] = diagnostics.as_slice() && let [fix] = fixes.as_slice() {
            let edit = &fix.edits[0];
            text.replace_range(edit.span.start..edit.span.end, &edit.text);
            prop_assert_eq!(codes(&read(text)), Vec::<String>::new());
        }
    }
}
