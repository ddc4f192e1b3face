//! Calls of atoms, and folds over sets.

use super::Builder;
use crate::diag::{Diagnostic, codes};
use crate::sema::atoms::{self, Arity, Atom, LATER, TABLE};
use crate::sema::hir::{Binder, Expr, Fold, Node, Span};
use crate::syntax::ast::{self, Name};

impl Builder<'_> {
    pub(super) fn call(
        &mut self,
        name: &Name,
        arguments: &[ast::Expr],
        span: Span,
        depth: usize,
    ) -> Option<Expr> {
        let atom = self.atom(name, arguments.len(), span)?;
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
        let parameters = arguments.split_off(arguments.len() - atom.parameters.len());
        let mut valued = Vec::new();
        for parameter in parameters {
            let value = self.parameter(&parameter)?;
            valued.push((parameter, value));
        }
        self.apply(atom, arguments, valued, span)
    }

    fn atom(&mut self, name: &Name, given: usize, span: Span) -> Option<&'static Atom> {
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
            "sum" | "min" | "max" => {
                let what = format!("`{text}` of a vector");
                let needs = format!("write `{text}(x[i] for i in I)`");
                self.context.not_yet(span, &what, &needs);
            }
            _ if LATER.contains(&text) => {
                let what = format!("the function `{text}`");
                let known = TABLE.iter().filter(|atom| atom.callable).map(|atom| atom.name);
                let needs = format!("functions so far: {}", known.collect::<Vec<_>>().join(", "));
                self.context.not_yet(span, &what, &needs);
            }
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
                let known = TABLE.iter().filter(|atom| atom.callable).map(|atom| atom.name);
                let known = known.chain(["sum", "min", "max"]);
                self.context.unknown(codes::UNKNOWN_FUNCTION, (text, at), message, known);
            }
        }
        None
    }

    fn wrong_arguments(&mut self, atom: &Atom, given: usize, span: Span) {
        let arguments = match atom.arity {
            Arity::Exactly(1) => "x".to_owned(),
            Arity::Exactly(count) => numbered(count),
            Arity::AtLeast(count) => format!("{}, …", numbered(count)),
        };
        let form: Vec<_> =
            std::iter::once(arguments.as_str()).chain(atom.parameters.iter().copied()).collect();
        let count = match given {
            0 => "no argument".to_owned(),
            1 => "one argument".to_owned(),
            more => format!("{more} arguments"),
        };
        let message = format!("`{}` cannot be called with {count}", atom.name);
        let form = format!("its form is `{}({})`", atom.name, form.join(", "));
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

fn accepts(atom: &Atom, given: usize) -> bool {
    given.checked_sub(atom.parameters.len()).is_some_and(|arguments| atom.arity.allows(arguments))
}

fn numbered(count: usize) -> String {
    (1..=count).map(|at| format!("x{at}")).collect::<Vec<_>>().join(", ")
}
