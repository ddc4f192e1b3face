//! The holes of a core, and whether a core is well formed by itself.

use std::collections::BTreeMap;

use super::sites::{self, Site};
use crate::diag::{Diagnostic, codes};
use crate::sema::did_you_mean;
use crate::syntax::ast::{Core, Item, ItemKind, Name, Sigil};

/// What a sigil stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An index set of the fibre.
    Set,
    /// A unit.
    Unit,
    /// A constant: a param, or an expression without variables.
    Param,
    /// A decision of the fibre.
    Variable,
    /// The fibre's name for a resource that the core declares.
    Resource,
    /// An expression that is affine.
    Affine,
    /// An expression that is convex.
    Convex,
    /// An expression that is concave.
    Concave,
}

/// Each kind: the word in a core, and what it is with its article.
pub const KINDS: &[(&str, Kind, &str)] = &[
    ("set", Kind::Set, "a set"),
    ("unit", Kind::Unit, "a unit"),
    ("param", Kind::Param, "a constant"),
    ("variable", Kind::Variable, "a variable"),
    ("resource", Kind::Resource, "a name for the core's resource"),
    ("affine", Kind::Affine, "an affine expression"),
    ("convex", Kind::Convex, "a convex expression"),
    ("concave", Kind::Concave, "a concave expression"),
];

impl Kind {
    /// What it is, with its article.
    pub fn name(self) -> &'static str {
        KINDS.iter().find(|row| row.1 == self).map_or("", |row| row.2)
    }

    /// Whether only a name can fill it.
    pub fn is_named(self) -> bool {
        matches!(self, Kind::Set | Kind::Variable | Kind::Resource)
    }

    /// Whether it has values, and with them a unit, a sign and a range.
    pub fn has_values(self) -> bool {
        !matches!(self, Kind::Set | Kind::Unit | Kind::Resource)
    }
}

/// What else a sigil asks of what fills it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// Never below 0.
    Nonneg,
    /// Never above 0.
    Nonpos,
    /// Always above 0.
    Positive,
    /// Between two finite ends.
    Bounded,
    /// The utility is strictly concave in it.
    Strict,
}

/// Each promise: the word in a core, and what it says.
pub const PROMISES: &[(&str, Promise, &str)] = &[
    ("nonneg", Promise::Nonneg, "is never below 0"),
    ("nonpos", Promise::Nonpos, "is never above 0"),
    ("positive", Promise::Positive, "is above 0"),
    ("bounded", Promise::Bounded, "has a finite range"),
    ("strict", Promise::Strict, "has a strictly concave utility"),
];

impl Promise {
    /// The promise of that word.
    pub fn of(word: &str) -> Option<Promise> {
        PROMISES.iter().find(|row| row.0 == word).map(|row| row.1)
    }

    /// What it says.
    pub fn says(self) -> &'static str {
        PROMISES.iter().find(|row| row.1 == self).map_or("", |row| row.2)
    }
}

/// The kind of a sigil, when there is such a kind.
pub fn kind(sigil: &Sigil) -> Option<Kind> {
    KINDS.iter().find(|row| row.0 == sigil.kind.text).map(|row| row.1)
}

/// Checks a core by itself: nothing is known yet of what will fill it.
pub fn check(item: &Item, core: &Core) -> Vec<Diagnostic> {
    let mut check = Check { item, sigils: BTreeMap::new(), found: Vec::new() };
    for sigil in &core.sigils {
        check.sigil(sigil);
    }
    for part in &core.items {
        if matches!(part.kind, ItemKind::Fibre(_) | ItemKind::Import(_) | ItemKind::Emit(_)) {
            let message = format!("`{}` stands outside of a core", part.kind.word());
            let error = Diagnostic::error(codes::BAD_CORE, item.at(part.span), message);
            check.found.push(error.note("a core holds what every fibre of it has in common"));
        }
        sites::item(part).into_iter().for_each(|site| check.site(site));
    }
    let unused = check.sigils.values().filter(|(_, used)| !used);
    let warnings = unused.map(|(name, _)| {
        let message = format!("nothing in the core uses `{}`", name.text);
        Diagnostic::warning(codes::UNUSED, item.at(name.span), message)
    });
    let warnings: Vec<_> = warnings.collect();
    check.found.extend(warnings);
    check.found
}

struct Check<'a> {
    item: &'a Item,
    /// Each sigil, and whether something uses it.
    sigils: BTreeMap<&'a str, (&'a Name, bool)>,
    found: Vec<Diagnostic>,
}

impl<'a> Check<'a> {
    fn bad(&self, at: &Name, message: String) -> Diagnostic {
        Diagnostic::error(codes::BAD_CORE, self.item.at(at.span), message)
    }

    fn sigil(&mut self, sigil: &'a Sigil) {
        for binder in &sigil.index {
            self.site(Site::Name(&binder.set));
        }
        for factor in sigil.unit.iter().flat_map(|unit| &unit.factors) {
            self.site(Site::Name(&factor.name));
        }
        // A default is written before anything of a fibre is known.
        let named = sigil.default.iter().flat_map(sites::expr).find_map(|site| match site {
            Site::Value(name, ..) => Some(name),
            Site::Binder(_) | Site::Name(_) => None,
        });
        if let Some(name) = named {
            let error = self.bad(name, "a default is a number".to_owned());
            self.found.push(error.note("what depends on the fibre has to come from the fibre"));
        }
        let name = &sigil.name;
        if let Some((first, _)) = self.sigils.insert(&name.text, (name, false)) {
            let error = self.bad(name, format!("`{}` is declared twice", name.text));
            self.found.push(error.label(self.item.at(first.span), "first here"));
        }
        let Some(kind) = kind(sigil) else { return self.no_kind(&sigil.kind) };
        let asks = sigil.unit.is_some() || !sigil.promises.is_empty() || !sigil.index.is_empty();
        if !kind.has_values() && asks {
            let message = format!("{} has neither indices, nor a unit, nor a range", kind.name());
            self.found.push(self.bad(name, message));
        }
        for word in &sigil.promises {
            if Promise::of(&word.text) == Some(Promise::Strict) && kind != Kind::Variable {
                let message = "only of a variable can the utility be strictly concave in it";
                self.found.push(self.bad(word, message.to_owned()));
            }
        }
    }

    fn no_kind(&mut self, word: &Name) {
        let error = self.bad(word, format!("`{}` is no kind of sigil", word.text));
        let words = KINDS.iter().map(|row| row.0);
        self.found.push(did_you_mean(error, &word.text, self.item.at(word.span), words));
    }

    fn site(&mut self, site: Site<'a>) {
        let (name, indices) = match site {
            Site::Value(name, indices, _) => (name, indices),
            Site::Binder(name) | Site::Name(name) => (name, [].as_slice()),
        };
        for inner in indices.iter().flat_map(sites::expr) {
            self.site(inner);
        }
        match self.sigils.get_mut(name.text.as_str()) {
            Some((_, used)) => *used = true,
            None if name.is_sigil() => {
                let error = self.bad(name, format!("the core has no sigil `{}`", name.text));
                let known = self.sigils.keys().copied();
                let span = self.item.at(name.span);
                self.found.push(did_you_mean(error, &name.text, span, known));
            }
            None => {}
        }
    }
}
