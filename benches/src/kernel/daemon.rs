//! What the daemon takes at ten periods a second with 4,096 tainted processes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::group::Group;
use crate::running::Running;

/// Tainted processes.
const MEMBERS: usize = 4_096;
/// How long the daemon is watched.
const WATCHED: Duration = Duration::from_secs(20);
/// Share of a core and bytes that it may take.
const GOAL: (f64, u64) = (0.01, 30 << 20);

/// Builds the daemon of `daemon.num`, taints the processes, and prints what it took.
pub fn run(group: &Group, folder: &Path) -> Result<(), String> {
    let daemon = build(folder)?;
    let tree = folder.join("tree");
    let mut command = Command::new(&daemon);
    command.arg("--cgroup").arg(group.path()).args(["--listen", "127.0.0.1:0", "--observe-only"]);
    command.arg("--tree").arg(format!("/srv={}", tree.display()));
    command.args(["--log", "json", "--price-page"]).arg(folder.join("price-page"));
    let daemon = Running::start(command, "started")?;
    let mut members = Vec::new();
    for number in 0..MEMBERS {
        members.push(Member::start(group, &tree.join(format!("old{number}")))?);
    }
    sleep(Duration::from_secs(2));
    let (before, started) = (processor_seconds(daemon.id())?, Instant::now());
    sleep(WATCHED);
    let share = (processor_seconds(daemon.id())? - before) / started.elapsed().as_secs_f64();
    let memory = resident_bytes(daemon.id())?;
    drop(members);
    println!(
        "daemon, {MEMBERS} tainted processes, 10 periods a second: {:.2} % of a core (goal {:.0} %), \
         {:.1} MiB (goal {} MiB)",
        share * 100.0,
        GOAL.0 * 100.0,
        memory as f64 / f64::from(1 << 20),
        GOAL.1 >> 20,
    );
    Ok(())
}

/// Builds the daemon as a user would.
fn build(folder: &Path) -> Result<PathBuf, String> {
    let spec = folder.join("daemon.num");
    fs::write(&spec, include_str!("daemon.num")).map_err(|e| e.to_string())?;
    let own = std::env::current_exe().map_err(|e| e.to_string())?;
    let dslc = own.with_file_name("dslc");
    let output = folder.join("daemon");
    let status = Command::new(&dslc)
        .arg("build")
        .arg(&spec)
        .arg("-o")
        .arg(&output)
        .env_remove("CARGO_TARGET_DIR")
        .stdout(Stdio::null())
        .status()
        .map_err(|e| format!("{}: {e}", dslc.display()))?;
    if !status.success() {
        return Err("dslc build failed".to_owned());
    }
    let found = [output.join("daemon/daemon"), output.clone()]
        .into_iter()
        .map(|folder| folder.join("daemon/target/release/daemon_user"))
        .find(|path| path.is_file());
    found.ok_or_else(|| format!("no daemon in {}", output.display()))
}

/// A process that unlinks an old file and sleeps.
struct Member(Child);

impl Member {
    fn start(group: &Group, file: &Path) -> Result<Self, String> {
        fs::write(file, b"x").map_err(|e| e.to_string())?;
        let mut command = group.command(Path::new("sh"));
        command.args(["-c", "rm -- \"$0\"; exec sleep 600"]).arg(file);
        command.stdin(Stdio::null()).spawn().map(Member).map_err(|e| e.to_string())
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        // It sleeps for longer than the bench runs, unless it has failed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// User and system time of a process so far.
fn processor_seconds(id: u32) -> Result<f64, String> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).map_err(|e| e.to_string())?;
    let after = stat.rsplit_once(") ").ok_or("/proc/…/stat has no name")?.1;
    let ticks = |at: usize| -> Result<f64, String> {
        let field = after.split(' ').nth(at).and_then(|field| field.parse().ok());
        field.ok_or_else(|| "/proc/…/stat is too short".to_owned())
    };
    Ok((ticks(11)? + ticks(12)?) / rustix::param::clock_ticks_per_second() as f64)
}

fn resident_bytes(id: u32) -> Result<u64, String> {
    let statm = fs::read_to_string(format!("/proc/{id}/statm")).map_err(|e| e.to_string())?;
    let pages: Option<u64> = statm.split(' ').nth(1).and_then(|field| field.parse().ok());
    Ok(pages.ok_or("/proc/…/statm is too short")? * rustix::param::page_size() as u64)
}
