//! The daemon of a test's spec as a process of its own, which can be stopped and killed.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use dslc::plan::ir;
use dslc_agent::config;
use dslc_agent::{Act, Class, Computed, Fibre, Verdict};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::place::Place;
use super::program::Program;
use super::{PATIENCE, wait_until};
use crate::model;

/// Names the folder from which a process of this file takes what it needs to be a daemon.
const DAEMON: &str = "DSLC_TEST_DAEMON";

/// A daemon that runs; killed, if it still does, at the end.
pub struct Daemon {
    child: Child,
    log: Receiver<String>,
    // Its arguments and its page.
    folder: TempDir,
}

impl Daemon {
    /// Starts one for `test`, on the place's cgroup and folder. It logs JSON, listens on any port
    /// and has a page of its own; `more` arguments follow.
    pub fn start(test: &str, spec: &str, program: &Program, place: &Place, more: &[&str]) -> Self {
        let command = Command::new(std::env::current_exe().unwrap());
        Daemon::start_by(command, test, spec, program, place, more)
    }

    /// The same by a command that ends in the name of this program.
    pub fn start_by(
        mut command: Command,
        test: &str,
        spec: &str,
        program: &Program,
        place: &Place,
        more: &[&str],
    ) -> Self {
        command.stdout(Stdio::piped());
        let (mut child, folder) = spawn(command, test, spec, program, place, more);
        let log = lines(child.stdout.take().unwrap());
        Daemon { child, log, folder }
    }

    /// The same with a log that goes to a file.
    pub fn start_into(log: File, test: &str, spec: &str, program: &Program, place: &Place) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.stdout(log);
        let (child, folder) = spawn(command, test, spec, program, place, &[]);
        Daemon { child, log: channel().1, folder }
    }

    /// Waits until it runs; what it then says about itself.
    pub fn started(&mut self) -> serde_json::Value {
        self.wait("started", |_| true)
    }

    /// The first record from here on of an event that fits, which must come.
    pub fn wait(
        &mut self,
        event: &str,
        fits: impl Fn(&serde_json::Value) -> bool,
    ) -> serde_json::Value {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.log.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => match serde_json::from_str::<serde_json::Value>(&line) {
                    Ok(record) if record["event"] == event && fits(&record) => return record,
                    _ => {}
                },
                Err(RecvTimeoutError::Timeout) => panic!("the daemon did not say {event}"),
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("the daemon ended before it said {event}: {}", self.errors())
                }
            }
        }
    }

    /// Where it keeps its page.
    pub fn page(&self) -> PathBuf {
        page(&self.folder)
    }

    /// The price on its page.
    pub fn price(&self) -> u64 {
        self.word(0)
    }

    /// The updates that its page counts.
    pub fn updates(&self) -> u64 {
        self.word(1)
    }

    fn word(&self, index: usize) -> u64 {
        let page = fs::read(self.page()).unwrap();
        u64::from_le_bytes(page[8 * index..][..8].try_into().unwrap())
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Stops all of its threads, and waits until they have.
    pub fn pause(&self) {
        self.signal(Signal::STOP);
        let tasks = format!("/proc/{}/task", self.child.id());
        wait_until("the stop of every thread", || {
            fs::read_dir(&tasks).unwrap().all(|task| {
                let stat = fs::read_to_string(task.unwrap().path().join("stat"));
                stat.is_ok_and(|stat| stat.contains(") T "))
            })
        });
    }

    /// Kills it as `kill -9` does.
    pub fn kill(&mut self) {
        self.signal(Signal::KILL);
        self.end();
    }

    /// Asks it to stop, which it must.
    pub fn stop(&mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.end()
    }

    /// How it ended, which it must.
    pub fn end(&mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(started.elapsed() < PATIENCE, "the daemon still runs");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// What it said to standard error; it must have ended.
    pub fn errors(&mut self) -> String {
        let mut said = String::new();
        if let Some(mut errors) = self.child.stderr.take() {
            std::io::Read::read_to_string(&mut errors, &mut said).unwrap();
        }
        said
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Fails when it has ended, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn page(folder: &TempDir) -> PathBuf {
    folder.path().join("price")
}

fn spawn(
    mut command: Command,
    test: &str,
    spec: &str,
    program: &Program,
    place: &Place,
    more: &[&str],
) -> (Child, TempDir) {
    let folder = TempDir::new().unwrap();
    let cgroup = place.cgroup.path().display().to_string();
    let tree = format!("/srv={}", place.path("inside").display());
    let page = page(&folder).display().to_string();
    let mut arguments = vec!["test_user", "--cgroup", &cgroup, "--tree", &tree];
    if !more.contains(&"--listen") {
        arguments.extend(["--listen", "127.0.0.1:0"]);
    }
    arguments.extend(["--log", "json"]);
    if !more.contains(&"--price-page") {
        arguments.extend(["--price-page", &page]);
    }
    arguments.extend(more);
    fs::write(folder.path().join("arguments"), arguments.join("\n")).unwrap();
    fs::write(folder.path().join("spec"), spec).unwrap();
    fs::write(folder.path().join("object"), &program.object).unwrap();
    let child = command
        .args(["--exact", test, "--nocapture"])
        .env(DAEMON, folder.path())
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    (child.unwrap(), folder)
}

/// The lines that a daemon writes, as they come.
fn lines(output: ChildStdout) -> Receiver<String> {
    let (send, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                break;
            }
        }
    });
    lines
}

/// Goes on as a daemon, and ends as one, in a process that was started to be one.
pub fn be_one_if_asked() {
    let Some(folder) = std::env::var_os(DAEMON) else { return };
    // Not beyond its test, whatever becomes of that.
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL)).unwrap();
    let folder = Path::new(&folder);
    let read = |name| fs::read_to_string(folder.join(name)).unwrap();
    let fibre = fibre(&read("spec"), fs::read(folder.join("object")).unwrap());
    let arguments = read("arguments");
    let config = match config::Command::read(fibre, arguments.lines(), []) {
        Ok(config::Command::Run(config)) => config,
        other => panic!("{other:?}"),
    };
    let code = match dslc_agent::daemon::serve(fibre, &config) {
        Ok(()) => 0,
        Err(failure) => {
            eprintln!("{failure}");
            failure.exit.into()
        }
    };
    std::process::exit(code);
}

/// The fibre of a spec, as a generated daemon holds it; it is kept until the process ends.
fn fibre(spec: &str, object: Vec<u8>) -> &'static Fibre {
    let compiled = dslc::compile("test.num", spec);
    let (plan, _) = compiled.plan.unwrap();
    let control = plan.control.as_ref().unwrap();
    let text = |text: &str| -> &'static str { text.to_owned().leak() };
    let classes: Vec<_> = control
        .classes
        .iter()
        .map(|class| Class { name: text(&class.name), demand: class.demand })
        .collect();
    let computed: Vec<_> = control
        .computed
        .iter()
        .map(|agent| Computed { name: text(&agent.name), demand: agent.demand })
        .collect();
    let acts: Vec<_> = control.enforce.iter().map(|enforce| act(&enforce.act)).collect();
    let rules: Vec<_> = control.taint.rules.iter().map(|rule| text(&rule.text)).collect();
    let trees: Vec<_> = control.taint.trees.iter().map(|tree| text(tree)).collect();
    Box::leak(Box::new(Fibre {
        name: "test",
        program: "test_user",
        object: object.leak(),
        rule: control.rule,
        initial_price: control.initial_price,
        period_ns: control.period_ns,
        classes: classes.leak(),
        computed: computed.leak(),
        rules: rules.leak(),
        trees: trees.leak(),
        evidence: &[],
        acts: acts.leak(),
        ..model::DWELL
    }))
}

fn act(of: &ir::Act) -> Act {
    match *of {
        ir::Act::Kill => Act::Kill,
        ir::Act::Freeze => Act::Freeze,
        ir::Act::Throttle { percent } => Act::Throttle { percent },
        ir::Act::Ask { after_ns, then } => {
            let then = match then {
                ir::Verdict::Release => Verdict::Release,
                ir::Verdict::Kill => Verdict::Kill,
            };
            Act::Ask { after_ns, then }
        }
        ir::Act::Observe => Act::Observe,
    }
}
