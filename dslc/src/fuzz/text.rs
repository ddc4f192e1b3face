//! The splitter and the parser: whatever the text, its items cover it in order.

use proptest::prelude::*;

use super::{corpus, run};
use crate::syntax;

fn items_stand_in_order(text: String) -> Result<(), TestCaseError> {
    let split = syntax::split(&text);
    let mut end = 0;
    for chunk in &split.chunks {
        prop_assert!(end <= chunk.span.start && chunk.span.start <= chunk.span.end);
        end = chunk.span.end;
        let item = text.get(chunk.span.start..chunk.span.end);
        prop_assert!(item.is_some(), "{:?} cuts a character", chunk.span);
        let item = item.unwrap_or_default();
        if !chunk.broken {
            let parsed = syntax::parse(item);
            let broken = matches!(parsed.body.kind, syntax::ast::ItemKind::Broken(_));
            prop_assert_eq!(broken, !parsed.diagnostics.is_empty());
        }
    }
    prop_assert!(end <= text.len());
    Ok(())
}

#[test]
fn mutated_specs() {
    run(corpus::mutated(), items_stand_in_order);
}

#[test]
fn bytes() {
    let bytes = prop::collection::vec(any::<u8>(), 0..400);
    run(bytes.prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()), items_stand_in_order);
}
