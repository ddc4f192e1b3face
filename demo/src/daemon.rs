//! The generated daemon, as its user runs it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::{Failure, Result};

/// What `/state` says.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct State {
    /// The price.
    pub price: f64,
    /// Use of the resource, in seconds.
    pub r#use: f64,
    /// Tainted processes.
    pub members: Vec<Member>,
}

/// A tainted process.
#[derive(Clone, Debug, Deserialize)]
pub struct Member {
    /// Its id.
    pub tgid: u32,
    /// Its name.
    pub comm: String,
    /// Its class.
    pub class: String,
    /// How long it has gone on, in seconds.
    pub dwell_seconds: f64,
    /// How long it may, in seconds.
    pub budget_seconds: f64,
}

/// A line of the daemon's log that tells of a kill.
#[derive(Clone, Debug, Deserialize, serde::Serialize)]
pub struct Kill {
    /// The process.
    pub tgid: u32,
    /// Its name.
    pub comm: String,
    /// How long it went on, in seconds.
    pub dwell_seconds: f64,
    /// How long it might, in seconds.
    pub budget_seconds: f64,
}

/// A daemon that runs.
#[derive(Debug)]
pub struct Daemon {
    child: Child,
    address: String,
    log: PathBuf,
    token: PathBuf,
}

/// How long the daemon may take to load its programs.
const START: Duration = Duration::from_secs(20);

impl Daemon {
    /// Starts it on `group`, with `tree` in place of the spec's, and waits until it is healthy.
    pub fn start(program: &Path, group: &Path, tree: &Path, folder: &Path) -> Result<Self> {
        let log = folder.join("daemon.jsonl");
        let file = File::create(&log).map_err(Failure::because("cannot write the log"))?;
        let errors = file.try_clone().map_err(Failure::because("cannot write the log"))?;
        let address = free_address()?;
        let child = Command::new(program)
            .arg("--cgroup")
            .arg(group)
            .arg("--tree")
            .arg(format!("/srv={}", tree.display()))
            .args(["--listen", &address, "--log", "json", "--price-page"])
            .arg(folder.join("price"))
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(errors)
            .spawn()
            .map_err(Failure::because(format!("cannot start {}", program.display())))?;
        let mut daemon = Daemon { child, address, log, token: folder.join("token") };
        let start = Instant::now();
        while daemon.get("/healthz").is_err() {
            let gone = daemon.child.try_wait().ok().flatten();
            if gone.is_some() || start.elapsed() > START {
                let said = std::fs::read_to_string(&daemon.log).unwrap_or_default();
                return Err(Failure::new(format!("the daemon did not start:\n{said}")));
            }
            sleep(Duration::from_millis(20));
        }
        Ok(daemon)
    }

    /// The page that instrumented programs read.
    pub fn price_page(folder: &Path) -> PathBuf {
        folder.join("price")
    }

    fn get(&self, path: &str) -> Result<String> {
        let url = format!("http://{}{path}", self.address);
        let failed = || Failure::because::<ureq::Error>(format!("cannot read {url}"));
        let token = std::fs::read_to_string(&self.token).unwrap_or_default();
        let bearer = format!("Bearer {}", token.trim());
        let mut answer =
            ureq::get(&url).header("Authorization", &bearer).call().map_err(failed())?;
        answer.body_mut().read_to_string().map_err(failed())
    }

    /// Its state now.
    pub fn state(&self) -> Result<State> {
        serde_json::from_str(&self.get("/state")?)
            .map_err(Failure::because("the daemon's state is not what was expected"))
    }

    /// The kills in its log so far.
    pub fn kills(&self) -> Vec<Kill> {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let kill = |line: &str| {
            let value: serde_json::Value = serde_json::from_str(line).ok()?;
            (value.get("act")? == "kill").then(|| serde_json::from_value(value).ok()).flatten()
        };
        log.lines().filter_map(kill).collect()
    }

    /// Asks it to stop and waits until it has.
    pub fn stop(mut self) -> Result<()> {
        self.terminate();
        let status = self.child.wait().map_err(Failure::because("cannot wait for the daemon"))?;
        if status.success() {
            return Ok(());
        }
        let said = std::fs::read_to_string(&self.log).unwrap_or_default();
        Err(Failure::new(format!("the daemon ended with {status}:\n{said}")))
    }

    fn terminate(&self) {
        // It may have ended by itself; waiting for it tells.
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).output();
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            self.terminate();
            let _ = self.child.wait();
        }
    }
}

/// An address on loopback that nobody listens on.
fn free_address() -> Result<String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")
        .map_err(Failure::because("cannot listen on loopback"))?;
    let address = listener.local_addr().map_err(Failure::because("no address"))?;
    Ok(address.to_string())
}
