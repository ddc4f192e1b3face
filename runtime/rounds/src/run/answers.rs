//! The agents: where they stand, who is present, and how they answer.

use crate::agent::{Ask, Part};
use crate::law::{Row, Told};
use crate::problem::{Problem, Sense};
use crate::weather::Weather;

/// Where the agents stand.
#[derive(Debug)]
pub struct Answers {
    /// The columns.
    pub x: Vec<f64>,
    /// Whether each agent is present.
    pub present: Vec<bool>,
    /// Members of each open family that are present.
    pub members: Vec<usize>,
    /// What each user of each row said a unit more of its part is worth.
    pub worth: Vec<Vec<f64>>,
    before: Vec<f64>,
    /// For each agent, the rows that it uses and its place among their users.
    routes: Vec<Vec<(usize, usize)>>,
    /// The place of each column among its agent's.
    place: Vec<usize>,
    /// Agents that use a resource whose law may refuse a move.
    judged: Vec<bool>,
    scratch: Scratch,
}

/// What an agent is asked, before it is.
#[derive(Debug, Default)]
struct Scratch {
    lower: Vec<f64>,
    upper: Vec<f64>,
    price: Vec<f64>,
    pull: Vec<f64>,
    towards: Vec<f64>,
    parts: Vec<Part>,
    /// Row and user of each part.
    of: Vec<(usize, usize)>,
    x: Vec<f64>,
    worth: Vec<f64>,
}

impl Answers {
    /// Everybody at the start.
    pub fn new(problem: &Problem, rows: &[Row]) -> Self {
        let mut routes = vec![Vec::new(); problem.agents.len()];
        let mut judged = vec![false; problem.agents.len()];
        for (id, row) in rows.iter().enumerate() {
            for (user, (agent, _)) in row.users.iter().enumerate() {
                routes[*agent].push((id, user));
                judged[*agent] |= super::judges(&problem.resources[id].method);
            }
        }
        let mut place = vec![0; problem.columns.len()];
        for agent in &problem.agents {
            agent.columns.iter().enumerate().for_each(|(at, column)| place[*column] = at);
        }
        let families = problem.agents.iter().filter_map(|agent| agent.family).max();
        let mut members = vec![0; families.map_or(0, |most| most + 1)];
        problem.agents.iter().filter_map(|agent| agent.family).for_each(|f| members[f] += 1);
        let x: Vec<f64> = problem.columns.iter().map(|column| column.start).collect();
        let worth = rows.iter().map(|row| vec![0.0; row.users.len()]).collect();
        let (before, present) = (x.clone(), vec![true; problem.agents.len()]);
        let scratch = Scratch::default();
        Answers { x, present, members, worth, before, routes, place, judged, scratch }
    }

    /// The values of some columns.
    pub fn of(&self, columns: &[usize]) -> Vec<f64> {
        columns.iter().map(|column| self.x[*column]).collect()
    }

    /// Members of open sets leave and come; says whether any did.
    pub fn churn(&mut self, problem: &Problem, rate: f64, weather: &mut Weather) -> bool {
        if rate == 0.0 {
            return false;
        }
        let mut changed = false;
        for (id, agent) in problem.agents.iter().enumerate() {
            let Some(family) = agent.family else { continue };
            if !weather.happens(rate) {
                continue;
            }
            changed = true;
            self.present[id] = !self.present[id];
            if self.present[id] {
                self.members[family] += 1;
                agent.columns.iter().for_each(|c| self.x[*c] = problem.columns[*c].start);
            } else {
                self.members[family] -= 1;
                agent.columns.iter().for_each(|c| self.x[*c] = 0.0);
            }
        }
        changed
    }

    /// Everybody present answers what it was told.
    pub fn answer<'t>(
        &mut self,
        problem: &Problem,
        rows: &[Row],
        told: impl Fn(usize, usize) -> &'t [Told],
    ) {
        self.before.copy_from_slice(&self.x);
        for (id, agent) in problem.agents.iter().enumerate() {
            if !self.present[id] {
                for (row, user) in &self.routes[id] {
                    self.worth[*row][*user] = 0.0;
                }
                continue;
            }
            let scratch = &mut self.scratch;
            scratch.stand(problem, &agent.columns, &self.x);
            for (row, user) in &self.routes[id] {
                let told = told(*row, id);
                let sense = problem.resources[*row].sense;
                scratch.add(&rows[*row], (*row, *user), told, sense, &self.place);
            }
            scratch.answer(agent.utility.as_ref());
            agent.columns.iter().zip(&scratch.x).for_each(|(c, x)| self.x[*c] = *x);
            for ((row, user), worth) in scratch.of.iter().zip(&scratch.worth) {
                self.worth[*row][*user] = *worth;
            }
        }
    }

    /// Whoever uses a resource that judges moves stays where it stood before the round.
    pub fn take_back(&mut self, problem: &Problem) {
        for (agent, _) in problem.agents.iter().zip(&self.judged).filter(|(_, judged)| **judged) {
            agent.columns.iter().for_each(|column| self.x[*column] = self.before[*column]);
        }
    }
}

impl Scratch {
    /// An agent's box and where it stands, held there by its own τ.
    fn stand(&mut self, problem: &Problem, columns: &[usize], x: &[f64]) {
        for part in [&mut self.lower, &mut self.upper, &mut self.price, &mut self.pull] {
            part.clear();
        }
        self.towards.clear();
        self.x.clear();
        self.parts.clear();
        self.of.clear();
        for column in columns {
            let each = &problem.columns[*column];
            self.lower.push(each.lower);
            self.upper.push(each.upper);
            self.price.push(0.0);
            let hold = each.tau.recip();
            self.pull.push(hold);
            self.towards.push(hold * x[*column]);
            self.x.push(x[*column]);
        }
    }

    /// Adds what one resource tells.
    fn add(&mut self, row: &Row, of: (usize, usize), told: &[Told], sense: Sense, place: &[usize]) {
        let (_, entries) = &row.users[of.1];
        for at in entries.clone() {
            let (place, told) = (place[row.columns[at]], &told[at]);
            self.price[place] += told.price;
            self.pull[place] += told.pull + told.hold;
            // Σ κv until `answer` divides.
            self.towards[place] += told.pull * told.towards + told.hold * self.x[place];
        }
        let most = told[entries.start].most;
        if most < f64::INFINITY {
            let entry = |at| (place[row.columns[at]], sense.sign() * row.coefficients[at]);
            self.parts.push(Part { entries: entries.clone().map(entry).collect(), most });
            self.of.push(of);
        }
    }

    fn answer(&mut self, utility: &dyn crate::agent::Utility) {
        for (towards, pull) in self.towards.iter_mut().zip(&self.pull) {
            *towards = if *pull > 0.0 { *towards / pull } else { 0.0 };
        }
        self.worth.clear();
        self.worth.resize(self.parts.len(), 0.0);
        let ask = Ask {
            lower: &self.lower,
            upper: &self.upper,
            price: &self.price,
            pull: &self.pull,
            towards: &self.towards,
            parts: &self.parts,
        };
        utility.answer(&ask, &mut self.x, &mut self.worth);
    }
}
