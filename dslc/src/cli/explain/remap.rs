//! A core and what fills it: which part of the fibre keeps which of the core's promises.

use serde::Serialize;

use super::document::curvature;
use crate::cli::spec::Checked;
use crate::diag::json;
use crate::plan::ir::Plan;
use crate::sema::hir::{Facts, Model, Relation, Remap, Span, VariableId};

/// A core with its holes filled.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The core.
    pub core: String,
    /// Each sigil and what fills it.
    pub map: Vec<Mapping>,
    /// What the core asks, and what answers.
    pub obligations: Vec<Obligation>,
}

/// One mapping.
#[derive(Debug, Serialize)]
pub struct Mapping {
    /// The sigil.
    pub sigil: String,
    /// What fills it, as it is written.
    pub target: String,
}

/// One thing that the core asks.
#[derive(Debug, Serialize)]
pub struct Obligation {
    /// What.
    pub obligation: String,
    /// What answers it.
    pub discharged_by: String,
    /// Where that stands.
    #[serde(rename = "where")]
    pub place: Place,
}

/// A place in a file.
#[derive(Debug, Serialize)]
pub struct Place {
    /// The file.
    pub file: String,
    /// Where in it.
    pub span: json::Span,
}

/// Collects what is known of a spec's core; none for a spec without.
pub fn of(spec: &Checked) -> Option<Report> {
    let remap = spec.model.remap.as_ref()?;
    let place = |span: Span| {
        let (file, span) = json::span(&spec.sources, spec.provenance.core_place(span));
        Place { file: file.to_owned(), span }
    };
    let entry = |obligation: String, discharged_by: String, span: Span| Obligation {
        obligation,
        discharged_by,
        place: place(span),
    };
    let known = remap.obligations.iter();
    let known = known.map(|it| entry(it.asks.clone(), it.by.clone(), it.span));
    let of_items = items(spec).into_iter().map(|(asks, by, span)| entry(asks, by, span));
    let plan = spec.plan.as_ref().map(|(plan, _)| plan);
    let strict = strict(remap, &spec.model, plan);
    let strict = strict.into_iter().map(|(asks, by, span)| entry(asks, by, span));
    let target = |span| spec.sources.slice(span).split_whitespace().collect::<Vec<_>>().join(" ");
    let mapping = |it: &crate::sema::hir::Spanned<String>| Mapping {
        sigil: it.value.clone(),
        target: target(it.span),
    };
    Some(Report {
        core: remap.core.value.clone(),
        map: remap.map.iter().map(mapping).collect(),
        obligations: known.chain(of_items).chain(strict).collect(),
    })
}

/// What the core's own items need once they are filled.
fn items(spec: &Checked) -> Vec<(String, String, Span)> {
    let by = |facts: &Facts| format!("{} by rules", curvature(facts.curvature));
    let mut found = Vec::new();
    for resource in spec.model.resources.iter().filter(|it| spec.provenance.holds(it.span)) {
        let name = &resource.name.value;
        let needs = match resource.relation {
            Relation::AtMost => "convex",
            Relation::Equal => "affine",
            Relation::AtLeast => "concave",
        };
        let use_ = &resource.use_;
        found.push((format!("the use of `{name}` is {needs}"), by(&use_.facts), use_.span));
        let (lo, hi) = resource.capacity.facts.interval;
        let unit = &resource.unit;
        let capacity = format!("in {} .. {}", unit.show_near(lo), unit.show_near(hi));
        let asks = format!("the capacity of `{name}` is constant");
        found.push((asks, capacity, resource.capacity.span));
    }
    for utility in spec.model.utilities.iter().filter(|it| spec.provenance.holds(it.span)) {
        let facts = &utility.body.facts;
        found.push((format!("`{}` is concave", utility.name), by(facts), utility.span));
    }
    found
}

/// Strict concavity is the plan's to show.
fn strict(remap: &Remap, model: &Model, plan: Option<&Plan>) -> Vec<(String, String, Span)> {
    let least = |variable: VariableId| {
        let name = &model.variables.get(variable)?.name.value;
        let families = plan?.families.iter().filter(|family| {
            let rest = family.name.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
        });
        families.map(|family| &family.mu).min().cloned()
    };
    let found = remap.strict.iter().filter_map(|strict| {
        let asks = format!("the utility is strictly concave in `{}`", strict.sigil.value);
        let by = format!("strong concavity {} on the bounds, in SI", least(strict.variable.value)?);
        Some((asks, by, model.variables.get(strict.variable.value)?.name.span))
    });
    found.collect()
}
