//! From checked expressions to functions of numbered variables, for certain members of every set.

use std::collections::BTreeMap;

use num_traits::ToPrimitive;

use super::{Rational, functions};
use crate::concavity::{self, Domain, Expr as Function, Range};
use crate::sema::constant::{self, Assignment, row_major};
use crate::sema::context::Context;
use crate::sema::hir::{
    Binder, BinderId, Condition, Dims, Expr, Fold, Index, Node, SetId, SetMembers, Span, VariableId,
};

/// Most elements and terms of one expression.
const MOST_PARTS: usize = 50_000;

/// What the members in scope are.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Members of closed sets.
    pub members: Assignment,
    /// Some member of an open set.
    pub any: BTreeMap<BinderId, SetId>,
    /// Attributes of a member of an open set: positions in the closed sets of their values.
    pub attributes: BTreeMap<(BinderId, String), usize>,
}

/// Which element of a variable: a member of each of its sets, or some member of an open one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The member at this position.
    At(usize),
    /// Some member.
    Any,
}

/// An element of a variable.
pub type Key = (VariableId, Vec<Place>);

/// Why an expression is no such function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// The part.
    pub span: Span,
    /// What it is.
    pub what: String,
}

/// Translates expressions into functions of the elements that it has met.
pub struct Translator<'c> {
    context: &'c Context,
    /// Elements by the number of their variable.
    pub keys: Vec<Key>,
    numbers: BTreeMap<Key, usize>,
    parts: usize,
}

impl<'c> Translator<'c> {
    /// Without any element.
    pub fn new(context: &'c Context) -> Self {
        Translator { context, keys: Vec::new(), numbers: BTreeMap::new(), parts: 0 }
    }

    /// An expression that is one number.
    pub fn scalar(&mut self, expr: &Expr, scope: &Scope) -> Result<Function, Outside> {
        self.parts += 1;
        if self.parts > MOST_PARTS {
            return Err(outside(expr, "more parts than are written out"));
        }
        if let Some(value) = self.constant(expr, scope) {
            return Ok(Function::Number(value));
        }
        let mut part = |part: &Expr| self.scalar(part, scope);
        match &expr.node {
            Node::Number(value) => Ok(Function::Number(value.clone())),
            Node::Neg(a) => Ok(-part(a)?),
            Node::Add(a, b) => Ok(part(a)? + part(b)?),
            Node::Sub(a, b) => Ok(part(a)? - part(b)?),
            Node::Mul(a, b) => Ok(part(a)? * part(b)?),
            Node::Div(a, b) => Ok(part(a)? / part(b)?),
            Node::Param(id, index) => {
                let places = self.places(index, scope, expr)?;
                let param = self.context.params.get(*id).and_then(Option::as_ref);
                let positions = places.iter().map(|place| match place {
                    Place::At(position) => Some(*position),
                    Place::Any => None,
                });
                let positions: Option<Vec<_>> = positions.collect();
                let value = param.zip(positions).and_then(|(param, positions)| {
                    let at = row_major(self.context, &param.index, &positions)?;
                    param.values.get(at).map(|value| value.into_owned())
                });
                value.map(Function::Number).ok_or_else(|| outside(expr, "a param of run time"))
            }
            Node::Variable(id, index) => {
                let places = self.places(index, scope, expr)?;
                Ok(Function::Variable(self.number((*id, places))))
            }
            Node::Let(id, index) => {
                let item = self.context.lets.get(*id).and_then(Option::as_ref);
                let item = item.ok_or_else(|| outside(expr, "a definition in error"))?;
                let inner = self.bound(&item.index, index, scope, expr)?;
                self.scalar(&item.body, &inner)
            }
            Node::Member(binder) => {
                let number = scope
                    .members
                    .get(binder)
                    .and_then(|(set, at)| self.context.members(*set)?.number(*at));
                let number = number.ok_or_else(|| outside(expr, "a member as a number"))?;
                Ok(Function::from(number))
            }
            Node::Fold(fold, binder, body) => {
                let mut parts = Vec::new();
                for inner in self.members(binder, scope, expr)? {
                    self.taking_part(body, &inner, &mut parts)?;
                }
                fold_of(*fold, parts)
                    .ok_or_else(|| outside(expr, "the least or largest of nothing"))
            }
            Node::Atom(name, _) => self.atom(name, expr, scope),
            Node::Element(vector, index) => {
                let at = self.places(index, scope, expr)?;
                let [Place::At(at)] = at.as_slice() else {
                    return Err(outside(expr, "an element of a matrix"));
                };
                let element = self.elements(vector, scope)?.into_iter().nth(*at);
                element.ok_or_else(|| outside(expr, "an element that there is not"))
            }
            Node::Vector(_) | Node::Each(..) => Err(outside(expr, "a vector")),
            Node::Where(..) => Err(outside(expr, "a condition")),
        }
    }

    /// The exact value of what depends on no variable.
    pub fn constant(&self, expr: &Expr, scope: &Scope) -> Option<Rational> {
        let constant = expr.shape().is_constant() && expr.facts.dims == Dims::Scalar;
        constant.then(|| constant::value_at(self.context, expr, &scope.members).ok()).flatten()
    }

    fn atom(&mut self, name: &str, expr: &Expr, scope: &Scope) -> Result<Function, Outside> {
        let unknown = || outside(expr, &format!("`{name}`"));
        let applied = expr.application().ok_or_else(unknown)?;
        let scalars = applied.arguments.iter().all(|each| each.facts.dims == Dims::Scalar);
        if scalars && functions::is_scalar(name) {
            let arguments = applied.arguments.iter().map(|each| self.scalar(each, scope));
            let arguments: Vec<_> = arguments.collect::<Result<_, _>>()?;
            return functions::scalar(name, &arguments, &applied.parameters).ok_or_else(unknown);
        }
        let mut each = applied.arguments.iter().map(|each| self.elements(each, scope));
        let first = each.next().transpose()?.ok_or_else(unknown)?;
        let second = each.next().transpose()?;
        drop(each);
        let value = match (name, second) {
            ("dot", Some(second)) if first.len() == second.len() => {
                let pairs = first.into_iter().zip(second);
                Some(Function::Sum(pairs.map(|(a, b)| a * b).collect()))
            }
            ("quad_over_lin", Some(second)) => second.into_iter().next().and_then(|y| {
                let inverse = functions::scalar("inv_pos", &[y], &[])?;
                Some(functions::vector("sum_squares", first)? * inverse)
            }),
            (_, None) if applied.parameters.is_empty() => functions::vector(name, first),
            _ => None,
        };
        value.ok_or_else(unknown)
    }

    /// The elements of a vector; a number is its own.
    fn elements(&mut self, expr: &Expr, scope: &Scope) -> Result<Vec<Function>, Outside> {
        match (&expr.node, expr.facts.dims) {
            (_, Dims::Scalar) => Ok(vec![self.scalar(expr, scope)?]),
            (_, Dims::Matrix(..)) => Err(outside(expr, "a matrix")),
            (Node::Vector(parts), _) => parts.iter().map(|part| self.scalar(part, scope)).collect(),
            (Node::Each(binder, body), _) => {
                let members = self.members(binder, scope, expr)?;
                members.iter().map(|inner| self.scalar(body, inner)).collect()
            }
            (Node::Variable(id, index), _) if index.is_empty() => {
                let variable = self.context.variables.get(*id).and_then(Option::as_ref);
                let set = variable.and_then(|variable| variable.index.first()).map(|b| b.set);
                let count = set.and_then(|set| self.context.members(set)).map(|all| all.len());
                let count = count.ok_or_else(|| outside(expr, "a vector over an open set"))?;
                Ok((0..count.min(MOST_PARTS))
                    .map(|at| Function::Variable(self.number((*id, vec![Place::At(at)]))))
                    .collect())
            }
            (Node::Param(id, index), _) if index.is_empty() => {
                let param = self.context.params.get(*id).and_then(Option::as_ref);
                let set = param.and_then(|param| param.index.first()).copied();
                let count = set.and_then(|set| self.context.members(set)).map(|all| all.len());
                let values = param.zip(count).and_then(|(param, count)| {
                    let values = (0..count).map(|at| param.values.get(at));
                    values.map(|value| Some(Function::Number(value?.into_owned()))).collect()
                });
                values.ok_or_else(|| outside(expr, "a param of run time"))
            }
            (Node::Let(id, index), _) if index.is_empty() => {
                let item = self.context.lets.get(*id).and_then(Option::as_ref);
                let item = item.ok_or_else(|| outside(expr, "a definition in error"))?;
                match item.index.as_slice() {
                    [] => self.elements(&item.body, scope),
                    [binder] => {
                        let members = self.members(binder, scope, expr)?;
                        members.iter().map(|inner| self.scalar(&item.body, inner)).collect()
                    }
                    _ => Err(outside(expr, "a matrix")),
                }
            }
            (Node::Neg(a), _) => Ok(self.elements(a, scope)?.into_iter().map(|x| -x).collect()),
            (Node::Add(a, b), _) => self.pairs(a, b, scope, expr, |a, b| a + b),
            (Node::Sub(a, b), _) => self.pairs(a, b, scope, expr, |a, b| a - b),
            (Node::Mul(a, b), _) => self.pairs(a, b, scope, expr, |a, b| a * b),
            (Node::Div(a, b), _) => self.pairs(a, b, scope, expr, |a, b| a / b),
            (Node::Atom(name, _), _) if functions::is_scalar(name) => {
                let unknown = || outside(expr, &format!("`{name}`"));
                let applied = expr.application().ok_or_else(unknown)?;
                let [argument] = applied.arguments.as_slice() else { return Err(unknown()) };
                let elements = self.elements(argument, scope)?.into_iter();
                let value = |x| functions::scalar(name, &[x], &applied.parameters);
                elements.map(|x| value(x).ok_or_else(unknown)).collect()
            }
            _ => Err(outside(expr, "a vector of this form")),
        }
    }

    /// Two vectors element by element; a number goes with each element.
    fn pairs(
        &mut self,
        a: &Expr,
        b: &Expr,
        scope: &Scope,
        of: &Expr,
        combine: fn(Function, Function) -> Function,
    ) -> Result<Vec<Function>, Outside> {
        let (a, b) = (self.elements(a, scope)?, self.elements(b, scope)?);
        let count = a.len().max(b.len());
        if a.len() != b.len() && a.len() != 1 && b.len() != 1 {
            return Err(outside(of, "vectors of different lengths"));
        }
        let pairs = a.into_iter().cycle().zip(b.into_iter().cycle());
        Ok(pairs.take(count).map(|(a, b)| combine(a, b)).collect())
    }

    /// A fold's body, unless it takes no part for certain; an error where that is not known.
    fn taking_part(
        &mut self,
        body: &Expr,
        scope: &Scope,
        parts: &mut Vec<Function>,
    ) -> Result<(), Outside> {
        match &body.node {
            Node::Where(condition, inner) => match self.holds(condition, scope) {
                Some(true) => self.taking_part(inner, scope, parts),
                Some(false) => Ok(()),
                None => Err(outside(body, "a condition on a member of an open set")),
            },
            _ => {
                parts.push(self.scalar(body, scope)?);
                Ok(())
            }
        }
    }

    /// Whether a condition holds; none where that is not known.
    pub fn holds(&self, condition: &Condition, scope: &Scope) -> Option<bool> {
        let fails =
            |condition: Condition| constant::excludes(self.context, &[condition], &scope.members);
        if fails(condition.clone()) {
            return Some(false);
        }
        fails(Condition::Not(Box::new(condition.clone()))).then_some(true)
    }

    /// A scope for each member that a binder runs over; one for some member of an open set, with each
    /// combination of the attributes that the expression asks for.
    pub fn members(
        &self,
        binder: &Binder,
        scope: &Scope,
        of: &Expr,
    ) -> Result<Vec<Scope>, Outside> {
        let set = self.context.set(binder.set).map(|set| &set.members);
        match set {
            Some(SetMembers::Closed(members)) if members.len() <= MOST_PARTS => {
                let with = |at| {
                    let mut inner = scope.clone();
                    inner.members.insert(binder.id, (binder.set, at));
                    inner
                };
                Ok((0..members.len()).map(with).collect())
            }
            Some(SetMembers::Closed(_)) => Err(outside(of, "more members than are written out")),
            _ => Err(outside(of, "a sum over an open set inside a function")),
        }
    }

    /// The scope of a definition's body.
    pub fn bound(
        &self,
        binders: &[Binder],
        index: &[Index],
        scope: &Scope,
        of: &Expr,
    ) -> Result<Scope, Outside> {
        let mut inner = scope.clone();
        for (binder, index) in binders.iter().zip(index) {
            match (self.place(index, scope), index) {
                (Some(Place::At(at)), _) => {
                    inner.members.insert(binder.id, (binder.set, at));
                }
                (Some(Place::Any), Index::Bound(outer)) => {
                    inner.any.insert(binder.id, binder.set);
                    // The same member has the same attributes.
                    let own = scope.attributes.iter().filter(|((id, _), _)| id == outer);
                    let own: Vec<_> = own.map(|((_, name), at)| (name.clone(), *at)).collect();
                    let own = own.into_iter().map(|(name, at)| ((binder.id, name), at));
                    inner.attributes.extend(own);
                }
                _ => return Err(outside(of, "an index that is not known")),
            }
        }
        Ok(inner)
    }

    fn places(&self, index: &[Index], scope: &Scope, of: &Expr) -> Result<Vec<Place>, Outside> {
        let place = |index| {
            self.place(index, scope).ok_or_else(|| outside(of, "an index that is not known"))
        };
        index.iter().map(place).collect()
    }

    fn place(&self, index: &Index, scope: &Scope) -> Option<Place> {
        let number = |binder: &BinderId| {
            let (set, at) = scope.members.get(binder)?;
            self.context.members(*set)?.number(*at)
        };
        match index {
            Index::Member(_, at) => Some(Place::At(*at)),
            Index::Bound(binder) => match scope.members.get(binder) {
                Some((_, at)) => Some(Place::At(*at)),
                None => scope.any.contains_key(binder).then_some(Place::Any),
            },
            Index::Calculated { of, terms, offset } => {
                let mut sum = *offset;
                for (factor, binder) in terms {
                    sum = sum.checked_add(number(binder)?.checked_mul(*factor)?)?;
                }
                self.context.members(*of)?.position_of(sum).map(Place::At)
            }
            Index::Attribute { name, binder, .. } => {
                scope.attributes.get(&(*binder, name.clone())).map(|at| Place::At(*at))
            }
        }
    }

    fn number(&mut self, key: Key) -> usize {
        if let Some(&number) = self.numbers.get(&key) {
            return number;
        }
        let number = self.keys.len();
        self.numbers.insert(key.clone(), number);
        self.keys.push(key);
        number
    }

    /// The range of an element.
    pub fn range(&self, key: &Key) -> Range {
        let Some(variable) = self.context.variables.get(key.0).and_then(Option::as_ref) else {
            return Range::closed(None, None);
        };
        let mut members = Assignment::new();
        for (binder, place) in variable.index.iter().zip(&key.1) {
            if let Place::At(at) = place {
                members.insert(binder.id, (binder.set, *at));
            }
        }
        let own = |each: &Option<Expr>, all: &Option<Rational>| {
            let each = each.as_ref().map(|end| constant::value_at(self.context, end, &members));
            each.and_then(Result::ok).or_else(|| all.clone())
        };
        let (lo, hi) = (own(&variable.each.0, &variable.lo), own(&variable.each.1, &variable.hi));
        Range::closed(lo, hi)
    }

    /// An element as the spec writes it.
    pub fn name(&self, key: &Key) -> String {
        let Some(variable) = self.context.variables.get(key.0).and_then(Option::as_ref) else {
            return String::new();
        };
        let place = |(binder, place): (&Binder, &Place)| match place {
            Place::Any => binder.name.clone(),
            Place::At(at) => {
                let name = self.context.members(binder.set).and_then(|all| all.name(*at));
                name.map_or_else(|| at.to_string(), |name| name.into_owned())
            }
        };
        let places: Vec<_> = variable.index.iter().zip(&key.1).map(place).collect();
        match places.is_empty() {
            true => variable.name.value.clone(),
            false => format!("{}[{}]", variable.name.value, places.join(", ")),
        }
    }

    /// A function of the elements met, as one of its own variables alone, with their keys.
    pub fn closed(&self, function: &Function) -> (concavity::Function, Domain, Vec<Key>) {
        let used: Vec<usize> = function.variables().into_iter().collect();
        let keys: Vec<Key> = used.iter().filter_map(|at| self.keys.get(*at).cloned()).collect();
        let local = |at: usize| used.binary_search(&at).ok().map(Function::Variable);
        let function = concavity::Function {
            expr: function.substitute(&local),
            names: keys.iter().map(|key| self.name(key)).collect(),
        };
        let domain = Domain(keys.iter().map(|key| self.range(key)).collect());
        (function, domain, keys)
    }
}

fn fold_of(fold: Fold, parts: Vec<Function>) -> Option<Function> {
    match fold {
        Fold::Sum => Some(Function::Sum(parts)),
        Fold::Min => (!parts.is_empty()).then_some(Function::Least(parts)),
        Fold::Max => (!parts.is_empty()).then_some(Function::Largest(parts)),
    }
}

/// Why a part is no function of numbered variables.
pub fn outside(expr: &Expr, what: &str) -> Outside {
    Outside { span: expr.span, what: what.to_owned() }
}

/// A number in `f64`, for messages.
pub fn near(value: &Rational) -> f64 {
    value.to_f64().unwrap_or(f64::NAN)
}
