//! Same mathematics, different fibre: a core is a spec with holes, and a fibre that remaps it says what
//! fills them.
//!
//! | file | what it does |
//! |---|---|
//! | [`holes`] | kinds and promises of sigils; whether a core is well formed by itself |
//! | [`fill`] | pairs each hole with what the fibre puts there |
//! | `expand` | writes the core out with its holes filled, as a text |
//! | [`provenance`] | leads what is said of that text back to the core and to the fibre |
//!
//! The text is a file of the compilation like any other: it goes through the parser and the check, and
//! `dslc explain --expand` prints it. Whether what fills a hole keeps the core's promises is checked in
//! [`sema::obligations`](crate::sema::obligations), where units, signs and curvature are known.

mod expand;
pub mod fill;
pub mod holes;
pub mod provenance;
mod sites;

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Sources, codes, has_errors};
use crate::files::{self, Files};
use crate::sema::did_you_mean;
use crate::sema::hir::{Model, Span, Strict, VariableId};
use crate::syntax::ast::{Core, Fibre, Item, ItemKind, Remap};
use expand::Expander;
use fill::Filled;
use provenance::{Filling, Provenance};

/// A core that a fibre fills.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The core's name, and where the fibre names it.
    pub core: (String, Span),
    /// Byte at which the core's item starts.
    pub base: usize,
    /// Its holes, in order, and what fills each.
    pub filled: Vec<Filled>,
    /// The items of the core with its holes filled.
    pub text: String,
    /// Byte at which that text starts in the compilation's files.
    pub start: usize,
    /// Where each byte of it comes from.
    pub provenance: Provenance,
}

/// Checks the cores among the items, and fills the one that the fibre remaps. None without a remap,
/// and when it has errors.
///
/// `imports` are those of the spec that bring nothing but cores.
pub fn instantiate(
    items: &[Item],
    imports: &[Span],
    files: &mut Files,
) -> (Option<Instance>, Vec<Diagnostic>) {
    let cores: Vec<_> = items
        .iter()
        .filter_map(|item| match &item.kind {
            ItemKind::Core(core) => Some((item, core)),
            _ => None,
        })
        .collect();
    let mut found: Vec<_> =
        cores.iter().flat_map(|(item, core)| holes::check(item, core)).collect();
    let Some((item, fibre, remap)) = remap(items) else { return (None, found) };
    let core = match find(&cores, item, remap) {
        Ok(core) => core,
        Err(error) => {
            found.push(*error);
            return (None, found);
        }
    };
    let (filled, errors) = fill::fill(core, (item, remap));
    found.extend(errors);
    if has_errors(&found) {
        return (None, found);
    }
    match fill_in(items, files, core, (item, remap), filled, &fibre.name.text) {
        Ok(mut instance) => {
            let end = item.at(item.span).end;
            let remaps = Span { start: item.at(fibre.name.span).end, end };
            let gone = gone(items, imports, item, files.sources());
            instance.provenance.expands(remaps, gone);
            (Some(instance), found)
        }
        Err(error) => {
            found.push(*error);
            (None, found)
        }
    }
}

/// Says of each variable whose utility the core needs to be strictly concave that it is not `shown`.
pub fn not_strict(model: &Model, shown: impl Fn(VariableId) -> bool) -> Vec<Diagnostic> {
    let strict = model.remap.iter().flat_map(|remap| &remap.strict);
    let strict = strict.filter(|strict| !shown(strict.variable.value));
    let errors = strict.map(|Strict { sigil, variable }| {
        let message = format!(
            "the core needs a utility that is strictly concave in `{}`, and nothing shows that this is",
            sigil.value
        );
        Diagnostic::error(codes::NOT_STRICTLY_CONCAVE, variable.span, message)
            .label(variable.span, "this variable")
            .label(sigil.span, "strictly concave by this")
            .note("`dslc explain` says what runs the problem instead, and why")
    });
    errors.collect()
}

/// The fibre that remaps a core: that of the spec, before those of its imports.
pub fn remap(items: &[Item]) -> Option<(&Item, &Fibre, &Remap)> {
    let fibres = items.iter().filter_map(|item| match &item.kind {
        ItemKind::Fibre(fibre) => Some((item, fibre)),
        _ => None,
    });
    let (item, fibre) = fibres.min_by_key(|(item, _)| item.base)?;
    Some((item, fibre, fibre.remap.as_ref()?))
}

fn find<'a>(
    cores: &[(&'a Item, &'a Core)],
    item: &Item,
    remap: &Remap,
) -> Result<(&'a Item, &'a Core), Box<Diagnostic>> {
    let (name, span) = (&remap.core.text, item.at(remap.core.span));
    let mut named = cores.iter().filter(|(_, core)| core.name.text == *name);
    let Some(first) = named.next() else {
        let message = format!("there is no core `{name}` here");
        let error = Diagnostic::error(codes::UNKNOWN_CORE, span, message);
        let shipped = files::shipped().into_iter().find(|path| *path == format!("std/{name}.num"));
        return Err(Box::new(match shipped {
            Some(path) => {
                let start = Span { start: item.base, end: item.base };
                let title = format!("import it from the library: `import \"{path}\";`");
                error.fix(title, start, format!("import \"{path}\";\n\n"))
            }
            None => {
                did_you_mean(error, name, span, cores.iter().map(|(_, c)| c.name.text.as_str()))
            }
        }));
    };
    match named.next() {
        None => Ok(*first),
        Some(second) => {
            let message = format!("there are two cores `{name}`");
            let error = Diagnostic::error(codes::UNKNOWN_CORE, span, message);
            let at = |(item, core): &(&Item, &Core)| item.at(core.name.span);
            Err(Box::new(error.label(at(first), "one").label(at(second), "another")))
        }
    }
}

fn fill_in(
    items: &[Item],
    files: &mut Files,
    core: (&Item, &Core),
    (item, remap): (&Item, &Remap),
    filled: Vec<Filled>,
    fibre: &str,
) -> Result<Instance, Box<Diagnostic>> {
    let indices = indices(items, core.1);
    let fillings = filled.iter().map(|filled| Filling {
        sigil: filled.sigil.clone(),
        target: filled.target.span,
        is_default: filled.target.is_default,
    });
    let named = item.at(remap.core.span);
    let mut provenance = Provenance::new(&remap.core.text, named, fillings.collect());
    let expander = Expander { sources: files.sources(), core, filled: &filled, indices: &indices };
    let text = expander.expand(&mut provenance)?;
    let name = format!("{} ({} filled)", fibre, remap.core.text);
    let start = files.add(&name, text.clone());
    provenance.place(Span { start, end: start + text.len() });
    let (base, core) = (core.0.base, (remap.core.text.clone(), named));
    Ok(Instance { core, base, filled, text, start, provenance })
}

/// Parts of the fibre's file that say nothing once the core is filled: cores, and imports of cores.
fn gone(items: &[Item], imports: &[Span], fibre: &Item, sources: &Sources) -> Vec<Span> {
    let own = |span: &Span| sources.file_of(span.start) == sources.file_of(fibre.base);
    let cores = items.iter().filter(|item| matches!(item.kind, ItemKind::Core(_)));
    let cores = cores.map(|item| Span { start: item.base, end: item.at(item.span).end });
    let mut gone: Vec<_> = cores.chain(imports.iter().copied()).filter(own).collect();
    gone.sort_by_key(|span| span.start);
    gone
}

/// How many indices each param, variable and `let` has, those of the core included.
fn indices<'a>(items: &'a [Item], core: &'a Core) -> BTreeMap<&'a str, usize> {
    let own = items.iter().map(|item| &item.kind);
    let all = own.chain(core.items.iter().map(|part| &part.kind));
    let counted = all.filter_map(|kind| match kind {
        ItemKind::Param(param) => Some((param.name.text.as_str(), param.index.len())),
        ItemKind::Variable(variable) => Some((variable.name.text.as_str(), variable.index.len())),
        ItemKind::Let(named) => Some((named.name.text.as_str(), named.index.len())),
        _ => None,
    });
    counted.collect()
}
