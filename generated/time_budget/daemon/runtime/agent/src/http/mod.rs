//! What a daemon answers over HTTP, on a thread of its own: metrics, health, the buckets, decisions.

mod access;
mod answers;
mod page;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};

use axum::routing::{get, post};
use axum::{Router, middleware};
use tokio::runtime;
use tokio::sync::oneshot;

use crate::health::Health;
use crate::metrics::Metrics;
use crate::periods::Message;
pub use access::Access;

/// What the answers are made from.
#[derive(Clone, Debug)]
pub struct Sources {
    /// The metrics.
    pub metrics: Arc<Metrics>,
    /// Whether the loop runs.
    pub health: Arc<Health>,
    /// Who is answered.
    pub access: Access,
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
            let service = routes(sources).into_make_service_with_connect_info::<SocketAddr>();
            runtime.block_on(async {
                // Serving ends only when it is told to; connections end with their runtime.
                tokio::select! {
                    _ = async { axum::serve(listener, service).await } => {}
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
    let access = sources.access.clone();
    Router::new()
        .route("/", get(page::html))
        .route("/page.css", get(page::style))
        .route("/page.js", get(page::script))
        .route("/metrics", get(answers::metrics))
        .route("/healthz", get(answers::healthz))
        .route("/state", get(answers::state))
        .route("/history", get(answers::history))
        .route("/buckets/{id}/release", post(answers::release))
        .route("/buckets/{id}/kill", post(answers::kill))
        .layer(middleware::from_fn_with_state(access, access::guard))
        .with_state(sources)
}
