//! A certificate, checked again without a search.
//!
//! The function is differentiated anew and every part of the certificate compared with what it must
//! be. What took a search is only looked up: the cuts of a box are replayed. Two parts do not rest on
//! the code that made the certificate: signs that Sturm's chain found are seen again by Descartes'
//! rule, and the minors of the normal form are compared at points with those of the derivatives that
//! the rules of differentiation give.

use std::fmt;

use super::boxes;
use super::certificate::{Block, Certificate, HessianProof, MinorEntry, Proof};
use super::curvature;
use super::matrix::Matrix;
use super::minors::{self, Minor};
use super::program::Program;
use super::prove::{self, Split};
use super::symbolic::descartes;
use super::symbolic::poly::{Monomial, Poly};
use super::symbolic::sturm::Span;
use super::symbolic::{Exponentials, Method, Ring};
use super::{Limits, Problem};
use crate::sema::interval::Interval;

/// What is wrong with a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw(pub String);

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Flaw {}

fn must(holds: bool, flaw: impl Into<String>) -> Result<(), Flaw> {
    if holds { Ok(()) } else { Err(Flaw(flaw.into())) }
}

/// Checks that a certificate proves what it says.
pub fn recheck(certificate: &Certificate) -> Result<(), Flaw> {
    let Certificate { function, domain, want, .. } = certificate;
    let text = function.expr.text(&function.names).to_string();
    must(text == certificate.text, "the text is another function's")?;
    let problem = Problem::new(function, domain, *want)
        .map_err(|why| Flaw(format!("the function need not have a value: {why:?}")))?;
    let pieces = problem.pieces.as_deref().unwrap_or_default();
    let given: Vec<_> = certificate.pieces.iter().map(|piece| piece.function.clone()).collect();
    must(!given.is_empty() && pieces == given, "the pieces are not the function's")?;
    for piece in &certificate.pieces {
        let regular = prove::regular(&piece.function, domain);
        must(regular.is_ok(), "a piece has no second derivative")?;
        let splits = prove::split(&piece.function, domain);
        must(splits.len() == piece.blocks.len(), "a block is missing")?;
        for (split, block) in splits.iter().zip(&piece.blocks) {
            let same = split.variables == block.variables && split.function == block.function;
            must(same, "a block is not the piece's")?;
            check_block(split, block, certificate.proof)?;
        }
    }
    let curvature =
        problem.curvature(pieces, &Limits { bounds: certificate.bound_cuts, ..Limits::default() });
    must(certificate.strong_concavity <= curvature.strong_concavity, "μ is too large")?;
    let lipschitz = match (&certificate.gradient_lipschitz, &curvature.gradient_lipschitz) {
        (None, _) => true,
        (Some(given), Some(bound)) => given >= bound,
        (Some(_), None) => false,
    };
    must(lipschitz, "L is too small")
}

fn check_block(split: &Split, block: &Block, proof: Proof) -> Result<(), Flaw> {
    let work = Limits::default().work;
    let hessian =
        |exponentials| minors::Hessian::new(&split.function, &split.domain, exponentials, work);
    match &block.hessian {
        HessianProof::Boxes { cuts } => {
            must(proof == Proof::Interval, "intervals took part in the proof")?;
            let both = [Exponentials::Split, Exponentials::Whole];
            let forms = both.into_iter().filter_map(hessian).map(|mut hessian| hessian.exprs());
            let forms: Vec<_> = forms.collect();
            let size = split.domain.0.len();
            let hessian = curvature::Hessian::new(&split.function, size, &forms)
                .ok_or_else(|| Flaw("the second derivatives are too long".to_owned()))?;
            let holds = |part: &boxes::Ranges| hessian.is_nonpositive(part);
            let all = boxes::replay_parts(&split.domain.hull(), cuts, holds);
            must(all, "a part of the box is not shown to be concave")
        }
        HessianProof::Minors { whole_exponentials, kernels, minors } => {
            let whole = *whole_exponentials;
            let exponentials = if whole { Exponentials::Whole } else { Exponentials::Split };
            let mut hessian = hessian(exponentials)
                .ok_or_else(|| Flaw("the function has no normal form".to_owned()))?;
            let found = hessian
                .minors(Limits::default().variables)
                .ok_or_else(|| Flaw("the minors are too long".to_owned()))?;
            must(found.len() == minors.len(), "a minor is missing")?;
            for (minor, entry) in found.into_iter().zip(minors) {
                let (rows, content, rest) = minor;
                compare_with_rules(split, &hessian.ring, &rows, &content, &rest)?;
                let minor =
                    Minor { rows, content, rest, sign: entry.sign, method: entry.method.clone() };
                check_minor(&mut hessian.ring, &split.domain.hull(), &minor, entry, proof)?;
            }
            let signs: Vec<_> = hessian
                .ring
                .kernels()
                .map(|(kernel, sign)| (kernel.text(&[]).to_string(), sign))
                .collect();
            let given = kernels.iter().map(|kernel| (kernel.text.clone(), kernel.sign));
            must(signs.into_iter().eq(given), "the kernels are not the normal form's")
        }
    }
}

fn check_minor(
    ring: &mut Ring,
    hull: &boxes::Ranges,
    minor: &Minor,
    entry: &MinorEntry,
    proof: Proof,
) -> Result<(), Flaw> {
    let content = ring.monomial_expr(&minor.content).text(&[]).to_string();
    let factor = ring.expr(&minor.rest).text(&[]).to_string();
    let same = entry.rows == minor.rows && entry.content == content && entry.factor == factor;
    must(same, "a minor is not the Hessian's")?;
    let above = minor.rows.len().is_multiple_of(2);
    let right = if above { entry.sign.is_nonneg() } else { entry.sign.is_nonpos() };
    must(right, "a minor has the sign of a function that is not concave")?;
    let (outer, inner) = ring.inner(&minor.content, &minor.rest);
    // The sign that is left to be shown of the inner factor.
    let wanted = if outer.is_nonpos() { entry.sign.flipped() } else { entry.sign };
    let shown = match &minor.method {
        Method::Zero => inner.is_zero(),
        Method::Posynomial => {
            ring.posynomial(&inner).is_some_and(|sign| sign.times(outer) == entry.sign)
        }
        Method::Sturm => ring.line(&inner).is_some_and(|line| {
            let span = Span { lo: line.lo.as_ref(), hi: line.hi.as_ref() };
            descartes::has_sign(&line.poly, span, wanted.weak())
        }),
        Method::Boxes { cuts } => {
            must(proof == Proof::Interval, "intervals took part in the proof")?;
            boxes::replay(&ring.expr(&inner), hull, cuts, wanted.weak())
        }
    };
    must(shown && outer != super::sign::Sign::Unknown, "a sign is not shown")
}

/// Compares a minor at points of the box with the determinant of the derivatives by the rules.
fn compare_with_rules(
    split: &Split,
    ring: &Ring,
    rows: &[usize],
    content: &Monomial,
    rest: &Poly,
) -> Result<(), Flaw> {
    /// Points on the diagonal of the box.
    const POINTS: u32 = 5;
    let size = split.domain.0.len();
    let Some(rules) = curvature::Hessian::new(&split.function, size, &[]) else { return Ok(()) };
    let normal = Program::new([&(ring.monomial_expr(content) * ring.expr(rest))]);
    for at in 1..=POINTS {
        let share = f64::from(at) / f64::from(POINTS + 1);
        let inside = |range: &Interval| {
            let (lo, hi) = (range.lo.max(boxes::middle(*range) - 8.0), range.hi);
            let hi = hi.min(boxes::middle(*range) + 8.0);
            Interval::point((lo + share * (hi - lo)).clamp(range.lo, range.hi))
        };
        let point: Vec<_> = split.domain.hull().iter().map(inside).collect();
        let Some(value) = normal.values(&point).first().copied() else { continue };
        // The normal form may run a variable backwards: a principal minor does not change by that.
        let determinant = rules.at(&point).determinant(rows);
        must(value.intersect(determinant).is_some(), "a minor is not the function's")?;
    }
    Ok(())
}

impl Matrix {
    /// The determinant over these rows and columns, by Laplace's expansion.
    fn determinant(&self, rows: &[usize]) -> Interval {
        self.expanded(rows, rows)
    }

    fn expanded(&self, rows: &[usize], columns: &[usize]) -> Interval {
        let Some((row, below)) = rows.split_first() else { return Interval::point(1.0) };
        let mut sum = Interval::ZERO;
        for (at, column) in columns.iter().enumerate() {
            let others: Vec<_> = columns.iter().copied().filter(|other| other != column).collect();
            let term = self.at(*row, *column) * self.expanded(below, &others);
            sum = if at % 2 == 0 { sum + term } else { sum - term };
        }
        sum
    }
}
