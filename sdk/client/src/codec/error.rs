//! Why a value does not fit a spec.

use core::fmt;
use serde_json::Value;
use thiserror::Error;

/// What kind of mistake it is; stable, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodecErrorKind {
    /// A field that the type does not have.
    UnknownField,
    /// A field that the type needs.
    MissingField,
    /// A function that the contract does not have.
    UnknownFunction,
    /// A variant that the enum does not have.
    UnknownVariant,
    /// A name that no alias stands for.
    UnknownAlias,
    /// JSON of another type.
    WrongType,
    /// A number outside the type's range.
    OutOfRange,
    /// A text without the form it needs.
    WrongForm,
    /// A key that stands twice in a map.
    DuplicateKey,
    /// Bytes that are not one value of the type.
    Malformed,
}

/// A value that does not fit its type: where, what was expected, what was got.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{place}: expected {expected}, got {got}", place = self.place())]
pub struct CodecError {
    /// The kind.
    pub kind: CodecErrorKind,
    /// Where, as a JSON path from the arguments: `actions[0].SetParty.party.lei`; empty at the top.
    pub path: String,
    /// What the spec asks for.
    pub expected: String,
    /// What was there, at most 80 characters of it.
    pub got: String,
}

impl CodecError {
    pub(super) fn new(
        kind: CodecErrorKind,
        expected: impl Into<String>,
        got: impl Into<String>,
    ) -> Self {
        Self { kind, path: String::new(), expected: expected.into(), got: got.into() }
    }

    pub(super) fn wrong_type(expected: impl Into<String>, got: &Value) -> Self {
        Self::new(CodecErrorKind::WrongType, expected, shown(got))
    }

    pub(super) fn malformed(expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self::new(CodecErrorKind::Malformed, expected, got)
    }

    /// The error one level further out: `segment` comes before the path.
    #[must_use]
    pub(super) fn within(mut self, segment: impl fmt::Display) -> Self {
        self.path = match self.path.as_str() {
            "" => segment.to_string(),
            rest if rest.starts_with('[') => format!("{segment}{rest}"),
            rest => format!("{segment}.{rest}"),
        };
        self
    }

    fn place(&self) -> &str {
        if self.path.is_empty() { "arguments" } else { &self.path }
    }
}

/// A JSON value as an error shows it.
pub(super) fn shown(value: &Value) -> String {
    let what = match value {
        Value::Null => return "null".into(),
        Value::Bool(_) => "",
        Value::Number(_) => "the number ",
        Value::String(_) => "the text ",
        Value::Array(_) => "the list ",
        Value::Object(_) => "the object ",
    };
    format!("{what}{}", clipped(&value.to_string()))
}

/// At most 80 characters of a text.
pub(super) fn clipped(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}
