//! Expands indexed expressions into exact linear forms and per-variable utilities.
//!
//! Closed sets are enumerated. An open set stays one symbol: its members share a route, a box and,
//! for each class, a utility.

use std::collections::BTreeMap;

use num_traits::{One, Zero};

use crate::diag::{Diagnostic, codes};
use crate::sema::hir::{
    Binder, BinderId, Expr, Fold, Index, Model, Node, Rational, SetId, SetMembers, Span, VariableId,
};

/// One variable of the expanded problem; its order is the order of the spec.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// An element of a scalar or closed-set variable, by the positions of its indices.
    Element(VariableId, Vec<usize>),
    /// Any one member of the open set that indexes the variable.
    Member(VariableId),
}

/// What a binder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bound {
    Member(usize),
    Open,
}

/// What the names in an expression stand for.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    binders: BTreeMap<BinderId, Bound>,
    /// The class of the open set's member, when it matters: the closed set and the position in it.
    class: Option<(SetId, usize)>,
}

/// `constant + Σ coefficient · variable`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Linear {
    /// The part without a variable.
    pub constant: Rational,
    /// The rest; coefficients are not 0.
    pub terms: BTreeMap<Key, Rational>,
}

impl Linear {
    fn constant(value: Rational) -> Self {
        Linear { constant: value, terms: BTreeMap::new() }
    }

    fn add(mut self, other: Linear, sign: &Rational) -> Self {
        self.constant += &other.constant * sign;
        for (key, coefficient) in other.terms {
            let sum = self.terms.entry(key).or_insert_with(Rational::zero);
            *sum += coefficient * sign;
        }
        self.terms.retain(|_, coefficient| !coefficient.is_zero());
        self
    }

    fn scale(mut self, factor: &Rational) -> Self {
        if factor.is_zero() {
            return Linear::default();
        }
        self.constant *= factor;
        for coefficient in self.terms.values_mut() {
            *coefficient *= factor;
        }
        self
    }

    fn as_constant(&self) -> Option<&Rational> {
        self.terms.is_empty().then_some(&self.constant)
    }
}

/// Expands the expressions of one model.
pub struct Expander<'m> {
    model: &'m Model,
}

type Result<T> = std::result::Result<T, Box<Diagnostic>>;

impl<'m> Expander<'m> {
    /// An expander for `model`.
    pub fn new(model: &'m Model) -> Self {
        Expander { model }
    }

    /// Every assignment of `index` to members of closed sets; an open set among them is an error.
    pub fn instances(&self, index: &[Binder], span: Span) -> Result<Vec<(Vec<usize>, Scope)>> {
        let mut all = vec![(Vec::new(), Scope::default())];
        for binder in index {
            let SetMembers::Closed(members) = &self.model.sets[binder.set].members else {
                return Err(unsupported(
                    span,
                    format!("one resource for each member of the open set `{}`", binder.name),
                    "a price for each member that comes and goes",
                ));
            };
            let count = members.len();
            all = all
                .into_iter()
                .flat_map(|(positions, scope)| {
                    (0..count).map(move |position| {
                        let (mut positions, mut scope) = (positions.clone(), scope.clone());
                        positions.push(position);
                        scope.binders.insert(binder.id, Bound::Member(position));
                        (positions, scope)
                    })
                })
                .collect();
        }
        Ok(all)
    }

    /// `name` or `name[a,b]`, for the members at `positions`.
    pub fn label(&self, name: &str, index: &[Binder], positions: &[usize]) -> String {
        let names: Vec<_> = index
            .iter()
            .zip(positions)
            .map(|(binder, &position)| match &self.model.sets[binder.set].members {
                SetMembers::Closed(members) => members.get(position).cloned().unwrap_or_default(),
                SetMembers::Open(_) => binder.name.clone(),
            })
            .collect();
        if names.is_empty() { name.to_owned() } else { format!("{name}[{}]", names.join(",")) }
    }

    /// The value of an element's own bound, if it has one.
    pub fn end(
        &self,
        end: Option<&Expr>,
        index: &[Binder],
        positions: &[usize],
    ) -> Result<Option<Rational>> {
        let mut scope = Scope::default();
        let bound = index.iter().zip(positions);
        scope.binders.extend(bound.map(|(binder, at)| (binder.id, Bound::Member(*at))));
        end.map(|end| Ok(self.linear(end, &scope)?.constant)).transpose()
    }

    /// The linear form of an affine expression.
    pub fn linear(&self, expr: &Expr, scope: &Scope) -> Result<Linear> {
        match &expr.node {
            Node::Number(value) => Ok(Linear::constant(value.clone())),
            Node::Param(param, index) => {
                let positions = self.positions(index, scope, expr.span)?;
                let param = &self.model.params[*param];
                let value = self.row_major(&param.index, &positions);
                let value = value.and_then(|at| param.values.get(at));
                Ok(Linear::constant(value.unwrap_or_default().into_owned()))
            }
            Node::Variable(variable, index) => {
                let key = self.key(*variable, index, scope, expr.span)?;
                let terms = BTreeMap::from([(key, Rational::one())]);
                Ok(Linear { constant: Rational::zero(), terms })
            }
            Node::Let(id, index) => {
                let (body, inner) = self.enter_let(*id, index, scope, expr.span)?;
                self.linear(body, &inner)
            }
            Node::Neg(a) => Ok(self.linear(a, scope)?.scale(&-Rational::one())),
            Node::Add(a, b) => {
                Ok(self.linear(a, scope)?.add(self.linear(b, scope)?, &Rational::one()))
            }
            Node::Sub(a, b) => {
                Ok(self.linear(a, scope)?.add(self.linear(b, scope)?, &-Rational::one()))
            }
            Node::Mul(a, b) => {
                let (a, b) = (self.linear(a, scope)?, self.linear(b, scope)?);
                match (a.as_constant(), b.as_constant()) {
                    (Some(factor), _) => Ok(b.scale(factor)),
                    (_, Some(factor)) => Ok(a.scale(factor)),
                    _ => Err(not_linear(expr.span)),
                }
            }
            Node::Div(a, b) => {
                let (a, b) = (self.linear(a, scope)?, self.linear(b, scope)?);
                match b.as_constant() {
                    Some(divisor) if !divisor.is_zero() => Ok(a.scale(&divisor.recip())),
                    _ => Err(not_linear(expr.span)),
                }
            }
            Node::Fold(Fold::Sum, binder, body) => self.sum(binder, body, scope),
            Node::Fold(..) | Node::Atom(..) => Err(not_linear(expr.span)),
            Node::Member(_) | Node::Vector(_) | Node::Where(..) => Err(unsupported(
                expr.span,
                "a vector, a calculated value or a condition".to_owned(),
                "each element written with its index",
            )),
        }
    }

    fn sum(&self, binder: &Binder, body: &Expr, scope: &Scope) -> Result<Linear> {
        let mut total = Linear::default();
        for inner in self.inner_scopes(binder, scope) {
            let part = self.linear(body, &inner)?;
            let open = inner.binders.get(&binder.id) == Some(&Bound::Open);
            let per_member = |key: &Key| matches!(key, Key::Member(_));
            if open && (!part.constant.is_zero() || !part.terms.keys().all(per_member)) {
                return Err(unsupported(
                    body.span,
                    format!("a term that every member of `{}` adds", binder.name),
                    "a use that depends on how many members there are",
                ));
            }
            total = total.add(part, &Rational::one());
        }
        Ok(total)
    }

    /// The scopes in which a fold's body is read: one per member, or a single one for an open set.
    fn inner_scopes(&self, binder: &Binder, scope: &Scope) -> Vec<Scope> {
        let bind = |bound| {
            let mut inner = scope.clone();
            inner.binders.insert(binder.id, bound);
            inner
        };
        match &self.model.sets[binder.set].members {
            SetMembers::Closed(members) => {
                (0..members.len()).map(|position| bind(Bound::Member(position))).collect()
            }
            SetMembers::Open(_) => vec![bind(Bound::Open)],
        }
    }

    fn enter_let(
        &self,
        id: usize,
        index: &[Index],
        scope: &Scope,
        span: Span,
    ) -> Result<(&'m Expr, Scope)> {
        let item = &self.model.lets[id];
        let mut inner = Scope { binders: BTreeMap::new(), class: scope.class };
        for (binder, index) in item.index.iter().zip(index) {
            let bound = self.bound(index, scope, span)?;
            inner.binders.insert(binder.id, bound);
        }
        Ok((&item.body, inner))
    }

    fn bound(&self, index: &Index, scope: &Scope, span: Span) -> Result<Bound> {
        match index {
            Index::Member(_, position) => Ok(Bound::Member(*position)),
            Index::Bound(binder) => {
                scope.binders.get(binder).copied().ok_or_else(|| not_linear(span))
            }
            Index::Calculated { .. } => Err(unsupported(
                span,
                "a calculated index".to_owned(),
                "a binder or a member as index",
            )),
            Index::Attribute { of, name, .. } => match scope.class {
                Some((set, position)) if set == *of => Ok(Bound::Member(position)),
                _ => Err(unsupported(
                    span,
                    format!("a use that depends on `{name}` of a member"),
                    "routes that differ within one open set",
                )),
            },
        }
    }

    fn positions(&self, index: &[Index], scope: &Scope, span: Span) -> Result<Vec<usize>> {
        let position = |index| match self.bound(index, scope, span)? {
            Bound::Member(position) => Ok(position),
            Bound::Open => Err(unsupported(
                span,
                "a parameter of each member of an open set".to_owned(),
                "values that arrive at run time",
            )),
        };
        index.iter().map(position).collect()
    }

    fn row_major(&self, sets: &[SetId], positions: &[usize]) -> Option<usize> {
        let mut at = 0;
        for (&set, &position) in sets.iter().zip(positions) {
            let SetMembers::Closed(members) = &self.model.sets[set].members else { return None };
            at = at * members.len() + position;
        }
        Some(at)
    }

    fn key(&self, id: VariableId, index: &[Index], scope: &Scope, span: Span) -> Result<Key> {
        let bounds: Result<Vec<_>> =
            index.iter().map(|index| self.bound(index, scope, span)).collect();
        let mut positions = Vec::new();
        for bound in bounds? {
            match bound {
                Bound::Member(position) => positions.push(position),
                Bound::Open if index.len() == 1 => return Ok(Key::Member(id)),
                Bound::Open => {
                    return Err(unsupported(
                        span,
                        "a variable indexed by an open set and another".to_owned(),
                        "families of families",
                    ));
                }
            }
        }
        Ok(Key::Element(id, positions))
    }

    /// Splits a utility into its additive terms `factor · expression`, calling `each` with the
    /// class that the term is read for.
    pub fn terms(
        &self,
        expr: &'m Expr,
        each: &mut dyn FnMut(Term<'m>) -> Result<()>,
    ) -> Result<()> {
        self.split(expr, &Scope::default(), &Rational::one(), each)
    }

    fn split(
        &self,
        expr: &'m Expr,
        scope: &Scope,
        factor: &Rational,
        each: &mut dyn FnMut(Term<'m>) -> Result<()>,
    ) -> Result<()> {
        let leaf = |each: &mut dyn FnMut(Term<'m>) -> Result<()>| {
            each(Term { factor: factor.clone(), expr, scope: scope.clone() })
        };
        match &expr.node {
            Node::Neg(a) => self.split(a, scope, &-factor, each),
            Node::Add(a, b) => {
                self.split(a, scope, factor, each)?;
                self.split(b, scope, factor, each)
            }
            Node::Sub(a, b) => {
                self.split(a, scope, factor, each)?;
                self.split(b, scope, &-factor, each)
            }
            Node::Mul(a, b) => {
                let constant =
                    |e| self.linear(e, scope).ok().and_then(|l| l.as_constant().cloned());
                match (constant(a), constant(b)) {
                    (Some(value), _) => self.split(b, scope, &(factor * value), each),
                    (_, Some(value)) => self.split(a, scope, &(factor * value), each),
                    _ => leaf(each),
                }
            }
            Node::Div(a, b) => match self.linear(b, scope) {
                Ok(divisor) if divisor.as_constant().is_some_and(|d| !d.is_zero()) => {
                    self.split(a, scope, &(factor / divisor.constant), each)
                }
                _ => leaf(each),
            },
            Node::Let(id, index) => {
                let (body, inner) = self.enter_let(*id, index, scope, expr.span)?;
                self.split(body, &inner, factor, each)
            }
            Node::Fold(Fold::Sum, binder, body) => {
                for inner in self.inner_scopes(binder, scope) {
                    for inner in self.classes(binder, body, inner) {
                        self.split(body, &inner, factor, each)?;
                    }
                }
                Ok(())
            }
            _ => leaf(each),
        }
    }

    /// One scope per class when the body asks for an attribute of an open binder.
    fn classes(&self, binder: &Binder, body: &Expr, scope: Scope) -> Vec<Scope> {
        let open = scope.binders.get(&binder.id) == Some(&Bound::Open);
        let Some(set) = open.then(|| attribute_set(body, binder.id)).flatten() else {
            return vec![scope];
        };
        let SetMembers::Closed(members) = &self.model.sets[set].members else { return vec![scope] };
        (0..members.len())
            .map(|position| Scope { binders: scope.binders.clone(), class: Some((set, position)) })
            .collect()
    }
}

/// An additive term of a utility.
pub struct Term<'m> {
    /// What multiplies the expression.
    pub factor: Rational,
    /// The expression.
    pub expr: &'m Expr,
    /// Where its names are bound.
    pub scope: Scope,
}

impl Term<'_> {
    /// The class that the term is read for: a closed set and a position in it.
    pub fn class(&self) -> Option<(SetId, usize)> {
        self.scope.class
    }
}

/// The closed set whose members are the attribute's values, when `expr` asks `binder` for one.
fn attribute_set(expr: &Expr, binder: BinderId) -> Option<SetId> {
    let of = |index: &[Index]| {
        index.iter().find_map(|index| match index {
            Index::Attribute { binder: asked, of, .. } if *asked == binder => Some(*of),
            _ => None,
        })
    };
    match &expr.node {
        Node::Number(_) | Node::Member(_) => None,
        Node::Vector(elements) => elements.iter().find_map(|e| attribute_set(e, binder)),
        Node::Param(_, index) | Node::Variable(_, index) | Node::Let(_, index) => of(index),
        Node::Neg(a) | Node::Fold(_, _, a) | Node::Where(_, a) => attribute_set(a, binder),
        Node::Add(a, b) | Node::Sub(a, b) | Node::Mul(a, b) | Node::Div(a, b) => {
            attribute_set(a, binder).or_else(|| attribute_set(b, binder))
        }
        Node::Atom(_, arguments) => arguments.iter().find_map(|a| attribute_set(a, binder)),
    }
}

/// Something the language has and this plan cannot carry out yet.
pub fn unsupported(span: Span, what: String, needs: &str) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            codes::NOT_DECOMPOSED_YET,
            span,
            format!("{what} cannot be decomposed yet"),
        )
        .note(format!("it needs {needs}")),
    )
}

fn not_linear(span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            codes::NOT_LINEAR,
            span,
            "the use of a resource must be linear in the variables to be decomposed",
        )
        .note("a price is charged per unit of use; a member must be able to add up its own share"),
    )
}
