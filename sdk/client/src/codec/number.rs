//! Integers in JSON: numbers where they are exact everywhere, decimal strings elsewhere.

use super::error::{CodecError, CodecErrorKind, clipped};
use serde_json::Value;

/// The largest integer that every JSON reader keeps exactly.
const EXACT_MAX: u64 = 1 << 53;

/// The little-endian bytes of an unsigned integer of `bits` bits.
pub(super) fn unsigned(bits: u8, value: &Value) -> Result<Vec<u8>, CodecError> {
    let max = u128::MAX >> (128 - u32::from(bits));
    let expected = || format!("a whole number from 0 to {max}{}", form(bits));
    let text = digits(value, &expected)?;
    let canonical = text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty();
    if !canonical {
        return Err(CodecError::new(CodecErrorKind::WrongForm, expected(), quoted(&text)));
    }
    let number = text.parse::<u128>().ok().filter(|number| *number <= max);
    let number = number.ok_or_else(|| out_of_range(expected(), &text))?;
    Ok(number.to_le_bytes()[..usize::from(bits / 8)].to_vec())
}

/// The little-endian bytes of a signed integer of `bits` bits.
pub(super) fn signed(bits: u8, value: &Value) -> Result<Vec<u8>, CodecError> {
    let max = i128::MAX >> (128 - u32::from(bits));
    let min = -max - 1;
    let expected = || format!("a whole number from {min} to {max}{}", form(bits));
    let text = digits(value, &expected)?;
    let unsigned = text.strip_prefix('-').unwrap_or(&text);
    if unsigned.is_empty() || !unsigned.bytes().all(|b| b.is_ascii_digit()) {
        return Err(CodecError::new(CodecErrorKind::WrongForm, expected(), quoted(&text)));
    }
    let number = text.parse::<i128>().ok().filter(|number| (min..=max).contains(number));
    let number = number.ok_or_else(|| out_of_range(expected(), &text))?;
    Ok(number.to_le_bytes()[..usize::from(bits / 8)].to_vec())
}

pub(super) fn unsigned_json(bits: u8, number: u128) -> Value {
    match u64::try_from(number) {
        Ok(small) if bits <= 32 => small.into(),
        _ => number.to_string().into(),
    }
}

pub(super) fn signed_json(bits: u8, number: i128) -> Value {
    match i64::try_from(number) {
        Ok(small) if bits <= 32 => small.into(),
        _ => number.to_string().into(),
    }
}

fn form(bits: u8) -> &'static str {
    if bits <= 32 { "" } else { ", as a decimal string" }
}

fn out_of_range(expected: String, text: &str) -> CodecError {
    CodecError::new(CodecErrorKind::OutOfRange, expected, clipped(text))
}

fn quoted(text: &str) -> String {
    format!("{:?}", clipped(text))
}

/// The digits of a JSON number or string; fractions and numbers beyond 2^53 are refused.
fn digits(value: &Value, expected: &impl Fn() -> String) -> Result<String, CodecError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => {
            let magnitude = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
            match magnitude {
                Some(magnitude) if magnitude <= EXACT_MAX => Ok(number.to_string()),
                Some(_) => Err(CodecError::new(
                    CodecErrorKind::OutOfRange,
                    format!("{}; numbers above 2^53 only as strings", expected()),
                    number.to_string(),
                )),
                None => Err(CodecError::wrong_type(expected(), value)),
            }
        }
        other => Err(CodecError::wrong_type(expected(), other)),
    }
}
