//! Asks the daemon that runs, over its HTTP API and with its token.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use crate::failure::Failure;
use crate::fibre::Verdict;
use crate::log::printable;
use crate::token::Token;

const PATIENCE: Duration = Duration::from_secs(5);

/// A question, and to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is asked.
    pub question: Question,
    /// Where the daemon listens.
    pub listen: SocketAddr,
    /// Where its token is.
    pub token_file: PathBuf,
}

/// What can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// What buckets there are.
    List,
    /// That a bucket goes on, or ends.
    Decide(u64, Verdict),
}

#[derive(Deserialize)]
struct Listed {
    members: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    bucket: u64,
    tgid: u32,
    comm: String,
    class: String,
    state: String,
    act: Option<String>,
    dwell_seconds: f64,
    budget_seconds: f64,
    processes: u32,
    lost: u32,
}

impl Request {
    /// The daemon's answer, as text for people.
    pub fn send(&self) -> Result<String, Failure> {
        let token = Token::read(&self.token_file).map_err(|error| {
            Failure::outside(
                format!("cannot read the token {}", self.token_file.display()),
                error,
                "run as the daemon's user, or name its token file with --token-file",
            )
        })?;
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .proxy(None)
            .build()
            .new_agent();
        let bearer = format!("Bearer {}", token.expose());
        let origin = format!("http://{}", reachable(self.listen));
        let answer = match self.question {
            Question::List => {
                agent.get(format!("{origin}/state")).header("Authorization", bearer).call()
            }
            Question::Decide(bucket, verdict) => agent
                .post(format!("{origin}/buckets/{bucket}/{}", verdict.name()))
                .header("Authorization", bearer)
                .send_empty(),
        };
        let mut answer = answer.map_err(|error| self.failure(&error))?;
        let status = answer.status();
        let text = answer.body_mut().read_to_string().map_err(|error| self.failure(&error))?;
        if !status.is_success() {
            return Err(self.failure(&text.trim()));
        }
        match self.question {
            Question::Decide(..) => Ok(text),
            Question::List => listed(&text).map_err(|error| self.failure(&error)),
        }
    }

    fn failure(&self, why: &dyn std::fmt::Display) -> Failure {
        let what = match self.question {
            Question::List => "cannot list the buckets".to_owned(),
            Question::Decide(bucket, verdict) => {
                format!("cannot {} bucket {bucket}", verdict.name())
            }
        };
        let next = "`list` shows the buckets; --listen and --token-file say which daemon is asked";
        Failure::outside(what, why, next)
    }
}

/// Who listens everywhere is asked here.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => std::net::Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => std::net::Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

/// What `/state` says of the buckets, as a table with a line for each.
pub fn listed(state: &str) -> serde_json::Result<String> {
    serde_json::from_str(state).map(|listed: Listed| table(&listed.members))
}

fn table(rows: &[Row]) -> String {
    let mut text = format!(
        "{:>20} {:>8} {:<16} {:<12} {:<20} {:>10} {:>10} {:>9} {:>5}\n",
        "bucket", "process", "name", "class", "state", "dwell ms", "budget ms", "processes", "lost"
    );
    for row in rows {
        let state = match &row.act {
            Some(act) => printable(&format!("{} ({act})", row.state)),
            None => printable(&row.state),
        };
        text.push_str(&format!(
            "{:>20} {:>8} {:<16} {:<12} {state:<20} {:>10.1} {:>10.1} {:>9} {:>5}\n",
            row.bucket,
            row.tgid,
            printable(&row.comm),
            printable(&row.class),
            row.dwell_seconds * 1e3,
            row.budget_seconds * 1e3,
            row.processes,
            row.lost
        ));
    }
    text
}
