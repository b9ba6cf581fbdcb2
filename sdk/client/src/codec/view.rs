//! Events and refusals as people read them.

use super::{CodecError, decode_fields};
use serde::Serialize;
use serde_json::Value;
use tenor_abi::failure::RESERVED_ERRORS;
use tenor_abi::spec::declare::ErrorSchema;
use tenor_abi::spec::{ContractSpec, ErrorSpec, FieldSpec, TypeSpec};
use tenor_primitives::schema::{FieldSchema, TypeSchema};
use tenor_primitives::{ContractFailure, Event};

/// An event with its fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EventView {
    /// Its name.
    pub name: String,
    /// Its fields.
    pub fields: Value,
}

/// A refusal in words, with its fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailureView {
    /// The error's name in the spec.
    pub name: String,
    /// What it means and what to do.
    pub doc: String,
    /// Its fields; `null` when the details are not readable.
    pub fields: Value,
}

/// An event by its emitter's spec; an error when the spec does not describe it.
pub fn describe_event(spec: &ContractSpec, event: &Event) -> Result<EventView, CodecError> {
    let known = spec.event(&event.name).ok_or_else(|| {
        CodecError::malformed(format!("an event of {}", spec.name), format!("{:?}", event.name))
    })?;
    let fields = decode_fields(&known.fields, &event.data)?;
    Ok(EventView { name: event.name.clone(), fields })
}

/// A refusal by the refusing contract's spec, reserved codes included; `None` for a code that
/// neither lists.
pub fn describe_failure(spec: &ContractSpec, failure: &ContractFailure) -> Option<FailureView> {
    if let Some(error) = spec.error(failure.code) {
        return Some(view(error, &failure.details));
    }
    let reserved = RESERVED_ERRORS.iter().find(|error| error.code == failure.code)?;
    Some(view(&owned_error(reserved), &failure.details))
}

fn view(error: &ErrorSpec, details: &[u8]) -> FailureView {
    // Details are cut at 256 bytes: a refusal whose fields do not read is still a refusal.
    let fields = decode_fields(&error.fields, details).unwrap_or(Value::Null);
    FailureView { name: error.name.clone(), doc: error.doc.clone(), fields }
}

fn owned_error(error: &ErrorSchema) -> ErrorSpec {
    let fields = error.fields.iter().map(owned_field).collect();
    ErrorSpec { code: error.code, name: error.name.into(), doc: error.doc.into(), fields }
}

fn owned_field(field: &FieldSchema) -> FieldSpec {
    FieldSpec { name: field.name.into(), doc: field.doc.into(), ty: owned_type(&field.ty) }
}

/// Reserved errors are made of plain types; anything else would be shown as raw bytes.
fn owned_type(schema: &TypeSchema) -> TypeSpec {
    match schema {
        TypeSchema::Bool => TypeSpec::Bool,
        TypeSchema::Unsigned(bits) => TypeSpec::Unsigned(*bits),
        TypeSchema::Signed(bits) => TypeSpec::Signed(*bits),
        TypeSchema::Text => TypeSpec::Text,
        TypeSchema::Bytes(count) => TypeSpec::Bytes(*count),
        TypeSchema::List(inner) => TypeSpec::List(Box::new(owned_type(inner))),
        TypeSchema::Option(inner) => TypeSpec::Option(Box::new(owned_type(inner))),
        TypeSchema::Named(name, inner) => {
            TypeSpec::Named((*name).into(), Box::new(owned_type(inner)))
        }
        TypeSchema::Unit
        | TypeSchema::Map(..)
        | TypeSchema::Tuple(_)
        | TypeSchema::Struct(_)
        | TypeSchema::Enum(_) => TypeSpec::Unit,
    }
}
