//! Where the vertices of a drawing go: stress majorisation (Gansner, Koren and North 2004).
//!
//! Each connected part is placed so that distances on paper follow those along edges, then the parts are
//! set in rows. There is no chance in it: the same graph is always drawn the same way.

use std::collections::VecDeque;

/// Length of an edge on paper.
const EDGE: f64 = 140.0;

/// How much longer an edge may be where many vertices are near each other.
const STRETCH: f64 = 4.0;

/// Between parts, and around all.
const GAP: f64 = 90.0;

/// Sweeps over all vertices; each moves less than the one before.
const SWEEPS: usize = 150;

/// Places, from (0, 0), and the width and height of the paper that they take.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Of each vertex.
    pub places: Vec<(f64, f64)>,
    /// Width and height.
    pub size: (f64, f64),
}

/// Lays out a graph on the vertices `0 .. nodes`.
pub fn lay_out(nodes: usize, edges: impl Iterator<Item = (usize, usize)>) -> Layout {
    let mut adjacent = vec![Vec::new(); nodes];
    for (a, b) in edges {
        adjacent[a].push(b);
        adjacent[b].push(a);
    }
    let mut places = vec![(0.0, 0.0); nodes];
    let mut parts = Vec::new();
    let mut seen = vec![false; nodes];
    for start in 0..nodes {
        if !seen[start] {
            let part = breadth_first(&adjacent, start).0;
            part.iter().for_each(|&vertex| seen[vertex] = true);
            let size = settle(&adjacent, &part, &mut places);
            parts.push((part, size));
        }
    }
    let size = in_rows(&parts, &mut places);
    Layout { places, size }
}

/// Vertices in the order in which they are reached, and the distance of each of all vertices.
fn breadth_first(adjacent: &[Vec<usize>], start: usize) -> (Vec<usize>, Vec<Option<usize>>) {
    let mut distance = vec![None; adjacent.len()];
    let mut reached = Vec::new();
    let mut queue = VecDeque::from([(start, 0)]);
    distance[start] = Some(0);
    while let Some((vertex, far)) = queue.pop_front() {
        reached.push(vertex);
        for &other in &adjacent[vertex] {
            if distance[other].is_none() {
                distance[other] = Some(far + 1);
                queue.push_back((other, far + 1));
            }
        }
    }
    (reached, distance)
}

/// Places one connected part, its corner at (0, 0); returns its width and height.
fn settle(adjacent: &[Vec<usize>], part: &[usize], places: &mut [(f64, f64)]) -> (f64, f64) {
    let all: Vec<_> = part.iter().map(|&vertex| breadth_first(adjacent, vertex).1).collect();
    let far = |from: usize, to: usize| all[from][part[to]].unwrap_or_default() as f64;
    let count = part.len();
    // Room for each vertex grows with their number, the paper with the longest distance.
    let diameter = all.iter().flatten().flatten().max().map_or(1.0, |most| *most as f64);
    let edge = EDGE * (2.0 * (count as f64).sqrt() / diameter.max(1.0)).clamp(1.0, STRETCH);
    // Distances from two far ends already unfold a line and a grid.
    let farthest = |from: usize| (0..count).max_by(|&a, &b| far(from, a).total_cmp(&far(from, b)));
    let one = farthest(0).unwrap_or_default();
    let two = (0..count)
        .max_by(|&a, &b| {
            let aside = |at: usize| far(one, at).min(far(0, at)) + 0.5 * far(one, at);
            aside(a).total_cmp(&aside(b))
        })
        .unwrap_or_default();
    let mut at: Vec<(f64, f64)> = (0..count)
        .map(|id| {
            // Whatever is as far from both must not fall together.
            let turn = 2.399_963 * id as f64;
            let (x, y) = (far(one, id) - far(two, id), far(0, id));
            (edge * (x + 0.3 * turn.cos()), edge * (y + 0.3 * turn.sin()))
        })
        .collect();
    for _ in 0..SWEEPS {
        for id in 0..count {
            let (mut x, mut y, mut total) = (0.0, 0.0, 0.0);
            for other in (0..count).filter(|&other| other != id) {
                let (dx, dy) = (at[id].0 - at[other].0, at[id].1 - at[other].1);
                let (apart, wanted) = (dx.hypot(dy).max(1e-6), edge * far(id, other));
                let weight = (wanted * wanted).recip();
                x += weight * (at[other].0 + wanted * dx / apart);
                y += weight * (at[other].1 + wanted * dy / apart);
                total += weight;
            }
            if total > 0.0 {
                at[id] = (x / total, y / total);
            }
        }
    }
    let least = |of: fn(&(f64, f64)) -> f64| at.iter().map(of).fold(f64::INFINITY, f64::min);
    let most = |of: fn(&(f64, f64)) -> f64| at.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
    let (left, top) = (least(|it| it.0), least(|it| it.1));
    let (right, bottom) = (most(|it| it.0), most(|it| it.1));
    part.iter().zip(&at).for_each(|(&vertex, &(x, y))| places[vertex] = (x - left, y - top));
    (right - left, bottom - top)
}

/// Moves the parts beside and below each other; returns the size of all.
fn in_rows(parts: &[(Vec<usize>, (f64, f64))], places: &mut [(f64, f64)]) -> (f64, f64) {
    let area: f64 = parts.iter().map(|(_, (width, height))| (width + GAP) * (height + GAP)).sum();
    let widest = parts.iter().map(|(_, (width, _))| *width).fold(0.0, f64::max);
    let room = widest.max(1.4 * area.sqrt());
    let (mut x, mut y, mut row) = (GAP, GAP, 0.0f64);
    let mut right = 0.0f64;
    for (part, (width, height)) in parts {
        if x > GAP && x + width > room + GAP {
            (x, y, row) = (GAP, y + row + GAP, 0.0);
        }
        part.iter().for_each(|&vertex| {
            places[vertex].0 += x;
            places[vertex].1 += y;
        });
        right = right.max(x + width);
        row = row.max(*height);
        x += width + GAP;
    }
    (right + GAP, y + row + GAP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_drawn_as_a_line() {
        let Layout { places, .. } = lay_out(6, (0..5).map(|at| (at, at + 1)));
        let apart = |a: usize, b: usize| {
            (places[a].0 - places[b].0).hypot(places[a].1 - places[b].1) / EDGE
        };
        for (a, b) in (0..6).flat_map(|a| (0..a).map(move |b| (a, b))) {
            assert!((apart(a, b) - (a - b) as f64).abs() < 0.1, "{a} {b}: {}", apart(a, b));
        }
    }

    #[test]
    fn no_two_vertices_fall_together_and_all_are_on_the_paper() {
        let wheel = (1..8).flat_map(|at| [(0, at), (at, at % 7 + 1)]);
        let star = (9..30).map(|leaf| (8, leaf));
        let Layout { places, size } = lay_out(40, wheel.chain(star));
        for (a, one) in places.iter().enumerate() {
            assert!(one.0 >= 0.0 && one.0 <= size.0 && one.1 >= 0.0 && one.1 <= size.1);
            for (b, two) in places.iter().enumerate().skip(a + 1) {
                assert!((one.0 - two.0).hypot(one.1 - two.1) > 20.0, "{a} {b}: {one:?} {two:?}");
            }
        }
    }
}
