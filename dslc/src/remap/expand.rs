//! Writes a core with its holes filled: items as a person would write them, that need neither the core
//! nor its sigils.

use std::collections::{BTreeMap, BTreeSet};

use super::fill::{Filled, Target};
use super::provenance::{Origin, Provenance};
use super::sites::{self, Site};
use crate::diag::{Diagnostic, Sources, codes};
use crate::sema::hir::Span;
use crate::syntax::ast::{Core, Expr, ExprKind, Item, ItemBody, Local, Name};
use crate::syntax::split::MAX_ITEM;

/// What a filled core is made from.
pub struct Expander<'a> {
    /// Texts of the core and the fibre.
    pub sources: &'a Sources,
    /// The core.
    pub core: (&'a Item, &'a Core),
    /// What fills it.
    pub filled: &'a [Filled],
    /// How many indices what a name stands for has.
    pub indices: &'a BTreeMap<&'a str, usize>,
}

/// Bytes that are replaced.
struct Edit {
    /// Which, counted from the start of the item that they are written in.
    span: Local,
    text: String,
    /// The hole that they fill.
    hole: Option<usize>,
}

/// What does not end: an expansion may grow twofold at each level of indices.
type Expanded<T> = Result<T, Box<Diagnostic>>;

impl<'a> Expander<'a> {
    /// The text, and where it comes from.
    pub fn expand(&self, provenance: &mut Provenance) -> Expanded<String> {
        let (item, core) = self.core;
        let taken = self.taken();
        let mut text = format!("// The core `{}`, filled.\n", core.name.text);
        provenance.push(0, Origin::Core(item.base));
        for part in &core.items {
            text.push('\n');
            for line in &part.docs {
                text.push_str(&format!("/// {line}\n"));
            }
            self.item(part, &taken, &mut text, provenance)?;
            text.push('\n');
            if text.len() > MAX_ITEM {
                return Err(self.too_long());
            }
        }
        Ok(text)
    }

    fn too_long(&self) -> Box<Diagnostic> {
        let (item, core) = self.core;
        let message = format!("`{}` has more than {MAX_ITEM} bytes when filled", core.name.text);
        let error = Diagnostic::error(codes::TOO_LONG, item.at(core.name.span), message);
        Box::new(error.note("name what fills a hole by `let`, and fill the hole with that name"))
    }

    /// Names that stand in what fills the holes: a binder of the core must not catch them.
    fn taken(&self) -> BTreeSet<&'a str> {
        let mut taken = BTreeSet::new();
        for filled in self.filled {
            names(&filled.target.expr, &mut taken);
        }
        taken
    }

    fn item(
        &self,
        part: &ItemBody,
        taken: &BTreeSet<&str>,
        text: &mut String,
        provenance: &mut Provenance,
    ) -> Expanded<()> {
        let (item, _) = self.core;
        let sites = sites::item(part);
        let renamed = renamed(&sites, taken);
        let mut edits = Vec::new();
        for site in sites {
            self.site(site, &renamed, &mut edits)?;
        }
        edits.sort_by_key(|edit| edit.span.start);
        let base = item.base;
        let indent = self.indent(base + part.span.start as usize);
        let mut at = part.span.start;
        for edit in edits {
            let between = Local { start: at, end: edit.span.start };
            self.copy(item.at(between), indent, text, provenance);
            let hole = edit.hole.map(|hole| Origin::Hole(hole, item.at(edit.span)));
            let origin = hole.unwrap_or(Origin::Core(item.at(edit.span).start));
            provenance.push(text.len(), origin);
            text.push_str(&edit.text);
            at = edit.span.end;
        }
        let rest = Local { start: at, end: part.span.end };
        self.copy(item.at(rest), indent, text, provenance);
        Ok(())
    }

    /// Blanks in front of what starts at a byte.
    fn indent(&self, at: usize) -> usize {
        let (source, local) = self.sources.local(Span { start: at, end: at });
        let before = source.text().get(..local.start).unwrap_or_default();
        before.bytes().rev().take_while(|byte| *byte == b' ').count()
    }

    /// Copies a part of the core, its lines moved to the left.
    fn copy(&self, span: Span, indent: usize, text: &mut String, provenance: &mut Provenance) {
        let mut at = span.start;
        for (number, line) in self.sources.slice(span).split_inclusive('\n').enumerate() {
            let blanks = line.bytes().take(indent).take_while(|byte| *byte == b' ').count();
            let blanks = if number == 0 { 0 } else { blanks };
            provenance.push(text.len(), Origin::Core(at + blanks));
            text.push_str(line.get(blanks..).unwrap_or_default());
            at += line.len();
        }
    }

    fn site(
        &self,
        site: Site<'_>,
        renamed: &BTreeMap<&str, String>,
        edits: &mut Vec<Edit>,
    ) -> Expanded<()> {
        let (name, indices, whole) = match site {
            Site::Value(name, indices, whole) => (name, indices, whole),
            Site::Binder(name) | Site::Name(name) => (name, [].as_slice(), name.span),
        };
        let hole = self.filled.iter().position(|filled| filled.sigil == name.text);
        if let Some((hole, filled)) = hole.and_then(|at| Some((at, self.filled.get(at)?))) {
            let target = &filled.target;
            let text = if target.members.len() == indices.len() && !indices.is_empty() {
                self.instantiated(target, indices, renamed)?
            } else {
                self.written(target)
            };
            let keeps = target.name().is_some_and(|name| {
                self.indices.get(name.text.as_str()).is_none_or(|count| *count > 0)
            });
            let span = if keeps { name.span } else { whole };
            edits.push(Edit { span, text, hole: Some(hole) });
            if !keeps {
                return Ok(());
            }
        } else if let (Some(fresh), false) =
            (renamed.get(name.text.as_str()), matches!(site, Site::Name(_)))
        {
            edits.push(Edit { span: name.span, text: fresh.clone(), hole: None });
        }
        for index in indices {
            for site in sites::expr(index) {
                self.site(site, renamed, edits)?;
            }
        }
        Ok(())
    }

    /// What is written for a target, so that it is one operand.
    fn written(&self, target: &Target) -> String {
        operand(&target.expr, self.sources.slice(target.span))
    }

    /// A target with the members that the core asks it for.
    fn instantiated(
        &self,
        target: &Target,
        indices: &[Expr],
        renamed: &BTreeMap<&str, String>,
    ) -> Expanded<String> {
        let mut given = BTreeMap::new();
        for (member, index) in target.members.iter().zip(indices) {
            let mut edits = Vec::new();
            for site in sites::expr(index) {
                self.site(site, renamed, &mut edits)?;
            }
            let text = self.apply(self.core.0.base, index.span, edits)?;
            given.insert(member.text.as_str(), operand(index, &text));
        }
        let mut edits = Vec::new();
        substitute(&target.expr, &given, &mut edits);
        let text = self.apply(target.base, target.expr.span, edits)?;
        Ok(operand(&target.expr, &text))
    }

    /// The text of a span with its edits.
    fn apply(&self, base: usize, span: Local, mut edits: Vec<Edit>) -> Expanded<String> {
        edits.sort_by_key(|edit| edit.span.start);
        let mut text = String::new();
        let mut at = span.start;
        for edit in edits {
            let between = Local { start: at, end: edit.span.start };
            text.push_str(self.sources.slice(between.at(base)));
            text.push_str(&edit.text);
            at = edit.span.end;
            if text.len() > MAX_ITEM {
                return Err(self.too_long());
            }
        }
        text.push_str(self.sources.slice(Local { start: at, end: span.end }.at(base)));
        Ok(text)
    }
}

/// The text of an expression, in parentheses unless it is an operand anyway.
fn operand(expr: &Expr, text: &str) -> String {
    let alone = match &expr.kind {
        ExprKind::Number(_, unit) => unit.is_none(),
        ExprKind::Name(_)
        | ExprKind::Index(..)
        | ExprKind::Call(..)
        | ExprKind::Fold(_)
        | ExprKind::Vector(_)
        | ExprKind::Each(_)
        | ExprKind::Infinity
        | ExprKind::Text(_) => true,
        ExprKind::Neg(_)
        | ExprKind::Binary(..)
        | ExprKind::Compare(..)
        | ExprKind::Logic(..)
        | ExprKind::Not(_) => false,
    };
    if alone || text.starts_with('(') && closes_last(text) {
        text.to_owned()
    } else {
        format!("({text})")
    }
}

/// Whether the parenthesis that opens a text closes at its end.
fn closes_last(text: &str) -> bool {
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            // Parentheses in texts and comments would mislead the count.
            b'"' | b'\n' => return false,
            _ => {}
        }
        if depth == 0 {
            return at + 1 == text.len();
        }
    }
    false
}

/// Every name in an expression.
fn names<'e>(expr: &'e Expr, found: &mut BTreeSet<&'e str>) {
    for site in sites::expr(expr) {
        let (name, indices) = match site {
            Site::Value(name, indices, _) => (name, indices),
            Site::Binder(name) | Site::Name(name) => (name, [].as_slice()),
        };
        found.insert(&name.text);
        indices.iter().for_each(|index| names(index, found));
    }
}

/// Binders of an item that would catch a name, and what they are called instead.
fn renamed<'s>(sites: &[Site<'s>], taken: &BTreeSet<&str>) -> BTreeMap<&'s str, String> {
    let mut used: BTreeSet<&str> = taken.clone();
    for site in sites {
        match site {
            Site::Value(name, indices, _) => {
                used.insert(&name.text);
                indices.iter().for_each(|index| names(index, &mut used));
            }
            Site::Binder(name) | Site::Name(name) => {
                used.insert(&name.text);
            }
        }
    }
    let caught = sites.iter().filter_map(|site| match site {
        Site::Binder(name) if taken.contains(name.text.as_str()) => Some(*name),
        _ => None,
    });
    let fresh = |name: &Name| {
        let mut candidates = (2..).map(|number| format!("{}_{number}", name.text));
        candidates.find(|candidate| !used.contains(candidate.as_str())).unwrap_or_default()
    };
    caught.map(|name| (name.text.as_str(), fresh(name))).collect()
}

/// Puts what is given for each member in its place.
fn substitute(expr: &Expr, given: &BTreeMap<&str, String>, edits: &mut Vec<Edit>) {
    for site in sites::expr(expr) {
        let Site::Value(name, indices, _) = site else { continue };
        if let Some(text) = given.get(name.text.as_str()) {
            edits.push(Edit { span: name.span, text: text.clone(), hole: None });
        }
        indices.iter().for_each(|index| substitute(index, given, edits));
    }
}
