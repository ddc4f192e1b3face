//! The model behind a daemon's loop and server.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use dslc_agent::Fibre;
use dslc_agent::asks::Asks;
use dslc_agent::controller::Controller;
use dslc_agent::health::Health;
use dslc_agent::history::History;
use dslc_agent::http::{Access, Server, Sources};
use dslc_agent::log::{Format, Log};
use dslc_agent::metrics::Metrics;
use dslc_agent::page::PricePage;
use dslc_agent::periods::{Message, Periods};
use dslc_agent::token::Token;
use serde_json::Value;

use super::{DWELL, Model};

/// A log that can be read while it is written.
#[derive(Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panicked").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Lines {
    /// Every line so far.
    pub fn values(&self) -> Vec<Value> {
        let bytes = self.0.lock().expect("nobody panicked").clone();
        let text = String::from_utf8(bytes).expect("UTF-8");
        text.lines().map(|line| serde_json::from_str(line).expect("a JSON object")).collect()
    }
}

/// A daemon without a kernel.
pub struct Daemon {
    pub server: Server,
    pub token: Token,
    messages: Sender<Message>,
    loop_: JoinHandle<&'static str>,
    pub lines: Lines,
}

impl Daemon {
    /// Of the fibre `dwell`.
    pub fn start(plant: Model) -> Self {
        Daemon::of(&DWELL, plant)
    }

    /// Of any fibre.
    pub fn of(fibre: &'static Fibre, plant: Model) -> Self {
        let lines = Lines::default();
        let metrics = Arc::new(Metrics::new(fibre, true));
        let health = Arc::new(Health::new(fibre.period()));
        let (messages, inbox) = mpsc::channel();
        let loop_ = messages.clone();
        let token = Token::draw().expect("random numbers");
        let access = Access::new(token.clone(), Vec::new());
        let (told, beat) = (metrics.clone(), health.clone());
        let sources = Sources { metrics: told, health: beat, access, loop_ };
        let server = Server::start(loopback(), sources).expect("a server");
        let log = Log::new(Format::Json, lines.clone());
        let loop_ = std::thread::spawn(move || {
            let folder = tempfile::tempdir().expect("a folder");
            let page = PricePage::create(&folder.path().join("price"), 24, 1, 1).expect("a page");
            let controller = Controller::start(fibre, plant).expect("the model answers");
            let history = History::default();
            let mut periods = Periods {
                fibre,
                observe_only: true,
                controller,
                page,
                metrics,
                health,
                log,
                history,
                asks: Asks::default(),
                reload: None,
            };
            periods.run(&inbox)
        });
        Daemon { server, token, messages, loop_, lines }
    }

    /// Status and body of what is asked with the token.
    pub fn ask(&self, method: &str, path: &str) -> (u16, String) {
        let headers = format!("Authorization: Bearer {}\r\n", self.token.expose());
        let (status, _, body) = exchange(self.server.address(), method, path, &headers);
        (status, body)
    }

    /// Waits until the loop has done what makes `path` answer so.
    pub fn until(&self, path: &str, status: u16) -> String {
        for _ in 0..1_000 {
            let (got, body) = get(self.server.address(), path, "");
            if got == status {
                return body;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("{path} never answered {status}");
    }

    /// Asks the loop to stop; what it logged.
    pub fn stop(self) -> Vec<Value> {
        self.messages.send(Message::Stop("the test")).expect("the loop runs");
        assert_eq!(self.loop_.join().expect("it did not panic"), "the test");
        self.lines.values()
    }
}

/// A free port.
pub fn loopback() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").expect("a port")
}

/// Status and body.
pub fn get(address: SocketAddr, path: &str, headers: &str) -> (u16, String) {
    let (status, _, body) = exchange(address, "GET", path, headers);
    (status, body)
}

/// The same, with the head.
pub fn exchange(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &str,
) -> (u16, String, String) {
    let mut stream = TcpStream::connect(address).expect("it listens");
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}\r\n"
    );
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, head.to_owned(), body.to_owned())
}
