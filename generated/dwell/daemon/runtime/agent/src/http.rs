//! `/metrics`, `/healthz` and `/state` over HTTP, on a thread of their own.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axum::Router;
use axum::extract::State as Shared;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::runtime;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::health::Health;
use crate::metrics::Metrics;
use crate::periods::Message;
use crate::units::{monotonic_ns, seconds};

/// How long `/state` waits for the loop.
const PATIENCE: Duration = Duration::from_secs(1);

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What the answers are made from.
#[derive(Clone, Debug)]
pub struct Sources {
    /// The metrics.
    pub metrics: Arc<Metrics>,
    /// Whether the loop runs.
    pub health: Arc<Health>,
    /// The loop, which alone can see the members.
    pub loop_: Sender<Message>,
}

/// The server's thread; it ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Answers on `listener` from now on.
    pub fn start(listener: TcpListener, sources: Sources) -> io::Result<Self> {
        let address = listener.local_addr()?;
        listener.set_nonblocking(true)?;
        let runtime = runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let listener = {
            let _context = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().name("http".to_owned()).spawn(move || {
            runtime.block_on(async {
                // Serving ends only when it is told to; connections end with their runtime.
                tokio::select! {
                    _ = async { axum::serve(listener, routes(sources)).await } => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Server { address, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has ended too.
            let _ = thread.join();
        }
    }
}

fn routes(sources: Sources) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(healthz))
        .route("/state", get(state))
        .with_state(sources)
}

async fn metrics(Shared(sources): Shared<Sources>, headers: HeaderMap) -> Response {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (kind, text) = if accept.contains("application/openmetrics-text") {
        (OPEN_METRICS, sources.metrics.open_metrics())
    } else {
        (PROMETHEUS, sources.metrics.prometheus())
    };
    match text {
        Ok(text) => ([(CONTENT_TYPE, kind)], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn healthz(Shared(sources): Shared<Sources>) -> Response {
    let since = match sources.health.check(monotonic_ns()) {
        Ok(()) => return "ok\n".into_response(),
        Err(None) => "the loop has not completed a period yet\n".to_owned(),
        Err(Some(ns)) => format!("the loop completed its last period {:.1} s ago\n", seconds(ns)),
    };
    (StatusCode::SERVICE_UNAVAILABLE, since).into_response()
}

async fn state(Shared(sources): Shared<Sources>) -> Response {
    let (reply, state) = oneshot::channel();
    // A loop that is gone drops the reply, which is seen below.
    let _ = sources.loop_.send(Message::Look(reply));
    match timeout(PATIENCE, state).await {
        Ok(Ok(Ok(json))) => ([(CONTENT_TYPE, "application/json")], json).into_response(),
        Ok(Ok(Err(error))) => (StatusCode::SERVICE_UNAVAILABLE, error).into_response(),
        Ok(Err(_)) | Err(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "the loop does not answer\n").into_response()
        }
    }
}
