//! Expands indexed expressions into exact linear forms and per-variable utilities.
//!
//! Closed sets are enumerated, but only where something stands: a sum over a table costs the entries
//! of the table that are not 0 ([`support`]). An open set stays one symbol: its members share a route,
//! a box and, for each class, a utility.

mod index;
mod linear;
mod scope;
mod shadow;
mod support;
mod terms;
mod value;
mod worth;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use crate::diag::{Diagnostic, codes};
use crate::sema::hir::{Binder, Expr, Model, Rational, SetMembers, Span, VariableId};

pub use linear::Linear;
pub use scope::{Bound, Scope};
pub use terms::Term;
pub use worth::{Factor, Shares};

/// Most readings of a body of a fold in one model: some seconds, and what memory holds.
const MOST_READINGS: usize = 1 << 26;

/// One variable of the expanded problem; its order is the order of the spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// An element of a scalar or closed-set variable, by its row-major position.
    Element(VariableId, usize),
    /// Any one member of the open set that indexes the variable.
    Member(VariableId),
}

impl Key {
    /// The variable.
    pub fn variable(self) -> VariableId {
        let (Key::Element(id, _) | Key::Member(id)) = self;
        id
    }
}

/// Expands the expressions of one model.
pub struct Expander<'m> {
    model: &'m Model,
    /// How often a body of a fold was read.
    readings: Cell<usize>,
    /// Where tables have entries, by what was asked of them.
    shadows: RefCell<HashMap<shadow::Question, Rc<shadow::Shadow>>>,
}

type Result<T> = std::result::Result<T, Box<Diagnostic>>;

impl<'m> Expander<'m> {
    /// An expander for `model`.
    pub fn new(model: &'m Model) -> Self {
        Expander { model, readings: Cell::new(0), shadows: RefCell::default() }
    }

    /// How often a body of a fold was read so far: what expanding has cost.
    #[cfg(test)]
    pub fn readings(&self) -> usize {
        self.readings.get()
    }

    fn count_reading(&self, span: Span) -> Result<()> {
        let readings = self.readings.get() + 1;
        self.readings.set(readings);
        if readings <= MOST_READINGS { Ok(()) } else { Err(too_many(span)) }
    }

    /// How many elements an index has; an open set among its sets is an error.
    pub fn instances(&self, index: &[Binder], span: Span) -> Result<usize> {
        let mut count = Some(1usize);
        for binder in index {
            let SetMembers::Closed(members) = &self.model.sets[binder.set].members else {
                return Err(unsupported(
                    span,
                    format!("one resource for each member of the open set `{}`", binder.name),
                    "a price for each member that comes and goes",
                ));
            };
            count = count.and_then(|count| count.checked_mul(members.len()));
        }
        count.filter(|count| *count <= MOST_READINGS).ok_or_else(|| too_many(span))
    }

    /// The scope in which the binders of an index stand for the element at a row-major position.
    pub fn scope_at(&self, index: &[Binder], at: usize) -> Scope {
        let mut scope = Scope::default();
        for (binder, position) in index.iter().zip(self.positions_at(index, at)) {
            scope.set(binder, Bound::Member(position));
        }
        scope
    }

    /// The value of an element's own bound, if it has one.
    pub fn end(
        &self,
        end: Option<&'m Expr>,
        index: &[Binder],
        at: usize,
    ) -> Result<Option<Rational>> {
        let scope = self.scope_at(index, at);
        end.map(|end| Ok(self.value(end, &scope)?.to_rational())).transpose()
    }

    /// `name` or `name[a,b]`, for the element at a row-major position.
    pub fn label(&self, name: &str, index: &[Binder], at: usize) -> String {
        if index.is_empty() {
            return name.to_owned();
        }
        let names: Vec<_> = index
            .iter()
            .zip(self.positions_at(index, at))
            .map(|(binder, position)| match &self.model.sets[binder.set].members {
                SetMembers::Closed(members) => members.name(position).unwrap_or_default(),
                SetMembers::Open(_) => binder.name.as_str().into(),
            })
            .collect();
        format!("{name}[{}]", names.join(","))
    }

    fn positions_at(&self, index: &[Binder], mut at: usize) -> Vec<usize> {
        let mut positions = vec![0; index.len()];
        for (binder, position) in index.iter().zip(&mut positions).rev() {
            let count = self.count(binder.set).max(1);
            (*position, at) = (at % count, at / count);
        }
        positions
    }

    /// Members of a closed set; 1 of an open one, which stays one symbol.
    fn count(&self, set: usize) -> usize {
        match &self.model.sets[set].members {
            SetMembers::Closed(members) => members.len(),
            SetMembers::Open(_) => 1,
        }
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

fn too_many(span: Span) -> Box<Diagnostic> {
    let message = "this runs over too many members to be written out";
    Box::new(
        Diagnostic::error(codes::TOO_MANY, span, message)
            .note(format!("{MOST_READINGS} terms of a spec are written out at most"))
            .note(
                "over a table from a file only its entries count: `sum(A[l, s] * x[s] for s in S)`",
            ),
    )
}

fn not_linear(span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            codes::NOT_LINEAR,
            span,
            "prices take only linear uses and separate utilities apart",
        )
        .note("a price is charged per unit of use; a member must be able to add up its own share"),
    )
}

#[cfg(test)]
mod tests;
