//! Where an item names things: the holes that are filled there, and the binders that may have to give
//! way to a name of what fills them.

use crate::syntax::ast::{
    Binder, Decomposition, Expr, ExprKind, ItemBody, ItemKind, Local, Name, ParamValue, PortUse,
    Range, SetMembers, UnitExpr,
};

/// A place in an item.
#[derive(Clone, Copy, Debug)]
pub enum Site<'a> {
    /// A name that something declares, and its indices with the place of the whole.
    Value(&'a Name, &'a [Expr], Local),
    /// The name that a binder declares.
    Binder(&'a Name),
    /// A name that has no indices: of a set, of a unit, of the item itself.
    Name(&'a Name),
}

/// Lists the places of an item. Indices of a [`Site::Value`] are not walked into: whoever wants to,
/// calls [`expr`] on them.
pub fn item<'a>(item: &'a ItemBody) -> Vec<Site<'a>> {
    let mut sites = Sites(Vec::new());
    sites.item(&item.kind);
    sites.0
}

/// The same of an expression.
pub fn expr(expr: &Expr) -> Vec<Site<'_>> {
    let mut sites = Sites(Vec::new());
    sites.expr(expr);
    sites.0
}

struct Sites<'a>(Vec<Site<'a>>);

impl<'a> Sites<'a> {
    fn name(&mut self, name: &'a Name) {
        self.0.push(Site::Name(name));
    }

    fn item(&mut self, kind: &'a ItemKind) {
        match kind {
            ItemKind::Unit(unit) => {
                self.name(&unit.name);
                self.unit(unit.definition.as_ref());
            }
            ItemKind::Set(set) => {
                self.name(&set.name);
                match &set.members {
                    SetMembers::Range(lo, hi) => {
                        self.expr(lo);
                        self.expr(hi);
                    }
                    SetMembers::Open(limit) => self.expr(limit),
                    SetMembers::Inline(_) | SetMembers::Table(_) => {}
                }
            }
            ItemKind::Param(param) => {
                self.name(&param.name);
                self.binders(&param.index);
                self.unit(param.unit.as_ref());
                self.range(param.range.as_ref());
                match &param.value {
                    Some(ParamValue::Expr(value)) => self.expr(value),
                    Some(ParamValue::Entries(entries)) => {
                        entries.iter().for_each(|entry| self.expr(&entry.value));
                    }
                    Some(ParamValue::Table(_)) | None => {}
                }
            }
            ItemKind::Variable(variable) => {
                self.name(&variable.name);
                self.binders(&variable.index);
                self.unit(variable.unit.as_ref());
                self.range(variable.range.as_ref());
            }
            ItemKind::Let(named) => {
                self.name(&named.name);
                self.binders(&named.index);
                self.expr(&named.body);
            }
            ItemKind::Resource(resource) => {
                self.name(&resource.name);
                self.binders(&resource.index);
                self.unit(resource.unit.as_ref());
                self.expr(&resource.use_);
                self.expr(&resource.capacity);
            }
            ItemKind::Utility(utility) => {
                utility.name.iter().for_each(|name| self.name(name));
                self.expr(&utility.body);
            }
            ItemKind::Decomposition(Decomposition::Entries(entries)) => {
                for entry in entries {
                    self.name(&entry.resource);
                    entry.options.iter().for_each(|setting| self.expr(&setting.value));
                }
            }
            ItemKind::Observe(PortUse { variable, .. })
            | ItemKind::Enforce(PortUse { variable, .. }) => self.name(variable),
            ItemKind::Export(export) => self.expr(&export.value),
            ItemKind::Decomposition(Decomposition::Auto)
            | ItemKind::Fibre(_)
            | ItemKind::Core(_)
            | ItemKind::Import(_)
            | ItemKind::Emit(_)
            | ItemKind::Data(_)
            | ItemKind::Broken(_) => {}
        }
    }

    fn binders(&mut self, binders: &'a [Binder]) {
        for binder in binders {
            self.0.extend(binder.name.as_ref().map(Site::Binder));
            self.name(&binder.set);
        }
    }

    fn unit(&mut self, unit: Option<&'a UnitExpr>) {
        let factors = unit.into_iter().flat_map(|unit| &unit.factors);
        factors.for_each(|factor| self.name(&factor.name));
    }

    fn range(&mut self, range: Option<&'a Range>) {
        if let Some(range) = range {
            self.expr(&range.lo);
            self.expr(&range.hi);
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Infinity | ExprKind::Text(_) => {}
            ExprKind::Number(_, unit) => self.unit(unit.as_ref()),
            ExprKind::Name(name) => self.0.push(Site::Value(name, &[], expr.span)),
            ExprKind::Index(name, indices) => self.0.push(Site::Value(name, indices, expr.span)),
            ExprKind::Call(_, parts) | ExprKind::Vector(parts) => {
                parts.iter().for_each(|part| self.expr(part));
            }
            ExprKind::Fold(fold) | ExprKind::Each(fold) => {
                self.expr(&fold.body);
                self.binders(&fold.binders);
                fold.condition.iter().for_each(|condition| self.expr(condition));
            }
            ExprKind::Neg(a) | ExprKind::Not(a) => self.expr(a),
            ExprKind::Binary(_, a, b) | ExprKind::Compare(_, a, b) | ExprKind::Logic(_, a, b) => {
                self.expr(a);
                self.expr(b);
            }
        }
    }
}
