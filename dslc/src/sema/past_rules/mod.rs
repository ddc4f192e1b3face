//! Curvature past the disciplined rules: what they leave unknown is given to the
//! [engine](crate::concavity) that looks at second derivatives on the variables' box.
//!
//! A sum is taken apart first. Terms that the rules know stay theirs; the others are grouped by the
//! variables that they share, for every member of a closed set and for some member of an open one, and
//! each distinct group is judged once. Only a group that does not curve as wanted by itself is judged
//! again together with the known terms that share its variables.

pub mod functions;
mod groups;
mod report;
mod terms;
mod translate;

use num_traits::One;

use super::context::Context;
use super::hir::{Binder, Curvature, Dims, Expr, Node, Proof};
use crate::concavity::{self, Certificate, Open, Want, Witness};
use crate::diag::Diagnostic;
use groups::Judged;
use terms::Terms;
use translate::{Key, Outside, Scope, Translator};

pub use super::hir::Rational;

/// What the second derivatives say.
#[derive(Debug)]
pub enum Found {
    /// The expression curves as wanted.
    Proved(Vec<Certificate>),
    /// It does not.
    Refuted(Group, Box<Witness>),
    /// Not known.
    Undecided(Group, Box<Open>),
    /// A part is no function that second derivatives are known of.
    Outside(Outside),
}

/// Terms that were judged together.
#[derive(Debug)]
pub struct Group {
    /// The elements that they depend on.
    pub keys: Vec<Key>,
    /// Their names.
    pub names: Vec<String>,
    /// The terms as text; empty when they are the whole expression.
    pub text: String,
}

/// Tries an expression whose curvature the rules leave unknown; `index` are its own binders.
pub fn decide<'c>(context: &'c Context, expr: &'c Expr, index: &[Binder], want: Want) -> Found {
    if expr.facts.dims != Dims::Scalar {
        return Found::Outside(translate::outside(expr, "a vector"));
    }
    let mut translator = Translator::new(context);
    let terms = Terms::new(context, &mut translator, want);
    let mut scopes = vec![Scope::default()];
    for binder in index {
        let mut next = Vec::new();
        for scope in &scopes {
            match terms.members(binder, scope, expr) {
                Ok(members) => next.extend(members),
                Err(outside) => return Found::Outside(outside),
            }
        }
        scopes = next;
    }
    let mut judged = Judged::new(want);
    for scope in &scopes {
        // Each member of the expression's own sets is an expression of its own.
        let mut terms = Terms::new(context, &mut translator, want);
        if let Err(outside) = terms.add(expr, &Rational::one(), scope) {
            return Found::Outside(outside);
        }
        if let Err(found) = judged.sum(terms) {
            return *found;
        }
    }
    Found::Proved(judged.certificates())
}

/// Tries a definition whose curvature the rules leave unknown, and writes down what was found.
pub fn improve(context: &mut Context, expr: &mut Expr, index: &[Binder]) -> Proof {
    if expr.facts.curvature != Curvature::Unknown {
        return by_rules(context, expr);
    }
    let both = [Want::Concave, Want::Convex].map(|want| decide(context, expr, index, want));
    let (curvature, certificates) = match both {
        [Found::Proved(mut concave), Found::Proved(convex)] => {
            concave.extend(convex);
            (Curvature::Affine, concave)
        }
        [Found::Proved(certificates), _] => (Curvature::Concave, certificates),
        [_, Found::Proved(certificates)] => (Curvature::Convex, certificates),
        _ => return Proof::None,
    };
    accept(context, expr, curvature, certificates)
}

/// Writes down that an expression curves so, and how that is known.
pub fn accept(
    context: &mut Context,
    expr: &mut Expr,
    curvature: Curvature,
    certificates: Vec<Certificate>,
) -> Proof {
    expr.facts.curvature = curvature;
    let own = certificates.iter().map(|certificate| match certificate.proof {
        concavity::Proof::Symbolic => Proof::Symbolic,
        concavity::Proof::Interval => Proof::Interval,
    });
    let own = own.max().unwrap_or(Proof::Symbolic);
    context.certificates.extend(certificates);
    own.max(of_parts(context, expr))
}

/// How the curvature of an expression is known that the rules read off its parts.
pub fn by_rules(context: &Context, expr: &Expr) -> Proof {
    if expr.facts.curvature == Curvature::Unknown {
        return Proof::None;
    }
    of_parts(context, expr)
}

/// The weakest proof of the definitions that an expression uses.
fn of_parts(context: &Context, expr: &Expr) -> Proof {
    let own = match &expr.node {
        Node::Let(id, _) => {
            context.lets.get(*id).and_then(Option::as_ref).map_or(Proof::Rules, |item| item.proof)
        }
        _ => Proof::Rules,
    };
    let own = if own == Proof::None { Proof::Rules } else { own };
    expr.parts().into_iter().map(|part| of_parts(context, part)).fold(own, Proof::max)
}

/// Adds to an error what the second derivatives say.
pub fn explain(context: &Context, error: Diagnostic, found: &Found, want: Want) -> Diagnostic {
    report::explain(context, error, found, want)
}
