//! One problem in numbers: a checked spec with every member written out and every param a number.
//!
//! Columns are the variables' elements, in their declared units; rows are the resources' instances,
//! in theirs. What is maximised is in the utilities' unit, so that a price is in utility per unit of
//! its resource, as the spec writes both. Only nonzeros are stored.

mod atoms;
mod evaluate;
mod finite;
mod form;
mod inputs;
mod layout;
pub mod numeric;
mod products;
mod vectors;

use std::borrow::Cow;

pub use evaluate::{Result, real};
pub use form::{Application, Form, Matrix, Value};
pub use inputs::{Inputs, Population};
pub use layout::Layout;

use evaluate::Evaluator;

use crate::diag::{Diagnostic, codes};
use crate::sema::hir::{Expr, Model, Relation, Set, SetId, SetMembers, VariableId};

/// A problem in numbers.
#[derive(Debug)]
pub struct Instance {
    /// Where each element of each variable stands.
    pub layout: Layout,
    /// Lower bounds of the columns; −∞ where there is none.
    pub lower: Vec<f64>,
    /// Upper bounds of the columns; +∞ where there is none.
    pub upper: Vec<f64>,
    /// What is maximised.
    pub objective: Form,
    /// Couplings, in the order of the spec.
    pub rows: Vec<Row>,
}

/// One instance of a resource: `form ⋚ capacity`.
#[derive(Debug)]
pub struct Row {
    /// Index into the model's resources.
    pub resource: usize,
    /// The members that index it.
    pub members: Vec<usize>,
    /// What is used, without its constant part.
    pub form: Form,
    /// How it compares.
    pub relation: Relation,
    /// What there is, less the constant part of the use.
    pub capacity: f64,
}

impl Instance {
    /// Writes a model out, for what a run supplies.
    pub fn new(model: &Model, inputs: &Inputs) -> Result<Self> {
        check_populations(model, inputs)?;
        let layout = Layout::new(model, inputs);
        check_somebody(model, &layout)?;
        let mut evaluator = Evaluator::new(model, &layout, inputs);
        let (lower, upper) = bounds(model, &layout, &mut evaluator)?;
        let objective = objective(model, &mut evaluator)?;
        let rows = rows(model, &layout, &mut evaluator)?;
        let instance = Instance { layout, lower, upper, objective, rows };
        finite::check(model, &instance)?;
        Ok(instance)
    }

    /// The name of a row: `capacity` or `capacity[a,b]`.
    pub fn row_name(&self, model: &Model, row: &Row) -> String {
        let resource = &model.resources[row.resource];
        let sets: Vec<_> = resource.index.iter().map(|binder| binder.set).collect();
        named(&resource.name.value, &self.key(model, &sets, &row.members))
    }

    /// The variable that a column belongs to, and the members that index it, joined by `,`.
    pub fn column(&self, model: &Model, column: usize) -> Option<(VariableId, String)> {
        let id = (0..model.variables.len()).find(|id| self.layout.range(*id).contains(&column))?;
        let sets: Vec<_> = model.variables[id].index.iter().map(|binder| binder.set).collect();
        let members = self.layout.members(&sets, column - self.layout.first(id));
        Some((id, self.key(model, &sets, &members)))
    }

    /// Members joined by `,`; those of open sets are counted from 1.
    pub fn key(&self, model: &Model, sets: &[SetId], members: &[usize]) -> String {
        let name = |(set, at): (&SetId, &usize)| match &model.sets[*set].members {
            SetMembers::Closed(members) => {
                members.name(*at).map(Cow::into_owned).unwrap_or_default()
            }
            SetMembers::Open(_) => (at + 1).to_string(),
        };
        sets.iter().zip(members).map(name).collect::<Vec<_>>().join(",")
    }
}

/// `name` or `name[key]`.
pub fn named(name: &str, key: &str) -> String {
    if key.is_empty() { name.to_owned() } else { format!("{name}[{key}]") }
}

fn check_populations(model: &Model, inputs: &Inputs) -> Result<()> {
    for set in model.needs().sets.iter().filter_map(|set| model.sets.get(*set)) {
        let SetMembers::Open(most) = &set.members else { continue };
        let name = &set.name.value;
        let count = inputs.members.get(name).map(Population::count);
        let message = match count {
            None => format!("the members of `{name}` come at run time: how many are there?"),
            Some(count) if count > *most as usize => {
                format!("`{name}` has at most {most} members, and {count} were asked for")
            }
            Some(_) => continue,
        };
        return Err(Box::new(
            Diagnostic::error(codes::INPUT_MISSING, set.name.span, message)
                .note(format!("say it: `--members {name}={}`, at most {most}", (*most).min(8))),
        ));
    }
    Ok(())
}

/// An open set may be empty, unless nothing at all is left to decide.
fn check_somebody(model: &Model, layout: &Layout) -> Result<()> {
    let open = |set: &&Set| matches!(set.members, SetMembers::Open(_));
    let empty = model.sets.iter().find(open).filter(|_| layout.columns() == 0);
    match empty.filter(|_| !model.variables.is_empty()) {
        Some(set) => {
            let name = &set.name.value;
            let message = format!("nothing is decided in this run: `{name}` has no members");
            Err(Box::new(
                Diagnostic::error(codes::INPUT_MISSING, set.name.span, message)
                    .note(format!("let somebody in: `--members {name}=1`")),
            ))
        }
        None => Ok(()),
    }
}

type Bounds = (Vec<f64>, Vec<f64>);

fn bounds<'m>(model: &'m Model, layout: &Layout, evaluator: &mut Evaluator<'m>) -> Result<Bounds> {
    let mut lower = Vec::with_capacity(layout.columns());
    let mut upper = Vec::with_capacity(layout.columns());
    for (id, variable) in model.variables.iter().enumerate() {
        let scale = real(&variable.unit.scale);
        let end = |bound: &Option<_>, open: f64| bound.as_ref().map_or(open, |b| real(b) / scale);
        let (low, high) = (end(&variable.lo, f64::NEG_INFINITY), end(&variable.hi, f64::INFINITY));
        let sets: Vec<_> = variable.index.iter().map(|binder| binder.set).collect();
        let differs = variable.each.0.is_some() || variable.each.1.is_some();
        for place in 0..layout.range(id).len() {
            let (mut low, mut high) = (low, high);
            if differs {
                let members = layout.members(&sets, place);
                evaluator.bind(&variable.index, &members);
                let mut each = |end: &'m Option<Expr>| {
                    end.as_ref().map(|end| evaluator.number(end)).transpose()
                };
                // A promise of a sign holds beside the element's own ends.
                low = each(&variable.each.0)?.map_or(low, |end| low.max(end / scale));
                high = each(&variable.each.1)?.map_or(high, |end| high.min(end / scale));
                if low > high {
                    let name = named(&variable.name.value, &key(evaluator, &sets, &members));
                    return Err(crossed(variable.name.span, &name, low, high));
                }
            }
            lower.push(low);
            upper.push(high);
        }
    }
    Ok((lower, upper))
}

fn key(evaluator: &Evaluator<'_>, sets: &[SetId], members: &[usize]) -> String {
    let names = sets.iter().zip(members).map(|(set, at)| evaluator.member_name(*set, *at));
    names.collect::<Vec<_>>().join(",")
}

fn crossed(span: crate::sema::hir::Span, name: &str, low: f64, high: f64) -> Box<Diagnostic> {
    let message = format!("nothing lies in the range of `{name}`: {low} is above {high}");
    Box::new(Diagnostic::error(codes::BOUNDS, span, message))
}

fn objective<'m>(model: &'m Model, evaluator: &mut Evaluator<'m>) -> Result<Form> {
    let mut total = Form::default();
    let scale = model.utilities.first().map_or(1.0, |first| real(&first.body.facts.unit.scale));
    for utility in &model.utilities {
        total.add(scale.recip(), &evaluator.scalar(&utility.body)?);
    }
    total.normalise();
    Ok(total)
}

fn rows<'m>(model: &'m Model, layout: &Layout, evaluator: &mut Evaluator<'m>) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (id, resource) in model.resources.iter().enumerate() {
        let sets: Vec<_> = resource.index.iter().map(|binder| binder.set).collect();
        let scale = real(&resource.unit.scale).recip();
        let count: usize = sets.iter().map(|set| layout.size(*set)).product();
        for place in 0..count {
            let members = layout.members(&sets, place);
            evaluator.bind(&resource.index, &members);
            let mut form = evaluator.scalar(&resource.use_)?.scaled(scale);
            let capacity = evaluator.number(&resource.capacity)? * scale - form.constant;
            form.constant = 0.0;
            rows.push(Row { resource: id, members, form, relation: resource.relation, capacity });
        }
    }
    Ok(rows)
}
