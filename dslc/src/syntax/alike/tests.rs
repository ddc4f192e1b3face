//! What reads alike is what the grammar reads, of random items.

use proptest::prelude::*;

use super::*;
use crate::syntax::split;

/// Pieces of items, so that many texts are items and many of those are alike.
const PIECES: &[&str] = &[
    "a",
    "b",
    "longer",
    "x1",
    "$s",
    "größe",
    "log",
    "sum",
    "in",
    "for",
    "if",
    "nonneg",
    "inf",
    "1",
    "2",
    "30",
    "0.5",
    "1e3",
    "2.50",
    "s",
    "ms",
    "Mbit/s",
    "1/s",
    "m^2",
    "s^-1",
    "m^(1/3)",
    "5 s",
    "5  s",
    "5 m/s",
    " ",
    "  ",
    "\n",
    " // b\n",
    "+",
    "-",
    "*",
    "/",
    "^",
    "^2",
    "^3",
    "^-2",
    "(",
    ")",
    "[",
    "]",
    ",",
    ":",
    ": s",
    ": m / s",
    "=",
    "<=",
    "==",
    ">=",
    "..",
    "!=",
    "\"t\"",
    "\"u\"",
    "x[i]",
    "w[i, j]",
    "sum(x[i] for i in I)",
    "sum(y[j] for j in J if j != k)",
    "[1, 2]",
    "log(x)",
    "exp(y)",
    "x <= c",
    "a + b",
    "2 * x",
    "3 * y",
    "0 .. 9",
    "in 0 .. 1",
    "in 1 .. 25",
];
const HEADS: &[&str] = &[
    "param p",
    "param q[I]",
    "variable x",
    "let a =",
    "resource r =",
    "resource r[i in I]: s =",
    "utility",
    "utility u =",
    "set S =",
    "unit",
];

fn item() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..9);
    (prop::sample::select(HEADS), pieces, any::<bool>()).prop_map(|(head, pieces, spaced)| {
        format!("{head} {};", pieces.join(if spaced { " " } else { "" }))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn what_reads_alike_reads_as_the_grammar_says(texts in prop::collection::vec(item(), 1..60)) {
        let alike = Alike::default();
        // Twice: the second time everything is known that can be.
        for text in texts.iter().chain(&texts) {
            prop_assert_eq!(alike.parse(text), parse(text), "{}", text);
        }
    }
}

#[test]
fn the_items_of_whole_specs_read_the_same_and_some_alike() {
    let mut texts = vec![include_str!("../../../tests/specs/whole_language.num").to_owned()];
    // A spec as programs write them, with its numbers and names changed.
    for i in 0..40 {
        texts.push(format!(
            "param c{i}: s nonneg in 0 s .. {i}.5 ms = {i} s;\nvariable x{i}: m/s in 0 m/s .. inf;\n\
             let l{i}[t in T{i}] = sum(w{i}[t, k] * log(x{i} / (1 m/s)) for k in K if k != {i});\n\
             resource r{i} = {i} * x{i}^2 + 3 * y <= c{i} - {i}.25;\nutility u{i} = -a{i}[{i}];\n"
        ));
    }
    let alike = Alike::default();
    for text in &texts {
        for chunk in split(text).chunks {
            let item = &text[chunk.span.start..chunk.span.end];
            assert_eq!(alike.parse(item), parse(item), "{item}");
        }
    }
    let trees = alike.trees.lock().map_or(0, |trees| trees.len());
    assert!((5..=60).contains(&trees), "{trees} trees");
}
