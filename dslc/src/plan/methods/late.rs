//! Problems whose numbers come only at run time.

use super::{Decomposition, Facts, Kind, Resource};
use crate::plan::ir::CouplingGraph;
use crate::sema::hir::{Model, SetMembers, Values};

/// What is known only at run time, if the problem depends on such a thing.
pub fn late(model: &Model) -> Option<String> {
    let needs = model.needs();
    let mut params = needs.params.iter().filter_map(|param| model.params.get(*param));
    let mut sets = needs.sets.iter().filter_map(|set| model.sets.get(*set));
    let input = params.find(|param| matches!(param.values, Values::Input(..)));
    let open = sets.find(|set| matches!(set.members, SetMembers::Open(_)));
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
