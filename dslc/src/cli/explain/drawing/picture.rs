//! What is drawn: resources, or clusters of them where there are too many.

use std::collections::BTreeMap;

use super::clusters;
use crate::cli::explain::coupling::{counted, first};
use crate::cli::spec::Checked;
use crate::plan::graph::route;
use crate::plan::ir::CouplingGraph;
use crate::plan::methods::Decomposition;

/// Most resources that are drawn one by one.
const MOST_NODES: usize = 300;

/// Most edges that are drawn one by one.
const MOST_EDGES: usize = 3000;

/// Most variables that one edge names.
const MOST_NAMED: usize = 3;

/// A graph to be drawn.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The fibre.
    pub title: String,
    /// What is drawn, in a sentence.
    pub remark: String,
    /// Vertices.
    pub nodes: Vec<Node>,
    /// Lines between them.
    pub edges: Vec<Edge>,
}

/// A resource, or a cluster of them.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// What stands in it: the place in which it is eliminated, from 1, or how many it stands for.
    pub number: usize,
}

/// A line.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Places of its ends.
    pub ends: (usize, usize),
    /// The variables that couple them; empty when elimination alone joins them.
    pub label: String,
    /// Whether elimination adds it.
    pub fill: bool,
}

impl Picture {
    /// The picture of a spec's coupling graph, or why there is none.
    pub fn of(spec: &Checked) -> Result<Picture, String> {
        let title = spec.model.fibre.value.clone();
        let (graph, names) = match (&spec.plan, &spec.decomposition) {
            (Some((plan, _)), _) => (&plan.graph, named_by(&plan.resources, |it| &it.name)),
            (None, Some(whole)) => (&whole.graph, named_by(&whole.resources, |it| &it.name)),
            (None, None) => return Err("nothing is derived from this spec".to_owned()),
        };
        if graph.nodes < names.len() {
            return Err("who uses which resource is known only at run time".to_owned());
        }
        if !graph.ordered {
            return Err("the pairs of coupled resources are too many to list".to_owned());
        }
        if names.len() > MOST_NODES || graph.edges.len() + graph.fill.len() > MOST_EDGES {
            return Ok(clustered(title, graph, &names));
        }
        Ok(Picture::whole(title, graph, &names, &routes(spec)))
    }

    /// Every resource and every edge; `routes` are the resources of each variable, by its name.
    pub fn whole(
        title: String,
        graph: &CouplingGraph,
        names: &[String],
        routes: &[(String, Vec<usize>)],
    ) -> Picture {
        let mut place = vec![0; names.len()];
        graph.order.iter().zip(1..).for_each(|(&id, number)| place[id] = number);
        let couplings = couplings(routes);
        let coupled = graph.edges.iter().map(|&ends| {
            let variables = couplings.get(&ends).map(Vec::as_slice).unwrap_or_default();
            Edge { ends, label: first(variables, MOST_NAMED), fill: false }
        });
        let fill = graph.fill.iter().map(|&ends| Edge { ends, label: String::new(), fill: true });
        let nodes = names.iter().zip(place);
        Picture {
            title,
            remark: format!(
                "{}, {}, {} of fill; width {}; the numbers are the order of elimination",
                counted(names.len(), "resource"),
                counted(graph.edges.len(), "coupling"),
                counted(graph.fill_edges, "edge"),
                graph.width
            ),
            nodes: nodes.map(|(name, number)| Node { name: name.clone(), number }).collect(),
            edges: coupled.chain(fill).collect(),
        }
    }
}

fn named_by<T>(resources: &[T], name: impl Fn(&T) -> &String) -> Vec<String> {
    resources.iter().map(|resource| name(resource).clone()).collect()
}

/// Which resources each variable uses.
fn routes(spec: &Checked) -> Vec<(String, Vec<usize>)> {
    if let Some((plan, _)) = &spec.plan {
        return plan.families.iter().map(|it| (it.name.clone(), route(it))).collect();
    }
    let Some(Decomposition { facts, .. }) = &spec.decomposition else {
        return Vec::new();
    };
    let mut routes: Vec<_> =
        facts.columns.iter().map(|column| (column.name.clone(), Vec::new())).collect();
    for (id, row) in facts.rows.iter().enumerate() {
        for column in &row.columns {
            if let Some((_, route)) = routes.get_mut(*column) {
                route.push(id);
            }
        }
    }
    routes
}

/// The variables of each pair of resources.
fn couplings(routes: &[(String, Vec<usize>)]) -> BTreeMap<(usize, usize), Vec<&str>> {
    let mut couplings: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for (name, route) in routes {
        for (at, &a) in route.iter().enumerate() {
            for &b in &route[at + 1..] {
                couplings.entry((a.min(b), a.max(b))).or_default().push(name);
            }
        }
    }
    couplings
}

/// The same graph, its resources gathered.
fn clustered(title: String, graph: &CouplingGraph, names: &[String]) -> Picture {
    let (cluster_of, clusters) = clusters::gather(graph);
    let mut sizes = vec![0; clusters];
    let mut heads: Vec<Option<&String>> = vec![None; clusters];
    for (name, &cluster) in names.iter().zip(&cluster_of) {
        sizes[cluster] += 1;
        heads[cluster].get_or_insert(name);
    }
    let mut between: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for &(a, b) in &graph.edges {
        let (a, b) = (cluster_of[a], cluster_of[b]);
        if a != b {
            *between.entry((a.min(b), a.max(b))).or_default() += 1;
        }
    }
    let node = |(head, &size): (Option<&String>, &usize)| {
        let name = head.cloned().unwrap_or_default();
        let name = if size > 1 { format!("{name} …") } else { name };
        Node { name, number: size }
    };
    let edge = |(ends, count): ((usize, usize), usize)| Edge {
        ends,
        label: count.to_string(),
        fill: false,
    };
    Picture {
        title,
        remark: format!(
            "{} and {} are too many to draw one by one: {} along the elimination, each with the \
             number of its resources, and how many couplings join them",
            counted(names.len(), "resource"),
            counted(graph.edges.len(), "coupling"),
            counted(clusters, "cluster"),
        ),
        nodes: heads.into_iter().zip(&sizes).map(node).collect(),
        edges: between.into_iter().map(edge).collect(),
    }
}
