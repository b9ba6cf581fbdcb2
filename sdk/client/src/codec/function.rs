//! Calls: a function's name and its arguments, as the message enum's bytes.

use super::encode::Encoder;
use super::error::{CodecError, CodecErrorKind};
use super::reader::Reader;
use super::{Names, decode};
use serde_json::Value;
use tenor_abi::Bytes;
use tenor_abi::spec::{FieldSpec, FunctionSpec};

/// The function `name`, and its tag.
pub fn function<'s>(
    functions: &'s [FunctionSpec],
    name: &str,
) -> Result<(u8, &'s FunctionSpec), CodecError> {
    let position = functions.iter().position(|function| function.name == name);
    let tag = position.and_then(|position| u8::try_from(position).ok()).ok_or_else(|| {
        let names: Vec<_> = functions.iter().map(|function| function.name.as_str()).collect();
        let expected = format!("one of {}", names.join(", "));
        CodecError::new(CodecErrorKind::UnknownFunction, expected, format!("{name:?}"))
    })?;
    Ok((tag, &functions[usize::from(tag)]))
}

/// The payload that calls `name` with `arguments`, an object of its fields.
pub fn encode_call(
    functions: &[FunctionSpec],
    name: &str,
    arguments: &Value,
    names: &dyn Names,
) -> Result<Bytes, CodecError> {
    let (tag, function) = function(functions, name)?;
    let mut payload = vec![tag];
    payload.extend(encode_fields(&function.input, arguments, names)?);
    Ok(payload)
}

/// The function that a payload calls, and its arguments.
pub fn decode_call<'s>(
    functions: &'s [FunctionSpec],
    payload: &[u8],
) -> Result<(&'s FunctionSpec, Value), CodecError> {
    let (tag, rest) =
        payload.split_first().ok_or_else(|| CodecError::malformed("a message", "no bytes"))?;
    let function = functions.get(usize::from(*tag)).ok_or_else(|| {
        CodecError::malformed(format!("a tag below {}", functions.len()), tag.to_string())
    })?;
    Ok((function, decode_fields(&function.input, rest)?))
}

/// The borsh of fields given as an object.
pub fn encode_fields(
    fields: &[FieldSpec],
    value: &Value,
    names: &dyn Names,
) -> Result<Bytes, CodecError> {
    let mut bytes = Bytes::new();
    Encoder { names, out: &mut bytes }.fields(fields, value)?;
    Ok(bytes)
}

/// The fields that `bytes` hold, exactly.
pub fn decode_fields(fields: &[FieldSpec], bytes: &[u8]) -> Result<Value, CodecError> {
    let mut reader = Reader::new(bytes);
    let value = decode::fields(fields, &mut reader)?;
    reader.end()?;
    Ok(value)
}
