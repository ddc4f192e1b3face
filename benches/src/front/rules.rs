//! Curvature and sign of a node, of expressions that are built already; and building them.

use std::hint::black_box;
use std::ops::Range;
use std::time::Instant;

use dslc::sema::atoms::{Atom, Given};
use dslc::sema::curvature::{self, Shape};
use dslc::sema::hir::{Expr, Rational};
use dslc::sema::interval::Interval;

use crate::corpus::{Corpus, count};
use crate::figures::Table;
use crate::peer::{Peer, figure};

/// Repetitions.
const ROUNDS: usize = 15;
/// Passes of dslc a repetition: one is too short for the clock.
const PASSES: u32 = 200;

/// Measures both.
pub fn measure(corpus: &Corpus, peer: &mut Peer, table: &mut Table) -> Result<(), String> {
    let model = corpus.model()?;
    let mut nodes = Nodes::default();
    for named in &model.lets {
        nodes.add(&named.body);
        nodes.roots += count(&named.body);
    }
    let total = nodes.roots as f64;
    let (more, less) = nodes.disagreements();
    if more > 0 || less * 100 > nodes.roots {
        return Err(format!("{more} and {less} nodes get another verdict than in the compiler"));
    }
    let (mut build, mut rules) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
    let mut peer_nodes = 0.0;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        black_box(corpus.model()?);
        build.0.push(start.elapsed().as_secs_f64() / total);
        let start = Instant::now();
        for _ in 0..PASSES {
            black_box(&mut nodes).solve();
        }
        rules.0.push(start.elapsed().as_secs_f64() / f64::from(PASSES) / total);
        let answer = peer.ask("rules")?;
        peer_nodes = figure(&answer, "nodes");
        build.1.push(figure(&answer, "build") / peer_nodes);
        rules.1.push(figure(&answer, "rules") / peer_nodes);
    }
    eprintln!("corpus: {} expressions, {total} nodes, {peer_nodes} in CVXPY", corpus.len());
    table.pair("curvature and sign, a node", ("µs", 1e-6), &rules.0, &rules.1);
    table.pair("expression from text / from Python, a node", ("µs", 1e-6), &build.0, &build.1);
    Ok(())
}

/// Expressions laid out flat, children before parents. What the rules read of a node beside the shapes
/// of its arguments, which are what a pass finds out, is there already: so it is in the compiler, too.
#[derive(Default)]
struct Nodes {
    rows: Vec<Row>,
    /// What is known of each node: of a leaf from the start, of others after a pass.
    shapes: Vec<Shape>,
    /// What the compiler said of each.
    said: Vec<Shape>,
    arguments: Vec<u32>,
    intervals: Vec<Interval>,
    parameters: Vec<Rational>,
    roots: usize,
}

/// A node that applies an atom.
struct Row {
    node: u32,
    atom: &'static Atom,
    arguments: Range<u32>,
    parameters: Range<u32>,
}

impl Nodes {
    /// Adds an expression; returns its node.
    fn add(&mut self, expr: &Expr) -> u32 {
        let row = expr.application().map(|applied| {
            let nodes: Vec<_> = applied.arguments.iter().map(|part| self.add(part)).collect();
            let first = self.arguments.len() as u32;
            self.arguments.extend(nodes);
            self.intervals.extend(applied.arguments.iter().map(|part| part.interval()));
            let parameter = self.parameters.len() as u32;
            self.parameters.extend(applied.parameters);
            let arguments = first..self.arguments.len() as u32;
            (applied.atom, arguments, parameter..self.parameters.len() as u32)
        });
        let node = self.shapes.len() as u32;
        self.shapes.push(expr.shape());
        self.said.push(expr.shape());
        if let Some((atom, arguments, parameters)) = row {
            self.rows.push(Row { node, atom, arguments, parameters });
        }
        node
    }

    /// One pass of the rules.
    fn solve(&mut self) {
        let mut own = Vec::with_capacity(16);
        for Row { node, atom, arguments, parameters } in &self.rows {
            let range = arguments.start as usize..arguments.end as usize;
            own.clear();
            own.extend(self.arguments[range.clone()].iter().map(|at| self.shapes[*at as usize]));
            let case = atom.case(&Given {
                shapes: &own,
                intervals: &self.intervals[range],
                counts: &[],
                parameters: &self.parameters[parameters.start as usize..parameters.end as usize],
            });
            self.shapes[*node as usize] = curvature::apply(case, &own);
        }
    }

    /// Nodes of which a pass says more than the compiler did, and nodes of which it says less of the
    /// curvature: the compiler may know how many elements a vector has, and more of a sign.
    fn disagreements(&mut self) -> (usize, usize) {
        self.solve();
        let both = || self.shapes.iter().zip(&self.said);
        let more = both().filter(|(found, said)| found.common(**said) != **found).count();
        let less = both().filter(|(found, said)| found.curvature() != said.curvature()).count();
        (more, less)
    }
}
