//! What `/state` says: the members and the price at this moment.

use std::cmp::Reverse;

use serde::Serialize;

use crate::controller::Look;
use crate::fibre::Fibre;
use crate::plant::Member;
use crate::units::{price, seconds, unix_seconds};

/// The loop at one moment; times in seconds, the price in utility per second.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct State {
    /// The fibre.
    pub fibre: &'static str,
    /// Seconds since 1970.
    pub time: f64,
    /// Whether a spent budget is only reported.
    pub observe_only: bool,
    /// Updates of the price so far.
    pub updates: u64,
    /// The price.
    pub price: f64,
    /// Measured and computed use.
    pub r#use: f64,
    /// What the use may be.
    pub capacity: f64,
    /// The members, by falling dwell.
    pub members: Vec<Row>,
}

/// One member.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Its id.
    pub tgid: u32,
    /// Its name.
    pub comm: String,
    /// Its class.
    pub class: &'static str,
    /// Where it is with its budget.
    pub state: Standing,
    /// How long its clock has run.
    pub dwell_seconds: f64,
    /// How long it may.
    pub budget_seconds: f64,
}

/// Where a member is with its budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It has some left.
    Within,
    /// It has none left.
    Over,
}

impl State {
    /// The state of `fibre`.
    pub fn new(fibre: &Fibre, observe_only: bool, look: &Look) -> Self {
        let mut members: Vec<&Member> = look.measure.rows.iter().collect();
        members.sort_by_key(|member| (Reverse(member.dwell_ns), member.tgid));
        State {
            fibre: fibre.name,
            time: unix_seconds(),
            observe_only,
            updates: look.updates,
            price: price(&fibre.rule, look.price),
            r#use: seconds(look.use_ns),
            capacity: seconds(fibre.rule.capacity),
            members: members.into_iter().map(|member| Row::new(fibre, member)).collect(),
        }
    }
}

impl Row {
    fn new(fibre: &Fibre, member: &Member) -> Self {
        let over = member.dwell_ns > member.budget_ns;
        Row {
            tgid: member.tgid,
            comm: member.comm.clone(),
            class: fibre.class(member.class),
            state: if over { Standing::Over } else { Standing::Within },
            dwell_seconds: seconds(member.dwell_ns),
            budget_seconds: seconds(member.budget_ns),
        }
    }
}
