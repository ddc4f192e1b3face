//! The problem that is run: columns, agents and resources.

use std::fmt::Debug;

use crate::agent::Utility;
use crate::error::Error;
use crate::law::Method;

/// A problem whose resources have methods. Units are the caller's.
#[derive(Debug, Default)]
pub struct Problem {
    /// The variables.
    pub columns: Vec<Column>,
    /// Who owns them.
    pub agents: Vec<Agent>,
    /// What is shared.
    pub resources: Vec<Resource>,
}

/// A variable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Lower bound; −∞ where there is none.
    pub lower: f64,
    /// Upper bound; +∞ where there is none.
    pub upper: f64,
    /// Where it starts; within the bounds.
    pub start: f64,
    /// τ of the primal-dual method, above 0: infinite for a column that no such resource uses.
    pub tau: f64,
}

/// Who owns columns, and what they are worth to it.
#[derive(Debug)]
pub struct Agent {
    /// Its columns.
    pub columns: Vec<usize>,
    /// Its utility, in the order of its columns.
    pub utility: Box<dyn Utility>,
    /// The family of an open set that it belongs to, counted from 0; such an agent may come and go.
    pub family: Option<usize>,
}

/// A coupling `use {<=, ==, >=} capacity` and what runs it.
#[derive(Debug)]
pub struct Resource {
    /// What is used.
    pub uses: Use,
    /// How it compares.
    pub sense: Sense,
    /// What there is.
    pub capacity: f64,
    /// What runs it.
    pub method: Method,
    /// The step of [`Method::Dual`] as a function of who is present, where members come and go.
    pub by_members: Option<MemberStep>,
}

/// What is used of a resource.
#[derive(Debug)]
pub enum Use {
    /// `Σ a_j x_j`: columns and coefficients, each column once, none 0.
    Affine(Vec<(usize, f64)>),
    /// A smooth function that is convex for `<=`, concave for `>=`. For [`Method::Penalty`] alone.
    Curved(Box<dyn Curve>),
}

/// A smooth function of some columns.
pub trait Curve: Debug + Send + Sync {
    /// The columns that it depends on, each once.
    fn columns(&self) -> &[usize];

    /// Its value where those columns have the values `x`.
    fn value(&self, x: &[f64]) -> f64;

    /// Its derivatives there, one for each of its columns.
    fn gradient(&self, x: &[f64]) -> Vec<f64>;
}

/// How a use compares with its capacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// `<=`: price ≥ 0.
    AtMost,
    /// `==`: price of either sign.
    Equal,
    /// `>=`: price ≤ 0.
    AtLeast,
}

impl Sense {
    /// The price nearest to `price` that has the sign this relation allows.
    pub(crate) fn project(self, price: f64) -> f64 {
        match self {
            Sense::AtMost => price.max(0.0),
            Sense::Equal => price,
            Sense::AtLeast => price.min(0.0),
        }
    }

    /// 1, or −1 where the use counts negatively against a limit from above.
    pub(crate) fn sign(self) -> f64 {
        if self == Sense::AtLeast { -1.0 } else { 1.0 }
    }
}

/// `α(n) = numerator / (fixed + Σ_f each[f]·n_f)` with n_f members of family f present.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberStep {
    /// The numerator.
    pub numerator: f64,
    /// What those add that are always there.
    pub fixed: f64,
    /// What a member of each family adds.
    pub each: Vec<f64>,
}

impl MemberStep {
    /// The step with so many members of each family. With nobody to answer it is that of one member.
    pub fn at(&self, present: &[usize]) -> f64 {
        let members: f64 = self.each.iter().zip(present).map(|(each, n)| each * *n as f64).sum();
        let all = self.fixed + members;
        let alone = self.each.iter().copied().fold(0.0, f64::max);
        self.numerator / if all > 0.0 { all } else { alone }
    }
}

/// Who hears whom, of the users of a resource that [`Method::Consensus`] runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peers {
    /// Everybody hears everybody.
    All,
    /// Each hears the one before and the one after.
    Ring,
}

impl Problem {
    /// Indices exist, each column has one owner, numbers are finite, methods fit their resources.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let mut owners = vec![0usize; self.columns.len()];
        for (id, agent) in self.agents.iter().enumerate() {
            for column in &agent.columns {
                match owners.get_mut(*column) {
                    Some(owners) => *owners += 1,
                    None => return Err(self.no_such(format!("agent {id}"), *column)),
                }
            }
        }
        if let Some(column) = owners.iter().position(|owners| *owners != 1) {
            return Err(Error::Owners { column, owners: owners[column] });
        }
        for (id, column) in self.columns.iter().enumerate() {
            let inside = column.start >= column.lower && column.start <= column.upper;
            finite(&format!("the start of column {id}"), column.start)?;
            if !inside {
                let place = format!("the start of column {id}");
                let needs = "it must lie within the column's bounds";
                return Err(Error::BadNumber { place, value: column.start, needs });
            }
            positive(&format!("τ of column {id}"), column.tau)?;
        }
        for (id, resource) in self.resources.iter().enumerate() {
            finite(&format!("the capacity of resource {id}"), resource.capacity)?;
            for column in resource.columns() {
                if column >= self.columns.len() {
                    return Err(self.no_such(format!("resource {id}"), column));
                }
            }
            if let Use::Affine(entries) = &resource.uses {
                for (column, a) in entries {
                    finite(&format!("the coefficient of column {column} in resource {id}"), *a)?;
                }
            }
            resource.method.check(id, resource)?;
        }
        Ok(())
    }

    fn no_such(&self, place: String, column: usize) -> Error {
        Error::NoSuchColumn { place, column, columns: self.columns.len() }
    }
}

impl Resource {
    /// The columns that it depends on.
    pub(crate) fn columns(&self) -> Vec<usize> {
        match &self.uses {
            Use::Affine(entries) => entries.iter().map(|(column, _)| *column).collect(),
            Use::Curved(curve) => curve.columns().to_vec(),
        }
    }
}

/// That a number is finite.
fn finite(place: &str, value: f64) -> Result<(), Error> {
    let needs = "it must be a finite number";
    if value.is_finite() {
        return Ok(());
    }
    Err(Error::BadNumber { place: place.to_owned(), value, needs })
}

/// That a number is above 0; infinity is.
pub(crate) fn positive(place: &str, value: f64) -> Result<(), Error> {
    let needs = "it must be above 0";
    if value > 0.0 {
        return Ok(());
    }
    Err(Error::BadNumber { place: place.to_owned(), value, needs })
}
