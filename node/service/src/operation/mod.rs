//! What an operator and their machines ask a node, on a listener of its own: whether it lives and
//! is ready, what it counts, what it logs. It is for the operator's network only: nobody is asked
//! who they are.

mod metrics;

use crate::service::Service;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics::Metrics;
pub(crate) use metrics::Traffic;
use std::fmt;
use std::sync::Arc;

/// The longest log filter that is taken, in bytes.
const FILTER_BYTES_MAX: usize = 4 << 10;

/// What a node's owner can do about its log. The node writes none itself.
pub trait LogControl: Send + Sync + fmt::Debug {
    /// The filter in force.
    fn filter(&self) -> String;

    /// Another filter from now on, until the process ends.
    ///
    /// # Errors
    /// What is wrong with it.
    fn set_filter(&self, filter: &str) -> Result<(), String>;
}

struct Operation {
    service: Arc<Service>,
    metrics: Metrics,
    log: Arc<dyn LogControl>,
}

/// All calls of the operator's listener; `docs/operation.md` describes each.
pub(crate) fn router(service: Arc<Service>, traffic: &Traffic, log: Arc<dyn LogControl>) -> Router {
    let chain_id = service.status().chain_id.to_string();
    let operation = Operation { service, metrics: Metrics::new(chain_id, traffic), log };
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/version", get(|| async { concat!(env!("CARGO_PKG_VERSION"), "\n") }))
        .route("/loglevel", get(log_filter).put(set_log_filter))
        .layer(DefaultBodyLimit::max(FILTER_BYTES_MAX))
        .with_state(Arc::new(operation))
}

async fn ready(State(operation): State<Arc<Operation>>) -> (StatusCode, String) {
    match operation.service.readiness() {
        Ok(()) => (StatusCode::OK, "ok\n".into()),
        Err(reason) => (StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n")),
    }
}

async fn metrics(State(operation): State<Arc<Operation>>) -> Response {
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    match operation.metrics.text(&operation.service) {
        Ok(text) => ([(header::CONTENT_TYPE, content_type)], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn log_filter(State(operation): State<Arc<Operation>>) -> String {
    format!("{}\n", operation.log.filter())
}

async fn set_log_filter(
    State(operation): State<Arc<Operation>>,
    body: Bytes,
) -> Result<String, (StatusCode, String)> {
    let refused = |reason: String| {
        let text = format!("expected a log filter such as info,tenor_service=debug: {reason}\n");
        (StatusCode::BAD_REQUEST, text)
    };
    let filter = std::str::from_utf8(&body).map_err(|error| refused(error.to_string()))?.trim();
    operation.log.set_filter(filter).map_err(refused)?;
    tracing::info!(filter, "the log's filter was changed");
    Ok(format!("{}\n", operation.log.filter()))
}
