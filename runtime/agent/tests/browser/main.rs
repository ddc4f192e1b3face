//! The live page in a browser: what it shows, and who may decide.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod chromium;
#[path = "../model/mod.rs"]
mod model;

use std::path::Path;
use std::sync::{Arc, Mutex};

use chromium::Chromium;
use dslc_agent::Verdict;
use dslc_agent::plant::{Event, EventKind, Measure, Member, Path as Way, State};
use model::served::Daemon;
use model::{Model, member};
use serde_json::json;

const ROW: &str = "document.querySelector('tr[data-bucket=\"4\"]')";

/// A stopped bucket, one whose clock runs, one whose clock stands; the first is named like a tag.
fn members() -> Vec<Member> {
    let evidence = |harm: u32, doubt: u32| [harm << 16, doubt << 15, 0, 0];
    let stopped = Member {
        comm: "<b>pack</b>".to_owned(),
        state: State::Stopped,
        act: Some(1),
        evidence_q16: evidence(18, 7),
        processes: 5,
        lost: 3,
        ..member(4, 1, 52_000_000, 50_000_000)
    };
    let live = Member {
        comm: "rsync".to_owned(),
        evidence_q16: evidence(2, 30),
        lost: 0,
        processes: 2,
        ..member(9, 0, 31_000_000, 200_000_000)
    };
    let watched = Member {
        comm: "cc1".to_owned(),
        state: State::Watched,
        lost: 0,
        evidence_q16: evidence(0, 0),
        ..member(12, 1, 0, 50_000_000)
    };
    vec![stopped, live, watched]
}

fn plant() -> Model {
    let mut use_ns = 80_000_000;
    let mut plant = Model::new(move |_| {
        use_ns = if use_ns > 900_000_000 { 80_000_000 } else { use_ns + 45_000_000 };
        Ok(Measure { members: 2, total_dwell_ns: use_ns, rows: members() })
    });
    let asked = Event {
        time_ns: dslc_agent::units::monotonic_ns(),
        kind: EventKind::Acted { act: 1, path: Way::Timer },
        member: members().remove(0),
        price: 20 << 24,
    };
    plant.events = Arc::new(Mutex::new(vec![asked]));
    plant
}

#[test]
fn the_page_shows_buckets_and_decides_only_with_the_token() {
    let plant = plant();
    let decided = plant.decided.clone();
    let daemon = Daemon::start(plant);
    daemon.until("/healthz", 200);
    let mut page = Chromium::open(&format!("http://{}/", daemon.server.address()), 1200, 800);

    // Locked: it asks for the token, shows nothing, and cannot decide.
    page.wait("document.getElementById('ask')?.hidden === false");
    assert_eq!(page.evaluate("document.querySelectorAll('tbody tr').length"), 0);
    let refused = "fetch('/buckets/4/release', {method: 'POST'}).then((answer) => answer.status)";
    assert_eq!(page.evaluate(refused), 401);
    let enter = |token: &str| {
        format!(
            "(() => {{ document.getElementById('token').value = '{token}'; \
             document.querySelector('#ask button').click(); return true; }})()"
        )
    };
    page.wait(&enter("wrong"));
    page.wait("document.getElementById('said').textContent.includes('not the daemon')");
    assert!(decided.lock().expect("nobody panicked").is_empty());

    // Open: rows, bars, acts, lines.
    page.wait(&enter(daemon.token.expose()));
    page.wait(ROW);
    assert_eq!(page.evaluate("document.querySelectorAll('tbody tr').length"), 3);
    let cells = page.evaluate(&format!("[...{ROW}.cells].map((cell) => cell.textContent)"));
    let expected = [
        "4",
        "<b>pack</b> 4",
        "batch",
        "harm18.0doubt3.5",
        "52 ms of 50 ms",
        "stopped (ask)",
        "5",
        "3",
        "releasekill",
    ];
    // Evidence stands in no fixed order.
    assert_eq!(cells[3].as_str().map(str::len), Some(expected[3].len()), "{cells}");
    for (index, text) in expected.iter().enumerate().filter(|(index, _)| *index != 3) {
        assert_eq!(cells[index], *text, "{cells}");
    }
    let widths =
        format!("[...{ROW}.querySelectorAll('.track i')].map((i) => i.style.width).sort()");
    assert_eq!(page.evaluate(&widths), json!(["100%", "14.5833%", "75%"]));
    assert_eq!(page.evaluate("document.querySelectorAll('tbody button').length"), 2);
    page.wait("document.getElementById('acts').textContent.includes('acted: ask, <b>pack</b>')");
    page.wait("document.querySelector('#price-line polyline').points.length > 0");

    assert!(
        page.evaluate("document.getElementById('ask').offsetParent").is_null(),
        "it is not asked again"
    );

    // Decide: release at once, kill after it was confirmed.
    page.wait(&format!("{ROW}.querySelector('button.release').click() ?? true"));
    wait_for(&decided, &[(4, Verdict::Release)]);
    page.wait("(() => { window.confirm = () => false; return true; })()");
    page.wait(&format!("{ROW}.querySelector('button.kill').click() ?? true"));
    page.wait("(() => { window.confirm = () => true; return true; })()");
    page.wait(&format!("{ROW}.querySelector('button.kill').click() ?? true"));
    wait_for(&decided, &[(4, Verdict::Release), (4, Verdict::Kill)]);

    if let Some(path) = std::env::var_os("DSLC_PAGE_PICTURE") {
        page.wait("document.querySelector('#price-line polyline').points.length > 12");
        picture(&mut page, Path::new(&path));
    }
    drop(page);
    drop(daemon.stop());
}

fn wait_for(decided: &Mutex<Vec<(u64, Verdict)>>, expected: &[(u64, Verdict)]) {
    for _ in 0..1_000 {
        if decided.lock().expect("nobody panicked").len() >= expected.len() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert_eq!(*decided.lock().expect("nobody panicked"), expected);
}

/// What the page looks like, as a PNG.
fn picture(page: &mut Chromium, path: &Path) {
    let shot = page.call("Page.captureScreenshot", &json!({ "format": "png" }));
    let data = shot["data"].as_str().expect("base64");
    let mut decode = std::process::Command::new("base64")
        .arg("-d")
        .stdin(std::process::Stdio::piped())
        .stdout(std::fs::File::create(path).expect("a file"))
        .spawn()
        .expect("base64 of coreutils");
    let mut input = decode.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut input, data.as_bytes()).expect("it reads");
    drop(input);
    assert!(decode.wait().expect("it ends").success());
}
