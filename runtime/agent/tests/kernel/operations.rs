//! The daemon as it is operated while it runs: its settings are read again, its runs are counted, and
//! a person decides on what it stopped.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::Path;

use dslc_agent::config::Command;
use rustix::process::Signal;

use crate::model::DWELL;
use crate::model::served::get;
use crate::support::daemon::Daemon;
use crate::support::namespace::alone;
use crate::support::place::Place;
use crate::support::program::{Program, Spec};
use crate::support::{FIRST_UNLINK, wait_until};

/// Where a daemon that has started listens.
fn address(started: &serde_json::Value) -> SocketAddr {
    started["listen"].as_str().unwrap().parse().unwrap()
}

/// A metric that carries no label but the fibre, or these.
fn metric(at: SocketAddr, name: &str, labels: &str) -> f64 {
    let (status, text) = get(at, "/metrics", "");
    assert_eq!(status, 200, "{text}");
    let name = format!("dslc_{name}{{fibre=\"test\"{labels}}} ");
    let value = text.lines().find_map(|line| line.strip_prefix(&name));
    value.unwrap_or_else(|| panic!("no {name} in {text}")).parse().unwrap()
}

fn reloads(at: SocketAddr, result: &str) -> f64 {
    metric(at, "reloads_total", &format!(",result=\"{result}\""))
}

/// Puts a file in place of another at once: the daemon may look at any moment.
fn put(path: &Path, text: &str) {
    let fresh = path.with_extension("fresh");
    fs::write(&fresh, text).unwrap();
    fs::rename(&fresh, path).unwrap();
}

/// Writes a file that looks untouched: as long as before, and changed at the same time.
fn replace_unseen(path: &Path, text: &str) {
    let before = fs::metadata(path).unwrap();
    assert_eq!(before.len(), text.len() as u64);
    fs::write(path, text).unwrap();
    File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_modified(before.modified().unwrap())
        .unwrap();
}

#[test]
fn settings_are_read_again_at_a_change_and_at_a_signal_and_bad_ones_are_refused() {
    let test =
        "operations::settings_are_read_again_at_a_change_and_at_a_signal_and_bad_ones_are_refused";
    alone(test, || {
        let spec = Spec::short(FIRST_UNLINK);
        let (program, place) = (Program::build(&spec), Place::new());
        let file = place.path("outside/test.toml");
        put(&file, "count_runs = false");
        let path = file.display().to_string();
        let more = ["--no-pin", "--config", &path];
        let mut daemon = Daemon::start(test, &spec, &program, &place, &more);
        let at = address(&daemon.started());
        let counts = || metric(at, "counts_runs", "");
        assert_eq!(counts(), 0.0);
        let read_first = metric(at, "last_reload_success_timestamp_seconds", "");

        // A change is seen without being told.
        put(&file, "count_runs = true ");
        assert_eq!(daemon.wait("reloaded", |_| true)["pending"], serde_json::json!([]));
        assert_eq!((counts(), reloads(at, "taken"), reloads(at, "refused")), (1.0, 1.0, 0.0));
        assert!(metric(at, "last_reload_success_timestamp_seconds", "") > read_first);
        let program = ",program=\"on_sys_enter\"";
        wait_until("runs", || metric(at, "program_runs_total", program) > 0.0);
        wait_until("their time", || metric(at, "program_run_seconds_total", program) > 0.0);

        // One that nobody could see is read when a signal says so.
        replace_unseen(&file, "count_runs = false");
        daemon.signal(Signal::HUP);
        daemon.wait("reloaded", |_| true);
        assert_eq!((counts(), reloads(at, "taken")), (0.0, 2.0));

        // What counts from the next start on is named.
        put(&file, "count_runs = true\ntoken_file = \"/run/other\"");
        daemon.signal(Signal::HUP);
        assert_eq!(daemon.wait("reloaded", |_| true)["pending"], serde_json::json!(["token_file"]));
        assert_eq!(counts(), 1.0);

        put(&file, "count_runs = false\n\nlog = 7");
        daemon.signal(Signal::HUP);
        let refused = daemon.wait("reload_refused", |_| true);
        let error = refused["error"].as_str().unwrap();
        assert!(error.contains(&format!("{path}:3: log: ")), "{error}");
        assert!(counts() == 1.0 && reloads(at, "refused") >= 1.0);
        assert!(daemon.stop().success());
    });
}

/// What a person types, sent to a daemon as its program would.
fn say(words: &[&str], started: &serde_json::Value, token: &str) -> Result<String, String> {
    let listen = started["listen"].as_str().unwrap();
    let line = [&["test_user"], words, &["--listen", listen, "--token-file", token]].concat();
    match Command::read(&DWELL, line, []) {
        Ok(Command::Ask(request)) => request.send().map_err(|failure| failure.to_string()),
        other => panic!("{words:?} gave {other:?}"),
    }
}

#[test]
fn a_person_decides_on_a_tree_that_the_daemon_stopped() {
    let test = "operations::a_person_decides_on_a_tree_that_the_daemon_stopped";
    alone(test, || {
        let spec = Spec::short(FIRST_UNLINK)
            .replace("enforce x by kill {  }", "enforce x by ask { kill after 10 min; }");
        let (program, place) = (Program::build(&spec), Place::new());
        let mut daemon = Daemon::start(test, &spec, &program, &place, &["--no-pin"]);
        let started = daemon.started();
        let token = started["token"].as_str().unwrap();
        let mut bystander = place.bystander("say done sleep");
        assert_eq!(bystander.listen(), "done");
        place.files(&["inside/a", "inside/b"]);

        let mut victim = place.victim("unlink {in}/a workers 2 hear say on");
        let acted = daemon.wait("acted", |record| record["tgid"] == victim.id());
        assert_eq!(acted["act"], "ask");
        let bucket = acted["bucket"].to_string();
        wait_until("it to stand", || victim.is_stopped());
        let listed = say(&["list"], &started, token).unwrap();
        let line = listed.lines().find(|line| line.contains(&bucket));
        assert!(line.is_some_and(|line| line.contains("stopped (ask)")), "{listed}");

        // Who has no token, or another one, decides nothing.
        let other = place.path("outside/token");
        fs::write(&other, "0".repeat(64)).unwrap();
        let refused = say(&["release", &bucket], &started, other.to_str().unwrap()).unwrap_err();
        assert!(refused.contains("token"), "{refused}");
        assert!(victim.is_stopped());

        let told = say(&["release", &bucket], &started, token).unwrap();
        assert_eq!(told, format!("bucket {bucket}: release\n"));
        (0..2).for_each(|_| victim.tell());
        assert_eq!((victim.listen(), victim.listen()), ("on".to_owned(), "on".to_owned()));
        victim.end_well();
        daemon.wait("decided", |record| record["verdict"] == "release");

        let mut victim = place.victim("unlink {in}/b workers 2 sleep");
        let acted = daemon.wait("acted", |record| record["tgid"] == victim.id());
        let bucket = acted["bucket"].to_string();
        assert_eq!(
            say(&["kill", &bucket], &started, token).unwrap(),
            format!("bucket {bucket}: kill\n")
        );
        victim.end_killed();
        place.wait_empty();
        let gone = say(&["kill", "4294967296"], &started, token).unwrap_err();
        assert!(gone.contains("there is no bucket 4294967296"), "{gone}");
        assert!(bystander.runs() && !bystander.is_stopped());
        let decided = |verdict: &str| {
            metric(address(&started), "decisions_total", &format!(",verdict=\"{verdict}\""))
        };
        wait_until("both decisions", || (decided("release"), decided("kill")) == (1.0, 1.0));
        assert!(daemon.stop().success());
    });
}
