//! Hosts under edits: after each, a host says what one that reads the text anew says.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::Index;

use super::{corpus, run};
use crate::db::Host;
use crate::files::NoFiles;

/// A text, and bytes of it that other texts replace.
type Edited = (String, Vec<(Index, usize, String)>);

fn says_what_a_fresh_one_says((spec, edits): Edited) -> Result<(), TestCaseError> {
    let mut text = spec;
    let mut host = Host::new(Arc::new(NoFiles));
    host.set_text(&text);
    for (at, length, replacement) in edits {
        let boundary = |at: usize| (at..=text.len()).find(|at| text.is_char_boundary(*at));
        let start = boundary(at.index(text.len() + 1)).unwrap_or(text.len());
        let end = boundary((start + length).min(text.len())).unwrap_or(text.len());
        text.replace_range(start..end, &replacement);
        host.set_text(&text);
        let mut fresh = Host::new(Arc::new(NoFiles));
        fresh.set_text(&text);
        prop_assert_eq!(host.items(), fresh.items());
        let (edited, read) = (host.check("spec.num"), fresh.check("spec.num"));
        prop_assert_eq!(edited.diagnostics, read.diagnostics);
        prop_assert_eq!(edited.model.is_some(), read.model.is_some());
    }
    Ok(())
}

#[test]
fn edits() {
    let replacement = prop_oneof![
        "[a-z0-9 +;(){}\"/=\n]{0,12}",
        corpus::mutated().prop_map(|text| { text.chars().take(80).collect::<String>() })
    ];
    let edits = prop::collection::vec((any::<Index>(), 0usize..40, replacement), 1..5);
    run((corpus::mutated(), edits), says_what_a_fresh_one_says);
}
