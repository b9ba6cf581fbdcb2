//! The HTTP API: one small function per call, each hands over to the service layer.

mod access;
mod extract;
mod handlers;
mod openapi;
mod respond;
mod stream;
mod transactions;

#[cfg(test)]
pub(crate) use openapi::DOCUMENT;

use crate::problems::ApiError;
use crate::service::Service;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Instant;
use tenor_client::api::ErrorCode;

/// All calls of the API; `openapi/calls.rs` lists them, `docs/api.md` describes each.
pub(crate) fn router(service: Arc<Service>) -> Router {
    let body_bytes_max = service.config().body_bytes_max;
    let (calls, accesses) = openapi::calls().into_router();
    let guard = from_fn_with_state((Arc::clone(&service), Arc::new(accesses)), access::guard);
    calls
        .route_layer(guard)
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
