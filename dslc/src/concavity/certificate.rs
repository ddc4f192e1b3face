//! Certificates of concavity: everything that a check needs to see it again without a search.

use serde::{Deserialize, Serialize};

use super::boxes::Cuts;
use super::domain::Domain;
use super::expr::Expr;
use super::sign::Sign;
use super::symbolic::Method;
use super::{Function, Rational, Want, exact};

/// A proof that a function is concave, or convex, on a box.
///
/// The function has a value everywhere on the box and is the least of its pieces. Each piece is a sum
/// of blocks that have no variable in common, is twice differentiable inside the box, and the Hessian of
/// each block is negative semidefinite there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    /// The function.
    pub function: Function,
    /// The same as text.
    pub text: String,
    /// The box, a range for each variable.
    pub domain: Domain,
    /// What is proved of the function.
    pub want: Want,
    /// How.
    pub proof: Proof,
    /// The function, or its negative where it is convex, is the least of these.
    pub pieces: Vec<Piece>,
    /// μ: at every point the second derivative in each unit direction of the variables that occur is
    /// −μ or below; of the negative where the function is convex.
    #[serde(with = "exact")]
    pub strong_concavity: Rational,
    /// L: the gradient is Lipschitz with this constant; none where it is not, or that is not known.
    #[serde(with = "exact::option")]
    pub gradient_lipschitz: Option<Rational>,
    /// Cuts of the box that each of the two bounds took at most.
    pub bound_cuts: usize,
}

/// How curvature is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Proof {
    /// By the exact normal form of the second derivatives alone.
    Symbolic,
    /// With intervals over parts of the box.
    Interval,
}

/// A function without kinks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Piece {
    /// The function.
    pub function: Expr,
    /// Roots and fractional powers of parts that are 0 on some face of the box.
    pub singular: Vec<String>,
    /// The blocks whose sum it is, up to a constant.
    pub blocks: Vec<Block>,
}

/// Terms that share variables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Which variables of the box its own variables are, in order.
    pub variables: Vec<usize>,
    /// The terms, in its own variables.
    pub function: Expr,
    /// Why its Hessian is negative semidefinite.
    pub hessian: HessianProof,
}

/// Why a Hessian is negative semidefinite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HessianProof {
    /// The signs of its principal minors.
    Minors {
        /// Whether the exponential of a sum is one kernel.
        whole_exponentials: bool,
        /// The kernels of the normal form.
        kernels: Vec<KernelEntry>,
        /// The minors.
        minors: Vec<MinorEntry>,
    },
    /// Interval matrices on the boxes that these cuts make.
    Boxes {
        /// The cuts.
        cuts: Cuts,
    },
}

/// A kernel of a normal form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KernelEntry {
    /// The kernel.
    pub text: String,
    /// Its sign inside the box.
    pub sign: Sign,
}

/// A principal minor, the product of its factors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MinorEntry {
    /// The block's variables over which it is taken; one for a second derivative.
    pub rows: Vec<usize>,
    /// A product of powers of kernels.
    pub content: String,
    /// A sum without a common factor.
    pub factor: String,
    /// Its sign inside the box.
    pub sign: Sign,
    /// How the sign is known.
    pub method: Method,
}
