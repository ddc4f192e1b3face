//! HTTP requests: whatever is sent, the daemon goes on, tells of processes only to who has the token,
//! and decides only what such a request says.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dslc_agent::Verdict;
use dslc_agent::plant::Measure;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use crate::model::served::Daemon;
use crate::model::{DWELL, Model, member};
use crate::{mutated, run_at_most};

/// Each takes a port for a while, and there are not many more.
const MOST: u32 = 10_000;
/// Until an answer is one that does not come.
const PATIENCE: Duration = Duration::from_secs(30);

/// Stands for the token in what is drawn before there is one.
const TOKEN: &str = "TOKEN";

/// What reached the model, oldest first.
type Decisions = Arc<Mutex<Vec<(u64, Verdict)>>>;

/// What was answered, read to the end of the connection.
fn answer(address: SocketAddr, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    // The daemon may refuse before it has read all.
    let _ = stream.write_all(request);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if error.kind() != std::io::ErrorKind::ConnectionReset => Err(error),
        _ => Ok(answer),
    }
}

fn request() -> impl Strategy<Value = String> {
    let method = prop::sample::select(&["GET", "POST", "HEAD", "PUT", "get", "", "CONNECT"][..]);
    let id = prop_oneof![
        Just("4".to_owned()),
        Just("9".to_owned()),
        "[0-9]{0,22}",
        "[-+a-z%0 ./]{0,6}",
    ];
    let bucket = (id, prop::sample::select(&["release", "kill", "", "kill/", "kill?x"][..]))
        .prop_map(|(id, verdict)| format!("/buckets/{id}/{verdict}"));
    let path = prop_oneof![
        3 => bucket,
        2 => prop::sample::select(
            &["/", "/state", "/history", "/metrics", "/healthz", "//state", "/state?x", "*", "http://x/state"][..],
        ).prop_map(str::to_owned),
        1 => "/[ -~]{0,12}",
    ];
    let header = prop_oneof![
        3 => Just(format!("Authorization: Bearer {TOKEN}")),
        1 => Just(format!("authorization: bearer {TOKEN}")),
        1 => Just(format!("Authorization: Bearer {TOKEN}0")),
        1 => Just("Authorization: Bearer ".to_owned()),
        1 => Just("Content-Length: 5".to_owned()),
        1 => Just("Transfer-Encoding: chunked".to_owned()),
        1 => Just("Host: evil.example".to_owned()),
        1 => Just("Accept: application/openmetrics-text".to_owned()),
        1 => "[ -~]{0,20}",
    ];
    let headers = prop::collection::vec(header, 0..3);
    let body = prop::sample::select(&["", "hello", "5\r\nhello\r\n0\r\n\r\n", "{}"][..]);
    (method, path, headers, body).prop_map(|(method, path, headers, body)| {
        let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
        format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n{body}")
    })
}

const PIECES: &[&str] =
    &["\r\n", "\n", ":", " ", "HTTP/1.0", "HTTP/2", "\0", "é", "Host: localhost\r\n", "%00", TOKEN];

/// What a request may have had decided: as it stands in it.
fn says(request: &str, (bucket, verdict): (u64, Verdict)) -> bool {
    let (id, word) = (bucket.to_string(), verdict.name());
    request.contains("POST /buckets/") && request.contains(&id) && request.contains(word)
}

fn daemon() -> (Daemon, Decisions) {
    let plant = Model::new(|_| {
        let rows = vec![member(4, 1, 10_000_000, 50_000_000)];
        Ok(Measure { members: 1, total_dwell_ns: 10_000_000, rows })
    });
    let decided = plant.decided.clone();
    let daemon = Daemon::of(&DWELL, plant);
    daemon.until("/healthz", 200);
    (daemon, decided)
}

#[test]
fn changed_requests() {
    let (daemon, decided) = daemon();
    let token = daemon.token.expose().to_owned();
    run_at_most(MOST, mutated(request(), PIECES), |text| {
        decided.lock().expect("nobody panicked").clear();
        let request = text.replace(TOKEN, &token);
        let answer = answer(daemon.server.address(), request.as_bytes())
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        prop_assert!(answer.is_empty() || answer.starts_with("HTTP/1."), "{answer:?}");
        // The model's only process.
        let told = answer.contains("cp \\\"x") || answer.contains("\"samples\"");
        let has_token = request.contains(&format!("earer {token}"));
        prop_assert!(!told || has_token, "{answer:?}");
        prop_assert!(!answer.contains(&token), "it tells its token: {answer:?}");
        for one in decided.lock().expect("nobody panicked").iter() {
            prop_assert!(has_token && says(&request, *one), "{one:?} by {request:?}");
        }
        Ok(())
    });
    assert_eq!(daemon.until("/healthz", 200), "ok\n");
    drop(daemon.stop());
}

#[test]
fn any_bytes() {
    let (daemon, decided) = daemon();
    run_at_most(MOST, prop::collection::vec(any::<u8>(), 0..200), |request| {
        let answer = answer(daemon.server.address(), &request)
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        let refused = answer.is_empty() || answer.starts_with(b"HTTP/1.1 400");
        prop_assert!(refused, "{:?}", String::from_utf8_lossy(&answer));
        Ok(())
    });
    assert!(decided.lock().expect("nobody panicked").is_empty());
    assert_eq!(daemon.until("/healthz", 200), "ok\n");
    drop(daemon.stop());
}
