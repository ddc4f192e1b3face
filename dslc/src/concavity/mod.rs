//! Concavity past the disciplined rules: on a box, by second derivatives.
//!
//! What the rules of composition leave unknown may still be concave where its variables are:
//! `x·exp(−x)` is on 0 .. 2. [`judge`] decides
//!
//! 1. that the function [has a value](defined) on the whole box and, up to kinks that make it the least
//!    of smooth [`pieces`], is twice differentiable inside,
//! 2. that the Hessian of every [block](prove) of terms is negative semidefinite inside: by the exact
//!    signs of its principal [`minors`] in [symbolic normal form](symbolic), or else by
//!    [interval](curvature) branch and bound,
//!
//! and otherwise looks for a [`witness`] against it. There is no tolerance anywhere: what is accepted
//! is proved, with a [`certificate`] that [`recheck`] sees again without a search; what is refused comes
//! with a proof to the contrary; what is neither is [undecided](Verdict::Undecided). Limits count work,
//! not time, so that a verdict is the same on every machine.

mod boxes;
pub mod certificate;
mod curvature;
mod defined;
pub mod domain;
mod elementary;
mod exact;
pub mod expr;
mod matrix;
mod minors;
mod pieces;
mod program;
mod prove;
mod recheck;
mod sign;
mod simplify;
mod symbolic;
pub mod witness;

use num_traits::Zero;
use serde::{Deserialize, Serialize};

pub use crate::sema::hir::Rational;
pub use certificate::{Certificate, Proof};
pub use domain::{Bound, Domain, Range};
pub use expr::{Elementary, Expr};
pub use recheck::{Flaw, recheck};
pub use witness::{Chord, Witness};

use certificate::Block;
use prove::{Outcome, Split};
use witness::Search;

/// A function of named variables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// Its value.
    pub expr: Expr,
    /// The names of its variables, by index.
    pub names: Vec<String>,
}

/// Which way a function should curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Want {
    /// Concave.
    Concave,
    /// Convex.
    Convex,
}

/// How much work one function is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Parts of the box of one variable.
    pub boxes_line: usize,
    /// Parts of the box of several variables.
    pub boxes: usize,
    /// Variables that terms may share.
    pub variables: usize,
    /// Products of symbolic terms.
    pub work: usize,
    /// Parts of the box for each of μ and L.
    pub bounds: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { boxes_line: 2_000, boxes: 20_000, variables: 5, work: 100_000, bounds: 400 }
    }
}

/// What is known of a function on a box.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It curves as wanted.
    Proved(Box<Certificate>),
    /// It does not.
    Refuted(Witness),
    /// Neither was found within the limits.
    Undecided(Open),
}

/// What stayed open.
#[derive(Clone, Debug, PartialEq)]
pub struct Open {
    /// Why.
    pub why: Why,
    /// The part of the box that stayed open, by variable; the whole box where nothing is known.
    pub part: Vec<(Option<Rational>, Option<Rational>)>,
    /// Bounds that would help.
    pub help: Vec<Help>,
}

/// Why nothing was decided.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// The box holds no point.
    Empty,
    /// It is not shown to have a value on the whole box.
    NoValue {
        /// The function that may have none.
        function: &'static str,
        /// What it is taken of.
        of: String,
        /// What that must be.
        needs: &'static str,
    },
    /// A kink, or a root of something that may be 0 inside the box.
    Kink,
    /// More variables share terms than second derivatives are looked at for.
    TooManyVariables(usize),
    /// The limits were reached.
    Limits,
}

/// A bound on a variable that would help.
#[derive(Clone, Debug, PartialEq)]
pub struct Help {
    /// The variable.
    pub variable: usize,
    /// Whether an upper bound, and not a lower one.
    pub upper: bool,
    /// What it could be, where that is known: the curvature was open beyond it.
    pub near: Option<Rational>,
}

/// Bounds of the second derivatives of a function that curves as wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Curvature {
    /// μ, rounded down.
    pub strong_concavity: Rational,
    /// L, rounded up; none where the gradient is not Lipschitz, or that is not known.
    pub gradient_lipschitz: Option<Rational>,
}

/// Decides whether a function is concave, or convex, on a box.
pub fn judge(function: &Function, domain: &Domain, want: Want, limits: &Limits) -> Verdict {
    let problem = match Problem::new(function, domain, want) {
        Ok(problem) => problem,
        Err(why) => return open(domain, why, None),
    };
    let smooth = match &problem.pieces {
        Some(pieces) => pieces.iter().all(|piece| prove::regular(piece, domain).is_ok()),
        None => false,
    };
    let (Some(pieces), true) = (&problem.pieces, smooth) else {
        let witness = Search::new(&problem.whole, domain, false).kink();
        return witness.map_or_else(|| open(domain, Why::Kink, None), Verdict::Refuted);
    };
    let mut proved = Vec::new();
    let mut kind = Proof::Symbolic;
    for piece in pieces {
        let mut blocks = Vec::new();
        for block in prove::split(piece, domain) {
            match prove::decide(&block, limits) {
                Outcome::Proved(hessian, proof) => {
                    kind = kind.max(proof);
                    let Split { variables, function, .. } = block;
                    blocks.push(Block { variables, function, hessian });
                }
                other => return problem.failed(&block, other, pieces.len() == 1),
            }
        }
        proved.push(prove::piece(piece, domain, blocks));
    }
    let curvature = problem.curvature(pieces, limits);
    Verdict::Proved(Box::new(Certificate {
        function: function.clone(),
        text: function.expr.text(&function.names).to_string(),
        domain: domain.clone(),
        want,
        proof: kind,
        pieces: proved,
        strong_concavity: curvature.strong_concavity,
        gradient_lipschitz: curvature.gradient_lipschitz,
        bound_cuts: limits.bounds,
    }))
}

/// μ and L of a function on a box, where it is smooth or, for μ alone, the least of smooth pieces; of
/// its negative when it should be convex. None where it is not shown to have a value everywhere.
///
/// μ is 0 where the function is not strongly concave, and says nothing of whether it is concave then.
pub fn curvature_bounds(
    function: &Function,
    domain: &Domain,
    want: Want,
    limits: &Limits,
) -> Option<Curvature> {
    let problem = Problem::new(function, domain, want).ok()?;
    let pieces = problem.pieces.as_ref()?;
    let regular = pieces.iter().all(|piece| prove::regular(piece, domain).is_ok());
    regular.then(|| problem.curvature(pieces, limits))
}

/// A function that should be concave, with what is known of it before any derivative.
struct Problem<'f> {
    domain: &'f Domain,
    /// The function, or its negative, with variables of one value replaced.
    whole: Expr,
    /// Pieces of which it is the least.
    pieces: Option<Vec<Expr>>,
}

impl<'f> Problem<'f> {
    fn new(function: &Function, domain: &'f Domain, want: Want) -> Result<Self, Why> {
        if domain.0.iter().any(Range::is_empty) {
            return Err(Why::Empty);
        }
        let fixed = |at: usize| domain.0.get(at)?.single().cloned().map(Expr::Number);
        let own = function.expr.substitute(&fixed);
        defined::everywhere(&own, domain).map_err(|gap| Why::NoValue {
            function: gap.function,
            of: gap.of.text(&function.names).to_string(),
            needs: gap.needs,
        })?;
        let own = if want == Want::Convex { -own } else { own };
        let whole = simplify::simplify(&own);
        let pieces = pieces::of(&whole, domain);
        let pieces = pieces.map(|pieces| {
            let mut pieces: Vec<_> = pieces.iter().map(simplify::simplify).collect();
            pieces.sort();
            pieces.dedup();
            pieces
        });
        Ok(Problem { domain, whole, pieces })
    }

    /// The verdict when a block is not proved.
    fn failed(&self, block: &Split, outcome: Outcome, only: bool) -> Verdict {
        match outcome {
            Outcome::Refuted(witness) => {
                let witness = self.lifted(&witness, block);
                if only {
                    return Verdict::Refuted(witness);
                }
                // Another piece may be the least one there.
                let search = Search::new(&self.whole, self.domain, false);
                let chord = search.chord(&witness.point, &witness.direction);
                let shown = match chord {
                    Some(chord) => Some(Witness { curvature: None, chord: Some(chord), ..witness }),
                    None => search.kink(),
                };
                shown.map_or_else(|| open(self.domain, Why::Limits, None), Verdict::Refuted)
            }
            Outcome::TooMany => {
                open(self.domain, Why::TooManyVariables(block.variables.len()), None)
            }
            Outcome::Open(part) => {
                let witness = Search::new(&self.whole, self.domain, false).kink();
                let part = part.map(|part| (block.variables.as_slice(), part));
                witness.map_or_else(|| open(self.domain, Why::Limits, part), Verdict::Refuted)
            }
            Outcome::Proved(..) => open(self.domain, Why::Limits, None),
        }
    }

    /// A witness against a block as one against the whole: the other variables stay in the middle.
    fn lifted(&self, witness: &Witness, block: &Split) -> Witness {
        let middle: Vec<_> = self.domain.0.iter().map(Range::middle).collect();
        let place = |own: &[Rational], others: &[Rational]| {
            let mut all = others.to_vec();
            for (variable, value) in block.variables.iter().zip(own) {
                if let Some(slot) = all.get_mut(*variable) {
                    slot.clone_from(value);
                }
            }
            all
        };
        let zeros = vec![Rational::zero(); middle.len()];
        let chord = witness.chord.as_ref().map(|chord| Chord {
            from: place(&chord.from, &middle),
            to: place(&chord.to, &middle),
            gap: chord.gap.clone(),
        });
        Witness {
            point: place(&witness.point, &middle),
            direction: place(&witness.direction, &zeros),
            curvature: witness.curvature.clone(),
            chord,
        }
    }

    fn curvature(&self, pieces: &[Expr], limits: &Limits) -> Curvature {
        let mut least: Option<Rational> = None;
        let mut most = (pieces.len() == 1).then(Rational::zero);
        for block in pieces.iter().flat_map(|piece| prove::split(piece, self.domain)) {
            let size = block.domain.0.len();
            let mut hessian = minors::Hessian::new(
                &block.function,
                &block.domain,
                symbolic::Exponentials::Split,
                limits.work,
            );
            let forms: Vec<_> = hessian.iter_mut().map(minors::Hessian::exprs).collect();
            let bounds = curvature::Hessian::new(&block.function, size, &forms)
                .map(|hessian| hessian.eigenvalues(&block.domain.hull(), limits.bounds));
            let (least_eigenvalue, lipschitz) =
                bounds.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
            let mu = curvature::exact(least_eigenvalue).unwrap_or_default();
            least = Some(least.into_iter().chain([mu]).min().unwrap_or_default());
            let lipschitz = curvature::exact(lipschitz.max(-least_eigenvalue));
            most = most.zip(lipschitz).map(|(a, b)| a.max(b));
        }
        Curvature { strong_concavity: least.unwrap_or_default(), gradient_lipschitz: most }
    }
}

/// An undecided verdict; `part` is the open part of the box, in these variables.
fn open(
    domain: &Domain,
    why: Why,
    part: Option<(&[usize], Vec<crate::sema::interval::Interval>)>,
) -> Verdict {
    let mut ranges: Vec<_> =
        domain.0.iter().map(|range| (range.lo.at().cloned(), range.hi.at().cloned())).collect();
    let mut help = Vec::new();
    for (variable, range) in domain.0.iter().enumerate() {
        let ends = [(false, &range.lo), (true, &range.hi)];
        let infinite = ends.into_iter().filter(|(_, end)| **end == Bound::Infinite);
        help.extend(infinite.map(|(upper, _)| Help { variable, upper, near: None }));
    }
    let bounded = help.is_empty();
    for (variable, open) in part.iter().flat_map(|(variables, part)| variables.iter().zip(part)) {
        let (lo, hi) = (Rational::from_float(open.lo), Rational::from_float(open.hi));
        let (Some(whole), Some(slot)) = (domain.0.get(*variable), ranges.get_mut(*variable)) else {
            continue;
        };
        // Where an open part leans on a face, the bound there could be moved behind it.
        if bounded && whole.hull() != *open {
            let at_low = whole.hull().lo == open.lo;
            let near = if at_low { hi.clone() } else { lo.clone() };
            help.push(Help { variable: *variable, upper: !at_low, near });
        }
        *slot = (lo, hi);
    }
    Verdict::Undecided(Open { why, part: ranges, help })
}
