//! From what the compiler derived to a problem in rounds: the one place that reads both.
//!
//! With members that come and go the plan's steps run: `α(n)`, as a function of who is present. Where
//! everybody is known the decomposition of the instance says the method and the constants of each row.

use std::collections::BTreeSet;

use dslc_rounds::{Agent, Column, MemberStep, Method, Problem, Resource, Sense, Use, Utility};
use num_traits::ToPrimitive;

use super::Subject;
use super::agents::{Curved, Joint, part};
use super::certified::Theorem;
use crate::diag::{Diagnostic, codes};
use crate::instance::{Inputs, Instance, Row};
use crate::plan::ir::{Family, Kind, Members, Plan, Rational, Step};
use crate::plan::methods::{self, Decomposition, Facts};
use crate::sema::hir::{Model, Relation, SetMembers, Span};
use crate::solve::objective;

/// A problem in rounds and where it comes from.
#[derive(Debug)]
pub struct Derived {
    /// The problem, in the units of the instance; its columns and resources are the instance's.
    pub problem: Problem,
    /// What the methods read of the instance.
    pub facts: Facts,
    /// How each row is run.
    pub rows: Vec<Derivation>,
}

/// How one row is run.
#[derive(Clone, Debug)]
pub struct Derivation {
    /// Its method.
    pub kind: methods::Kind,
    /// What its certificate promises.
    pub theorem: Theorem,
    /// The step with everybody present; none for a method that has none or searches its own.
    pub step: Option<f64>,
    /// What the step must stay below, for reads that are not older than [`Derivation::delay`].
    pub bound: Option<f64>,
    /// Reads may be so many rounds old.
    pub delay: u32,
}

/// Derives a run from the plan, or from the instance where there is none.
///
/// # Errors
///
/// A problem that no method runs, or that has no strictly feasible start where one is needed.
pub fn derive(subject: &Subject<'_>) -> Result<Derived, Box<Diagnostic>> {
    let Subject { model, plan, instance, inputs } = *subject;
    if instance.rows.is_empty() {
        let message = "this spec shares nothing: it has no resource";
        return Err(refused(message.to_owned()));
    }
    let plan = plan.filter(|plan| plan.resources.len() == instance.rows.len());
    let by_plan = plan.filter(|plan| plan.families.iter().any(|f| f.members != Members::One));
    let (facts, rows, methods, tau) = match by_plan {
        Some(plan) => from_plan(model, plan, instance),
        None => from_decomposition(methods::derive(model, instance)?)?,
    };
    let agents = agents(model, plan, instance, &facts)?;
    let upper = match by_plan {
        Some(plan) => tightened(model, plan, instance, inputs, &facts),
        None => instance.upper.clone(),
    };
    let penalised = rows.iter().any(|row| row.kind == methods::Kind::Penalty);
    let start = start(instance, penalised)?;
    let columns = (0..instance.layout.columns()).map(|at| {
        let (lower, upper) = (instance.lower[at], upper[at].min(instance.upper[at]));
        let tau = tau.get(at).copied().unwrap_or(f64::INFINITY);
        Column { lower, upper, start: start[at].min(upper), tau }
    });
    let columns = columns.collect();
    let resources = instance.rows.iter().zip(methods);
    let resources = resources
        .map(|(row, (method, by_members))| Resource {
            uses: uses(row),
            sense: sense(row.relation),
            capacity: row.capacity,
            method,
            by_members,
        })
        .collect();
    Ok(Derived { problem: Problem { columns, agents, resources }, facts, rows })
}

type Methods = Vec<(Method, Option<MemberStep>)>;
type Parts = (Facts, Vec<Derivation>, Methods, Vec<f64>);

/// The steps of a plan, in the units of the instance.
fn from_plan(model: &Model, plan: &Plan, instance: &Instance) -> Parts {
    let facts = Facts::new(model, instance);
    let open = |family: usize| matches!(plan.families[family].members, Members::Open { .. });
    let present = |family: usize| members(model, plan, instance, family);
    let mut rows = Vec::new();
    let mut methods = Vec::new();
    for (resource, row) in plan.resources.iter().zip(&facts.rows) {
        let unit = row.step_unit;
        let by_members = match &resource.step {
            Step::Constant(_) => None,
            Step::Population { numerator, terms } => {
                let mut each = vec![0.0; plan.families.len()];
                let mut fixed = 0.0;
                for (family, term) in terms {
                    if open(*family) {
                        each[*family] += real(term);
                    } else {
                        fixed += real(term);
                    }
                }
                Some(MemberStep { numerator: real(numerator) * unit, fixed, each })
            }
        };
        let counts: Vec<usize> = (0..plan.families.len()).map(present).collect();
        let step = match (&resource.step, &by_members) {
            (Step::Constant(step), _) => real(step) * unit,
            (_, Some(by_members)) => by_members.at(&counts),
            (_, None) => f64::NAN,
        };
        // α(n) = numerator / R(n), and the bound is 2/((1 + 2D)R(n)).
        let delays = 1.0 + 2.0 * f64::from(resource.delay);
        let bound = by_members.as_ref().map(|by| 2.0 * unit * step / (delays * by.numerator));
        methods.push((Method::Dual { step }, by_members));
        rows.push(Derivation {
            kind: methods::Kind::Dual,
            theorem: Theorem::of(methods::Kind::Dual),
            step: Some(step),
            bound,
            delay: resource.delay,
        });
    }
    let tau = vec![f64::INFINITY; instance.layout.columns()];
    (facts, rows, methods, tau)
}

/// How many members of a family of the plan there are.
fn members(model: &Model, plan: &Plan, instance: &Instance, family: usize) -> usize {
    match &plan.families[family].members {
        Members::One => 1,
        Members::Open { set, .. } => {
            let id = model.sets.iter().position(|each| each.name.value == *set);
            id.map_or(0, |id| instance.layout.size(id))
        }
    }
}

/// Upper bounds of the columns as the plan has them: no optimum is above, its steps rely on that, and what
/// is made of it clamps demands there.
fn tightened(
    model: &Model,
    plan: &Plan,
    instance: &Instance,
    inputs: &Inputs,
    facts: &Facts,
) -> Vec<f64> {
    let columns = facts.columns.iter().enumerate().zip(&instance.upper);
    let upper = columns.map(|((at, column), upper)| {
        let variable = &model.variables[column.variable];
        let named = |family: &&Family| match family.members {
            Members::One => family.name == column.name,
            Members::Open { .. } => family.name == variable.name.value,
        };
        let Some(family) = plan.families.iter().find(named) else { return *upper };
        let attribute = match &family.members {
            Members::One => None,
            Members::Open { set, .. } => {
                let place = at - instance.layout.first(column.variable);
                inputs.members.get(set).and_then(|population| population.attribute(place))
            }
        };
        let mine = |kind: &&Kind| attribute.is_some() && kind.class.as_deref() == attribute;
        let kind = family.kinds.iter().find(mine).or_else(|| family.kinds.first());
        kind.map_or(*upper, |kind| real(&kind.hi) / crate::instance::real(&variable.unit.scale))
    });
    upper.collect()
}

/// The constants of a decomposition.
fn from_decomposition(decomposition: Decomposition) -> Result<Parts, Box<Diagnostic>> {
    let mut rows = Vec::new();
    let mut methods = Vec::new();
    for resource in &decomposition.resources {
        let Some(taken) = &resource.taken else {
            let message = format!("nothing is derived for `{}`: {}", resource.name, resource.why);
            return Err(refused(message));
        };
        methods.push((taken.constants, None));
        rows.push(Derivation {
            kind: resource.kind,
            theorem: Theorem::of(resource.kind),
            step: taken.step,
            bound: taken.bound,
            delay: resource.delay,
        });
    }
    Ok((decomposition.facts, rows, methods, decomposition.tau))
}

/// Who owns what, and what it is worth to them.
fn agents(
    model: &Model,
    plan: Option<&Plan>,
    instance: &Instance,
    facts: &Facts,
) -> Result<Vec<Agent>, Box<Diagnostic>> {
    let mut alone = objective(instance)?.scalars();
    let mut agents = Vec::new();
    for columns in &facts.agents {
        let own = match columns.as_slice() {
            [column] => alone.get_mut(*column).and_then(Option::take),
            _ => None,
        };
        let utility: Box<dyn Utility> = match own {
            Some(scalar) => Box::new(scalar),
            None => Box::new(Joint::new(instance, columns)?),
        };
        let family = columns.first().and_then(|at| family(model, plan, facts, *at));
        agents.push(Agent { columns: columns.clone(), utility, family });
    }
    Ok(agents)
}

/// The family of the plan that a column's owner belongs to when it may come and go; without a plan, that
/// of its variable.
fn family(model: &Model, plan: Option<&Plan>, facts: &Facts, column: usize) -> Option<usize> {
    let id = facts.columns.get(column)?.variable;
    let variable = &model.variables[id];
    let open = |set: usize| matches!(model.sets[set].members, SetMembers::Open(_));
    if !variable.index.iter().any(|binder| open(binder.set)) {
        return None;
    }
    match plan {
        Some(plan) => plan.families.iter().position(|f| f.name == variable.name.value),
        None => Some(id),
    }
}

fn uses(row: &Row) -> Use {
    if row.form.is_affine() {
        Use::Affine(row.form.linear.clone())
    } else {
        Use::Curved(Box::new(Curved::new(&row.form)))
    }
}

fn sense(relation: Relation) -> Sense {
    match relation {
        Relation::AtMost => Sense::AtMost,
        Relation::Equal => Sense::Equal,
        Relation::AtLeast => Sense::AtLeast,
    }
}

/// Where the columns start: at 0, or at the bound next to it; strictly inside every limit where a barrier
/// needs that.
fn start(instance: &Instance, inside: bool) -> Result<Vec<f64>, Box<Diagnostic>> {
    let bounds = || instance.lower.iter().zip(&instance.upper);
    let nearest: Vec<f64> = bounds().map(|(low, high)| 0.0f64.max(*low).min(*high)).collect();
    if !inside {
        return Ok(nearest);
    }
    let slightly = |share: f64| -> Vec<f64> {
        let towards = |((low, high), near): ((&f64, &f64), &f64)| {
            let far = if high.is_finite() {
                *high
            } else if low.is_finite() {
                low + 1.0
            } else {
                0.0
            };
            near + share * (far - near)
        };
        bounds().zip(&nearest).map(towards).collect()
    };
    // Off the bounds first: where a utility starts at −∞ nothing could be compared.
    let shares = [1e-2, 1e-4, 0.1, 0.3, 0.5, 0.0, 0.7, 0.9, 0.99, 1.0];
    let found = shares.into_iter().map(slightly).find(|x| is_inside(instance, x));
    match found {
        Some(x) => Ok(x),
        None => inside_by_solver(instance).ok_or_else(|| {
            refused(
                "no point strictly inside every limit was found, where a barrier starts".to_owned(),
            )
        }),
    }
}

fn is_inside(instance: &Instance, x: &[f64]) -> bool {
    instance.rows.iter().all(|row| {
        let room = row.capacity - row.form.value(x);
        match row.relation {
            Relation::AtMost => room > 0.0,
            Relation::AtLeast => room < 0.0,
            Relation::Equal => false,
        }
    })
}

/// The point that leaves every affine limit the most room, relative to its size.
fn inside_by_solver(instance: &Instance) -> Option<Vec<f64>> {
    use dslc_solver::{Affine, Options, Problem as Whole, Sense as Side, solve};
    let mut problem = Whole::new();
    let bounds = instance.lower.iter().zip(&instance.upper);
    let columns: Vec<_> = bounds.map(|(low, high)| problem.variable(*low, *high)).collect();
    let room = problem.variable(f64::NEG_INFINITY, 1.0);
    problem.gain(Affine::from(room));
    for row in instance.rows.iter().filter(|row| row.form.is_affine()) {
        let size =
            row.form.linear.iter().fold(row.capacity.abs(), |most, (_, a)| most.max(a.abs()));
        let (side, sign) = match row.relation {
            Relation::AtMost => (Side::AtMost, 1.0),
            Relation::AtLeast => (Side::AtLeast, -1.0),
            Relation::Equal => return None,
        };
        let limit = problem.row(side, row.capacity);
        for (column, a) in &row.form.linear {
            problem.coefficient(limit, *columns.get(*column)?, *a);
        }
        problem.coefficient(limit, room, sign * size.max(f64::MIN_POSITIVE));
    }
    let answer = solve(&problem, &Options::default()).ok()?;
    let x: Vec<f64> = answer.x.into_iter().take(columns.len()).collect();
    is_inside(instance, &x).then_some(x)
}

/// Who is away leaves the problem: their columns fall out of the utility and of every row.
pub fn without(instance: &Instance, present: &[bool]) -> Instance {
    let there: BTreeSet<usize> =
        present.iter().enumerate().filter(|(_, there)| **there).map(|(at, _)| at).collect();
    let bound = |(at, bound): (usize, &f64)| if there.contains(&at) { *bound } else { 0.0 };
    let bounds = |bounds: &[f64]| bounds.iter().enumerate().map(bound).collect();
    Instance {
        layout: instance.layout.clone(),
        lower: bounds(&instance.lower),
        upper: bounds(&instance.upper),
        objective: crate::instance::Form {
            constant: instance.objective.constant,
            ..part(&instance.objective, &there)
        },
        rows: instance
            .rows
            .iter()
            .map(|row| Row {
                resource: row.resource,
                members: row.members.clone(),
                form: part(&row.form, &there),
                relation: row.relation,
                capacity: row.capacity,
            })
            .collect(),
    }
}

fn refused(message: String) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(codes::NOT_SOLVED, Span::default(), message))
}

fn real(value: &Rational) -> f64 {
    value.to_f64().unwrap_or(f64::NAN)
}
