//! Evaluates checked expressions to forms: every binder a member, every param a number.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use num_traits::ToPrimitive;

use super::atoms::application;
use super::form::{Form, Value};
use super::inputs::Inputs;
use super::layout::Layout;
use crate::diag::{Diagnostic, codes};
use crate::plan::expand::{Bound, Expander, Scope};
use crate::sema::hir::{
    Binder, BinderId, Condition, Curvature, Dims, Expr, Fold, Index, LetId, Model, Node, ParamId,
    Rational, SetId, SetMembers, Span, Values,
};

/// What evaluation gives, or why it cannot.
pub type Result<T> = std::result::Result<T, Box<Diagnostic>>;

/// Evaluates the expressions of one model.
pub struct Evaluator<'m> {
    pub(super) model: &'m Model,
    pub(super) layout: &'m Layout,
    inputs: &'m Inputs,
    /// The member that each binder in scope stands for.
    bound: HashMap<BinderId, (SetId, usize)>,
    lets: HashMap<(LetId, Vec<usize>), Arc<Value>>,
    /// Knows where tables have entries.
    expander: Expander<'m>,
}

impl<'m> Evaluator<'m> {
    /// An evaluator for a model and what a run supplies.
    pub fn new(model: &'m Model, layout: &'m Layout, inputs: &'m Inputs) -> Self {
        let (bound, lets, expander) = (HashMap::new(), HashMap::new(), Expander::new(model));
        Evaluator { model, layout, inputs, bound, lets, expander }
    }

    /// Lets the binders stand for these members from now on.
    pub fn bind(&mut self, binders: &[Binder], members: &[usize]) {
        let bound = binders.iter().zip(members);
        self.bound.extend(bound.map(|(binder, at)| (binder.id, (binder.set, *at))));
    }

    /// The form of a scalar expression, in coherent SI of its unit.
    pub fn scalar(&mut self, expr: &'m Expr) -> Result<Form> {
        let mut form = Form::default();
        self.accumulate(expr, 1.0, &mut form)?;
        form.normalise();
        Ok(form)
    }

    /// The value of an expression without a variable.
    pub fn number(&mut self, expr: &'m Expr) -> Result<f64> {
        let form = self.scalar(expr)?;
        form.as_number().ok_or_else(|| internal(expr.span, "a constant depends on a variable"))
    }

    /// Adds `weight` times a scalar expression to a form.
    fn accumulate(&mut self, expr: &'m Expr, weight: f64, into: &mut Form) -> Result<()> {
        match &expr.node {
            Node::Number(value) => into.constant += weight * real(value),
            Node::Param(id, index) => {
                into.constant += weight * self.param(*id, index, expr.span)?;
            }
            Node::Variable(id, index) => {
                let item = &self.model.variables[*id];
                let members = self.members(index, expr.span)?;
                let sets = item.index.iter().map(|binder| binder.set);
                let column = self.layout.first(*id) + self.layout.position(sets, &members);
                into.linear.push((column, weight * real(&item.unit.scale)));
            }
            Node::Let(id, index) => {
                let members = self.members(index, expr.span)?;
                match &*self.named(*id, members)? {
                    Value::Scalar(form) => into.add(weight, form),
                    _ => return Err(internal(expr.span, "a vector stands for one value")),
                }
            }
            Node::Member(binder) => {
                into.constant += weight * self.member_number(*binder, expr.span)? as f64
            }
            Node::Neg(a) => self.accumulate(a, -weight, into)?,
            Node::Add(a, b) => {
                self.accumulate(a, weight, into)?;
                self.accumulate(b, weight, into)?;
            }
            Node::Sub(a, b) => {
                self.accumulate(a, weight, into)?;
                self.accumulate(b, -weight, into)?;
            }
            Node::Mul(a, b) if is_number(a) => {
                let factor = self.number(a)?;
                self.accumulate(b, weight * factor, into)?;
            }
            Node::Mul(a, b) if is_number(b) => {
                let factor = self.number(b)?;
                self.accumulate(a, weight * factor, into)?;
            }
            Node::Div(a, b) if is_number(b) => {
                let divisor = self.number(b)?;
                if divisor == 0.0 {
                    return Err(division_by_zero(b.span));
                }
                self.accumulate(a, weight / divisor, into)?;
            }
            Node::Mul(a, b) => self.product("mul", a, b, expr, weight, into)?,
            Node::Div(a, b) => self.product("div", a, b, expr, weight, into)?,
            Node::Fold(Fold::Sum, binder, body) => {
                for member in self.candidates(Fold::Sum, binder, body) {
                    self.bound.insert(binder.id, (binder.set, member));
                    if let Some(body) = self.taking_part(body)? {
                        self.accumulate(body, weight, into)?;
                    }
                }
            }
            Node::Fold(fold, binder, body) => {
                let mut forms = Vec::new();
                for member in self.candidates(*fold, binder, body) {
                    self.bound.insert(binder.id, (binder.set, member));
                    if let Some(body) = self.taking_part(body)? {
                        forms.push(self.scalar(body)?);
                    }
                }
                if forms.is_empty() {
                    return Err(empty_fold(*fold, expr.span));
                }
                let arguments = vec![Value::Vector(forms)];
                into.add(weight, &application(fold.name(), arguments, Vec::new(), expr));
            }
            Node::Where(_, body) => self.accumulate(body, weight, into)?,
            Node::Atom(..) => self.scalar_atom(expr, weight, into)?,
            Node::Element(whole, index) => {
                let members = self.members(index, expr.span)?;
                let whole = self.shared(whole)?;
                match super::vectors::pick(&whole, &members) {
                    Some(Value::Scalar(form)) => into.add(weight, &form),
                    _ => return Err(internal(expr.span, "an element is missing")),
                }
            }
            Node::Vector(_) | Node::Each(..) => {
                return Err(internal(expr.span, "a vector stands for one value"));
            }
        }
        Ok(())
    }

    /// A product or quotient of which no side is a number before evaluation.
    fn product(
        &mut self,
        name: &'static str,
        a: &'m Expr,
        b: &'m Expr,
        expr: &'m Expr,
        weight: f64,
        into: &mut Form,
    ) -> Result<()> {
        let (left, right) = (self.scalar(a)?, self.scalar(b)?);
        match (name, left.as_number(), right.as_number()) {
            ("mul", Some(factor), _) => into.add(weight * factor, &right),
            ("mul", _, Some(factor)) => into.add(weight * factor, &left),
            ("div", _, Some(0.0)) => return Err(division_by_zero(b.span)),
            ("div", _, Some(divisor)) => into.add(weight / divisor, &left),
            _ => {
                let arguments = vec![Value::Scalar(left), Value::Scalar(right)];
                into.add(weight, &application(name, arguments, Vec::new(), expr));
            }
        }
        Ok(())
    }

    /// Members of the binder's set that can matter to a fold over it.
    fn candidates(&self, fold: Fold, binder: &Binder, body: &'m Expr) -> Vec<usize> {
        let mut scope = Scope::default();
        for (id, (set, at)) in &self.bound {
            // What stands for the binders of folds is left from their last member.
            if *id != binder.id && !binds(body, *id) {
                scope.insert(*id, *set, Bound::Member(*at));
            }
        }
        let all = || (0..self.layout.size(binder.set)).collect();
        self.expander.candidates(fold, binder, body, &scope).unwrap_or_else(all)
    }

    /// The body itself, when its members meet its condition.
    pub(super) fn taking_part(&mut self, body: &'m Expr) -> Result<Option<&'m Expr>> {
        match &body.node {
            Node::Where(condition, inner) => {
                Ok(self.holds(condition, body.span)?.then_some(&**inner))
            }
            _ => Ok(Some(body)),
        }
    }

    fn holds(&mut self, condition: &'m Condition, span: Span) -> Result<bool> {
        Ok(match condition {
            Condition::Compare(comparison, a, b) => {
                comparison.holds(&self.number(a)?, &self.number(b)?)
            }
            Condition::Same(a, b) => self.member(a, span)? == self.member(b, span)?,
            Condition::And(a, b) => self.holds(a, span)? && self.holds(b, span)?,
            Condition::Or(a, b) => self.holds(a, span)? || self.holds(b, span)?,
            Condition::Not(a) => !self.holds(a, span)?,
        })
    }

    /// A named expression for these members; without members, all of it.
    pub(super) fn named(&mut self, id: LetId, members: Vec<usize>) -> Result<Arc<Value>> {
        if let Some(known) = self.lets.get(&(id, members.clone())) {
            return Ok(Arc::clone(known));
        }
        let item = &self.model.lets[id];
        // The binders of an enclosing use of the same item come back into scope afterwards.
        let before: Vec<_> = item
            .index
            .iter()
            .map(|binder| (binder.id, self.bound.get(&binder.id).copied()))
            .collect();
        self.bind(&item.index, &members);
        let value = match item.body.facts.dims {
            Dims::Scalar => Value::Scalar(self.scalar(&item.body)?),
            _ => self.value(&item.body)?,
        };
        for (binder, bound) in before {
            match bound {
                Some(bound) => self.bound.insert(binder, bound),
                None => self.bound.remove(&binder),
            };
        }
        let value = Arc::new(value);
        self.lets.insert((id, members), Arc::clone(&value));
        Ok(value)
    }

    fn param(&self, id: ParamId, index: &[Index], span: Span) -> Result<f64> {
        let members = self.members(index, span)?;
        self.element(id, &members, span)
    }

    /// One value of a param, SI.
    pub(super) fn element(&self, id: ParamId, members: &[usize], span: Span) -> Result<f64> {
        let item = &self.model.params[id];
        if let Values::Input(..) = item.values {
            return self.input(id, members, span);
        }
        let position = match item.values {
            // Of members that come and go a run gives one value for all.
            Values::Dense(ref values) if values.len() == 1 => 0,
            _ => self.layout.position(item.index.iter().copied(), members),
        };
        let value = match &item.values {
            Values::Sparse(entries) => {
                let found = entries.binary_search_by_key(&position, |(at, _)| *at).ok();
                let entry = found.and_then(|found| entries.get(found));
                Some(entry.map_or(0.0, |(_, value)| value.to_f64()))
            }
            values => values.get(position).map(|value| real(&value)),
        };
        value.ok_or_else(|| internal(span, "a param lacks a value"))
    }

    fn input(&self, id: ParamId, members: &[usize], span: Span) -> Result<f64> {
        let item = &self.model.params[id];
        // A port tells it from nothing on: unless the run says otherwise, nothing is known.
        if self.model.inputs.iter().any(|input| input.of.value == id) {
            return Ok(0.0);
        }
        let names: Vec<_> =
            item.index.iter().zip(members).map(|(set, at)| self.member_name(*set, *at)).collect();
        let full = super::named(&item.name.value, &names.join(","));
        Err(Box::new(
            Diagnostic::error(codes::INPUT_MISSING, span, format!("`{full}` has no value"))
                .label(item.name.span, "an input of run time")
                .note(format!("give it one: `--param '{full}=…'`, in its declared unit")),
        ))
    }

    /// The name of a member; of an open set, its number from 1.
    pub fn member_name(&self, set: SetId, position: usize) -> String {
        match &self.model.sets[set].members {
            SetMembers::Closed(members) => {
                members.name(position).map(Cow::into_owned).unwrap_or_default()
            }
            SetMembers::Open(_) => (position + 1).to_string(),
        }
    }

    fn member_number(&self, binder: BinderId, span: Span) -> Result<i64> {
        let number = self.bound.get(&binder).and_then(|(set, position)| {
            match &self.model.sets[*set].members {
                SetMembers::Closed(members) => members.number(*position),
                SetMembers::Open(_) => None,
            }
        });
        number.ok_or_else(|| internal(span, "a member that is no number is calculated with"))
    }

    /// The members that indices stand for.
    pub(super) fn members(&self, index: &[Index], span: Span) -> Result<Vec<usize>> {
        index.iter().map(|index| self.member(index, span)).collect()
    }

    fn member(&self, index: &Index, span: Span) -> Result<usize> {
        let bound = |binder: &BinderId| {
            let member = self.bound.get(binder).copied();
            member.ok_or_else(|| internal(span, "a binder is out of scope"))
        };
        match index {
            Index::Member(_, position) => Ok(*position),
            Index::Bound(binder) => Ok(bound(binder)?.1),
            Index::Calculated { of, terms, offset } => {
                let mut number = Some(*offset);
                for (factor, binder) in terms {
                    let term = factor.checked_mul(self.member_number(*binder, span)?);
                    number = number.zip(term).and_then(|(sum, term)| sum.checked_add(term));
                }
                number.and_then(|number| self.numbered(*of, number)).ok_or_else(|| {
                    let number = number.map_or_else(String::new, |number| format!(" {number}"));
                    let set = &self.model.sets[*of].name.value;
                    let message = format!("`{set}` has no such member{number}");
                    let note = "leave the members out for which it does not exist: `… if t > 1`";
                    Box::new(Diagnostic::error(codes::UNKNOWN_MEMBER, span, message).note(note))
                })
            }
            Index::Attribute { name, binder, of } => {
                let (set, position) = bound(binder)?;
                let population = self.inputs.members.get(&self.model.sets[set].name.value);
                let given = population.and_then(|population| population.attribute(position));
                // Whoever says nothing of the members gets the first of the possible values.
                let Some(given) = given else { return Ok(0) };
                let found = self.find_member(*of, given);
                found.ok_or_else(|| {
                    let set = &self.model.sets[*of].name.value;
                    let message = format!("`{given}` is no `{name}`: `{set}` has no such member");
                    Box::new(Diagnostic::error(codes::UNKNOWN_MEMBER, span, message))
                })
            }
        }
    }

    fn find_member(&self, set: SetId, name: &str) -> Option<usize> {
        match &self.model.sets[set].members {
            SetMembers::Closed(members) => members.position(name),
            SetMembers::Open(_) => None,
        }
    }

    /// The member of a set of whole numbers that is `number`.
    fn numbered(&self, set: SetId, number: i64) -> Option<usize> {
        match &self.model.sets[set].members {
            SetMembers::Closed(members) => members.position_of(number),
            SetMembers::Open(_) => None,
        }
    }
}

/// Whether a fold inside the expression has this binder.
fn binds(expr: &Expr, id: BinderId) -> bool {
    match &expr.node {
        Node::Fold(_, binder, body) | Node::Each(binder, body) => {
            binder.id == id || binds(body, id)
        }
        _ => expr.parts().into_iter().any(|part| binds(part, id)),
    }
}

fn is_number(expr: &Expr) -> bool {
    expr.facts.curvature == Curvature::Constant && expr.facts.dims == Dims::Scalar
}

/// The nearest `f64`.
pub fn real(value: &Rational) -> f64 {
    value.to_f64().unwrap_or(f64::NAN)
}

fn division_by_zero(span: Span) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(codes::DIVISION_BY_ZERO, span, "this divisor is 0"))
}

fn empty_fold(fold: Fold, span: Span) -> Box<Diagnostic> {
    let message = format!("`{}` of nothing has no value", fold.name());
    let note = "the set is empty, or no member meets the condition";
    Box::new(Diagnostic::error(codes::DOMAIN, span, message).note(note))
}

/// A state that the checks before this one exclude.
pub(super) fn internal(span: Span, what: &str) -> Box<Diagnostic> {
    let message = format!("the compiler contradicts itself: {what}");
    Box::new(Diagnostic::error(codes::NOT_CERTIFIED, span, message).note("please report this spec"))
}
