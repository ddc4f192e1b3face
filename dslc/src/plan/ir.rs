//! The plan: the only thing, with its certificate, that an emitter sees.
//!
//! All real quantities are exact rationals in the coherent SI unit of what they measure (seconds
//! for `dwell`); all integers of [`Control`] are what the artefacts compute with.

use num_bigint::BigInt;
use num_rational::Ratio;
use serde::Serialize;

use crate::graph::CliqueTree;

pub mod control;

pub use control::{
    Act, Bucket, ClassDemand, ClassRule, ComputedDemand, Control, Enforce, Evidence, EvidenceAdd,
    EvidenceEvent, EvidenceLimit, FileEvent, Lowering, ProcessTest, TaintClock, TaintRule, Verdict,
};

/// An exact rational.
pub type Rational = Ratio<BigInt>;

/// A problem with its decomposition, ready to be certified and emitted.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Name of the fibre; a valid identifier in C, Rust, YAML and Coq.
    pub fibre: String,
    /// The spec's file name, without its folder: artefacts do not depend on where they were built.
    pub source: String,
    /// What is scarce, in the order of the spec. A [`ResourceId`] indexes it.
    pub resources: Vec<Resource>,
    /// Who uses it, in the order of the spec. A [`FamilyId`] indexes it.
    pub families: Vec<Family>,
    /// Coupling of the resources through the families.
    pub graph: CouplingGraph,
    /// The loop that measures and enforces, when the spec asks for one.
    pub control: Option<Control>,
    /// Names that other layers see.
    pub exports: Vec<Export>,
    /// How pods follow an exported mean, when the spec exports one.
    pub autoscaler: Option<Autoscaler>,
    /// Artefacts the spec asks for, in the order of [`Target`].
    pub targets: Vec<Target>,
}

/// Index into [`Plan::resources`].
pub type ResourceId = usize;
/// Index into [`Plan::families`].
pub type FamilyId = usize;

/// A coupling `Σ coefficient · x ≤ capacity` and how its price moves.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Name, with its index if it has one: `exposure`, `link[a]`.
    pub name: String,
    /// Unit of the capacity as the spec writes it; empty when dimensionless.
    pub unit: String,
    /// Capacity in the coherent SI unit.
    pub capacity: Rational,
    /// Step of the dual ascent.
    pub step: Step,
    /// Weight v of the resource in the Collatz–Wielandt bound; above 0.
    pub scale: Rational,
    /// Reads of any resource's price or use are at most so many rounds old.
    pub delay: u32,
}

/// Step of one resource: the price moves by `α(n) · (use − capacity)` a period, where n counts the
/// present members of each open family.
#[derive(Clone, Debug)]
pub enum Step {
    /// `α(n) = numerator / Σ_f terms[f]·n_f`; a family that is always there counts once.
    Population {
        /// 2θ with 0 < θ < 1.
        numerator: Rational,
        /// What one member of the family adds to the denominator: its share of the Lipschitz
        /// constant of the dual gradient.
        terms: Vec<(FamilyId, Rational)>,
    },
    /// A step the spec gives, in SI units; it holds at the largest population.
    Constant(Rational),
}

/// Members that share a route, a box and a set of utilities.
#[derive(Clone, Debug)]
pub struct Family {
    /// The variable, with its index if the set is closed: `reserve`, `x`, `rate[a]`.
    pub name: String,
    /// Unit of the variable as the spec writes it; empty when dimensionless.
    pub unit: String,
    /// Who belongs to it.
    pub members: Members,
    /// The utilities a member may have; exactly one unless the set is open and classified.
    pub kinds: Vec<Kind>,
    /// Lower end of the box, SI.
    pub lo: Rational,
    /// Upper end of the box, SI.
    pub hi: Rational,
    /// A lower bound of the strong concavity of every kind on its box; above 0.
    pub mu: Rational,
    /// Resources it uses and how much of each, per unit of the variable; coefficients are not 0.
    pub route: Vec<(ResourceId, Rational)>,
}

/// Who belongs to a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Members {
    /// One member, always there.
    One,
    /// Members come and go at run time.
    Open {
        /// The set's name.
        set: String,
        /// Never more than these.
        at_most: u32,
    },
}

/// One utility that a member of a family may have.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Class the utility belongs to, when the family is classified.
    pub class: Option<String>,
    /// The utility of one member of whom nothing is known.
    pub utility: Utility,
    /// What lowers the weight of its logarithm: it is `weight · max(0, 1 − Σ share · input)`.
    pub lowering: Vec<Loss>,
    /// Upper end of its box, SI: the family's, or less where no optimum can be above it.
    pub hi: Rational,
}

/// What an observed input takes from a worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The input.
    pub input: String,
    /// What one unit of it takes from a worth of 1; above 0.
    pub share: Rational,
}

/// Strictly concave utilities of one variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Utility {
    /// `weight · log x`, demand `weight / price`.
    Log {
        /// Weight; above 0.
        weight: Rational,
    },
    /// `slope · x − curvature/2 · x²`, demand `(slope − price) / curvature`.
    Quadratic {
        /// Marginal utility at 0.
        slope: Rational,
        /// Curvature; above 0.
        curvature: Rational,
    },
    /// `weight · x^exponent`, with `weight · exponent · (exponent − 1) < 0`: `sqrt`, `power`, and
    /// `inv_pos` with a negative weight. Demand `(price / (weight·exponent))^(1/(exponent − 1))`.
    Power {
        /// Weight; not 0.
        weight: Rational,
        /// Exponent; neither 0 nor 1.
        exponent: Rational,
    },
    /// `−weight · x log x`, demand `exp(−1 − price/weight)`.
    Entropy {
        /// Weight; above 0.
        weight: Rational,
    },
    /// Several of these added up; its demand has no closed form.
    Sum(Vec<Utility>),
}

/// Resources that share a family are adjacent.
#[derive(Clone, Debug, Default)]
pub struct CouplingGraph {
    /// Number of resources.
    pub nodes: usize,
    /// Pairs (i, j) with i < j that share a family, sorted.
    pub edges: Vec<(ResourceId, ResourceId)>,
    /// Whether the edges alone are chordal.
    pub chordal: bool,
    /// Whether it has been ordered. With too many pairs to list it is not, and has no edges either.
    pub ordered: bool,
    /// A perfect elimination ordering of edges and fill together: the first is eliminated first.
    pub order: Vec<ResourceId>,
    /// Largest number of later neighbours in that ordering, fill included.
    pub width: usize,
    /// How many edges the ordering adds.
    pub fill_edges: usize,
    /// Those of a minimal completion, sorted; empty when chordal, or when there are too many to list.
    pub fill: Vec<(ResourceId, ResourceId)>,
    /// The maximal cliques of edges and fill together; empty when the fill is not listed.
    pub cliques: CliqueTree,
}

impl CouplingGraph {
    /// Whether its ordering can be checked edge by edge.
    pub fn is_listed(&self) -> bool {
        self.ordered && self.fill.len() == self.fill_edges
    }
}

/// A name that other layers see.
#[derive(Clone, Debug)]
pub struct Export {
    /// The name.
    pub name: String,
    /// What it carries.
    pub value: ExportValue,
    /// Unit of the value as the spec writes it.
    pub unit: String,
    /// The largest value that the spec allows, SI: the autoscaler's target.
    pub target: Option<Rational>,
}

/// What an export carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportValue {
    /// The price of a resource.
    Price(ResourceId),
    /// The mean of the observed family's measured values.
    Mean(FamilyId),
}

/// A horizontal pod autoscaler that follows an exported mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Autoscaler {
    /// The metric's name.
    pub metric: String,
    /// Average a pod that it holds, SI.
    pub target: Rational,
    /// ε = −∂ ln metric / ∂ ln pods.
    pub elasticity: Rational,
    /// How many syncs old the metric may be when it is read.
    pub stale_syncs: u32,
    /// Time between two syncs of the controller, in seconds.
    pub sync_seconds: u32,
    /// Stabilisation window of both directions, in seconds.
    pub window_seconds: u32,
    /// Period of the scaling policies, in seconds; less than a sync.
    pub policy_seconds: u32,
    /// Fewest pods.
    pub min_replicas: u32,
    /// Most pods.
    pub max_replicas: u32,
}

/// An artefact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// The kernel program.
    Ebpf,
    /// The price daemon.
    Daemon,
    /// The compiler pass and the price step it links.
    Llvm,
    /// The autoscaler.
    K8s,
    /// The proof.
    Coq,
}
