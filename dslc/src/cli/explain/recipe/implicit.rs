//! What acts as a utility without being written as one: needs, bounds, penalties.

use super::super::coupling::first;
use super::reach;
use crate::cli::spec::Checked;
use crate::sema::curvature::Direction;
use crate::sema::hir::{Expr, Fold, Model, Node, Relation, Sign};

/// Most of a kind that are named.
const MOST_NAMED: usize = 3;

/// Each kind in a sentence.
pub fn all(spec: &Checked) -> Vec<String> {
    let model = &spec.model;
    [needs(model), idle(model), penalties(spec), bounds(model)].into_iter().flatten().collect()
}

/// `>=` and `==`: their prices pay for use.
fn needs(model: &Model) -> Option<String> {
    let named = |relation| {
        let all = model.resources.iter().filter(move |it| it.relation == relation);
        all.map(|it| it.name.value.as_str()).collect::<Vec<_>>()
    };
    let (least, equal) = (named(Relation::AtLeast), named(Relation::Equal));
    let least = (!least.is_empty()).then(|| {
        format!(
            "`>=` of {} is a need, and its price pays whoever meets it",
            first(&least, MOST_NAMED)
        )
    });
    let equal = (!equal.is_empty()).then(|| {
        format!("`==` of {} pays or charges, whichever balances it", first(&equal, MOST_NAMED))
    });
    match (least, equal) {
        (Some(least), Some(equal)) => Some(format!("{least}; {equal}")),
        (least, equal) => least.or(equal),
    }
}

/// Variables that no utility is about.
fn idle(model: &Model) -> Option<String> {
    let wanted = reach::variables(model, model.utilities.iter().map(|it| &it.body));
    let idle = model.variables.iter().enumerate().filter(|(id, _)| !wanted.contains(id));
    let idle: Vec<_> = idle.map(|(_, it)| it.name.value.as_str()).collect();
    (!idle.is_empty()).then(|| {
        format!(
            "{} is worth only what it frees or provides of a resource",
            first(&idle, MOST_NAMED)
        )
    })
}

/// Bounds are utilities that are 0 inside and −∞ outside.
fn bounds(model: &Model) -> Option<String> {
    let bounded = model.variables.iter().filter(|it| it.lo.is_some() || it.hi.is_some());
    let names: Vec<_> = bounded.map(|it| it.name.value.as_str()).collect();
    (!names.is_empty())
        .then(|| format!("the bounds of {}, worth −∞ beyond", first(&names, MOST_NAMED)))
}

/// Terms that count against use.
fn penalties(spec: &Checked) -> Option<String> {
    let model = &spec.model;
    let mut walk = Walk {
        model,
        opened: vec![false; model.lets.len()],
        trends: vec![None; model.lets.len()],
        terms: Vec::new(),
    };
    model.utilities.iter().for_each(|it| walk.addends(&it.body, false));
    let mut texts = Vec::new();
    for (term, negative) in std::mem::take(&mut walk.terms) {
        let trend = walk.trend(term);
        let trend = if negative { trend.turned() } else { trend };
        let sign = term.facts.sign;
        let below = sign == if negative { Sign::Nonneg } else { Sign::Nonpos };
        let acts = match trend {
            Trend::Falling => "charges for use like a price",
            Trend::Mixed if below => "charges for leaving its best point",
            _ => continue,
        };
        let words = spec.sources.slice(term.span).split_whitespace().collect::<Vec<_>>();
        let sign = if negative { "-" } else { "" };
        texts.push(format!("the penalty `{sign}{}` {acts}", words.join(" ")));
    }
    (!texts.is_empty()).then(|| first(&texts, MOST_NAMED))
}

/// How an expression goes when all variables grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trend {
    /// Not at all.
    Flat,
    /// Up, or not at all.
    Rising,
    /// Down, or not at all.
    Falling,
    /// Either way, or unknown.
    Mixed,
}

impl Trend {
    fn turned(self) -> Trend {
        match self {
            Trend::Rising => Trend::Falling,
            Trend::Falling => Trend::Rising,
            other => other,
        }
    }

    fn with(self, other: Trend) -> Trend {
        match (self, other) {
            (Trend::Flat, other) => other,
            (one, Trend::Flat) => one,
            (one, other) if one == other => one,
            _ => Trend::Mixed,
        }
    }
}

/// Reads utilities; each named expression once, however often it is used.
struct Walk<'m> {
    model: &'m Model,
    /// Named expressions whose terms have been taken.
    opened: Vec<bool>,
    trends: Vec<Option<Trend>>,
    /// Terms, and whether each is subtracted.
    terms: Vec<(&'m Expr, bool)>,
}

impl<'m> Walk<'m> {
    /// Takes the terms that an expression adds up, through sums and named expressions.
    fn addends(&mut self, expr: &'m Expr, negative: bool) {
        match &expr.node {
            Node::Add(a, b) => {
                self.addends(a, negative);
                self.addends(b, negative);
            }
            Node::Sub(a, b) => {
                self.addends(a, negative);
                self.addends(b, !negative);
            }
            Node::Neg(a) => self.addends(a, !negative),
            Node::Fold(Fold::Sum, _, a) | Node::Where(_, a) => self.addends(a, negative),
            Node::Let(id, _) => {
                if let (Some(item), Some(opened)) =
                    (self.model.lets.get(*id), self.opened.get_mut(*id))
                    && !std::mem::replace(opened, true)
                {
                    self.addends(&item.body, negative);
                }
            }
            _ => self.terms.push((expr, negative)),
        }
    }

    fn trend(&mut self, expr: &'m Expr) -> Trend {
        match &expr.node {
            Node::Number(_) | Node::Param(..) | Node::Member(_) => Trend::Flat,
            Node::Variable(..) => Trend::Rising,
            Node::Let(id, _) => {
                if let Some(known) = self.trends.get(*id).copied().flatten() {
                    return known;
                }
                let body = self.model.lets.get(*id).map(|item| &item.body);
                let found = body.map_or(Trend::Mixed, |body| self.trend(body));
                self.trends.iter_mut().skip(*id).take(1).for_each(|slot| *slot = Some(found));
                found
            }
            Node::Element(a, _) | Node::Where(_, a) | Node::Each(_, a) => self.trend(a),
            _ => {
                let Some(applied) = expr.application() else { return Trend::Mixed };
                let directions = applied.directions();
                let mut trend = Trend::Flat;
                for (part, direction) in applied.arguments.into_iter().zip(directions) {
                    let below = match (direction, self.trend(part)) {
                        (_, Trend::Flat) | (Direction::Both, _) => Trend::Flat,
                        (Direction::Increasing, below) => below,
                        (Direction::Decreasing, below) => below.turned(),
                        (Direction::None, _) => Trend::Mixed,
                    };
                    trend = trend.with(below);
                }
                trend
            }
        }
    }
}
