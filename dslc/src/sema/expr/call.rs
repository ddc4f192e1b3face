//! Calls of atoms, and folds over sets.

use super::Builder;
use crate::diag::{Diagnostic, codes};
use crate::sema::atoms::{self, Arity, Atom};
use crate::sema::hir::{Axis, Binder, Dims, Expr, Facts, Fold, Index, Node, Span};
use crate::syntax::ast::{self, Name};

impl Builder<'_> {
    pub(super) fn call(
        &mut self,
        name: &Name,
        arguments: &[ast::Expr],
        span: Span,
        depth: usize,
    ) -> Option<Expr> {
        let atom = self.atom(name, arguments.len())?;
        let built = self.all(arguments, depth + 1);
        if !accepts(atom, arguments.len()) {
            self.wrong_arguments(atom, arguments.len(), span);
            return None;
        }
        self.called(atom, built?, span)
    }

    fn called(
        &mut self,
        atom: &'static Atom,
        mut arguments: Vec<Expr>,
        span: Span,
    ) -> Option<Expr> {
        let parameters = arguments.split_off(own(atom, arguments.len())?);
        if let Some(folded) = self.fold_of(atom, &arguments, span) {
            return Some(self.folded(folded));
        }
        self.apply(atom, arguments, parameters, span)
    }

    /// `sum(x)` of a whole name over one set is `sum(x[i] for i in I)`.
    fn fold_of(&mut self, atom: &Atom, arguments: &[Expr], span: Span) -> Option<Expr> {
        let kinds = [Fold::Sum, Fold::Min, Fold::Max];
        let kind = kinds.into_iter().find(|kind| kind.name() == atom.name)?;
        let [Expr { node, facts, span: at }] = arguments else { return None };
        let Dims::Vector(Axis::Set(set)) = facts.dims else { return None };
        let binder = self.context.binder("i", set);
        let index = vec![Index::Bound(binder.id)];
        let node = match node {
            Node::Param(id, whole) if whole.is_empty() => Node::Param(*id, index),
            Node::Variable(id, whole) if whole.is_empty() => Node::Variable(*id, index),
            Node::Let(id, whole) if whole.is_empty() => {
                let indexed = !self.context.lets.get(*id)?.as_ref()?.index.is_empty();
                indexed.then_some(Node::Let(*id, index))?
            }
            _ => return None,
        };
        let facts = Facts { dims: Dims::Scalar, ..facts.clone() };
        self.fold_over(kind, binder, Expr { node, span: *at, facts }, span)
    }

    fn atom(&mut self, name: &Name, given: usize) -> Option<&'static Atom> {
        let text = match name.text.as_str() {
            // CVXPY's names for the elementwise forms; one argument alone would be a vector.
            "min" if given != 1 => "minimum",
            "max" if given != 1 => "maximum",
            text => text,
        };
        let at = self.at(name.span);
        if let Some(atom) = atoms::find(text).filter(|atom| atom.callable) {
            return Some(atom);
        }
        match text {
            "price" | "mean" => {
                let message = format!("`{text}` is known only at run time");
                let advice = "it stands in `export`, not in an expression";
                self.context
                    .report(Diagnostic::error(codes::UNKNOWN_FUNCTION, at, message).note(advice));
            }
            _ if self.context.names.contains_key(text) => {
                let message = format!("`{text}` is not a function");
                let advice =
                    format!("for a product write `{text} * (…)`, for an element `{text}[…]`");
                self.context
                    .report(Diagnostic::error(codes::UNKNOWN_FUNCTION, at, message).note(advice));
            }
            _ => {
                let message = format!("there is no function `{text}`");
                let known = atoms::all().filter(|atom| atom.callable).map(|atom| atom.name);
                self.context.unknown(codes::UNKNOWN_FUNCTION, (text, at), message, known);
            }
        }
        None
    }

    fn wrong_arguments(&mut self, atom: &Atom, given: usize, span: Span) {
        let count = match given {
            0 => "no argument".to_owned(),
            1 => "one argument".to_owned(),
            more => format!("{more} arguments"),
        };
        let message = format!("`{}` cannot be called with {count}", atom.name);
        let form = format!("its form is `{}`", atom.form());
        self.context.report(Diagnostic::error(codes::ARGUMENTS, span, message).note(form));
    }

    pub(super) fn fold(&mut self, fold: &ast::Fold, span: Span, depth: usize) -> Option<Expr> {
        let kinds = [Fold::Sum, Fold::Min, Fold::Max];
        let kind = kinds.into_iter().find(|kind| kind.name() == fold.function.text);
        if kind.is_none() {
            let at = self.at(fold.function.span);
            let text = fold.function.text.clone();
            let message = format!("`{text}` does not run over a set");
            let known = kinds.map(Fold::name);
            self.context.unknown(codes::UNKNOWN_FUNCTION, (&text, at), message, known);
        }
        let outer = self.scope.len();
        let binders = self.bind(&fold.binders);
        let body = self.guarded(fold, depth + fold.binders.len());
        self.scope.truncate(outer);
        let (kind, binders, body) = (kind?, binders?, body?);
        let body = self.scalar(body)?;
        // The innermost binder is the last one.
        let folded = binders
            .into_iter()
            .rev()
            .try_fold(body, |body, binder| self.fold_over(kind, binder, body, span));
        folded.map(|expr| self.folded(expr))
    }

    fn fold_over(&self, kind: Fold, binder: Binder, body: Expr, span: Span) -> Option<Expr> {
        let facts = self.fold_facts(kind, binder.set, &body)?;
        Some(Expr { node: Node::Fold(kind, binder, Box::new(body)), span, facts })
    }
}

/// How many of the given are arguments; the rest are parameters.
fn own(atom: &Atom, given: usize) -> Option<usize> {
    match atom.arity {
        Arity::Exactly(count) => {
            let needed = atom.parameters.iter().filter(|each| each.default.is_none()).count();
            let parameters = given.checked_sub(count)?;
            (parameters >= needed && parameters <= atom.parameters.len()).then_some(count)
        }
        Arity::AtLeast(_) => {
            let count = given.checked_sub(atom.parameters.len())?;
            atom.arity.allows(count).then_some(count)
        }
    }
}

fn accepts(atom: &Atom, given: usize) -> bool {
    own(atom, given).is_some()
}
