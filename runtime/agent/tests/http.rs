//! The daemon as its readers see it: over a socket, while the loop runs.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod model;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dslc_agent::Verdict;
use dslc_agent::client::{Question, Request};
use dslc_agent::health::Health;
use dslc_agent::http::{Access, Server, Sources};
use dslc_agent::metrics::Metrics;
use dslc_agent::plant::{Measure, Trouble};
use dslc_agent::token::Token;
use model::served::{Daemon, exchange, get, loopback};
use model::{DWELL, Model, SLOW, member, one_event_of_each_kind};
use serde_json::Value;

fn two_members(_: u64) -> Result<Measure, &'static str> {
    let rows = vec![member(4, 1, 10_000_000, 50_000_000), member(9, 0, 300_000_000, 200_000_000)];
    Ok(Measure { members: 2, total_dwell_ns: 310_000_000, rows })
}

#[test]
fn metrics_health_and_state_are_served_while_the_loop_runs() {
    let daemon = Daemon::start(Model::new(two_members));
    assert_eq!(daemon.until("/healthz", 200), "ok\n");
    let address = daemon.server.address();

    let (status, head, body) = exchange(address, "GET", "/metrics", "");
    assert_eq!(status, 200);
    assert!(head.contains("text/plain; version=0.0.4"), "{head}");
    assert!(body.contains("\ndwell_seconds_current 0.155\n"), "{body}");
    let open = "Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5\r\n";
    let (status, head, body) = exchange(address, "GET", "/metrics", open);
    assert_eq!(status, 200);
    assert!(head.contains("application/openmetrics-text; version=1.0.0"), "{head}");
    assert!(body.ends_with("# EOF\n"), "{body}");

    let (status, body) = daemon.ask("GET", "/state");
    assert_eq!(status, 200);
    let state: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(state["observe_only"], true);
    assert_eq!(state["capacity"], 5.0);
    assert!(state["price"].as_f64() > Some(19.0) && state["use"].as_f64() > Some(0.3), "{state}");
    let expected = serde_json::json!([
        { "bucket": 9, "tgid": 9, "comm": "cp \"x\"", "class": "interactive",
          "state": "overdue", "act": null, "dwell_seconds": 0.3, "budget_seconds": 0.2,
          "processes": 3, "lost": 2, "evidence": { "harm": 9.0, "doubt": 0.5 } },
        { "bucket": 4, "tgid": 4, "comm": "cp \"x\"", "class": "batch",
          "state": "live", "act": null, "dwell_seconds": 0.01, "budget_seconds": 0.05,
          "processes": 3, "lost": 2, "evidence": { "harm": 9.0, "doubt": 0.5 } },
    ]);
    assert_eq!(state["members"], expected);

    assert_eq!(daemon.ask("GET", "/no-such").0, 404);
    assert_eq!(daemon.ask("POST", "/state").0, 405);
    drop(daemon.stop());
}

#[test]
fn who_has_no_token_sees_no_process_and_decides_nothing() {
    let plant = Model::new(two_members);
    let decided = plant.decided.clone();
    let daemon = Daemon::start(plant);
    daemon.until("/healthz", 200);
    let address = daemon.server.address();
    let other = Token::draw().expect("random numbers");
    let right = daemon.token.expose();
    for wrong in [
        String::new(),
        format!("Authorization: Bearer {}\r\n", other.expose()),
        format!("Authorization: Bearer {}\r\n", &right[..63]),
        format!("Authorization: Basic {right}\r\n"),
        format!("Cookie: token={right}\r\n"),
    ] {
        for (method, path) in
            [("GET", "/state"), ("POST", "/buckets/4/release"), ("POST", "/buckets/4/kill")]
        {
            let (status, head, body) = exchange(address, method, path, &wrong);
            assert_eq!(status, 401, "{path} {wrong}");
            assert!(head.to_lowercase().contains("www-authenticate: bearer"), "{head}");
            assert!(body.contains("token file"), "{body}");
        }
    }
    assert!(decided.lock().expect("nobody panicked").is_empty());
    drop(daemon.stop());
}

#[test]
fn a_decision_reaches_the_bucket_and_says_what_became_of_it() {
    let plant = Model::new(two_members);
    let decided = plant.decided.clone();
    let daemon = Daemon::start(plant);
    daemon.until("/healthz", 200);
    assert_eq!(daemon.ask("POST", "/buckets/4/release"), (200, "bucket 4: release\n".to_owned()));
    assert_eq!(daemon.ask("POST", "/buckets/4/kill").0, 200);
    let (status, body) = daemon.ask("POST", "/buckets/9/kill");
    assert_eq!(status, 409);
    assert!(body.contains("nothing was done to bucket 9"), "{body}");
    assert_eq!(daemon.ask("POST", "/buckets/5/release").0, 404);
    assert_eq!(daemon.ask("POST", "/buckets/many/release").0, 400);
    assert_eq!(daemon.ask("GET", "/buckets/4/release").0, 405);
    let expected =
        [(4, Verdict::Release), (4, Verdict::Kill), (9, Verdict::Kill), (5, Verdict::Release)];
    assert_eq!(*decided.lock().expect("nobody panicked"), expected);
    drop(daemon.stop());
}

#[test]
fn a_name_that_somebody_gave_this_machine_is_refused() {
    let daemon = Daemon::start(Model::new(two_members));
    daemon.until("/healthz", 200);
    let address = daemon.server.address();
    for (host, status) in [("evil.example", 421), ("localhost", 200), ("127.0.0.1:80", 200)] {
        let mut stream = TcpStream::connect(address).expect("it listens");
        let request = format!("GET /metrics HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{host}: {answer}");
    }
    drop(daemon.stop());
}

#[test]
fn a_loop_that_fails_is_unhealthy_says_so_once_and_recovers() {
    let broken = Arc::new(Mutex::new(true));
    let switch = broken.clone();
    let daemon = Daemon::start(Model::new(move |price| {
        if *switch.lock().expect("nobody panicked") {
            Err("no such map")
        } else {
            two_members(price)
        }
    }));
    let address = daemon.server.address();
    assert_eq!(daemon.ask("GET", "/state"), (503, "no such map".to_owned()));
    let count = |text: &str| -> Option<u64> {
        text.lines().find_map(|l| {
            l.strip_prefix("dslc_failed_periods_total{fibre=\"dwell\"} ")?.parse().ok()
        })
    };
    while count(&get(address, "/metrics", "").1) < Some(2) {
        assert_eq!(get(address, "/healthz", "").0, 503);
        std::thread::sleep(Duration::from_millis(10));
    }
    *broken.lock().expect("nobody panicked") = false;
    daemon.until("/healthz", 200);
    let events: Vec<Value> = daemon.stop();
    let kinds: Vec<_> = events.iter().map(|event| event["event"].clone()).collect();
    assert_eq!(kinds, ["failed", "recovered"]);
    assert_eq!(events[0]["error"], "no such map");
    assert!(events[1]["failed"].as_u64() >= Some(2), "{events:?}");
}

#[test]
fn without_a_loop_nothing_is_well_and_everything_answers() {
    let (messages, inbox) = mpsc::channel();
    drop(inbox);
    let token = Token::draw().expect("random numbers");
    let bearer = format!("Authorization: Bearer {}\r\n", token.expose());
    let sources = Sources {
        metrics: Arc::new(Metrics::new(&DWELL, false)),
        health: Arc::new(Health::new(DWELL.period())),
        access: Access::new(token.clone(), Vec::new()),
        loop_: messages,
    };
    let server = Server::start(loopback(), sources).expect("a server");
    let address = server.address();
    assert_eq!(get(address, "/healthz", "").0, 503);
    assert_eq!(get(address, "/state", &bearer).0, 503);
    assert_eq!(exchange(address, "POST", "/buckets/4/kill", &bearer).0, 503);
    assert_eq!(get(address, "/metrics", "").0, 200);
    drop(server);
    assert!(TcpStream::connect(address).is_err(), "the port is free again");
}

#[test]
fn events_become_lines_with_all_their_figures() {
    let mut plant = Model::new(two_members);
    plant.events = Arc::new(Mutex::new(one_event_of_each_kind()));
    plant.troubles = vec![Trouble { kind: "timer_errors", total: 12 }];
    let daemon = Daemon::start(plant);
    daemon.until("/healthz", 200);
    let events = daemon.stop();
    let kinds: Vec<_> = events.iter().map(|event| event["event"].clone()).collect();
    assert_eq!(
        kinds,
        [
            "tainted",
            "inherited",
            "acted",
            "acted",
            "overdue",
            "cleared",
            "exited",
            "decided",
            "trouble",
        ]
    );
    let mut acted = events[3].clone();
    assert!(acted["time"].as_f64() > Some(1e9));
    acted["time"] = Value::Null;
    let expected = serde_json::json!({
        "time": null, "event": "acted", "bucket": 7, "tgid": 7, "comm": "cp \"x\"",
        "class": "batch", "act": "kill", "path": "timer", "dwell_seconds": 0.05003, "budget_seconds": 0.05, "price": 20.0,
        "processes": 3, "lost": 2, "evidence": { "harm": 9.0, "doubt": 0.5 },
    });
    assert_eq!(acted, expected);
    assert_eq!(events[0]["rule"], "taint on write");
    assert_eq!(events[1]["parent"], 6);
    assert_eq!((&events[2]["act"], &events[2]["path"]), (&"ask".into(), &"system_call".into()));
    assert_eq!(events[7]["verdict"], "release");
    assert_eq!((&events[8]["kind"], &events[8]["total"]), (&"timer_errors".into(), &12.into()));
}

#[test]
fn events_wait_neither_for_the_next_period_nor_for_each_other() {
    let plant = Model::new(two_members);
    let pending = plant.events.clone();
    let daemon = Daemon::of(&SLOW, plant);
    daemon.until("/healthz", 200);
    pending.lock().expect("nobody panicked").extend(one_event_of_each_kind());
    while daemon.lines.values().len() < one_event_of_each_kind().len() {
        std::thread::sleep(Duration::from_millis(10));
    }
    // What happens last is told as well.
    pending.lock().expect("nobody panicked").extend(one_event_of_each_kind());
    assert_eq!(daemon.stop().len(), 2 * one_event_of_each_kind().len());
}

#[test]
fn the_last_minutes_hold_the_price_and_what_was_done() {
    let mut plant = Model::new(two_members);
    plant.events = Arc::new(Mutex::new(one_event_of_each_kind()));
    let daemon = Daemon::start(plant);
    daemon.until("/healthz", 200);
    let (status, body) = daemon.ask("GET", "/history");
    assert_eq!(status, 200);
    let history: Value = serde_json::from_str(&body).expect("JSON");
    let acts = history["acts"].as_array().expect("a list");
    let kinds: Vec<_> = acts.iter().map(|act| act["event"].clone()).collect();
    assert_eq!(kinds, ["acted", "acted", "overdue", "decided"]);
    assert_eq!(history["samples"][0]["dwell_seconds"], 0.31);
    assert!(history["samples"][0]["price"].as_f64() > Some(19.0), "{history}");
    drop(daemon.stop());
}

#[test]
fn the_page_is_served_to_everyone_and_may_ask_for_nothing_elsewhere() {
    let daemon = Daemon::start(Model::new(two_members));
    let address = daemon.server.address();
    for (path, kind) in
        [("/", "text/html"), ("/page.css", "text/css"), ("/page.js", "text/javascript")]
    {
        let (status, head, body) = exchange(address, "GET", path, "");
        assert_eq!(status, 200);
        assert!(head.contains(&format!("content-type: {kind}")), "{head}");
        assert!(head.contains("content-security-policy: default-src 'none'"), "{head}");
        assert!(!body.contains("https://"), "{path}");
    }
    drop(daemon.stop());
}

#[test]
fn the_command_line_lists_and_decides_with_the_token_of_the_file() {
    let plant = Model::new(two_members);
    let decided = plant.decided.clone();
    let daemon = Daemon::start(plant);
    daemon.until("/healthz", 200);
    let folder = tempfile::tempdir().expect("a folder");
    let token_file = folder.path().join("token");
    std::fs::write(&token_file, format!("{}\n", daemon.token.expose())).expect("a file");
    let ask = |question| {
        let listen = daemon.server.address();
        Request { question, listen, token_file: token_file.clone() }.send()
    };
    let list = ask(Question::List).expect("an answer");
    assert_eq!(list.lines().count(), 3);
    assert!(list.contains("overdue") && list.contains("interactive"), "{list}");
    let done = ask(Question::Decide(4, Verdict::Release)).expect("an answer");
    assert_eq!(done, "bucket 4: release\n");
    let gone = ask(Question::Decide(5, Verdict::Kill)).expect_err("there is no such bucket");
    assert!(gone.to_string().contains("there is no bucket 5"), "{gone}");
    std::fs::write(&token_file, "wrong").expect("a file");
    let refused = ask(Question::Decide(4, Verdict::Kill)).expect_err("the token is wrong");
    assert!(refused.to_string().contains("token"), "{refused}");
    let expected = [(4, Verdict::Release), (5, Verdict::Kill)];
    assert_eq!(*decided.lock().expect("nobody panicked"), expected);
    drop(daemon.stop());
}
