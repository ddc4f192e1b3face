//! Curvature and sign of a node, of expressions that are built already; and building them.

use std::hint::black_box;
use std::time::Instant;

use crate::corpus::{Corpus, count};
use crate::figures::Table;
use crate::peer::{Peer, figure};

/// Repetitions.
const ROUNDS: usize = 15;
/// Passes of dslc a repetition: one is too short for the clock.
const PASSES: u32 = 50;

/// Measures both.
pub fn measure(corpus: &Corpus, peer: &mut Peer, table: &mut Table) -> Result<(), String> {
    let model = corpus.model()?;
    let bodies: Vec<_> = model.lets.iter().map(|named| &named.body).collect();
    let nodes = bodies.iter().map(|body| count(body)).sum::<usize>() as f64;
    let (mut build, mut rules) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
    let mut peer_nodes = 0.0;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        black_box(corpus.model()?);
        build.0.push(start.elapsed().as_secs_f64() / nodes);
        let start = Instant::now();
        for _ in 0..PASSES {
            for body in &bodies {
                black_box(body.shape_by_rules());
            }
        }
        rules.0.push(start.elapsed().as_secs_f64() / f64::from(PASSES) / nodes);
        let answer = peer.ask("rules")?;
        peer_nodes = figure(&answer, "nodes");
        build.1.push(figure(&answer, "build") / peer_nodes);
        rules.1.push(figure(&answer, "rules") / peer_nodes);
    }
    eprintln!("corpus: {} expressions, {nodes} nodes, {peer_nodes} in CVXPY", corpus.len());
    table.pair("curvature and sign, a node", ("µs", 1e-6), &rules.0, &rules.1);
    table.pair("expression from text / from Python, a node", ("µs", 1e-6), &build.0, &build.1);
    Ok(())
}
