//! What the check of one spec has found so far.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::hir::{self, BinderId, SetId, Span};
use super::names::nearest;
use super::units::Units;
use crate::concavity::Certificate;
use crate::diag::{Code, Diagnostic, Edit, Label, codes};
use crate::files::Files;
use crate::syntax::ast::Item;

/// Most further uses of a name that nothing declares that a message points to.
const MOST_USES: usize = 3;

/// What a declared name stands for. An entity whose item is in error has no entry in the lists of
/// [`Context`]; what uses it is passed over in silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    /// Index into [`Context::sets`].
    Set(SetId),
    /// Index into [`Context::params`].
    Param(hir::ParamId),
    /// Index into [`Context::variables`].
    Variable(hir::VariableId),
    /// Index into [`Context::lets`].
    Let(hir::LetId),
    /// Index into [`Context::resources`].
    Resource(usize),
    /// A named utility.
    Utility,
    /// Index into [`Context::data`].
    Data(usize),
    /// A name of an item that is already reported.
    Broken,
}

impl Entity {
    /// What it is, with its article.
    pub fn kind(self) -> &'static str {
        match self {
            Entity::Set(_) => "a set",
            Entity::Param(_) => "a param",
            Entity::Variable(_) => "a variable",
            Entity::Let(_) => "a `let`",
            Entity::Resource(_) => "a resource",
            Entity::Utility => "a utility",
            Entity::Data(_) => "a table",
            Entity::Broken => "in error",
        }
    }
}

/// A declared name.
#[derive(Clone, Copy, Debug)]
pub struct Declared {
    /// What it stands for.
    pub entity: Entity,
    /// Where its name stands in the declaration.
    pub span: Span,
}

/// What the check of one spec has found so far.
#[derive(Debug, Default)]
pub struct Context {
    /// Files that the spec names, and how they are read.
    pub files: Files,
    /// Everything to say.
    pub diagnostics: Vec<Diagnostic>,
    /// Units.
    pub units: Units,
    /// Declared names.
    pub names: BTreeMap<String, Declared>,
    /// Sets; none for one in error or not yet resolved.
    pub sets: Vec<Option<hir::Set>>,
    /// Parameters, likewise.
    pub params: Vec<Option<hir::Param>>,
    /// Variables, likewise.
    pub variables: Vec<Option<hir::Variable>>,
    /// What is known of any one value of each parameter, calculated once.
    pub param_facts: Vec<Option<hir::Facts>>,
    /// What is known of each variable.
    pub variable_facts: Vec<Option<hir::Facts>>,
    /// Named expressions, likewise.
    pub lets: Vec<Option<hir::Let>>,
    /// How deep the expression of each `let` is, counting through the ones it uses.
    pub depths: Vec<usize>,
    /// Values of params that a run gives in place of the spec's.
    pub given: super::Given,
    /// Named expressions that divide by 0.
    pub void: BTreeSet<hir::LetId>,
    /// Resources, likewise.
    pub resources: Vec<Option<hir::Resource>>,
    /// Attributes of members of open sets: the closed set of each one's values, and where it was
    /// first used.
    pub attributes: BTreeMap<String, (SetId, Span)>,
    /// `data` items.
    pub data: Vec<Item>,
    /// The table and the column that sets were read from.
    pub columns: BTreeMap<SetId, (String, String)>,
    /// Proofs of curvature past the rules.
    pub certificates: Vec<Certificate>,
    /// Whether names may be declared where the check does not see them.
    pub incomplete: bool,
    /// Whether what fills a core does not keep what the core asks.
    pub unkept: bool,
    binders: Vec<(String, SetId)>,
    /// Where in the diagnostics it is said that something is missing.
    missing: BTreeMap<String, usize>,
}

impl Context {
    /// Nothing found yet; `files` read what the spec names.
    pub fn new(files: Files) -> Self {
        Context { files, ..Context::default() }
    }

    /// Adds something to say.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// A binder that no other item or expression has.
    pub fn binder(&mut self, name: &str, set: SetId) -> hir::Binder {
        let id: BinderId = self.binders.len();
        self.binders.push((name.to_owned(), set));
        hir::Binder { id, name: name.to_owned(), set }
    }

    /// The name of a binder.
    pub fn binder_name(&self, id: BinderId) -> &str {
        self.binders.get(id).map_or("", |(name, _)| name)
    }

    /// The set that a binder runs over.
    pub fn binder_set(&self, id: BinderId) -> Option<SetId> {
        self.binders.get(id).map(|(_, set)| *set)
    }

    /// How many places an axis has; none over an open set.
    pub fn axis_length(&self, axis: hir::Axis) -> Option<usize> {
        match axis {
            hir::Axis::Length(length) => Some(length),
            hir::Axis::Set(set) => self.members(set).map(hir::Members::len),
        }
    }

    /// The set, when it has no error.
    pub fn set(&self, id: SetId) -> Option<&hir::Set> {
        self.sets.get(id)?.as_ref()
    }

    /// The set's name.
    pub fn set_name(&self, id: SetId) -> &str {
        self.set(id).map_or("", |set| &set.name.value)
    }

    /// The set's members, when it is closed.
    pub fn members(&self, id: SetId) -> Option<&hir::Members> {
        match &self.set(id)?.members {
            hir::SetMembers::Closed(members) => Some(members),
            hir::SetMembers::Open(_) => None,
        }
    }

    /// Says that nothing declares `name`; `known` are names that would fit here.
    pub fn unknown<'n>(
        &mut self,
        code: Code,
        (name, span): (&str, Span),
        message: String,
        known: impl IntoIterator<Item = &'n str>,
    ) {
        if code == codes::UNKNOWN_NAME && self.is_echo(name, name, span) {
            return;
        }
        let diagnostic = Diagnostic::error(code, span, message);
        self.report(did_you_mean(diagnostic, name, span, known));
    }

    /// Whether what is missing is said already: an item in error may declare the name, or `said`, by
    /// which it is known here, was missing before.
    pub fn is_echo(&mut self, name: &str, said: &str, span: Span) -> bool {
        self.incomplete || self.belongs_to_broken(name) || self.again(said, span)
    }

    /// Whether an item in error may be meant: of `param wClass];` nobody knows where its name ends.
    pub fn belongs_to_broken(&self, name: &str) -> bool {
        let longer = self.names.range::<str, _>((Bound::Included(name), Bound::Unbounded));
        let mut longer = longer.take_while(|(known, _)| known.starts_with(name));
        longer.any(|(_, declared)| declared.entity == Entity::Broken)
    }

    /// Adds a further use to what is said already of something missing; else the next diagnostic says it.
    pub fn again(&mut self, missing: &str, span: Span) -> bool {
        let said = self.missing.get(missing).and_then(|at| self.diagnostics.get_mut(*at));
        let Some(said) = said else {
            self.missing.insert(missing.to_owned(), self.diagnostics.len());
            return false;
        };
        if said.labels.len() < MOST_USES {
            said.labels.push(Label { span, text: "and here".to_owned() });
        }
        for fix in &mut said.fixes {
            let text = fix.edits.first().map(|edit| edit.text.clone()).unwrap_or_default();
            fix.edits.push(Edit { span, text });
        }
        true
    }

    /// Names of everything that `fits`.
    pub fn known(&self, fits: fn(Entity) -> bool) -> Vec<String> {
        let fitting = self.names.iter().filter(|(_, declared)| fits(declared.entity));
        fitting.map(|(name, _)| name.clone()).collect()
    }
}

/// Adds the nearest known name, as a fix, or else the list of known names when it is short.
pub fn did_you_mean<'n>(
    diagnostic: Diagnostic,
    name: &str,
    span: Span,
    known: impl IntoIterator<Item = &'n str>,
) -> Diagnostic {
    let known: Vec<_> = known.into_iter().collect();
    match nearest(name, known.iter().copied()) {
        Some(near) => diagnostic.fix(format!("did you mean `{near}`?"), span, near),
        None if (1..=12).contains(&known.len()) => {
            diagnostic.note(format!("known here: {}", known.join(", ")))
        }
        None => diagnostic,
    }
}
