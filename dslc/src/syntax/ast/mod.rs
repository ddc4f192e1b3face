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
mod options;
mod unit;

pub use expr::{BinaryOp, Binder, Comparison, Connective, Expr, ExprKind, Fold};
pub use options::{OptionToken, OptionWord, PortOption, PortUse};
pub use unit::{Quantity, UnitExpr, UnitFactor};

use std::ops::Deref;
use std::sync::Arc;

use crate::sema::hir::{Rational, Span};

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

/// The name of the problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fibre {
    /// Its name.
    pub name: Name,
    /// The core that it fills, if any.
    pub remap: Option<Remap>,
}

/// `remaps CORE { $sigil => …, }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remap {
    /// The core.
    pub core: Name,
    /// What fills each hole.
    pub mappings: Vec<Mapping>,
}

/// `$sigil => EXPR`: a name, a unit or a constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The hole.
    pub sigil: Name,
    /// What fills it.
    pub target: Expr,
}

/// A fibre with holes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Core {
    /// Its name.
    pub name: Name,
    /// Its holes.
    pub sigils: Vec<Sigil>,
    /// Its items; their spans count from the core's start.
    pub items: Vec<ItemBody>,
}

/// `sigil $a: set;`, `sigil $w[$a]: param s;`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sigil {
    /// Its name.
    pub name: Name,
    /// Its index sets.
    pub index: Vec<Binder>,
    /// `set`, `param`, `unit`, …
    pub kind: Name,
    /// The unit that what fills it must have.
    pub unit: Option<UnitExpr>,
}

/// A base unit, or one derived from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitDecl {
    /// Its name.
    pub name: Name,
    /// What one of it is; none for a base unit.
    pub definition: Option<UnitExpr>,
}

/// An index set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetDecl {
    /// Its name.
    pub name: Name,
    /// Its members.
    pub members: SetMembers,
}

/// How a set's members are given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetMembers {
    /// `= { a, b }`.
    Inline(Vec<Member>),
    /// `= 1 .. 10`.
    Range(Expr, Expr),
    /// `from "f.csv" column "c"`.
    Table(TableSource),
    /// `: open 4096`.
    Open(Expr),
}

/// A member of a set: a name, a text or a whole number, by its text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Member {
    /// Its text.
    pub text: String,
    /// Where it stands.
    pub span: Local,
}

/// `from "f.csv" [column "c"]`, or the name of an inline `data` table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSource {
    /// Which table.
    pub table: TableName,
    /// Which of its columns.
    pub column: Option<Text>,
}

/// A table in a file or in the spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableName {
    /// A CSV file, relative to the spec.
    File(Text),
    /// A `data` item.
    Inline(Name),
}

/// `lo .. hi`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// Its lower end.
    pub lo: Expr,
    /// Its upper end.
    pub hi: Expr,
}

/// A sign that a spec promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignWord {
    /// `nonneg`.
    Nonneg,
    /// `nonpos`.
    Nonpos,
}

/// A constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name.
    pub name: Name,
    /// Its index sets.
    pub index: Vec<Binder>,
    /// Its unit; dimensionless when left out.
    pub unit: Option<UnitExpr>,
    /// The sign that it has.
    pub sign: Option<(SignWord, Local)>,
    /// The range that holds it.
    pub range: Option<Range>,
    /// Its value; none for a run-time input.
    pub value: Option<ParamValue>,
}

/// How a param's value is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParamValue {
    /// `= EXPR`.
    Expr(Expr),
    /// `= { a: 4, (b, c): 1 }`.
    Entries(Vec<Entry>),
    /// `from "f.csv"`.
    Table(TableSource),
}

/// `(b, c): 1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// A member for each index set.
    pub key: Vec<Member>,
    /// The value.
    pub value: Expr,
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: Name,
    /// Its index sets.
    pub index: Vec<Binder>,
    /// Its unit; dimensionless when left out.
    pub unit: Option<UnitExpr>,
    /// The sign that it has.
    pub sign: Option<(SignWord, Local)>,
    /// Its bounds.
    pub range: Option<Range>,
}

/// A named expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Let {
    /// Its name.
    pub name: Name,
    /// Its binders.
    pub index: Vec<Binder>,
    /// What it stands for.
    pub body: Expr,
}

/// A coupling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its name.
    pub name: Name,
    /// Its binders.
    pub index: Vec<Binder>,
    /// Its unit; that of its use when left out.
    pub unit: Option<UnitExpr>,
    /// What is used.
    pub use_: Expr,
    /// `<=`, `==` or `>=`, never another.
    pub relation: Comparison,
    /// Of how much.
    pub capacity: Expr,
}

/// A term of what is maximised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Utility {
    /// Its name, if it has one.
    pub name: Option<Name>,
    /// The expression.
    pub body: Expr,
}

/// How the problem is taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decomposition {
    /// The compiler chooses.
    Auto,
    /// A method for each resource.
    Entries(Vec<DecompositionEntry>),
}

/// `RESOURCE by METHOD { step auto; period 100 ms; }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecompositionEntry {
    /// The resource.
    pub resource: Name,
    /// The method.
    pub method: Name,
    /// Its options.
    pub options: Vec<Setting>,
    /// The whole entry.
    pub span: Local,
}

/// `period 100 ms;`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// What is set.
    pub name: Name,
    /// To what; the name `auto` for `step auto`.
    pub value: Expr,
}

/// `export EXPR as "NAME";`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// What it carries: `price(exposure)`, `mean(x)`.
    pub value: Expr,
    /// The name that other layers see.
    pub name: Text,
}

/// An inline table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Data {
    /// Its name.
    pub name: Name,
    /// Names of its columns.
    pub columns: Vec<Member>,
    /// Its rows; each as long as it was written.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of an inline table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// As a member: its text.
    pub member: Member,
    /// As a number, when it is one.
    pub number: Option<Rational>,
}
