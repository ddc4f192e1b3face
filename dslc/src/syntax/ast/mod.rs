//! The abstract syntax of the whole language: what the grammar accepts, before any meaning.
//!
//! Spans inside an item count from the item's own start ([`Local`]), so that moving an item changes
//! nothing in it; [`Item::at`] turns one into a span of the file.
//!
//! Three things are left to the phase that knows names:
//! - a quantity in an expression takes the one unit name (with its power) after the number, so `5 m/s`
//!   is `(5 m) / s`: a bare name that is declared nowhere but is a unit stands for one of that unit;
//! - a word after a number in a port's option may be a unit (`10 s quiet`) or not (`8 within 1 s`):
//!   see [`OptionToken::Quantity`];
//! - `auto` in `step auto;` is a name like any other.
//!
//! Comparisons and their connectives stand only in [`Fold::condition`], above arithmetic; everywhere
//! else an expression is arithmetic. The parser has seen to both.
//!
//! A [`PortUse`] becomes `hir::PortUse` one to one: the port's name and its options, word by word,
//! with quantities in coherent SI.

mod expr;
mod items;
mod options;
mod unit;

pub use expr::{BinaryOp, Binder, Comparison, Connective, Expr, ExprKind, Fold};
pub use items::{
    Cell, Core, Data, Decomposition, DecompositionEntry, Entry, Export, Fibre, Let, Mapping,
    Member, Param, ParamValue, Range, Remap, Resource, SetDecl, SetMembers, Setting, Sigil,
    SignWord, TableName, TableSource, UnitDecl, Utility, Variable,
};
pub use options::{OptionToken, OptionWord, PortOption, PortUse};
pub use unit::{Quantity, UnitExpr, UnitFactor};

use std::ops::Deref;
use std::sync::Arc;

use crate::sema::hir::Span;

/// Bytes of an item, counted from the item's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Local {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Local {
    /// From the start of `self` to the end of `other`.
    #[must_use]
    pub fn to(self, other: Local) -> Local {
        Local { start: self.start, end: other.end }
    }

    /// The span in the file of an item that starts at byte `base`.
    #[must_use]
    pub fn at(self, base: usize) -> Span {
        Span { start: base + self.start as usize, end: base + self.end as usize }
    }
}

/// A name: of something declared, a unit, an atom, or a sigil with its `$`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// Its text.
    pub text: String,
    /// Where it stands.
    pub span: Local,
}

impl Name {
    /// Whether it is a hole of a core, such as `$agent`.
    pub fn is_sigil(&self) -> bool {
        self.text.starts_with('$')
    }
}

/// A text in quotes, without its quotes and escapes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Text {
    /// Its value.
    pub value: String,
    /// Where it stands, quotes included.
    pub span: Local,
}

/// An item and where it starts in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Byte of the file at which the item starts.
    pub base: usize,
    /// The item, shared with the query that parsed it.
    pub body: Arc<ItemBody>,
}

impl Item {
    /// Stands for items that nobody knows.
    pub fn broken() -> Self {
        let (docs, span, kind) = (Vec::new(), Local::default(), ItemKind::Broken(None));
        Item { base: 0, body: Arc::new(ItemBody { docs, span, kind }) }
    }

    /// The span in the file.
    pub fn at(&self, span: Local) -> Span {
        span.at(self.base)
    }
}

impl Deref for Item {
    type Target = ItemBody;

    fn deref(&self) -> &ItemBody {
        &self.body
    }
}

/// An item as it reads, wherever it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemBody {
    /// Its doc comments, a line each, without `///` and one space.
    pub docs: Vec<String>,
    /// From its first word to its `;` or `}`.
    pub span: Local,
    /// What it is.
    pub kind: ItemKind,
}

/// What an item can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// `fibre NAME;`, `fibre NAME remaps CORE { … }`.
    Fibre(Fibre),
    /// `core NAME { … }`.
    Core(Core),
    /// `import "path.num";`.
    Import(Text),
    /// `unit way;`, `unit kWh = 1000 W * h;`.
    Unit(UnitDecl),
    /// `set NAME …;`.
    Set(SetDecl),
    /// `param NAME …;`.
    Param(Param),
    /// `variable NAME …;`.
    Variable(Variable),
    /// `let NAME[…] = EXPR;`.
    Let(Let),
    /// `resource NAME[…]: UNIT = EXPR <= EXPR;`.
    Resource(Resource),
    /// `utility [NAME =] EXPR;`.
    Utility(Utility),
    /// `decomposition { … }`, `decomposition auto;`.
    Decomposition(Decomposition),
    /// `observe VARIABLE from PORT { … }`.
    Observe(PortUse),
    /// `enforce VARIABLE by PORT { … }`.
    Enforce(PortUse),
    /// `export EXPR as "NAME";`.
    Export(Export),
    /// `emit NAME, NAME;`.
    Emit(Vec<Name>),
    /// `data NAME { column, …; value, …; }`.
    Data(Data),
    /// An item that does not parse, already reported: the name that it would have declared, so that
    /// its uses are not reported again.
    Broken(Option<Name>),
}

impl ItemKind {
    /// The word that the item starts with; empty for a broken one.
    pub fn word(&self) -> &'static str {
        match self {
            ItemKind::Fibre(_) => "fibre",
            ItemKind::Core(_) => "core",
            ItemKind::Import(_) => "import",
            ItemKind::Unit(_) => "unit",
            ItemKind::Set(_) => "set",
            ItemKind::Param(_) => "param",
            ItemKind::Variable(_) => "variable",
            ItemKind::Let(_) => "let",
            ItemKind::Resource(_) => "resource",
            ItemKind::Utility(_) => "utility",
            ItemKind::Decomposition(_) => "decomposition",
            ItemKind::Observe(_) => "observe",
            ItemKind::Enforce(_) => "enforce",
            ItemKind::Export(_) => "export",
            ItemKind::Emit(_) => "emit",
            ItemKind::Data(_) => "data",
            ItemKind::Broken(_) => "",
        }
    }
}
