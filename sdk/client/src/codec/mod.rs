//! JSON to borsh and back by a contract's spec, so that a person never meets bytes.
//!
//! Strict in both directions: what the spec does not name is refused, with the place, what was
//! expected and what was got. The forms:
//!
//! | type | JSON |
//! | --- | --- |
//! | integers up to 32 bits | number (a decimal string is accepted) |
//! | integers of 64 and 128 bits | decimal string (a number up to 2^53 is accepted) |
//! | `amount` | decimal string of minor units |
//! | `address` | `tnr1…`, `system`, or an alias |
//! | `hash`, `public_key`, `signature`, byte strings | `0x` and hex digits |
//! | `timestamp` / `date` | RFC 3339 instant in UTC / `2026-01-31` |
//! | `isin`, `lei`, `bic`, `currency`, … | their own text |
//! | option | the value, or `null`; of an option: a list of none or one |
//! | enum | `"Variant"`, or `{"Variant": {fields}}` |
//! | unnamed fields | the value alone for one, a list for several |
//! | map | object where keys are texts, else a list of pairs |

mod aggregate;
mod decode;
mod encode;
mod error;
mod flags;
mod function;
mod help;
mod named;
mod number;
mod order;
mod parties;
mod reader;
mod storage;
#[cfg(test)]
mod tests;
mod view;

pub use error::{CodecError, CodecErrorKind};
pub use flags::{FlagError, arguments_from_flags};
pub use function::{decode_call, decode_fields, encode_call, encode_fields, function};
pub use help::{contract_help, function_help, type_name};
pub use parties::{
    are_said_to, arguments_name, elements_naming, fields_name, is_said_to, key_names, value_names,
};
pub use storage::{storage_key, storage_key_value};
pub use view::{EventView, FailureView, describe_event, describe_failure};

use serde_json::Value;
use tenor_abi::Bytes;
use tenor_abi::spec::TypeSpec;
use tenor_primitives::Address;

/// Knows addresses by name.
pub trait Names {
    /// The address that `name` stands for.
    fn address_of(&self, name: &str) -> Option<Address>;
}

impl<F: Fn(&str) -> Option<Address>> Names for F {
    fn address_of(&self, name: &str) -> Option<Address> {
        self(name)
    }
}

/// No aliases: addresses in full only.
#[derive(Clone, Copy, Debug)]
pub struct NoNames;

impl Names for NoNames {
    fn address_of(&self, _name: &str) -> Option<Address> {
        None
    }
}

/// The borsh bytes of `value` as a `ty`.
pub fn encode(ty: &TypeSpec, value: &Value, names: &dyn Names) -> Result<Bytes, CodecError> {
    let mut bytes = Bytes::new();
    encode::Encoder { names, out: &mut bytes }.value(ty, value)?;
    Ok(bytes)
}

/// The JSON of `bytes`, which must be exactly one `ty`.
pub fn decode(ty: &TypeSpec, bytes: &[u8]) -> Result<Value, CodecError> {
    let mut reader = reader::Reader::new(bytes);
    let value = decode::value(ty, &mut reader)?;
    reader.end()?;
    Ok(value)
}
