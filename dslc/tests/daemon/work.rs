//! The daemon at its work: it watches, reports, ends what has spent its budget, and goes.

use std::os::unix::process::ExitStatusExt;

use crate::site::{Daemon, Site, wait};

/// More than the spec's rule allows in a second.
const MANY: u32 = 100;
const SIGKILL: i32 = 9;

#[test]
fn a_process_that_has_spent_its_budget_is_killed_and_no_other() {
    let site = Site::new();
    let mut daemon = Daemon::start(&mut site.command());
    let mut few = site.process("few", 10, true);
    let mut outside = site.process("outside", MANY, false);
    let mut many = site.process("many", MANY, true);
    daemon.event(|event| event["act"] == "kill");
    assert_eq!(many.ended().signal(), Some(SIGKILL));
    let killed = daemon.event(|event| event["act"] == "kill");
    let tainted = daemon.event(|event| event["event"] == "tainted");

    assert_eq!(killed["tgid"], many.id());
    assert_eq!(killed["class"], "batch");
    assert!(killed["dwell_seconds"].as_f64() >= killed["budget_seconds"].as_f64(), "{killed}");
    assert_eq!(tainted["tgid"], many.id());
    let rule = "taint on unlink under \"/srv\" when count > 64 within 1 s";
    assert_eq!(tainted["rule"], rule);
    assert!(tainted["time"].as_f64() < killed["time"].as_f64());

    few.wait_done();
    outside.wait_done();
    assert!(few.runs() && outside.runs());
    assert!(few.end().success() && outside.end().success());
    let others = daemon.log().into_iter().filter(|event| event["tgid"].is_number());
    assert!(others.into_iter().all(|event| event["tgid"] == many.id()), "{:#?}", daemon.log());
    assert!(daemon.get("/metrics").contains("\ndslc_act_dwell_seconds_count{fibre=\"guard\"} 1\n"));
    assert!(daemon.signal("TERM").success());
}

#[test]
fn an_observer_reports_what_it_would_end_and_lets_it_go_on() {
    let site = Site::new();
    let mut daemon = Daemon::start(site.command().arg("--observe-only"));
    let calm = daemon.state();
    let mut process = site.process("many", MANY, true);
    process.wait_done();
    let overdue = daemon.event(|event| event["event"] == "overdue");
    assert_eq!(overdue["tgid"], process.id());
    let state = wait("member past its budget", || {
        let state = daemon.state();
        (state["members"][0]["state"] == "overdue").then_some(state)
    });
    assert_eq!(state["members"][0]["tgid"], process.id());
    assert_eq!(state["members"][0]["comm"], "python3");
    // What it uses beyond the capacity makes the price rise.
    wait("higher price", || {
        (daemon.state()["price"].as_f64() > calm["price"].as_f64()).then_some(())
    });
    assert!(process.runs());
    assert!(process.end().success());
    wait("empty table", || daemon.state()["members"].as_array()?.is_empty().then_some(()));
    assert!(daemon.log().iter().all(|event| event["event"] != "acted"), "{:#?}", daemon.log());
    assert!(daemon.signal("TERM").success());
}

#[test]
fn a_signal_stops_it_cleanly() {
    for signal in ["TERM", "INT"] {
        let site = Site::new();
        let mut daemon = Daemon::start(&mut site.command());
        assert!(site.page().is_file());
        assert!(daemon.signal(signal).success());
        assert!(!site.page().parent().is_some_and(std::path::Path::exists), "the page remains");
        let stopped = daemon.event(|event| event["event"] == "stopped");
        assert_eq!(stopped["by"], format!("SIG{signal}"));
        // Nothing enforces any more.
        let mut process = site.process("many", MANY, true);
        process.wait_done();
        assert!(process.end().success());
    }
}
