//! Nodes: each runs its own copy of every resource for the agents that live on it.

use crate::law::{Heard, Law, Row, Told};
use crate::links::Link;
use crate::problem::{Problem, Resource};

/// One node.
#[derive(Debug)]
pub struct Node {
    laws: Vec<Box<dyn Law>>,
    links: Vec<Link>,
    /// What it knows of each entry: fresh of its own agents, else as of the last exchange.
    known: Vec<Vec<f64>>,
    worth: Vec<Vec<f64>>,
}

/// What happened in a round.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    /// What was last reported of each entry of each row.
    pub reported: &'a [Vec<f64>],
    /// What each user of each row says its part is worth.
    pub worth: &'a [Vec<f64>],
    /// Members of each open family that are present.
    pub present: &'a [usize],
    /// Rounds so far.
    pub round: u64,
    /// The node of each agent.
    pub home: &'a [usize],
}

impl Node {
    /// A node before the first round.
    pub fn new(problem: &Problem, rows: &[Row], reported: &[Vec<f64>], delay: u32) -> Self {
        let all = || problem.resources.iter().zip(rows).zip(reported);
        let laws = all().map(|((resource, row), x)| resource.method.law(resource, row, x));
        let laws: Vec<_> = laws.collect();
        let links = laws.iter().zip(all()).map(|(law, ((resource, row), x))| {
            let mut told = vec![Told::NOTHING; row.columns.len()];
            law.tell(resource, row, x, &mut told);
            Link::new(told, delay)
        });
        let links = links.collect();
        let worth = rows.iter().map(|row| vec![0.0; row.users.len()]).collect();
        Node { laws, links, known: reported.to_vec(), worth }
    }

    /// Sends what its resources tell.
    pub fn tell(&mut self, problem: &Problem, rows: &[Row], mut lost: impl FnMut() -> bool) {
        let all = self.links.iter_mut().zip(&self.laws).zip(&self.known);
        for (((link, law), known), (resource, row)) in all.zip(problem.resources.iter().zip(rows)) {
            link.send(|told| law.tell(resource, row, known, told), &mut lost);
        }
    }

    /// What arrives now of a resource.
    pub fn told(&self, row: usize) -> &[Told] {
        self.links[row].arrived()
    }

    /// Whether its laws admit a move; all are asked, since each learns.
    pub fn admits(
        &mut self,
        problem: &Problem,
        rows: &[Row],
        before: &[Vec<f64>],
        after: &[Vec<f64>],
    ) -> bool {
        let mut all = true;
        for (id, (law, row)) in self.laws.iter_mut().zip(rows).enumerate() {
            all &= law.admits(&problem.resources[id], row, &before[id], &after[id]);
        }
        all
    }

    /// Moves its resources by what it knows after the round.
    pub fn hear(
        &mut self,
        problem: &Problem,
        rows: &[Row],
        news: &News<'_>,
        own: usize,
        exchange: bool,
    ) {
        for (id, row) in rows.iter().enumerate() {
            for (user, (agent, entries)) in row.users.iter().enumerate() {
                if exchange || news.home[*agent] == own {
                    let reported = &news.reported[id][entries.clone()];
                    self.known[id][entries.clone()].copy_from_slice(reported);
                    self.worth[id][user] = news.worth[id][user];
                }
            }
            let heard = Heard {
                x: &self.known[id],
                worth: &self.worth[id],
                present: news.present,
                round: news.round,
            };
            self.laws[id].hear(&problem.resources[id], row, &heard);
        }
    }

    /// The price of a resource, as this node knows it.
    pub fn price(&self, id: usize, resource: &Resource, row: &Row, x: &[f64]) -> f64 {
        self.laws[id].price(resource, row, x)
    }
}

/// Averages what the nodes share of each resource.
pub fn average(nodes: &mut [Node], rows: usize) {
    let count = nodes.len() as f64;
    for row in 0..rows {
        let size = nodes.first_mut().map_or(0, |node| node.laws[row].shared().len());
        let mut mean = vec![0.0; size];
        for node in nodes.iter_mut() {
            mean.iter_mut().zip(node.laws[row].shared()).for_each(|(m, own)| *m += *own / count);
        }
        for node in nodes.iter_mut() {
            node.laws[row].shared().copy_from_slice(&mean);
        }
    }
}
