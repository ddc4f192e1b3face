//! What `/state` says: the members and the price at this moment.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::controller::Look;
use crate::fibre::Fibre;
use crate::log::evidence;
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
    /// The most points that each evidence can have.
    pub evidence: BTreeMap<&'static str, u32>,
    /// The members, by falling dwell.
    pub members: Vec<Row>,
}

/// One member.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Its id.
    pub bucket: u64,
    /// Its first process.
    pub tgid: u32,
    /// The name of that process.
    pub comm: String,
    /// Its class.
    pub class: &'static str,
    /// What its clock does, and what is done to it.
    pub state: &'static str,
    /// What was done to it.
    pub act: Option<&'static str>,
    /// How long its clock has run.
    pub dwell_seconds: f64,
    /// How long it may.
    pub budget_seconds: f64,
    /// Its processes that have not ended.
    pub processes: u32,
    /// Files that were there before it and that it destroyed.
    pub lost: u32,
    /// Its points of each evidence.
    pub evidence: BTreeMap<&'static str, f64>,
}

impl State {
    /// The state of `fibre`.
    pub fn new(fibre: &Fibre, observe_only: bool, look: &Look) -> Self {
        let mut members: Vec<&Member> = look.measure.rows.iter().collect();
        members.sort_by_key(|member| (Reverse(member.dwell_ns), member.id));
        State {
            fibre: fibre.name,
            time: unix_seconds(),
            observe_only,
            updates: look.updates,
            price: price(&fibre.rule, look.price),
            r#use: seconds(look.use_ns),
            capacity: seconds(fibre.rule.capacity),
            evidence: fibre.evidence.iter().map(|e| (e.name, e.most)).collect(),
            members: members.into_iter().map(|member| Row::new(fibre, member)).collect(),
        }
    }
}

impl Row {
    fn new(fibre: &Fibre, member: &Member) -> Self {
        Row {
            bucket: member.id,
            tgid: member.tgid,
            comm: member.comm.clone(),
            class: fibre.class(member.class),
            state: member.state.name(),
            act: member.act.map(|act| fibre.act_name(act)),
            dwell_seconds: seconds(member.dwell_ns),
            budget_seconds: seconds(member.budget_ns),
            processes: member.processes,
            lost: member.lost,
            evidence: evidence(fibre, &member.evidence_q16),
        }
    }
}
