//! The coupling graph in words.

use crate::plan::explain::GraphReport;

/// Most resources whose names are listed.
const MOST_NAMED: usize = 12;

/// One line: its shape, and its order.
pub fn line(graph: &GraphReport) -> String {
    let shape = shape(graph);
    match graph.width {
        Some(_) => format!("{shape}; eliminated in the order {}", first(&graph.order, MOST_NAMED)),
        None => shape,
    }
}

/// Its size, whether it is chordal, what completes it and how wide it is.
pub fn shape(graph: &GraphReport) -> String {
    let (nodes, edges) = (graph.nodes.len(), graph.edges.len());
    let Some(width) = graph.width else {
        return match nodes {
            0 => "known only at run time".to_owned(),
            _ => format!("{}, with too many pairs to list", counted(nodes, "resource")),
        };
    };
    let size = format!("{}, {}", counted(nodes, "resource"), counted(edges, "edge"));
    let shape = match (graph.chordal, graph.fill.is_empty()) {
        (true, _) => "chordal".to_owned(),
        (false, false) => {
            format!("not chordal, completed by {}", counted(graph.fill_edges, "edge"))
        }
        (false, true) => {
            format!("not chordal, completed by {} edges, too many to list", graph.fill_edges)
        }
    };
    format!("{size}, {shape}; width {width}")
}

/// `1 resource`, `3 resources`.
pub fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// The first `most` names, and how many follow.
pub fn first<T: AsRef<str>>(names: &[T], most: usize) -> String {
    let shown: Vec<_> = names.iter().take(most).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(edges: usize, fill: usize, fill_edges: usize, width: Option<usize>) -> GraphReport {
        let names: Vec<_> = (0..20).map(|id| format!("r{id}")).collect();
        let pair = (names[0].clone(), names[1].clone());
        GraphReport {
            edges: vec![pair.clone(); edges],
            chordal: fill_edges == 0,
            order: names.clone(),
            width,
            fill: vec![pair; fill],
            fill_edges,
            cliques: Vec::new(),
            nodes: names,
        }
    }

    #[test]
    fn each_kind_of_graph_has_its_words() {
        let chordal = line(&report(1, 0, 0, Some(2)));
        assert!(chordal.starts_with("20 resources, 1 edge, chordal; width 2; "), "{chordal}");
        assert!(chordal.ends_with("r10, r11 and 8 more"), "{chordal}");
        let completed = line(&report(3, 1, 1, Some(2)));
        assert!(completed.contains("not chordal, completed by 1 edge; width 2"), "{completed}");
        let counted = line(&report(3, 0, 9, Some(2)));
        assert!(counted.contains("by 9 edges, too many to list"), "{counted}");
        assert_eq!(line(&report(0, 0, 0, None)), "20 resources, with too many pairs to list");
    }
}
