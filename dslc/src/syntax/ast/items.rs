//! What the items declare.

use super::{Binder, Comparison, Expr, ItemBody, Local, Name, Text, UnitExpr};
use crate::sema::hir::Rational;

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

/// `$sigil => EXPR`, `$sigil[t] => EXPR`: a name, a unit or an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The hole.
    pub sigil: Name,
    /// Names that stand for its members in the target.
    pub members: Vec<Name>,
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

/// `sigil $a: set;`, `sigil $w[$a]: param s nonneg = 1 s;`.
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
    /// What else it must keep: `nonneg`, `bounded`, …
    pub promises: Vec<Name>,
    /// What fills it when a fibre does not.
    pub default: Option<Expr>,
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
