//! Conditions of folds: `for s in S if A[l, s] > 0 and s != l`.
//!
//! Two members of one set compare as members, members of sets of whole numbers as numbers, and
//! everything else as constants. A condition guards what stands behind it: the body of the fold, and
//! the right-hand side of an `and`.

use super::Builder;
use crate::diag::{Diagnostic, codes};
use crate::sema::hir::{Condition, Expr, Index, Node, SetId, Span};
use crate::syntax::ast::{self, Comparison, Connective, ExprKind};

impl Builder<'_> {
    /// The body of a fold, for the members that meet its condition.
    pub(super) fn guarded(&mut self, fold: &ast::Fold, depth: usize) -> Option<Expr> {
        let Some(written) = &fold.condition else { return self.expr(&fold.body, depth) };
        let condition = self.condition(written, depth);
        let guard = Some(condition.clone());
        let body = self.behind(guard, |builder| builder.expr(&fold.body, depth));
        let (condition, body) = (condition?, body?);
        let (span, facts) = (body.span, body.facts.clone());
        Some(Expr { node: Node::Where(Box::new(condition), Box::new(body)), span, facts })
    }

    fn behind<T>(
        &mut self,
        condition: Option<Option<Condition>>,
        build: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let outer = self.conditions.len();
        self.conditions.extend(condition);
        let built = build(self);
        self.conditions.truncate(outer);
        built
    }

    fn condition(&mut self, expr: &ast::Expr, depth: usize) -> Option<Condition> {
        self.deepest = self.deepest.max(depth);
        match &expr.kind {
            ExprKind::Compare(how, a, b) => self.compare(*how, a, b, depth + 1),
            ExprKind::Logic(connective, a, b) => {
                let left = self.condition(a, depth + 1);
                let guard = (*connective == Connective::And).then(|| left.clone());
                let right = self.behind(guard, |builder| builder.condition(b, depth + 1));
                let (left, right) = (Box::new(left?), Box::new(right?));
                Some(match connective {
                    Connective::And => Condition::And(left, right),
                    Connective::Or => Condition::Or(left, right),
                })
            }
            ExprKind::Not(a) => self.condition(a, depth + 1).map(|a| Condition::Not(Box::new(a))),
            _ => {
                let span = self.at(expr.span);
                let message = "a condition is needed here, and this is a number";
                let error = Diagnostic::error(codes::NUMBER_AS_CONDITION, span, message);
                self.context.report(error.note("compare it: `if A[l, s] > 0`"));
                None
            }
        }
    }

    fn compare(
        &mut self,
        how: Comparison,
        a: &ast::Expr,
        b: &ast::Expr,
        depth: usize,
    ) -> Option<Condition> {
        let sets = (self.set_of(a), self.set_of(b));
        let numbers = |set: Option<SetId>| set.is_none_or(|set| self.counts(set));
        if (numbers(sets.0) && numbers(sets.1) && !self.names_member(a, sets.1))
            && !self.names_member(b, sets.0)
        {
            return self.compare_numbers(how, a, b, depth);
        }
        let (left, right) = (sets.0.or(sets.1)?, sets.1.or(sets.0)?);
        let span = self.at(a.span.to(b.span));
        if left != right {
            let (a, b) = (self.context.set_name(left), self.context.set_name(right));
            let message = format!("a member of `{a}` cannot be compared with one of `{b}`");
            self.context.report(Diagnostic::error(codes::INDEX_SET, span, message));
            return None;
        }
        if !matches!(how, Comparison::Equal | Comparison::NotEqual) {
            let name = self.context.set_name(left);
            let message = format!("members of `{name}` are names, and none is above another");
            let error = Diagnostic::error(codes::WRONG_KIND, span, message);
            self.context.report(error.note("compare them by `==` or `!=`"));
            return None;
        }
        let (a, b) = (self.member_of(left, a), self.member_of(right, b));
        let same = Condition::Same(a?, b?);
        Some(if how == Comparison::Equal { same } else { Condition::Not(Box::new(same)) })
    }

    fn compare_numbers(
        &mut self,
        how: Comparison,
        a: &ast::Expr,
        b: &ast::Expr,
        depth: usize,
    ) -> Option<Condition> {
        let (a, b) = (self.expr(a, depth), self.expr(b, depth));
        let sides = [a?, b?];
        if let Some(side) = sides.iter().find(|side| !side.shape().is_constant()) {
            let message = "which members take part cannot depend on a variable";
            let error = Diagnostic::error(codes::NOT_CONSTANT, side.span, message);
            self.context.report(error.note("compare params, members and numbers"));
            return None;
        }
        self.common("a comparison", &sides)?;
        let [a, b] = sides;
        Some(Condition::Compare(how, Box::new(a), Box::new(b)))
    }

    /// The set whose member an expression is: a binder, or an attribute.
    fn set_of(&self, expr: &ast::Expr) -> Option<SetId> {
        match &expr.kind {
            ExprKind::Name(name) => {
                let binder = self.scope.iter().rev().find(|binder| binder.name == name.text)?;
                Some(binder.set)
            }
            ExprKind::Call(name, arguments) => {
                let [ast::Expr { kind: ExprKind::Name(member), .. }] = arguments.as_slice() else {
                    return None;
                };
                let binder = self.scope.iter().rev().find(|b| b.name == member.text)?;
                if self.context.set(binder.set).is_some()
                    && self.context.members(binder.set).is_none()
                {
                    self.attribute_values(&name.text)
                } else {
                    None
                }
            }
            _ => None,
        }
    }

    /// The set of an attribute's values: as used before, or the closed set of that name.
    fn attribute_values(&self, name: &str) -> Option<SetId> {
        if let Some((set, _)) = self.context.attributes.get(name) {
            return Some(*set);
        }
        let named = |set: &SetId| self.context.set_name(*set).to_lowercase() == name.to_lowercase();
        (0..self.context.sets.len()).filter(|set| self.context.members(*set).is_some()).find(named)
    }

    /// Whether the members of a set are whole numbers.
    fn counts(&self, set: SetId) -> bool {
        self.context.members(set).is_some_and(|members| members.numbers().is_some())
    }

    /// Whether an expression can only be a member's name: a text, or a word that is no number.
    fn names_member(&self, expr: &ast::Expr, set: Option<SetId>) -> bool {
        match &expr.kind {
            ExprKind::Text(_) => true,
            ExprKind::Name(name) => {
                set.is_some()
                    && !self.context.names.contains_key(&name.text)
                    && !self.scope.iter().any(|binder| binder.name == name.text)
            }
            _ => false,
        }
    }

    fn member_of(&mut self, set: SetId, expr: &ast::Expr) -> Option<Index> {
        let span: Span = self.at(expr.span);
        match &expr.kind {
            ExprKind::Name(name) => {
                let binder = self.scope.iter().rev().find(|binder| binder.name == name.text);
                match binder.map(|binder| binder.id) {
                    Some(binder) => Some(Index::Bound(binder)),
                    None => self.member(set, &name.text, span),
                }
            }
            ExprKind::Text(text) => self.member(set, &text.value, span),
            ExprKind::Number(value, None) => self.member(set, &value.to_string(), span),
            ExprKind::Call(name, arguments) => self.attribute(set, name, arguments, span),
            _ => {
                let name = self.context.set_name(set);
                let message = format!("a member of `{name}` is needed here");
                self.context.report(Diagnostic::error(codes::WRONG_KIND, span, message));
                None
            }
        }
    }
}
