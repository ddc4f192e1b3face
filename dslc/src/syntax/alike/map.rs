//! A copy of an item with other spans, names and numbers.

use super::is_kept;
use crate::sema::hir::Rational;
use crate::syntax::ast::{
    Binder, Expr, ExprKind, Fold, ItemBody, ItemKind, Let, Local, Name, Param, ParamValue, Range,
    Resource, SignWord, TableName, TableSource, Text, UnitExpr, UnitFactor, Utility, Variable,
};

/// What becomes of the leaves of an item; none where they do not fit.
pub trait Leaves {
    /// Another span.
    fn span(&self, span: Local) -> Option<Local>;
    /// Another name.
    fn name(&self, name: &Name) -> Option<Name>;
    /// Another number; `span` is that of its token, before it is changed.
    fn number(&self, value: &Rational, span: Local) -> Option<Rational>;

    /// Another item; none for one of a kind that is not kept.
    fn item(&self, item: &ItemBody) -> Option<ItemBody> {
        if !is_kept(&item.kind) || !item.docs.is_empty() {
            return None;
        }
        let kind = match &item.kind {
            ItemKind::Param(param) => ItemKind::Param(Param {
                name: self.name(&param.name)?,
                index: self.binders(&param.index)?,
                unit: optional(param.unit.as_ref(), |unit| self.unit(unit))?,
                sign: optional(param.sign.as_ref(), |sign| self.sign(sign))?,
                range: optional(param.range.as_ref(), |range| self.range(range))?,
                value: optional(param.value.as_ref(), |value| self.value(value))?,
            }),
            ItemKind::Variable(variable) => ItemKind::Variable(Variable {
                name: self.name(&variable.name)?,
                index: self.binders(&variable.index)?,
                unit: optional(variable.unit.as_ref(), |unit| self.unit(unit))?,
                sign: optional(variable.sign.as_ref(), |sign| self.sign(sign))?,
                range: optional(variable.range.as_ref(), |range| self.range(range))?,
            }),
            ItemKind::Let(named) => ItemKind::Let(Let {
                name: self.name(&named.name)?,
                index: self.binders(&named.index)?,
                body: self.expr(&named.body)?,
            }),
            ItemKind::Resource(resource) => ItemKind::Resource(Resource {
                name: self.name(&resource.name)?,
                index: self.binders(&resource.index)?,
                unit: optional(resource.unit.as_ref(), |unit| self.unit(unit))?,
                use_: self.expr(&resource.use_)?,
                relation: resource.relation,
                capacity: self.expr(&resource.capacity)?,
            }),
            ItemKind::Utility(utility) => ItemKind::Utility(Utility {
                name: optional(utility.name.as_ref(), |name| self.name(name))?,
                body: self.expr(&utility.body)?,
            }),
            _ => return None,
        };
        Some(ItemBody { docs: Vec::new(), span: self.span(item.span)?, kind })
    }

    /// Other binders.
    fn binders(&self, binders: &[Binder]) -> Option<Vec<Binder>> {
        let binder = |binder: &Binder| {
            let name = optional(binder.name.as_ref(), |name| self.name(name))?;
            Some(Binder { name, set: self.name(&binder.set)? })
        };
        binders.iter().map(binder).collect()
    }

    /// The same unit elsewhere: of units, the texts are alike too.
    fn unit(&self, unit: &UnitExpr) -> Option<UnitExpr> {
        let factor = |factor: &UnitFactor| {
            Some(UnitFactor { name: self.name(&factor.name)?, power: factor.power })
        };
        Some(UnitExpr {
            scale: unit.scale.clone(),
            factors: unit.factors.iter().map(factor).collect::<Option<_>>()?,
            text: unit.text.clone(),
            span: self.span(unit.span)?,
        })
    }

    /// The same sign elsewhere.
    fn sign(&self, (word, span): &(SignWord, Local)) -> Option<(SignWord, Local)> {
        Some((*word, self.span(*span)?))
    }

    /// Another range.
    fn range(&self, range: &Range) -> Option<Range> {
        Some(Range { lo: self.expr(&range.lo)?, hi: self.expr(&range.hi)? })
    }

    /// Another value of a param.
    fn value(&self, value: &ParamValue) -> Option<ParamValue> {
        Some(match value {
            ParamValue::Expr(value) => ParamValue::Expr(self.expr(value)?),
            ParamValue::Table(source) => {
                let table = match &source.table {
                    TableName::File(file) => TableName::File(self.text(file)?),
                    TableName::Inline(name) => TableName::Inline(self.name(name)?),
                };
                let column = optional(source.column.as_ref(), |column| self.text(column))?;
                ParamValue::Table(TableSource { table, column })
            }
            ParamValue::Entries(_) => return None,
        })
    }

    /// The same text elsewhere.
    fn text(&self, text: &Text) -> Option<Text> {
        Some(Text { value: text.value.clone(), span: self.span(text.span)? })
    }

    /// Another expression.
    fn expr(&self, expr: &Expr) -> Option<Expr> {
        let one = |a: &Expr| Some(Box::new(self.expr(a)?));
        let all = |parts: &[Expr]| parts.iter().map(|part| self.expr(part)).collect::<Option<_>>();
        let kind = match &expr.kind {
            ExprKind::Number(value, unit) => {
                let unit = optional(unit.as_ref(), |unit| self.unit(unit))?;
                ExprKind::Number(self.number(value, expr.span)?, unit)
            }
            ExprKind::Infinity => ExprKind::Infinity,
            ExprKind::Text(text) => ExprKind::Text(self.text(text)?),
            ExprKind::Name(name) => ExprKind::Name(self.name(name)?),
            ExprKind::Index(name, parts) => ExprKind::Index(self.name(name)?, all(parts)?),
            ExprKind::Call(name, parts) => ExprKind::Call(self.name(name)?, all(parts)?),
            ExprKind::Vector(parts) => ExprKind::Vector(all(parts)?),
            ExprKind::Fold(fold) => ExprKind::Fold(Box::new(self.fold(fold)?)),
            ExprKind::Each(fold) => ExprKind::Each(Box::new(self.fold(fold)?)),
            ExprKind::Neg(a) => ExprKind::Neg(one(a)?),
            ExprKind::Not(a) => ExprKind::Not(one(a)?),
            ExprKind::Binary(op, a, b) => ExprKind::Binary(*op, one(a)?, one(b)?),
            ExprKind::Compare(how, a, b) => ExprKind::Compare(*how, one(a)?, one(b)?),
            ExprKind::Logic(how, a, b) => ExprKind::Logic(*how, one(a)?, one(b)?),
        };
        Some(Expr { kind, span: self.span(expr.span)? })
    }

    /// Another fold.
    fn fold(&self, fold: &Fold) -> Option<Fold> {
        Some(Fold {
            function: self.name(&fold.function)?,
            body: self.expr(&fold.body)?,
            binders: self.binders(&fold.binders)?,
            condition: optional(fold.condition.as_ref(), |condition| self.expr(condition))?,
        })
    }
}

/// What may be left out: none only where `map` gives none.
fn optional<'a, T, U>(value: Option<&'a T>, map: impl Fn(&'a T) -> Option<U>) -> Option<Option<U>> {
    match value {
        Some(value) => map(value).map(Some),
        None => Some(None),
    }
}
