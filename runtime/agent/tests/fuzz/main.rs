//! Mutated input for every part of the daemon that reads. `DSLC_FUZZ_CASES` sets how many cases each
//! target sees; `./dev fuzz` runs many.
//!
//! A target fails by a panic, by something accepted that does not mean what was written, or by a
//! refusal that does not say what is wrong. What fails is shrunk and printed, with the seed that
//! found it.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod answers;
mod command_line;
mod environment;
mod file;
#[path = "../model/mod.rs"]
mod model;
mod proc;
mod records;
mod requests;
mod settings;
mod token;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

/// Cases of each target when nobody asks for more.
const FEW: u32 = 48;

/// Runs a target.
fn run<S: Strategy>(strategy: S, holds: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    run_at_most(u32::MAX, strategy, holds);
}

/// The same with no more than `most` cases.
fn run_at_most<S: Strategy>(
    most: u32,
    strategy: S,
    holds: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let cases = std::env::var("DSLC_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = cases.unwrap_or(FEW).min(most);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    if let Err(error) = TestRunner::new(config).run(&strategy, holds) {
        panic!("{error}");
    }
}

/// A text with bytes of it cut out, doubled, or replaced by one of `pieces`.
fn mutated(
    text: impl Strategy<Value = String>,
    pieces: &'static [&'static str],
) -> impl Strategy<Value = String> {
    let edit = (any::<prop::sample::Index>(), 0_usize..12, prop::sample::select(pieces), 0_u8..3);
    (text, prop::collection::vec(edit, 0..4)).prop_map(|(mut text, edits)| {
        for (at, length, piece, kind) in edits {
            let boundary = |at: usize, text: &str| {
                (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
            };
            let start = boundary(at.index(text.len() + 1), &text);
            let end = boundary((start + length).min(text.len()), &text);
            let cut = text[start..end].to_owned();
            match kind {
                0 => text.replace_range(start..end, ""),
                1 => text.insert_str(end, &cut),
                _ => text.replace_range(start..end, piece),
            }
        }
        text
    })
}

/// Whether a terminal shows a text as it is, on one line.
fn is_plain(text: &str) -> bool {
    !text.contains(|sign: char| sign.is_control() || "\u{202a}\u{202e}\u{2066}".contains(sign))
}
