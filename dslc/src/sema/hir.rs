//! The checked spec: every name resolved, every quantity in coherent SI units, every expression
//! with its unit, sign, curvature and interval.

mod expr;
mod members;
mod needs;
mod number;
mod values;

use std::ops::Deref;
use std::sync::{Arc, LazyLock};

use num_bigint::BigInt;
use num_rational::Ratio;

use crate::concavity::Certificate;
pub use crate::syntax::ast::Comparison;
pub use expr::{Axis, Condition, Curvature, Dims, Expr, Facts, Fold, Index, Node, Proof, Sign};
pub use members::{Members, Names};
pub use needs::Needs;
pub use number::Number;
pub use values::Values;

pub use dslc_rounds::Peers;

/// An exact rational.
pub type Rational = Ratio<BigInt>;

/// Bytes of one file; they count in the compilation's [`Sources`](crate::diag::Sources).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// A spec without errors of names, units, signs or curvature.
#[derive(Clone, Debug)]
pub struct Model {
    /// Name of the fibre.
    pub fibre: Spanned<String>,
    /// File name of the spec, without its folder; the host fills it in.
    pub file: String,
    /// Index sets; a [`SetId`] indexes it.
    pub sets: Vec<Set>,
    /// Parameters; a [`ParamId`] indexes it.
    pub params: Vec<Param>,
    /// Decisions; a [`VariableId`] indexes it.
    pub variables: Vec<Variable>,
    /// Named expressions; a [`LetId`] indexes it.
    pub lets: Vec<Let>,
    /// Couplings, each with a price.
    pub resources: Vec<Resource>,
    /// What is maximised: the sum of these.
    pub utilities: Vec<Utility>,
    /// How each resource is decomposed, in the order of the spec.
    pub decomposition: Vec<Decomposition>,
    /// Where measured values come from.
    pub observes: Vec<PortUse>,
    /// Run-time inputs that a port tells.
    pub inputs: Vec<PortUse<ParamId>>,
    /// What carries decisions out.
    pub enforces: Vec<PortUse>,
    /// Names that other layers see.
    pub exports: Vec<Export>,
    /// Artefacts asked for.
    pub emits: Vec<Spanned<String>>,
    /// Proofs of curvature past the disciplined rules, in the order in which they were needed.
    pub certificates: Vec<Certificate>,
    /// The core that the fibre remaps, if it does.
    pub remap: Option<Remap>,
}

/// A core with its holes filled, and why it may be.
#[derive(Clone, Debug)]
pub struct Remap {
    /// The core, and where the fibre names it.
    pub core: Spanned<String>,
    /// Each sigil, and where what fills it is written.
    pub map: Vec<Spanned<String>>,
    /// What the core asks of what fills it, and what answers.
    pub obligations: Vec<Obligation>,
    /// Variables in which the utility must be strictly concave: the plan decides.
    pub strict: Vec<Strict>,
}

/// A variable in which a core needs the utility to be strictly concave.
#[derive(Clone, Debug)]
pub struct Strict {
    /// The sigil, and where the core declares it.
    pub sigil: Spanned<String>,
    /// The variable that fills it, and where the fibre says so.
    pub variable: Spanned<VariableId>,
}

/// One thing that a core asks of a fibre.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obligation {
    /// What is asked.
    pub asks: String,
    /// What in the fibre answers.
    pub by: String,
    /// Where that stands.
    pub span: Span,
}

/// Index into [`Model::sets`].
pub type SetId = usize;
/// Index into [`Model::params`].
pub type ParamId = usize;
/// Index into [`Model::variables`].
pub type VariableId = usize;
/// Index into [`Model::lets`].
pub type LetId = usize;
/// Names one binder (`t in Task`) of the file.
pub type BinderId = usize;

/// An index set.
#[derive(Clone, Debug)]
pub struct Set {
    /// Name and where it is declared.
    pub name: Spanned<String>,
    /// Its members.
    pub members: SetMembers,
}

/// Members of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetMembers {
    /// Known at build time, in order; a range `1 .. 3` has the members "1", "2", "3".
    Closed(Members),
    /// Filled at run time, never more than this many.
    Open(u32),
}

/// A constant of one build.
#[derive(Clone, Debug)]
pub struct Param {
    /// Name and where it is declared.
    pub name: Spanned<String>,
    /// Its index sets; empty for a scalar.
    pub index: Vec<SetId>,
    /// Its unit.
    pub unit: Unit,
    /// Its values in coherent SI.
    pub values: Values,
}

/// A decision.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Name and where it is declared.
    pub name: Spanned<String>,
    /// Its index sets with their binders; empty for a scalar.
    pub index: Vec<Binder>,
    /// Its unit.
    pub unit: Unit,
    /// Lower bound, SI; none when left out or `-inf`. The least one, where elements differ.
    pub lo: Option<Rational>,
    /// Upper bound, SI; none when left out or `inf`. The largest one, where elements differ.
    pub hi: Option<Rational>,
    /// Lower and upper bound of an element by its binders, where elements differ.
    pub each: (Option<Expr>, Option<Expr>),
}

/// `t in Task`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binder {
    /// Identifies it in the item's expressions.
    pub id: BinderId,
    /// Its name.
    pub name: String,
    /// The set it runs over.
    pub set: SetId,
}

/// A named expression.
#[derive(Clone, Debug)]
pub struct Let {
    /// Name and where it is declared.
    pub name: Spanned<String>,
    /// Its binders.
    pub index: Vec<Binder>,
    /// The expression.
    pub body: Expr,
    /// How its curvature is known.
    pub proof: Proof,
}

/// How the two sides of a resource compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `<=`, a nonnegative price.
    AtMost,
    /// `==`, a free price.
    Equal,
    /// `>=`, a nonpositive price.
    AtLeast,
}

/// A coupling.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Name and where it is declared.
    pub name: Spanned<String>,
    /// Its binders.
    pub index: Vec<Binder>,
    /// Its unit.
    pub unit: Unit,
    /// What is used; affine or convex for `<=`.
    pub use_: Expr,
    /// How it compares.
    pub relation: Relation,
    /// The capacity; constant.
    pub capacity: Expr,
    /// How the curvature of the use is known.
    pub proof: Proof,
    /// The whole item.
    pub span: Span,
}

/// A term of what is maximised; concave.
#[derive(Clone, Debug)]
pub struct Utility {
    /// `utility`, `utility.2`, …, or the name that the spec gives.
    pub name: String,
    /// The expression.
    pub body: Expr,
    /// How its curvature is known.
    pub proof: Proof,
    /// The whole item.
    pub span: Span,
}

/// `RESOURCE by METHOD { … }`.
#[derive(Clone, Debug)]
pub struct Decomposition {
    /// Index into [`Model::resources`].
    pub resource: Spanned<usize>,
    /// The method: `dual`, `auto`, …
    pub method: Spanned<String>,
    /// What its block sets.
    pub settings: Settings,
    /// Time between two updates in seconds; 100 ms when left out.
    pub period: Rational,
}

/// Settings of a decomposition, each as the spec writes it; none for `auto` or what is left out.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// α, a or σ, SI.
    pub step: Option<Spanned<Rational>>,
    /// How many rounds old a read may be.
    pub delay: Option<Spanned<u32>>,
    /// ρ of ADMM, SI.
    pub rho: Option<Spanned<Rational>>,
    /// μ of a log barrier, SI.
    pub barrier: Option<Spanned<Rational>>,
    /// There is no coordinator, and these hear each other.
    pub peers: Option<Spanned<Peers>>,
}

/// `observe x from PORT { … }` or `enforce x by PORT { … }`, options still as the parser left
/// them: their meaning is the port's.
#[derive(Clone, Debug)]
pub struct PortUse<Id = VariableId> {
    /// The variable, or the run-time input.
    pub of: Spanned<Id>,
    /// The port.
    pub port: Spanned<String>,
    /// Its options, in order.
    pub options: Vec<PortOption>,
    /// The whole item.
    pub span: Span,
}

/// One option of a port: words and values up to its `;`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortOption {
    /// `taint`, `clear`, `class`, `except`, …
    pub words: Vec<OptionWord>,
    /// From the first word up to, not including, the `;`.
    pub span: Span,
}

/// A word of a port's option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionWord {
    /// What it is.
    pub token: OptionToken,
    /// Where it stands.
    pub span: Span,
}

/// What a word of an option can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionToken {
    /// `taint`, `on`, `rename`, `when`, `and`, …
    Word(String),
    /// `"/srv"`, without its quotes and escapes.
    Text(String),
    /// `8`, `1 s`, `7.2 bit`: in coherent SI, with its unit.
    Quantity(Rational, Unit),
    /// `,` `>` `>=` `<` `<=` `==`.
    Symbol(String),
}

/// `export VALUE as "NAME";`.
#[derive(Clone, Debug)]
pub struct Export {
    /// What it carries.
    pub value: ExportValue,
    /// The name.
    pub name: Spanned<String>,
    /// The whole item.
    pub span: Span,
}

/// What an export carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportValue {
    /// `price(RESOURCE)`: an index into [`Model::resources`].
    Price(usize),
    /// `mean(VARIABLE)`.
    Mean(VariableId),
}

/// Powers of the base dimensions, and how the spec writes the unit. Every node of every expression has
/// one: it is shared, and cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit(Arc<UnitParts>);

/// What a unit consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitParts {
    /// Base dimension and its power, sorted by name, powers not 0; empty when dimensionless.
    pub dimensions: Vec<(String, Ratio<i64>)>,
    /// As the spec writes it (`s`, `1/s`, `GiB`); empty when dimensionless.
    pub text: String,
    /// How many coherent SI units one of it is: 1/1000 for `ms`.
    pub scale: Rational,
}

impl Deref for Unit {
    type Target = UnitParts;

    fn deref(&self) -> &UnitParts {
        &self.0
    }
}

impl From<UnitParts> for Unit {
    fn from(parts: UnitParts) -> Self {
        Unit(Arc::new(parts))
    }
}

impl Default for Unit {
    fn default() -> Self {
        static NONE: LazyLock<Unit> = LazyLock::new(|| {
            let scale = Rational::from_integer(1.into());
            UnitParts { dimensions: Vec::new(), text: String::new(), scale }.into()
        });
        NONE.clone()
    }
}
