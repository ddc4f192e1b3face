//! Concavity by the signs of all principal minors of the Hessian, in symbolic normal form.
//!
//! A symmetric matrix is negative semidefinite exactly when every principal minor of order k has the
//! sign (−1)^k or is 0 (Horn and Johnson 2013, corollary 7.1.5). A minor over variables that do not
//! touch each other is a product of smaller ones.

use std::collections::HashMap;

use super::Rational;
use super::domain::Domain;
use super::expr::Expr;
use super::sign::Sign;
use super::simplify;
use super::symbolic::poly::{Monomial, Poly};
use super::symbolic::{Exponentials, Method, Ring};

/// Most variables of a Hessian that is formed at all.
const MOST_VARIABLES: usize = 12;

/// A principal minor with its sign.
#[derive(Clone, Debug)]
pub struct Minor {
    /// The variables.
    pub rows: Vec<usize>,
    /// The minor is `content · rest`.
    pub content: Monomial,
    /// What is left without common factors.
    pub rest: Poly,
    /// Its sign inside the box.
    pub sign: Sign,
    /// How the sign is known.
    pub method: Method,
}

/// What the minors say.
#[derive(Debug)]
pub enum Found {
    /// All have the sign of a concave function.
    Concave(Vec<Minor>),
    /// The function is not concave at this point.
    Wrong(Vec<Rational>),
    /// Not known.
    Open,
}

/// The Hessian of a function in normal form, upper triangle by rows.
pub struct Hessian {
    /// The kernels.
    pub ring: Ring,
    /// Entries by row and column, row ≤ column.
    entries: Vec<Vec<Poly>>,
}

impl Hessian {
    /// The Hessian of a function that is smooth inside the box.
    pub fn new(
        of: &Expr,
        domain: &Domain,
        exponentials: Exponentials,
        work: usize,
    ) -> Option<Self> {
        let count = domain.0.len();
        if count > MOST_VARIABLES {
            return None;
        }
        let mut ring = Ring::new(domain, exponentials, work);
        let poly = ring.convert(of)?;
        let mut entries = Vec::new();
        for row in 0..count {
            let slope = ring.derivative(&poly, row)?;
            let row = (row..count).map(|column| ring.derivative(&slope, column));
            entries.push(row.collect::<Option<Vec<_>>>()?);
        }
        Some(Hessian { ring, entries })
    }

    fn entry(&self, row: usize, column: usize) -> Option<&Poly> {
        let (row, column) = (row.min(column), row.max(column));
        self.entries.get(row)?.get(column - row)
    }

    /// Sets of at most `most` variables that touch each other, ascending by size; none when more do.
    fn connected(&self, most: usize) -> Option<Vec<Vec<usize>>> {
        let count = self.entries.len();
        let touch = |a: usize, b: usize| self.entry(a, b).is_some_and(|entry| !entry.is_zero());
        // Components first: a large one is not taken apart.
        let mut component: Vec<usize> = (0..count).collect();
        for a in 0..count {
            for b in a + 1..count {
                if touch(a, b) {
                    let (from, to) = (component[b], component[a]);
                    component.iter_mut().filter(|own| **own == from).for_each(|own| *own = to);
                }
            }
        }
        let mut sets = Vec::new();
        for root in 0..count {
            let members: Vec<_> = (0..count).filter(|at| component[*at] == root).collect();
            if members.len() > most {
                return None;
            }
            for bits in 1u32..1 << members.len() {
                let chosen = members.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1);
                let chosen: Vec<_> = chosen.map(|(_, member)| *member).collect();
                if is_connected(&chosen, touch) {
                    sets.push(chosen);
                }
            }
        }
        sets.sort_by_key(Vec::len);
        Some(sets)
    }

    /// The determinant over these rows and columns, by Laplace's expansion.
    fn determinant(
        &mut self,
        rows: &[usize],
        columns: &[usize],
        known: &mut HashMap<(Vec<usize>, Vec<usize>), Poly>,
    ) -> Option<Poly> {
        let Some((row, below)) = rows.split_first() else { return Some(Poly::whole(1)) };
        let key = (rows.to_vec(), columns.to_vec());
        if let Some(value) = known.get(&key) {
            return Some(value.clone());
        }
        let mut sum = Poly::default();
        for (at, column) in columns.iter().enumerate() {
            let entry = self.entry(*row, *column)?.clone();
            if entry.is_zero() {
                continue;
            }
            let others: Vec<_> = columns.iter().copied().filter(|other| other != column).collect();
            let minor = self.determinant(below, &others, known)?;
            let term = self.ring.times(&entry, &minor)?;
            sum = sum.plus(&if at % 2 == 0 { term } else { term.negated() });
        }
        known.insert(key, sum.clone());
        Some(sum)
    }

    /// Every minor that matters, as `content · rest`.
    pub fn minors(&mut self, most: usize) -> Option<Vec<(Vec<usize>, Monomial, Poly)>> {
        let mut known = HashMap::new();
        let mut minors = Vec::new();
        for rows in self.connected(most)? {
            let value = self.determinant(&rows, &rows, &mut known)?;
            let (content, rest) = self.ring.factor(&value)?;
            minors.push((rows, content, rest));
        }
        Some(minors)
    }

    /// The entries as expressions, common factors first, upper triangle by rows.
    pub fn exprs(&mut self) -> Vec<Expr> {
        let Hessian { ring, entries } = self;
        let expr = |entry: &Poly| match ring.factor(entry) {
            Some((content, rest)) => {
                simplify::product([ring.monomial_expr(&content), ring.expr(&rest)])
            }
            None => ring.expr(entry),
        };
        entries.iter().flatten().map(expr).collect()
    }

    /// `dᵀHd` at a rational point, when it is rational.
    pub fn form(&self, point: &[Rational], direction: &[Rational]) -> Option<Rational> {
        let mut sum = Rational::default();
        for (row, a) in direction.iter().enumerate() {
            for (column, b) in direction.iter().enumerate() {
                // The entries are derivatives in the kernels: a mirrored variable runs backwards.
                let mirrored =
                    [row, column].iter().filter(|at| self.ring.is_mirrored(**at)).count();
                let term = self.ring.value(self.entry(row, column)?, point)? * a * b;
                sum += if mirrored == 1 { -term } else { term };
            }
        }
        Some(sum)
    }
}

fn is_connected(set: &[usize], touch: impl Fn(usize, usize) -> bool) -> bool {
    let Some(first) = set.first() else { return false };
    let mut reached = vec![*first];
    let mut next = 0;
    while let Some(&at) = reached.get(next) {
        let fresh: Vec<_> =
            set.iter().copied().filter(|b| !reached.contains(b) && touch(at, *b)).collect();
        reached.extend(fresh);
        next += 1;
    }
    reached.len() == set.len()
}

/// Decides concavity by the minors, with at most `limit` boxes, which count down.
pub fn prove(hessian: &mut Hessian, most: usize, limit: &mut usize) -> Found {
    let Some(minors) = hessian.minors(most) else { return Found::Open };
    let mut proved = Vec::new();
    let mut open = false;
    for (rows, content, rest) in minors {
        let signed = hessian.ring.sign_of_factors(&content, &rest, limit);
        let above = rows.len().is_multiple_of(2);
        let right = if above { signed.sign.is_nonneg() } else { signed.sign.is_nonpos() };
        if let (true, Some(method)) = (right, signed.method) {
            proved.push(Minor { rows, content, rest, sign: signed.sign, method });
            continue;
        }
        if let Some((high, low)) = signed.both {
            return Found::Wrong(if above { low } else { high });
        }
        if signed.sign.is_nonzero() {
            let middle = hessian.ring.domain.0.iter().map(|range| range.middle()).collect();
            return Found::Wrong(middle);
        }
        open = true;
    }
    if open { Found::Open } else { Found::Concave(proved) }
}
