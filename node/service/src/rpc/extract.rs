//! Reading requests; whatever is wrong with one is a problem of the table.

use super::respond::{BINARY, malformed};
use crate::problems::ApiError;
use crate::service::Service;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use serde::de::DeserializeOwned;
use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tenor_client::api::ErrorCode;

/// The one variable segment of a path, as a value.
pub(super) struct Segment<T>(pub(super) T);

impl<T: FromStr<Err: Display>> FromRequestParts<Arc<Service>> for Segment<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<Service>) -> Result<Self, ApiError> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let Path(text) = path.map_err(|error| malformed(error.body_text()))?;
        text.parse().map(Self).map_err(|error: T::Err| malformed(format!("in the path: {error}")))
    }
}

/// The query string.
pub(super) struct Parameters<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Arc<Service>> for Parameters<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Service>) -> Result<Self, ApiError> {
        let parsed = Query::<T>::try_from_uri(&parts.uri);
        parsed
            .map(|Query(parameters)| Self(parameters))
            .map_err(|error| malformed(format!("in the query string: {}", error.body_text())))
    }
}

/// How a body is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Json,
    Binary,
}

/// A body that arrived whole, in time and within its bound.
pub(super) struct Body {
    pub(super) encoding: Encoding,
    pub(super) bytes: Bytes,
}

impl FromRequest<Arc<Service>> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &Arc<Service>) -> Result<Self, ApiError> {
        let encoding = encoding(request.headers())?;
        let (max, ms) = (state.config().body_bytes_max, state.config().body_ms_max);
        let bytes = Bytes::from_request(request, state);
        let bytes = tokio::time::timeout(Duration::from_millis(ms), bytes).await;
        let bytes = bytes.map_err(|_| {
            let detail = format!("the body did not arrive within {ms} ms");
            ApiError::new(ErrorCode::RequestTimeout, detail)
        })?;
        let bytes = bytes.map_err(|error| match error.into_response().status().as_u16() {
            413 => {
                let detail = format!("expected a body of at most {max} bytes");
                ApiError::new(ErrorCode::BodyTooLarge, detail)
            }
            _ => malformed("the body did not arrive whole"),
        })?;
        Ok(Self { encoding, bytes })
    }
}

/// A JSON body.
pub(super) struct JsonBody<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<Service>> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &Arc<Service>) -> Result<Self, ApiError> {
        let body = Body::from_request(request, state).await?;
        if body.encoding != Encoding::Json {
            return Err(media_type("application/json", BINARY));
        }
        json(&body.bytes).map(Self)
    }
}

/// A value from the JSON of a body.
pub(super) fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(bytes).map_err(|error| malformed(format!("in the body: {error}")))
}

/// Whether the caller asks for raw bytes instead of JSON.
pub(super) fn wants_binary(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes() == BINARY.as_bytes())
}

fn encoding(headers: &HeaderMap) -> Result<Encoding, ApiError> {
    let expected = "application/json or application/octet-stream";
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let given = given.ok_or_else(|| media_type(expected, "none"))?;
    let essence = given.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        Ok(Encoding::Json)
    } else if essence.eq_ignore_ascii_case(BINARY) {
        Ok(Encoding::Binary)
    } else {
        Err(media_type(expected, given))
    }
}

fn media_type(expected: &str, got: &str) -> ApiError {
    let code = ErrorCode::UnsupportedMediaType;
    ApiError::mismatch(code, "the body's media type is not what this call takes", expected, got)
}
