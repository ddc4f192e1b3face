//! What is answered.

use std::sync::mpsc::Sender;
use std::time::Duration;

use axum::extract::{Path, State as Shared};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::Sources;
use crate::fibre::Verdict;
use crate::periods::Message;
use crate::plant::Decided;
use crate::units::{monotonic_ns, seconds};

/// How long an answer waits for the loop.
const PATIENCE: Duration = Duration::from_secs(1);

const JSON: &str = "application/json";
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

/// `GET`.
pub async fn metrics(Shared(sources): Shared<Sources>, headers: HeaderMap) -> Response {
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

/// `GET`.
pub async fn healthz(Shared(sources): Shared<Sources>) -> Response {
    let since = match sources.health.check(monotonic_ns()) {
        Ok(()) => return "ok\n".into_response(),
        Err(None) => "the loop has not completed a period yet\n".to_owned(),
        Err(Some(ns)) => format!("the loop completed its last period {:.1} s ago\n", seconds(ns)),
    };
    (StatusCode::SERVICE_UNAVAILABLE, since).into_response()
}

/// `GET /state`: the buckets and the price now.
pub async fn state(Shared(sources): Shared<Sources>) -> Response {
    json(ask(&sources.loop_, Message::Look).await)
}

/// `GET /history`: the last minutes.
pub async fn history(Shared(sources): Shared<Sources>) -> Response {
    json(ask(&sources.loop_, Message::History).await)
}

fn json(answer: Result<String, String>) -> Response {
    match answer {
        Ok(json) => ([(CONTENT_TYPE, JSON)], json).into_response(),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, why).into_response(),
    }
}

/// `POST /buckets/ID/release`.
pub async fn release(sources: Shared<Sources>, id: Path<u64>) -> Response {
    decide(sources, id, Verdict::Release).await
}

/// `POST /buckets/ID/kill`.
pub async fn kill(sources: Shared<Sources>, id: Path<u64>) -> Response {
    decide(sources, id, Verdict::Kill).await
}

async fn decide(Shared(sources): Shared<Sources>, Path(id): Path<u64>, as_: Verdict) -> Response {
    let decided = ask(&sources.loop_, |reply| Message::Decide(id, as_, reply)).await;
    let (status, text) = match decided {
        Ok(Decided::Done) => (StatusCode::OK, format!("bucket {id}: {}\n", as_.name())),
        Ok(Decided::Gone) => (StatusCode::NOT_FOUND, format!("there is no bucket {id}\n")),
        Ok(Decided::Idle) => (
            StatusCode::CONFLICT,
            format!("nothing was done to bucket {id} that waits for a decision\n"),
        ),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, why),
    };
    (status, text).into_response()
}

/// Asks the loop; what it says, or why it did not.
async fn ask<T>(
    loop_: &Sender<Message>,
    message: impl FnOnce(oneshot::Sender<Result<T, String>>) -> Message,
) -> Result<T, String> {
    let (reply, answer) = oneshot::channel();
    // A loop that is gone drops the reply, which is seen below.
    let _ = loop_.send(message(reply));
    match timeout(PATIENCE, answer).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) | Err(_) => Err("the loop does not answer\n".to_owned()),
    }
}
