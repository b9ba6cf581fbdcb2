//! Transactions and receipts.

use super::access::Caller;
use super::extract::{Body, Encoding, JsonBody, Parameters, Segment, json, wants_binary};
use super::respond;
use crate::problems::ApiError;
use crate::service::Service;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tenor_client::api::{Progress, SimulateRequest, SubmitParameters, SubmitRequest};
use tenor_primitives::Hash;
use utoipa::IntoParams;

pub(super) async fn submit(
    State(service): State<Arc<Service>>,
    Parameters(parameters): Parameters<SubmitParameters>,
    body: Body,
) -> Result<Response, ApiError> {
    let bytes = match body.encoding {
        Encoding::Binary => body.bytes.into(),
        Encoding::Json => json::<SubmitRequest>(&body.bytes)?.transaction.0,
    };
    let timeout = service.config().wait(parameters.timeout_ms);
    let answer = service.submit(bytes, parameters.wait, timeout).await?;
    let status = match answer.progress {
        Progress::Committed => StatusCode::OK,
        Progress::Pending => StatusCode::ACCEPTED,
    };
    respond::json(status, &answer)
}

pub(super) async fn simulate(
    State(service): State<Arc<Service>>,
    caller: Caller,
    JsonBody(request): JsonBody<SimulateRequest>,
) -> Result<Response, ApiError> {
    respond::ok(&service.simulate(caller.reader, request).await?)
}

pub(super) async fn transaction(
    State(service): State<Arc<Service>>,
    caller: Caller,
    Segment(hash): Segment<Hash>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (view, transaction) = service.transaction(caller.reader, hash).await?;
    if wants_binary(&headers) {
        let bytes = borsh::to_vec(&transaction).map_err(|error| ApiError::internal(&error))?;
        return Ok(respond::binary(bytes));
    }
    respond::ok(&view)
}

pub(super) async fn trace(
    State(service): State<Arc<Service>>,
    Segment(hash): Segment<Hash>,
) -> Result<Response, ApiError> {
    respond::ok(&service.trace(hash).await?)
}

/// How long to wait for a receipt; not at all when it is not said.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ReceiptParameters {
    /// Wait so many milliseconds for it if it is on its way; 0 when absent.
    timeout_ms: Option<u64>,
}

pub(super) async fn receipt(
    State(service): State<Arc<Service>>,
    caller: Caller,
    Segment(hash): Segment<Hash>,
    Parameters(parameters): Parameters<ReceiptParameters>,
) -> Result<Response, ApiError> {
    let asked = parameters.timeout_ms.map(|ms| service.config().wait(Some(ms)));
    let timeout = asked.unwrap_or(Duration::ZERO);
    respond::ok(&service.receipt(caller.reader, hash, timeout).await?)
}
