//! What was chosen and why, for `dslc explain`.

use std::collections::BTreeSet;

use super::table::DELAYED_DESCENT;
use super::{Decomposition, Kind, Resource};
use crate::certify::Summary;
use crate::plan::explain::{
    DecompositionReport, Explanation, FamilyReport, ResourceReport, graph_report,
};

/// Explains how a problem is run.
pub fn explain(decomposition: &Decomposition) -> Explanation {
    let resources = &decomposition.resources;
    let names: Vec<_> = resources.iter().map(|each| each.name.clone()).collect();
    let facts = &decomposition.facts;
    Explanation {
        resources: resources
            .iter()
            .enumerate()
            .map(|(at, each)| ResourceReport {
                name: each.name.clone(),
                unit: each.unit.clone(),
                capacity: match (each.capacity, facts.rows.get(at)) {
                    (Some(capacity), Some(row)) => capacity * row.scale,
                    _ => f64::NAN,
                },
            })
            .collect(),
        families: facts
            .columns
            .iter()
            .map(|column| FamilyReport {
                name: column.name.clone(),
                at_most: 1,
                bounds: (column.lower * column.scale, column.upper * column.scale),
                strong_concavity: column.curvature.mu * facts.gain / column.scale.powi(2),
            })
            .collect(),
        graph: graph_report(&decomposition.graph, &names),
        decomposition: resources.iter().map(report).collect(),
        certificate: summary(resources),
        control: None,
    }
}

fn report(resource: &Resource) -> DecompositionReport {
    let taken = resource.taken.as_ref();
    DecompositionReport {
        resource: resource.name.clone(),
        method: resource.kind.name(),
        step: taken.and_then(|taken| taken.step),
        step_bound: taken.and_then(|taken| taken.bound),
        step_rule: taken.map_or("known at run time".to_owned(), |taken| taken.rule.clone()),
        lipschitz: taken.and_then(|taken| Some(taken.lipschitz?.0)),
        low_lapsley: taken.and_then(|taken| Some(taken.lipschitz?.1)),
        delay: resource.delay,
        why: resource.why.clone(),
        runner_up: resource.runner_up.clone(),
        would_change: resource.would_change.clone(),
    }
}

/// What the methods promise together: each what its own theorem says, and no more.
fn summary(resources: &[Resource]) -> Summary {
    let kinds: BTreeSet<Kind> = resources.iter().map(|each| each.kind).collect();
    let delayed = resources.iter().any(|each| each.delay > 0);
    let rate = |kind: &Kind| match kind {
        Kind::Dual if delayed => DELAYED_DESCENT,
        other => other.row().certificate.rate,
    };
    let certificates: Vec<_> = kinds.iter().map(|kind| kind.row().certificate).collect();
    let theta = resources.iter().filter_map(|each| {
        let taken = each.taken.as_ref()?;
        Some(taken.step? / taken.bound?)
    });
    let theta =
        theta.fold(None, |most: Option<f64>, next| Some(most.map_or(next, |most| most.max(next))));
    let rate: Vec<_> = kinds
        .iter()
        .map(|kind| match kinds.len() {
            1 => rate(kind).to_owned(),
            _ => format!("{}: {}", kind.name(), rate(kind)),
        })
        .collect();
    Summary {
        kind: match certificates.as_slice() {
            [_] if delayed => "descent",
            [only] => only.kind,
            _ => "mixed",
        },
        // Four digits are what a share of a bound is worth.
        theta: theta.map_or("1".to_owned(), |theta| ((theta * 1e4).round() / 1e4).to_string()),
        rate: rate.join("; "),
        integer_bits: None,
    }
}
