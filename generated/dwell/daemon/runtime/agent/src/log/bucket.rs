//! A bucket and its figures when something happened to it.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::printable;
use crate::fibre::Fibre;
use crate::plant::Member;
use crate::units::{points, price, seconds};

/// A bucket in the log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bucket {
    /// Its id, by which people decide on it.
    pub bucket: u64,
    /// Its first process.
    pub tgid: u32,
    /// The name of that process.
    pub comm: String,
    /// Its class.
    pub class: &'static str,
    /// What was done to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<&'static str>,
    /// What found that the budget was spent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<&'static str>,
    /// The rule that started the clock, of a taint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'static str>,
    /// Whose clock it shares, of an inherited one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<u32>,
    /// How it goes on, of a decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<&'static str>,
    /// How long its clock had run.
    pub dwell_seconds: f64,
    /// How long it could.
    pub budget_seconds: f64,
    /// The price.
    pub price: f64,
    /// Its processes that have not ended.
    pub processes: u32,
    /// Files that were there before it and that it destroyed.
    pub lost: u32,
    /// Its points of each evidence.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub evidence: BTreeMap<&'static str, f64>,
}

impl Bucket {
    /// What `member` was at a price in Q(F).
    pub fn new(fibre: &Fibre, member: Member, fixed: u64) -> Self {
        Bucket {
            bucket: member.id,
            tgid: member.tgid,
            comm: member.comm,
            class: fibre.class(member.class),
            act: None,
            path: None,
            rule: None,
            parent: None,
            verdict: None,
            dwell_seconds: seconds(member.dwell_ns),
            budget_seconds: seconds(member.budget_ns),
            price: price(&fibre.rule, fixed),
            processes: member.processes,
            lost: member.lost,
            evidence: evidence(fibre, &member.evidence_q16),
        }
    }
}

/// Points under the names of their evidences.
pub fn evidence(fibre: &Fibre, points_q16: &[u32]) -> BTreeMap<&'static str, f64> {
    let names = fibre.evidence.iter().map(|evidence| evidence.name);
    names.zip(points_q16.iter().map(|fixed| points(*fixed))).collect()
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}, {}, bucket {}): {:.3} ms of {:.3} ms at price {:.3}",
            printable(&self.comm),
            self.tgid,
            self.class,
            self.bucket,
            self.dwell_seconds * 1e3,
            self.budget_seconds * 1e3,
            self.price
        )?;
        for (name, points) in &self.evidence {
            write!(f, ", {name} {points:.1}")?;
        }
        if self.lost > 0 {
            write!(f, ", {} files lost", self.lost)?;
        }
        let parts = [
            self.act.map(|act| format!(", {act}")),
            self.path.map(|path| format!(", by {path}")),
            self.verdict.map(|verdict| format!(", {verdict}")),
            self.rule.map(|rule| format!(", for: {rule}")),
            self.parent.map(|parent| format!(", from {parent}")),
        ];
        parts.into_iter().flatten().try_for_each(|part| f.write_str(&part))
    }
}
