//! What the methods ask of a problem: who shares what, how strongly each utility curves, who owns what.

use std::collections::{BTreeMap, BTreeSet};

use super::curvature::{Bounds, Curvature, Term};
use crate::instance::{Instance, named, real};
use crate::sema::hir::{Model, Relation, VariableId};

/// A problem in numbers, by agents and resources. Quantities are in the units of the instance: columns
/// and rows as the spec declares them, prices in utility per unit of their row.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
    /// The columns of each agent; a utility term joins its columns into one.
    pub agents: Vec<Vec<usize>>,
    /// One of the utility's unit in coherent SI.
    pub gain: f64,
}

/// One element of a variable.
#[derive(Clone, Debug)]
pub struct Column {
    /// The variable that it is an element of.
    pub variable: VariableId,
    /// Its name, with its members.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// One of its unit in coherent SI.
    pub scale: f64,
    /// Its lower bound; −∞ where there is none.
    pub lower: f64,
    /// Its upper bound.
    pub upper: f64,
    /// How strongly the utility of its agent curves.
    pub curvature: Curvature,
    /// Whether a utility depends on it at all.
    pub has_utility: bool,
    /// Index into [`Facts::agents`].
    pub agent: usize,
}

/// One instance of a resource.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its name, with its members.
    pub name: String,
    /// Index into the model's resources.
    pub item: usize,
    /// Its unit.
    pub unit: String,
    /// How it compares.
    pub relation: Relation,
    /// What there is.
    pub capacity: f64,
    /// Columns and coefficients of its affine part; each column once, none 0.
    pub entries: Vec<(usize, f64)>,
    /// Every column that it depends on.
    pub columns: Vec<usize>,
    /// Whether it is used by a curved function.
    pub curved: bool,
    /// One of its unit in coherent SI.
    pub scale: f64,
    /// What a quantity of gain per use, per use in coherent SI is multiplied with to be one of the
    /// instance.
    pub step_unit: f64,
}

impl Column {
    /// Whether its bounds leave it no freedom.
    pub fn is_fixed(&self) -> bool {
        self.lower == self.upper
    }

    /// 1/μ: how fast its demand answers a price at most; infinite unless strictly concave.
    pub fn flatness(&self) -> f64 {
        if self.is_fixed() { 0.0 } else { self.curvature.mu.recip().next_up() }
    }
}

impl Facts {
    /// Reads a problem.
    pub fn new(model: &Model, instance: &Instance) -> Self {
        let count = instance.layout.columns();
        let mut joined = Joined::new(count);
        let mut terms: Vec<(usize, Term)> = Vec::new();
        let mut has_utility = vec![false; count];
        let objective = &instance.objective;
        for (column, _) in &objective.linear {
            has_utility.iter_mut().skip(*column).take(1).for_each(|has| *has = true);
        }
        for term in &objective.terms {
            let mut columns = BTreeSet::new();
            term.1.columns(&mut columns);
            for column in &columns {
                has_utility.iter_mut().skip(*column).take(1).for_each(|has| *has = true);
            }
            if let Some(first) = columns.first() {
                columns.iter().for_each(|column| joined.join(*first, *column));
                terms.push((*first, term.clone()));
            }
        }
        let (agents, of_column) = joined.groups();
        let mut by_agent: BTreeMap<usize, Vec<Term>> = BTreeMap::new();
        for (column, term) in terms {
            if let Some(agent) = of_column.get(column) {
                by_agent.entry(*agent).or_default().push(term);
            }
        }
        let mut bounds = Bounds::default();
        let range = |column: usize| {
            let end = |ends: &[f64]| ends.get(column).copied().unwrap_or(f64::NAN);
            (end(&instance.lower), end(&instance.upper))
        };
        let curvatures: Vec<_> = agents
            .iter()
            .enumerate()
            .map(|(agent, columns)| {
                let terms = by_agent.get(&agent).map_or(&[][..], Vec::as_slice);
                bounds.of(terms, columns, range)
            })
            .collect();
        let columns =
            elements(model, instance).into_iter().zip(of_column).zip(has_utility).enumerate();
        let columns = columns.map(|(at, ((element, agent), has_utility))| {
            let Element { variable, name, unit, scale } = element;
            let (lower, upper) = range(at);
            let curvature = curvatures.get(agent).copied().unwrap_or(Curvature::UNKNOWN);
            Column { variable, name, unit, scale, lower, upper, curvature, has_utility, agent }
        });
        let gain = model.utilities.first().map_or(1.0, |first| real(&first.body.facts.unit.scale));
        Facts { columns: columns.collect(), rows: rows(model, instance, gain), agents, gain }
    }

    /// The column at a place that a row names.
    pub fn column(&self, at: usize) -> &Column {
        &self.columns[at]
    }

    /// The first column of these rows that is not known to be strictly concave.
    pub fn straight(&self, rows: &[usize]) -> Option<&Column> {
        let columns = rows.iter().flat_map(|row| &self.rows[*row].columns);
        columns.map(|at| self.column(*at)).find(|column| !column.flatness().is_finite())
    }

    /// Whether the utility is known to be strictly concave in every element of a variable.
    pub fn is_strict(&self, variable: VariableId) -> bool {
        let elements = self.columns.iter().filter(|column| column.variable == variable);
        let mut strict = elements.map(|column| column.flatness().is_finite()).peekable();
        strict.peek().is_some() && strict.all(|strict| strict)
    }

    /// The agents that use some of these rows.
    pub fn owners(&self, rows: &[usize]) -> BTreeSet<usize> {
        let columns = rows.iter().flat_map(|row| &self.rows[*row].columns);
        columns.map(|at| self.column(*at).agent).collect()
    }

    /// Rows that agents couple, each group by itself; in the order of their first row.
    pub fn groups(&self) -> Vec<Vec<usize>> {
        let mut joined = Joined::new(self.rows.len());
        let mut first: Vec<Option<usize>> = vec![None; self.agents.len()];
        for (row, each) in self.rows.iter().enumerate() {
            for at in &each.columns {
                let slot = &mut first[self.column(*at).agent];
                joined.join(*slot.get_or_insert(row), row);
            }
        }
        joined.groups().0
    }
}

/// What a column is called.
struct Element {
    variable: VariableId,
    name: String,
    unit: String,
    scale: f64,
}

fn elements(model: &Model, instance: &Instance) -> Vec<Element> {
    let mut names = Vec::with_capacity(instance.layout.columns());
    for (id, variable) in model.variables.iter().enumerate() {
        let sets: Vec<_> = variable.index.iter().map(|binder| binder.set).collect();
        for place in 0..instance.layout.range(id).len() {
            let members = instance.layout.members(&sets, place);
            let name = named(&variable.name.value, &instance.key(model, &sets, &members));
            let (unit, scale) = (variable.unit.text.clone(), real(&variable.unit.scale));
            names.push(Element { variable: id, name, unit, scale });
        }
    }
    names
}

fn rows(model: &Model, instance: &Instance, gain: f64) -> Vec<Row> {
    let row = |row: &crate::instance::Row| {
        let resource = &model.resources[row.resource];
        let mut columns = BTreeSet::new();
        row.form.columns(&mut columns);
        Row {
            name: instance.row_name(model, row),
            item: row.resource,
            unit: resource.unit.text.clone(),
            relation: row.relation,
            capacity: row.capacity,
            entries: row.form.linear.clone(),
            columns: columns.into_iter().collect(),
            curved: !row.form.is_affine(),
            scale: real(&resource.unit.scale),
            step_unit: real(&resource.unit.scale).powi(2) / gain,
        }
    };
    instance.rows.iter().map(row).collect()
}

/// Sets that grow together (Tarjan 1975).
struct Joined {
    parents: Vec<usize>,
}

impl Joined {
    fn new(count: usize) -> Self {
        Joined { parents: (0..count).collect() }
    }

    fn root(&mut self, mut of: usize) -> usize {
        while self.parents[of] != of {
            self.parents[of] = self.parents[self.parents[of]];
            of = self.parents[of];
        }
        of
    }

    /// The smaller one stands for both.
    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b)] = a.min(b);
    }

    /// The sets in the order of their first elements, and the set of each element.
    fn groups(mut self) -> (Vec<Vec<usize>>, Vec<usize>) {
        let mut places = BTreeMap::new();
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut of = Vec::with_capacity(self.parents.len());
        for element in 0..self.parents.len() {
            let root = self.root(element);
            let place = *places.entry(root).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            groups[place].push(element);
            of.push(place);
        }
        (groups, of)
    }
}
