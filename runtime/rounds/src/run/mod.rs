//! The rounds.

mod answers;
mod nodes;

use crate::error::Error;
use crate::law::{Method, Row};
use crate::problem::{Problem, Resource, Use};
use crate::weather::{Disturbances, Weather};
use answers::Answers;
use nodes::{News, Node};

/// A run: the agents' answers, each node's resources, and what is under way between them.
#[derive(Debug)]
pub struct Run<'p> {
    problem: &'p Problem,
    disturbances: Disturbances,
    weather: Weather,
    rows: Vec<Row>,
    nodes: Vec<Node>,
    /// The node of each agent.
    home: Vec<usize>,
    answers: Answers,
    /// What was last reported of each entry of each row.
    reported: Vec<Vec<f64>>,
    rounds: u64,
    prices: Vec<f64>,
    uses: Vec<f64>,
}

/// A run after a round.
#[derive(Clone, Copy, Debug)]
pub struct Tick<'r> {
    /// Rounds so far.
    pub round: u64,
    /// The columns; those of members that are away are 0.
    pub x: &'r [f64],
    /// The resources' prices; with several nodes the mean of theirs.
    pub prices: &'r [f64],
    /// What is really used of each resource.
    pub uses: &'r [f64],
    /// Whether each agent is present.
    pub present: &'r [bool],
}

impl<'p> Run<'p> {
    /// Before the first round: columns at their start, prices at 0, everybody present.
    ///
    /// # Errors
    ///
    /// A problem or disturbances that make no sense; see [`Error`].
    pub fn new(problem: &'p Problem, disturbances: Disturbances) -> Result<Self, Error> {
        problem.check()?;
        disturbances.check()?;
        let mut owner = vec![0; problem.columns.len()];
        for (id, agent) in problem.agents.iter().enumerate() {
            agent.columns.iter().for_each(|column| owner[*column] = id);
        }
        let rows: Vec<_> = problem.resources.iter().map(|r| row(problem, r, &owner)).collect();
        let answers = Answers::new(problem, &rows);
        let home = (0..problem.agents.len()).map(|agent| agent % disturbances.nodes).collect();
        let reported: Vec<Vec<f64>> = rows.iter().map(|row| answers.of(&row.columns)).collect();
        let nodes = (0..disturbances.nodes)
            .map(|_| Node::new(problem, &rows, &reported, disturbances.delay))
            .collect();
        let weather = Weather::new(disturbances.seed);
        let (prices, uses) = (vec![0.0; rows.len()], vec![0.0; rows.len()]);
        let mut run = Run {
            problem,
            disturbances,
            weather,
            rows,
            nodes,
            home,
            answers,
            reported,
            rounds: 0,
            prices,
            uses,
        };
        run.look();
        Ok(run)
    }

    /// The run as it stands.
    pub fn tick(&self) -> Tick<'_> {
        Tick {
            round: self.rounds,
            x: &self.answers.x,
            prices: &self.prices,
            uses: &self.uses,
            present: &self.answers.present,
        }
    }

    /// One round: resources tell, agents answer, resources hear and move.
    pub fn round(&mut self) -> Tick<'_> {
        self.rounds += 1;
        let changed = self.answers.churn(self.problem, self.disturbances.churn, &mut self.weather);
        if changed {
            self.report_absences();
        }
        let loss = self.disturbances.loss;
        for node in &mut self.nodes {
            node.tell(self.problem, &self.rows, || self.weather.happens(loss));
        }
        let (nodes, home) = (&self.nodes, &self.home);
        self.answers.answer(self.problem, &self.rows, |row, agent| nodes[home[agent]].told(row));
        let before = self.reported.clone();
        self.report();
        if !self.admitted(&before) {
            self.answers.take_back(self.problem);
            self.report();
        }
        let news = News {
            reported: &self.reported,
            worth: &self.answers.worth,
            present: &self.answers.members,
            round: self.rounds,
            home: &self.home,
        };
        let exchange = self.rounds.is_multiple_of(u64::from(self.disturbances.exchange));
        for (at, node) in self.nodes.iter_mut().enumerate() {
            node.hear(self.problem, &self.rows, &news, at, exchange);
        }
        if exchange && self.nodes.len() > 1 {
            nodes::average(&mut self.nodes, self.rows.len());
        }
        self.look();
        self.tick()
    }

    /// Reports what the agents answered.
    fn report(&mut self) {
        let Disturbances { noise, loss, .. } = self.disturbances;
        for (row, reported) in self.rows.iter().zip(&mut self.reported) {
            for (column, reported) in row.columns.iter().zip(reported) {
                if !self.weather.happens(loss) {
                    *reported = self.answers.x[*column] * self.weather.factor(noise);
                }
            }
        }
    }

    /// Whoever leaves is seen to leave: its use is not measured any more.
    fn report_absences(&mut self) {
        for (row, reported) in self.rows.iter().zip(&mut self.reported) {
            for (agent, entries) in &row.users {
                if !self.answers.present[*agent] {
                    reported[entries.clone()].fill(0.0);
                }
            }
        }
    }

    /// Whether every law admits the move; all are asked, since each learns.
    fn admitted(&mut self, before: &[Vec<f64>]) -> bool {
        let mut all = true;
        for node in &mut self.nodes {
            all &= node.admits(self.problem, &self.rows, before, &self.reported);
        }
        all
    }

    /// Prices and real uses.
    fn look(&mut self) {
        for (id, (row, resource)) in self.rows.iter().zip(&self.problem.resources).enumerate() {
            let x = self.answers.of(&row.columns);
            self.uses[id] = row.used(resource, &x);
            let prices = self.nodes.iter().map(|node| node.price(id, resource, row, &x));
            self.prices[id] = prices.sum::<f64>() / self.nodes.len() as f64;
        }
    }
}

/// A resource's row, its entries grouped by agent.
fn row(problem: &Problem, resource: &Resource, owner: &[usize]) -> Row {
    let mut entries: Vec<(usize, f64)> = match &resource.uses {
        Use::Affine(entries) => entries.iter().copied().filter(|(_, a)| *a != 0.0).collect(),
        Use::Curved(curve) => curve.columns().iter().map(|column| (*column, 1.0)).collect(),
    };
    // A curve knows its columns by their order.
    if matches!(resource.uses, Use::Affine(_)) {
        entries.sort_by_key(|(column, _)| (owner[*column], *column));
    }
    let mut users: Vec<(usize, std::ops::Range<usize>)> = Vec::new();
    for (at, (column, _)) in entries.iter().enumerate() {
        match users.last_mut() {
            Some((agent, range)) if *agent == owner[*column] => range.end = at + 1,
            _ => users.push((owner[*column], at..at + 1)),
        }
    }
    let sign = resource.sense.sign();
    let least = |(column, a): &(usize, f64)| {
        let (column, a) = (&problem.columns[*column], sign * a);
        a * if a > 0.0 { column.lower } else { column.upper }
    };
    let least =
        users.iter().map(|(_, range)| entries[range.clone()].iter().map(least).sum()).collect();
    let (columns, coefficients) = entries.into_iter().unzip();
    Row { columns, coefficients, users, least }
}

/// Whether the method moves only what it admits.
fn judges(method: &Method) -> bool {
    matches!(method, Method::Penalty { .. })
}
