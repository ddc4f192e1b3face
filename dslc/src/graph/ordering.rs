//! Approximate minimum degree (Amestoy, Davis and Duff 1996), by the crate of that name.

use super::Graph;
use super::chordal::positions;

/// An ordering with little fill, in near-linear time. The same graph is always ordered the same way.
pub fn minimum_degree(graph: &Graph) -> Vec<usize> {
    let nodes = graph.nodes();
    // The crate counts on a full diagonal.
    let mut starts = Vec::with_capacity(nodes + 1);
    let mut rows = Vec::with_capacity(2 * graph.size() + nodes);
    for vertex in 0..nodes {
        starts.push(signed(rows.len()));
        let neighbours = graph.neighbours(vertex);
        let above = neighbours.partition_point(|&other| other < vertex);
        rows.extend(neighbours[..above].iter().copied().map(signed));
        rows.push(signed(vertex));
        rows.extend(neighbours[above..].iter().copied().map(signed));
    }
    starts.push(signed(rows.len()));
    let found = amd::order(signed(nodes), &starts, &rows, &amd::Control::default());
    let order = found.ok().map(|(order, _, _)| order).unwrap_or_default();
    let order: Vec<usize> = order.into_iter().filter_map(|id| id.try_into().ok()).collect();
    // Any ordering eliminates; a bad one only has more fill.
    if positions(nodes, &order).is_some() { order } else { (0..nodes).collect() }
}

/// The crate marks by negative numbers.
fn signed(index: usize) -> isize {
    // No slice is longer than `isize::MAX` bytes.
    index.cast_signed()
}
