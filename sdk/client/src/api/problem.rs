//! Errors as the API gives them: RFC 9457 problem details.

use super::ErrorCode;
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// An error. The media type is `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `urn:tenor:error:` and the code.
    #[serde(rename = "type")]
    pub type_uri: String,
    /// The code in words; the same for every error of the code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: ErrorCode,
    /// What happened this time.
    pub detail: String,
    /// What was expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub got: Option<String>,
    /// What to do.
    pub hint: String,
    /// Whether the same request can succeed later.
    pub retryable: bool,
    /// A contract's refusal or stop, for `query_failed` and `query_halted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<super::StatusView>,
}

impl Problem {
    /// The media type.
    pub const MEDIA_TYPE: &str = "application/problem+json";

    /// An error of `code`.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self {
            type_uri: format!("urn:tenor:error:{}", code.name()),
            title: code.title().into(),
            status: code.http_status(),
            code,
            detail: detail.into(),
            expected: None,
            got: None,
            hint: code.hint().into(),
            retryable: code.is_retryable(),
            outcome: None,
        }
    }

    /// This error with what was expected and what was given.
    #[must_use]
    pub fn with(mut self, expected: impl fmt::Display, got: impl fmt::Display) -> Self {
        self.expected = Some(expected.to_string());
        self.got = Some(got.to_string());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.name(), self.detail)?;
        if let (Some(expected), Some(got)) = (&self.expected, &self.got) {
            write!(f, " (expected {expected}, got {got})")?;
        }
        write!(f, "; {}", self.hint)
    }
}

impl std::error::Error for Problem {}
