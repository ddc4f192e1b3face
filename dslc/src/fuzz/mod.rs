//! Mutated input for every part that reads what a person wrote. `DSLC_FUZZ_CASES` sets how many cases
//! each target sees; `./dev fuzz` runs many.
//!
//! A target fails by a panic, by a span outside its file, or by an answer that differs from one worked
//! out another way. What fails is shrunk and printed, with the seed that found it.

mod corpus;
mod explain;
mod host;
mod tables;
mod text;
mod units;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::diag::{Diagnostic, Sources};

/// Cases of each target when nobody asks for more.
const FEW: u32 = 48;

/// As the command line has it: a thread that compiles specs of strangers needs it.
const STACK_BYTES: usize = 8 << 20;

/// Runs a target.
fn run<S>(strategy: S, holds: fn(S::Value) -> Result<(), TestCaseError>)
where
    S: Strategy + Send + 'static,
    S::Value: std::fmt::Debug,
{
    let cases = std::env::var("DSLC_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = cases.unwrap_or(FEW);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let target = move || TestRunner::new(config).run(&strategy, holds).map_err(|e| e.to_string());
    let worker = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(target);
    let result = worker.map(std::thread::JoinHandle::join);
    assert!(
        matches!(result, Ok(Ok(Ok(())))),
        "{}",
        match result {
            Ok(Ok(Err(message))) => message,
            Ok(Err(_)) => "the target itself failed".to_owned(),
            Err(error) => error.to_string(),
            Ok(Ok(Ok(()))) => String::new(),
        }
    );
}

/// Every span of every diagnostic lies inside one file, between characters.
fn inside(sources: &Sources, diagnostics: &[Diagnostic]) -> Result<(), TestCaseError> {
    for diagnostic in diagnostics {
        let labels = diagnostic.labels.iter().map(|label| label.span);
        let edits = diagnostic.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
        for span in labels.chain(edits).chain([diagnostic.span]) {
            let (source, local) = sources.local(span);
            let text = source.text().get(local.start..local.end);
            prop_assert!(text.is_some(), "{span:?} of {diagnostic:?}");
        }
    }
    Ok(())
}
