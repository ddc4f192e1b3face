//! What may be set, by whichever way: each setting stands here once.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Deserializer};

use super::trees::{self, Substitute};
use crate::log::Format;

/// The settings that one source gives: the command line, the environment or a file. In a file a
/// setting has its flag's name with `_` for `-`.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Layer {
    /// Watch the processes of this control group (cgroup v2) and of the groups below it
    #[arg(long, value_name = "PATH", conflicts_with = "whole_host")]
    pub cgroup: Option<PathBuf>,
    /// Watch every process on this host
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_missing_value = "true")]
    pub whole_host: Option<bool>,
    /// Measure and report, but do nothing to any process
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_missing_value = "true")]
    pub observe_only: Option<bool>,
    /// Where HTTP is served [default: 127.0.0.1:9464]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Let --listen be an address that other machines can reach: what they send and get, the token
    /// too, is then not encrypted, unless something in between does
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_missing_value = "true")]
    pub allow_remote: Option<bool>,
    /// Answer requests that are sent to this name, too, besides addresses and localhost; may be
    /// repeated
    #[arg(long = "host-name", value_name = "NAME")]
    pub host_names: Option<Vec<String>>,
    /// Where the token is put that /state and decisions ask for, for its owner alone to read; by
    /// default beside the price page
    #[arg(long, value_name = "PATH")]
    pub token_file: Option<PathBuf>,
    /// Guard FOLDER in place of the spec's TREE; may be repeated
    #[arg(long = "tree", value_name = "TREE=FOLDER", value_parser = trees::substitute)]
    #[serde(deserialize_with = "substitutes")]
    pub trees: Vec<Substitute>,
    /// The shared page that instrumented programs read the price from
    #[arg(long, value_name = "PATH")]
    pub price_page: Option<PathBuf>,
    /// Keep the kernel program attached by pins in this folder on bpffs when the daemon is killed;
    /// by default in /sys/fs/bpf/dslc/FIBRE where bpffs is mounted
    #[arg(long, value_name = "FOLDER", conflicts_with = "no_pin")]
    pub pin: Option<PathBuf>,
    /// Pin nothing: the kernel program ends with the daemon, however that ends
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_missing_value = "true")]
    pub no_pin: Option<bool>,
    /// When asked to stop, leave the pinned program attached, at the last price, until a daemon
    /// takes it over; without this, stopping detaches it and removes the pins
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_missing_value = "true")]
    pub stay: Option<bool>,
    /// Have the kernel count and time the runs of programs, for /metrics; that costs every BPF
    /// program of this host some 20 ns a run
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_missing_value = "true")]
    pub count_runs: Option<bool>,
    /// How the log on standard output looks [default: human]
    #[arg(long, value_name = "FORMAT")]
    pub log: Option<Format>,
}

impl Layer {
    /// What is set here, and from `below` what is not. Which processes are watched is one setting,
    /// and so is whether and where the program is pinned.
    pub fn over(self, below: Layer) -> Layer {
        let scoped = self.cgroup.is_some() || self.whole_host.is_some();
        let pinned = self.pin.is_some() || self.no_pin.is_some();
        let mut trees = self.trees;
        let replaced = |old: &Substitute, new: &[Substitute]| new.iter().any(|s| s.same_tree(old));
        let kept: Vec<_> = below.trees.into_iter().filter(|old| !replaced(old, &trees)).collect();
        trees.extend(kept);
        Layer {
            cgroup: if scoped { self.cgroup } else { below.cgroup },
            whole_host: if scoped { self.whole_host } else { below.whole_host },
            observe_only: self.observe_only.or(below.observe_only),
            listen: self.listen.or(below.listen),
            allow_remote: self.allow_remote.or(below.allow_remote),
            host_names: self.host_names.or(below.host_names),
            token_file: self.token_file.or(below.token_file),
            trees,
            price_page: self.price_page.or(below.price_page),
            pin: if pinned { self.pin } else { below.pin },
            no_pin: if pinned { self.no_pin } else { below.no_pin },
            stay: self.stay.or(below.stay),
            count_runs: self.count_runs.or(below.count_runs),
            log: self.log.or(below.log),
        }
    }

    /// Two settings of one source that exclude each other.
    pub fn contradiction(&self) -> Option<(&'static str, &'static str)> {
        if self.cgroup.is_some() && self.whole_host == Some(true) {
            return Some(("cgroup", "whole_host"));
        }
        (self.pin.is_some() && self.no_pin == Some(true)).then_some(("pin", "no_pin"))
    }
}

/// In a file, trees are a table: `"/srv" = "/data"`.
fn substitutes<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Substitute>, D::Error> {
    let table = BTreeMap::<String, PathBuf>::deserialize(from)?;
    Ok(table.into_iter().map(|(tree, folder)| Substitute::new(tree, folder)).collect())
}
