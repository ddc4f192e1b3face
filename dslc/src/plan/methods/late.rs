//! Problems whose numbers come only at run time.

use super::{Decomposition, Facts, Kind, Resource};
use crate::plan::ir::CouplingGraph;
use crate::sema::hir::{Model, SetMembers, Values};

/// What is known only at run time, if anything is.
pub fn late(model: &Model) -> Option<String> {
    let input = model.params.iter().find(|param| matches!(param.values, Values::Input(..)));
    let open = model.sets.iter().find(|set| matches!(set.members, SetMembers::Open(_)));
    match (input, open) {
        (Some(param), _) => Some(format!("`{}` is known only at run time", param.name.value)),
        (None, Some(set)) => {
            Some(format!("the members of `{}` are known only at run time", set.name.value))
        }
        (None, None) => None,
    }
}

/// What runs such a problem: its owner solves it once it knows them. `why` says what is not known.
pub fn when_known(model: &Model, why: &str) -> Decomposition {
    let resources = model.resources.iter().map(|resource| Resource {
        name: resource.name.value.clone(),
        unit: resource.unit.text.clone(),
        capacity: None,
        kind: Kind::Penalty,
        taken: None,
        delay: 0,
        why: format!("{why}; its owner solves it then"),
        runner_up: None,
        would_change: "`--param NAME=VALUE` explains it as it is run with that value".to_owned(),
    });
    Decomposition {
        fibre: model.fibre.value.clone(),
        source: model.file.clone(),
        facts: Facts { columns: Vec::new(), rows: Vec::new(), agents: Vec::new(), gain: 1.0 },
        resources: resources.collect(),
        tau: Vec::new(),
        graph: CouplingGraph::default(),
    }
}
