//! The HTTP API: one small function per call, each hands over to the service layer.

mod extract;
mod handlers;
mod respond;
mod transactions;

use crate::problems::ApiError;
use crate::service::Service;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use std::sync::Arc;
use std::time::Instant;
use tenor_client::api::ErrorCode;

/// All calls of the API; `docs/api.md` describes each.
pub(crate) fn router(service: Arc<Service>) -> Router {
    let body_bytes_max = service.config().body_bytes_max;
    Router::new()
        .route("/v1/transactions", post(transactions::submit))
        .route("/v1/transactions/simulate", post(transactions::simulate))
        .route("/v1/transactions/{hash}", get(transactions::transaction))
        .route("/v1/transactions/{hash}/trace", get(transactions::trace))
        .route("/v1/receipts/{hash}", get(transactions::receipt))
        .route("/v1/blocks/{height}", get(handlers::block))
        .route("/v1/headers/{height}", get(handlers::header))
        .route("/v1/accounts/{address}", get(handlers::account))
        .route("/v1/contracts/{address}", get(handlers::contract))
        .route("/v1/contracts/{address}/query", post(handlers::query))
        .route("/v1/code/{hash}", get(handlers::code))
        .route("/v1/code/{hash}/spec", get(handlers::spec))
        .route("/v1/instances", get(handlers::instances))
        .route("/v1/state/proof", get(handlers::proof).post(handlers::proof_of_many))
        .route("/v1/state/map", get(handlers::proof_of_map))
        .route("/v1/events", get(handlers::events))
        .route("/v1/status", get(handlers::status))
        .route("/v1/dev/time", post(handlers::set_time))
        .route("/livez", get(handlers::livez))
        .route("/readyz", get(handlers::readyz))
        .fallback(no_such_route)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(body_bytes_max))
        .layer(from_fn(log))
        .with_state(service)
}

async fn no_such_route(request: Request) -> ApiError {
    let detail = format!("there is no call {}", request.uri().path());
    ApiError::new(ErrorCode::NoSuchRoute, detail)
}

async fn method_not_allowed(request: Request) -> ApiError {
    let detail = format!("{} cannot be sent to {}", request.method(), request.uri().path());
    ApiError::new(ErrorCode::MethodNotAllowed, detail)
}

async fn log(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await.into_response();
    let (status, us) = (response.status().as_u16(), started.elapsed().as_micros());
    tracing::debug!(%method, path, status, us, "request");
    response
}
