//! Follows imports: every file once, its items where the first import of it stands.

use std::collections::{BTreeMap, BTreeSet};

use super::items::{Database, FileItems};
use crate::diag::{Diagnostic, FileId, codes};
use crate::files::{Files, Loaded};
use crate::sema::hir::Span;
use crate::syntax::ast::{Item, ItemKind, Text};

/// Most files that one spec may import, through whatever chain.
const MOST_IMPORTS: usize = 256;

/// The items of a spec and of all that it imports.
#[derive(Default)]
pub struct Gathered {
    /// The items; instead of an import that failed, a broken item.
    pub items: Vec<Item>,
    /// What is wrong with how they read.
    pub diagnostics: Vec<Diagnostic>,
    /// The spec's own imports that bring nothing but cores.
    pub of_cores: Vec<Span>,
}

/// Collects the items of a spec whose own are `items`; `imported` keeps those of other files, by name,
/// from one check to the next.
pub fn gather(
    db: &mut Database,
    imported: &mut BTreeMap<String, FileItems>,
    files: &mut Files,
    (items, diagnostics): (Vec<Item>, Vec<Diagnostic>),
) -> Gathered {
    let own = Vec::with_capacity(items.len());
    let out = Gathered { items: own, diagnostics, of_cores: Vec::new() };
    let seen = BTreeSet::from([0]);
    let mut walk = Walk { db, imported, files, seen, chain: vec![(0, None)], out };
    walk.items(items);
    walk.out
}

struct Walk<'a> {
    db: &'a mut Database,
    imported: &'a mut BTreeMap<String, FileItems>,
    files: &'a mut Files,
    /// Files whose items are there, or on their way.
    seen: BTreeSet<FileId>,
    /// The files that are being read, from the spec on, and the import that leads to each.
    chain: Vec<(FileId, Option<Span>)>,
    out: Gathered,
}

impl Walk<'_> {
    fn items(&mut self, items: Vec<Item>) {
        for item in items {
            match &item.kind {
                ItemKind::Import(path) => {
                    if let Err(error) = self.import(&item, path) {
                        self.out.diagnostics.push(*error);
                        self.out.items.push(Item::broken());
                    }
                }
                _ => self.out.items.push(item),
            }
        }
    }

    fn import(&mut self, item: &Item, path: &Text) -> Result<(), Box<Diagnostic>> {
        let span = item.at(path.span);
        let Loaded { file, base, source } = self.files.spec(&path.value, span)?;
        if let Some(at) = self.chain.iter().position(|(open, _)| *open == file) {
            return Err(Box::new(self.cycle(at, source.name(), span)));
        }
        if !self.seen.insert(file) {
            return Ok(());
        }
        if self.seen.len() > MOST_IMPORTS {
            let message =
                format!("a spec imports at most {MOST_IMPORTS} files, and this is another");
            let error = Diagnostic::error(codes::TOO_LONG, span, message);
            return Err(Box::new(error.note("put what belongs together into one file")));
        }
        let own = self.imported.entry(source.name().to_owned()).or_default();
        own.set_text(self.db, source.text());
        let (items, diagnostics) = own.read(base);
        self.out.diagnostics.extend(diagnostics);
        self.chain.push((file, Some(span)));
        let before = self.out.items.len();
        self.items(items);
        self.chain.pop();
        let brought = self.out.items.get(before..).unwrap_or_default();
        let only_cores = brought.iter().all(|item| matches!(item.kind, ItemKind::Core(_)));
        if only_cores && self.chain.len() == 1 {
            self.out.of_cores.push(Span { start: item.base, end: item.at(item.span).end });
        }
        Ok(())
    }

    /// The import at `span` leads back to the `at`th file of the chain.
    fn cycle(&self, at: usize, name: &str, span: Span) -> Diagnostic {
        let message = format!("`{name}` imports itself");
        let mut error = Diagnostic::error(codes::IMPORT_CYCLE, span, message)
            .label(span, format!("leads back to `{name}`"));
        for (file, import) in self.chain.iter().skip(at + 1) {
            let name = self.files.sources().source(*file).name();
            if let Some(import) = import {
                error = error.label(*import, format!("leads to `{name}`"));
            }
        }
        error.note("move what both files need into a third, and import that")
    }
}
