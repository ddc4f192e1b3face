//! Files and their items as salsa inputs: what an edit does not touch is not parsed again.

mod imports;
mod items;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::diag::{self, Diagnostic, Source, Sources, codes, codes::Code};
use crate::files::{Files, Loader, NoFiles};
use crate::remap::provenance::Provenance;
use crate::remap::{self, Instance};
use crate::sema::{self, hir};
use crate::syntax::ast::{Item, ItemKind};
use imports::Gathered;
use items::{Database, FileItems};

/// One spec that may be edited, and the files that it imports.
pub struct Host {
    db: Database,
    loader: Arc<dyn Loader>,
    text: String,
    own: FileItems,
    /// Files that were imported, by name.
    imported: BTreeMap<String, FileItems>,
    /// The core that the fibre fills.
    core: FileItems,
    /// Values of params that a run gives in place of the spec's.
    given: sema::Given,
    /// Diagnostics that are left to who asks.
    left: Option<Code>,
}

impl Default for Host {
    fn default() -> Self {
        Host::new(Arc::new(NoFiles))
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").field("loader", &self.loader).finish_non_exhaustive()
    }
}

/// What the check of a spec has found.
#[derive(Debug)]
pub struct Checked {
    /// Every file that took part.
    pub sources: Sources,
    /// Where the core that the fibre fills comes from.
    pub provenance: Provenance,
    /// What the spec means; none when it has errors.
    pub model: Option<hir::Model>,
    /// Everything there is to say, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Host {
    /// A host of an empty spec; `loader` reads the files that it will name.
    pub fn new(loader: Arc<dyn Loader>) -> Self {
        Host {
            db: Database::default(),
            loader,
            text: String::new(),
            own: FileItems::default(),
            imported: BTreeMap::new(),
            core: FileItems::default(),
            given: sema::Given::new(),
            left: None,
        }
    }

    /// Replaces the spec's text: only the items that changed are parsed again.
    pub fn set_text(&mut self, text: &str) {
        self.own.set_text(&mut self.db, text);
        text.clone_into(&mut self.text);
    }

    /// Gives params these values from now on, in place of the spec's.
    pub fn give(&mut self, given: sema::Given) {
        self.given = given;
    }

    /// Says nothing of this code from now on, and does not refuse a spec for it: a caller that finds the
    /// same by itself has more to say.
    pub fn leave(&mut self, code: Code) {
        self.left = Some(code);
    }

    /// The spec's own items, and what is wrong with how they read.
    pub fn items(&self) -> (Vec<Item>, Vec<Diagnostic>) {
        self.own.read(0)
    }

    /// Checks the spec with all that it imports; `file` is its path.
    pub fn check(&mut self, file: &str) -> Checked {
        let mut files = Files::new(Arc::clone(&self.loader), Source::new(file, self.text.clone()));
        let own = self.items();
        let Gathered { items, mut diagnostics, of_cores } =
            imports::gather(&mut self.db, &mut self.imported, &mut files, own);
        if items.is_empty() && diagnostics.is_empty() {
            diagnostics.push(empty());
            let sources = files.into_sources();
            return Checked {
                sources,
                provenance: Provenance::default(),
                model: None,
                diagnostics,
            };
        }
        let (instance, found) = remap::instantiate(&items, &of_cores, &mut files);
        diagnostics.extend(found);
        let items = self.filled(items, instance.as_ref(), &mut diagnostics);
        let (model, meaning) = sema::check(&items, instance.as_ref(), &mut files, &self.given);
        diagnostics.extend(meaning);
        let provenance = instance.map(|instance| instance.provenance).unwrap_or_default();
        diagnostics.iter_mut().for_each(|diagnostic| provenance.translate(diagnostic));
        diagnostics.retain(|diagnostic| self.left != Some(diagnostic.code));
        diag::sort(&mut diagnostics);
        let refused = diag::has_errors(&diagnostics);
        diagnostics.truncate(diag::MAX_PER_FILE);
        let model = model.filter(|_| !refused).map(|mut model| {
            let name = Path::new(file).file_name().map(|name| name.to_string_lossy().into_owned());
            model.file = name.unwrap_or_else(|| file.to_owned());
            model
        });
        Checked { sources: files.into_sources(), provenance, model, diagnostics }
    }

    /// The items without cores; those of the filled one stand right behind the fibre.
    fn filled(
        &mut self,
        items: Vec<Item>,
        instance: Option<&Instance>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<Item> {
        let fibre = remap::remap(&items).map(|(item, ..)| item.base);
        let mut all = Vec::with_capacity(items.len());
        for item in items {
            let is_fibre = Some(item.base) == fibre;
            match &item.kind {
                ItemKind::Core(_) => continue,
                _ => all.push(item),
            }
            match instance {
                Some(instance) if is_fibre => {
                    self.core.set_text(&mut self.db, &instance.text);
                    let (items, found) = self.core.read(instance.start);
                    all.extend(items);
                    diagnostics.extend(found);
                }
                // What the core would have declared is not known.
                None if is_fibre => all.push(Item::broken()),
                _ => {}
            }
        }
        all
    }
}

/// Checks one text that names no other file; `file` is its name for messages and comments.
pub fn check_text(file: &str, text: &str) -> (Option<hir::Model>, Vec<Diagnostic>) {
    let mut host = Host::default();
    host.set_text(text);
    let checked = host.check(file);
    (checked.model, checked.diagnostics)
}

fn empty() -> Diagnostic {
    let at = hir::Span::default();
    Diagnostic::error(codes::FILE_EMPTY, at, "there is no item in this file")
        .note("the smallest spec has a fibre, a variable, a resource and a utility")
}
