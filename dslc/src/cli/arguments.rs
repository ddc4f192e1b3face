//! What a run supplies, on the command line.

use crate::diag::{Diagnostic, codes};
use crate::instance::{Inputs, Population};
use crate::sema::Given;
use crate::sema::hir::{Model, SetMembers, Span};
use crate::sema::names::nearest;

/// A tolerance: a number above 0.
pub fn tolerance(text: &str) -> Result<f64, String> {
    let value = text.parse::<f64>().map_err(|_| "a number is needed, such as 1e-6".to_owned())?;
    if value > 0.0 && value < 1.0 {
        Ok(value)
    } else {
        Err("a tolerance lies between 0 and 1, both excluded".to_owned())
    }
}

/// Values in place of the spec's, for the commands that take them.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Values {
    /// Value of a param, in its declared unit: `demand=3`, `weight[a]=0.5`. May be repeated.
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = param)]
    params: Vec<Param>,
}

impl Values {
    /// All given values, by name and members; a later one wins.
    pub fn given(&self) -> Given {
        let mut given = Given::new();
        for Param { name, key, value } in &self.params {
            given.entry(name.clone()).or_default().insert(key.clone(), *value);
        }
        given
    }
}

/// `name=value`, `name[a,b]=value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    name: String,
    /// Members joined with `,`; empty for a scalar.
    key: String,
    value: f64,
}

/// Reads `name=value` or `name[a,b]=value`.
pub fn param(text: &str) -> Result<Param, String> {
    let form = "its form is `name=value` or `name[member]=value`";
    let (name, value) = text.rsplit_once('=').ok_or_else(|| form.to_owned())?;
    let value = value.trim().parse::<f64>().ok().filter(|value| value.is_finite());
    let value =
        value.ok_or_else(|| format!("the value must be a plain number, and finite; {form}"))?;
    let name = name.trim();
    let (name, key) = match name.split_once('[') {
        Some((name, rest)) => (name, rest.strip_suffix(']').ok_or_else(|| form.to_owned())?),
        None => (name, ""),
    };
    let members: Vec<_> = key.split(',').map(str::trim).collect();
    Ok(Param { name: name.trim().to_owned(), key: members.join(","), value })
}

/// Members of an open set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members {
    /// The set.
    pub set: String,
    /// Who is in it.
    pub population: Population,
}

/// Reads `Set=8` or `Set=batch:6,interactive:2`.
pub fn members(text: &str) -> Result<Members, String> {
    let form = || "its form is `Set=8`, or `Set=batch:6,interactive:2` by attribute".to_owned();
    let (set, groups) = text.split_once('=').ok_or_else(form)?;
    let group = |group: &str| {
        let (attribute, count) = match group.rsplit_once(':') {
            Some((attribute, count)) => (Some(attribute.trim().to_owned()), count),
            None => (None, group),
        };
        Ok((attribute, count.trim().parse().map_err(|_| form())?))
    };
    let groups = groups.split(',').map(group).collect::<Result<_, String>>()?;
    Ok(Members { set: set.trim().to_owned(), population: Population { groups } })
}

/// What is said of something that the spec does not have.
pub fn unknown(model: &Model, given: &Given, inputs: &Inputs) -> Option<Diagnostic> {
    let params: Vec<_> = model.params.iter().map(|param| param.name.value.as_str()).collect();
    let open = |set: &&crate::sema::hir::Set| matches!(set.members, SetMembers::Open(_));
    let sets: Vec<_> = model.sets.iter().filter(open).map(|set| set.name.value.as_str()).collect();
    let missing = |name: &str, known: &[&str], what: &str| {
        if known.contains(&name) {
            return None;
        }
        let message = format!("this spec has no {what} `{name}`");
        let error = Diagnostic::error(codes::UNKNOWN_NAME, Span::default(), message);
        Some(match nearest(name, known.iter().copied()) {
            Some(near) => error.note(format!("did you mean `{near}`?")),
            None => error,
        })
    };
    let of_params = given.keys().find_map(|name| missing(name, &params, "param"));
    of_params.or_else(|| inputs.members.keys().find_map(|name| missing(name, &sets, "open set")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_given_by_name_and_members() {
        let given = |text| param(text).map(|p| (p.name, p.key, p.value));
        assert_eq!(given("a=2"), Ok(("a".to_owned(), String::new(), 2.0)));
        assert_eq!(given("a[x, y] = -1e3"), Ok(("a".to_owned(), "x,y".to_owned(), -1000.0)));
        for wrong in ["a", "a=", "a=two", "a[x=2", "a=inf", "a=5 s"] {
            assert!(param(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn members_are_counted_or_grouped() {
        let groups = |text| members(text).map(|m| m.population.groups).unwrap_or_default();
        assert_eq!(groups("Task=8"), [(None, 8)]);
        let named = |name: &str, count| (Some(name.to_owned()), count);
        assert_eq!(
            groups("Task=batch:6,interactive:2"),
            [named("batch", 6), named("interactive", 2)]
        );
        assert!(
            members("Task").is_err() && members("Task=x").is_err() && members("Task=a:").is_err()
        );
    }
}
