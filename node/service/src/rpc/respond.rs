//! Answers.

use crate::problems::ApiError;
use crate::service::LargePlace;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::StreamExt;
use serde::Serialize;
use tenor_client::api::{ErrorCode, Problem};

/// The media type of raw borsh bytes.
pub(super) const BINARY: &str = "application/octet-stream";

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status);
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.0).expect("a problem encodes");
        let mut answer = with_type(status, Problem::MEDIA_TYPE, body);
        if let Some(challenge) = challenge(self.0.code) {
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        answer
    }
}

/// How to show who reads, for those whose session is missing or not good (RFC 6750).
fn challenge(code: ErrorCode) -> Option<HeaderValue> {
    let text = match code {
        ErrorCode::SessionRequired => "Bearer",
        ErrorCode::SessionInvalid => "Bearer error=\"invalid_token\"",
        _ => return None,
    };
    Some(HeaderValue::from_static(text))
}

/// A JSON answer.
pub(super) fn json<T: Serialize>(status: StatusCode, value: &T) -> Result<Response, ApiError> {
    let body = serde_json::to_vec(value).map_err(|error| ApiError::internal(&error))?;
    Ok(with_type(status, "application/json", body))
}

/// A JSON answer with status 200.
pub(super) fn ok<T: Serialize>(value: &T) -> Result<Response, ApiError> {
    json(StatusCode::OK, value)
}

/// Raw bytes.
pub(super) fn binary(bytes: Vec<u8>) -> Response {
    with_type(StatusCode::OK, BINARY, bytes)
}

/// The same answer, which keeps its place until it is sent, or until who asked is gone.
pub(super) fn holding(place: LargePlace, response: Response) -> Response {
    response.map(|body| {
        let parts = body.into_data_stream();
        Body::from_stream(parts.map(move |part| {
            let _kept = &place;
            part
        }))
    })
}

/// A request that is not what the call takes.
pub(super) fn malformed(detail: impl Into<String>) -> ApiError {
    ApiError::new(ErrorCode::MalformedRequest, detail)
}

fn with_type(status: StatusCode, media_type: &'static str, body: Vec<u8>) -> Response {
    let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static(media_type))];
    (status, content_type, body).into_response()
}
