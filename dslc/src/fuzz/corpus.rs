//! Specs to start from, and ways to change them.

use include_dir::{Dir, include_dir};
use proptest::prelude::*;
use proptest::sample::Index;

static EXAMPLES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../examples");
static TESTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/tests");

/// Every spec of the examples and of the tests.
pub fn specs() -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut folders = vec![&EXAMPLES, &TESTS];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        let specs =
            folder.files().filter(|file| file.path().extension().is_some_and(|e| e == "num"));
        found.extend(specs.filter_map(include_dir::File::contents_utf8));
    }
    // The order of a folder is the file system's.
    found.sort_unstable();
    found
}

/// Pieces that bring a spec into corners that random characters seldom reach.
const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ";",
    "\"",
    "//",
    "///",
    "=",
    "==",
    "<=",
    "=>",
    "..",
    "^",
    "-",
    "$",
    "é",
    "\u{202e}",
    "\0",
    "1e",
    ".5",
    "inf",
    "-inf",
    "0",
    "1e300",
    "1e-300",
    "0.3",
    "18446744073709551616",
    "\nlet q = ",
    "\nset Q = 1 .. 3;",
    "\nset O: open 3;",
    "\nparam u in 1 .. 2;",
    "\nparam v[Q] from d;",
    "\ndata d { Q, v; 1, 2; }",
    "from d",
    "core a {",
    "for i in I",
    "for c in Class",
    " if ",
    "if i > 1",
    "i - 1",
    "5 s^",
    "s^(1/3)",
    "°C",
    "°",
    "%",
    "\u{feff}",
    "sum(",
    "max(",
    "log(",
    "power(",
    "x[t]",
    "w[class(t)]",
    "w",
    "x",
    "[1, 2]",
    "nonneg",
    "utility ",
    "resource r = ",
    "1 .. 2",
    "open 0",
    "not ",
];

/// A spec with parts cut out, put elsewhere, taken from other specs, or replaced by pieces.
pub fn mutated() -> impl Strategy<Value = String> {
    let specs = specs();
    let edit = (any::<Index>(), 0usize..30, 0u8..4, any::<Index>(), any::<Index>());
    let edits = prop::collection::vec(edit, 1..6);
    (prop::sample::select(specs.clone()), edits).prop_map(move |(spec, edits)| {
        let mut words = split(spec);
        for (at, length, kind, from, piece) in edits {
            let start = at.index(words.len() + 1);
            let end = (start + length).min(words.len());
            let replacement: Vec<&str> = match kind {
                0 => Vec::new(),
                1 => vec![PIECES[piece.index(PIECES.len())]],
                2 => {
                    let other = split(specs[from.index(specs.len())]);
                    let first = piece.index(other.len().max(1));
                    other.into_iter().skip(first).take(length).collect()
                }
                _ => {
                    let moved: Vec<_> = words.drain(start..end).collect();
                    let to = from.index(words.len() + 1);
                    words.splice(to..to, moved);
                    continue;
                }
            };
            // A replaced word stays one word: small changes reach deeper than large ones.
            let end = if kind == 1 { end.min(start + 1) } else { end };
            words.splice(start..end, replacement);
        }
        words.concat()
    })
}

/// Words, spaces and signs, which together are the text again.
fn split(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut before = None;
    for (at, c) in text.char_indices() {
        let kind = if c.is_alphanumeric() || c == '_' || c == '.' { Some(true) } else { None };
        if at > start && (kind.is_none() || kind != before) {
            words.extend(text.get(start..at));
            start = at;
        }
        before = kind;
    }
    words.extend(text.get(start..));
    words
}
