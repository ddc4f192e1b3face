//! Expressions as straight-line code over intervals: each part once, values and gradients in one pass.

use std::collections::HashMap;

use num_traits::{One, Zero};

use super::elementary::{self, Exponent};
use super::expr::{Elementary, Expr};
use super::{Rational, simplify};
use crate::sema::interval::Interval;

/// Straight-line code of several expressions in the same variables.
#[derive(Clone, Debug)]
pub struct Program {
    code: Vec<Step>,
    /// Where the expressions' values stand.
    roots: Vec<usize>,
    /// The variables that occur, ascending: gradients are in them.
    variables: Vec<usize>,
}

#[derive(Clone, Debug)]
enum Step {
    Number(Interval),
    Variable(usize),
    Add(usize, usize),
    Mul(usize, usize),
    Power(usize, Powers),
    Apply(Elementary, usize),
    Least(usize, usize),
    Largest(usize, usize),
}

/// `p`, `p − 1`, and p as a factor.
#[derive(Clone, Debug)]
struct Powers {
    own: Exponent,
    below: Exponent,
    factor: Interval,
}

/// A value and its derivatives.
#[derive(Clone, Debug)]
pub struct Jet {
    /// The value.
    pub value: Interval,
    /// The derivative in each of the program's variables.
    pub gradient: Vec<Interval>,
}

impl Program {
    /// Compiles expressions without kinks; of one with kinks only values are right.
    pub fn new<'e>(roots: impl IntoIterator<Item = &'e Expr>) -> Self {
        let mut builder = Builder::default();
        let mut variables = std::collections::BTreeSet::new();
        let mut places = Vec::new();
        for root in roots {
            variables.extend(root.variables());
            places.push(builder.place(root));
        }
        Program { code: builder.code, roots: places, variables: variables.into_iter().collect() }
    }

    /// The variables that occur, ascending.
    pub fn variables(&self) -> &[usize] {
        &self.variables
    }

    /// Values on a box, which has a range for each variable by its index.
    pub fn values(&self, ranges: &[Interval]) -> Vec<Interval> {
        let mut values: Vec<Interval> = Vec::with_capacity(self.code.len());
        for step in &self.code {
            let value = step.value(&values, ranges);
            values.push(value);
        }
        self.roots.iter().map(|root| values[*root]).collect()
    }

    /// Values and gradients on a box.
    pub fn jets(&self, ranges: &[Interval]) -> Vec<Jet> {
        let mut jets: Vec<Jet> = Vec::with_capacity(self.code.len());
        let mut values: Vec<Interval> = Vec::with_capacity(self.code.len());
        for step in &self.code {
            let value = step.value(&values, ranges);
            values.push(value);
            let gradient = self.gradient(step, value, &jets);
            jets.push(Jet { value, gradient });
        }
        self.roots.iter().map(|root| jets[*root].clone()).collect()
    }

    fn gradient(&self, step: &Step, value: Interval, jets: &[Jet]) -> Vec<Interval> {
        let combine = |a: usize, fa: Interval, b: usize, fb: Interval| {
            let pairs = jets[a].gradient.iter().zip(&jets[b].gradient);
            pairs.map(|(da, db)| fa * *da + fb * *db).collect()
        };
        let chain =
            |a: usize, slope: Interval| jets[a].gradient.iter().map(|da| slope * *da).collect();
        let one = Interval::point(1.0);
        match step {
            Step::Number(_) => vec![Interval::ZERO; self.variables.len()],
            Step::Variable(at) => {
                let own = |variable: &usize| if variable == at { one } else { Interval::ZERO };
                self.variables.iter().map(own).collect()
            }
            Step::Add(a, b) => combine(*a, one, *b, one),
            Step::Mul(a, b) => combine(*a, jets[*b].value, *b, jets[*a].value),
            Step::Power(a, p) => chain(*a, p.factor * elementary::power(jets[*a].value, &p.below)),
            Step::Apply(function, a) => chain(*a, slope(*function, jets[*a].value, value)),
            Step::Least(..) | Step::Largest(..) => vec![Interval::ALL; self.variables.len()],
        }
    }
}

impl Step {
    fn value(&self, values: &[Interval], ranges: &[Interval]) -> Interval {
        match self {
            Step::Number(value) => *value,
            Step::Variable(at) => ranges.get(*at).copied().unwrap_or(Interval::ALL),
            Step::Add(a, b) => values[*a] + values[*b],
            Step::Mul(a, b) if a == b => values[*a].square(),
            Step::Mul(a, b) => values[*a] * values[*b],
            Step::Power(a, p) => elementary::power(values[*a], &p.own),
            Step::Least(a, b) => values[*a].min(values[*b]),
            Step::Largest(a, b) => values[*a].max(values[*b]),
            Step::Apply(function, a) => {
                let x = values[*a];
                match function {
                    Elementary::Exp => x.exp(),
                    Elementary::Log => x.ln(),
                    Elementary::Abs => x.abs(),
                    Elementary::Atan => elementary::atan(x),
                    Elementary::Sin => elementary::sin(x),
                    Elementary::Cos => elementary::cos(x),
                    Elementary::Entropy => x.entr(),
                }
            }
        }
    }
}

/// The derivative of a function at x, where its value is `value`.
fn slope(function: Elementary, x: Interval, value: Interval) -> Interval {
    let one = Interval::point(1.0);
    match function {
        Elementary::Exp => value,
        Elementary::Log => x.inv_pos(),
        Elementary::Abs => Interval { lo: -1.0, hi: 1.0 },
        Elementary::Atan => one / (one + x.square()),
        Elementary::Sin => elementary::cos(x),
        Elementary::Cos => -elementary::sin(x),
        Elementary::Entropy => -x.ln() - one,
    }
}

#[derive(Default)]
struct Builder<'e> {
    code: Vec<Step>,
    /// Expressions that stand in the code already.
    known: HashMap<&'e Expr, usize>,
    /// Sums and products in parts.
    pairs: HashMap<(bool, usize, usize), usize>,
}

impl<'e> Builder<'e> {
    fn push(&mut self, step: Step) -> usize {
        self.code.push(step);
        self.code.len() - 1
    }

    fn pair(&mut self, add: bool, a: usize, b: usize) -> usize {
        if let Some(&at) = self.pairs.get(&(add, a, b)) {
            return at;
        }
        let at = self.push(if add { Step::Add(a, b) } else { Step::Mul(a, b) });
        self.pairs.insert((add, a, b), at);
        at
    }

    fn place(&mut self, expr: &'e Expr) -> usize {
        if let Some(&at) = self.known.get(expr) {
            return at;
        }
        let places: Vec<_> = expr.parts().iter().map(|part| self.place(part)).collect();
        let at = match expr {
            Expr::Number(value) => self.push(Step::Number(Interval::of(value))),
            Expr::Variable(at) => self.push(Step::Variable(*at)),
            Expr::Sum(_) => self.fold(places, true),
            Expr::Product(_) => self.fold(places, false),
            Expr::Power(_, p) => {
                let powers = Powers {
                    own: Exponent::of(p),
                    below: Exponent::of(&(p - Rational::one())),
                    factor: Interval::of(p),
                };
                self.push(Step::Power(places[0], powers))
            }
            Expr::Apply(function, _) => self.push(Step::Apply(*function, places[0])),
            Expr::Least(_) => self.choose(places, Step::Least),
            Expr::Largest(_) => self.choose(places, Step::Largest),
        };
        self.known.insert(expr, at);
        at
    }

    fn fold(&mut self, places: Vec<usize>, add: bool) -> usize {
        let first = places.iter().copied().reduce(|a, b| self.pair(add, a, b));
        let empty = if add { 0.0 } else { 1.0 };
        first.unwrap_or_else(|| self.push(Step::Number(Interval::point(empty))))
    }

    fn choose(&mut self, places: Vec<usize>, step: fn(usize, usize) -> Step) -> usize {
        let first = places.iter().copied().reduce(|a, b| self.push(step(a, b)));
        first.unwrap_or_else(|| self.push(Step::Number(Interval::ALL)))
    }
}

/// The derivative of an expression without kinks in one variable, by the rules; none when there is a
/// kink.
pub fn derivative(of: &Expr, variable: usize) -> Option<Expr> {
    let part = |expr: &Expr| derivative(expr, variable);
    Some(match of {
        Expr::Number(_) => Expr::from(0),
        Expr::Variable(at) => Expr::from(i64::from(*at == variable)),
        Expr::Sum(terms) => simplify::sum(terms.iter().map(part).collect::<Option<Vec<_>>>()?),
        Expr::Product(factors) => {
            let mut terms = Vec::new();
            for (at, factor) in factors.iter().enumerate() {
                let slope = part(factor)?;
                if slope.as_number().is_some_and(Zero::is_zero) {
                    continue;
                }
                let others = factors.iter().enumerate().filter(|(other, _)| *other != at);
                let others = others.map(|(_, factor)| factor.clone());
                terms.push(simplify::product(others.chain([slope])));
            }
            simplify::sum(terms)
        }
        Expr::Power(base, p) => {
            let outer = Expr::Power(base.clone(), p - Rational::one());
            simplify::product([Expr::Number(p.clone()), simplify::simplify(&outer), part(base)?])
        }
        Expr::Apply(function, inner) => {
            let x = || inner.as_ref().clone();
            let outer = match function {
                Elementary::Exp => of.clone(),
                Elementary::Log => x().whole_power(-1),
                Elementary::Atan => (Expr::from(1) + x().whole_power(2)).whole_power(-1),
                Elementary::Sin => x().apply(Elementary::Cos),
                Elementary::Cos => -x().apply(Elementary::Sin),
                Elementary::Entropy => Expr::from(-1) - x().log(),
                Elementary::Abs => return None,
            };
            simplify::product([simplify::simplify(&outer), part(inner)?])
        }
        Expr::Least(_) | Expr::Largest(_) => return None,
    })
}
