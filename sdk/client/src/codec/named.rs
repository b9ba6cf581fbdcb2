//! Types with a human form of their own.
//!
//! One row per name: how its text becomes bytes and back. A name that is not in the table, or that
//! a spec uses over another encoding than ours, is shown as its inner type.

use super::error::{CodecError, CodecErrorKind, clipped, shown};
use super::reader::Reader;
use borsh::{BorshDeserialize, BorshSerialize};
use core::fmt::Display;
use core::str::FromStr;
use serde_json::Value;
use tenor_abi::spec::TypeSpec;
use tenor_bond_math::{Currency, Date, Decimal, Isin};
use tenor_interfaces::{Bic, ClientCode, Lei, MarketCode, ReasonCode, Reference};
use tenor_primitives::{Address, Amount, ChainId, Hash, PublicKey, Roles, Signature, Timestamp};

pub(super) struct Form {
    name: &'static str,
    /// Whether the inner type of a spec is what this row reads and writes.
    fits: fn(&TypeSpec) -> bool,
    expected: &'static str,
    encode: fn(&Value) -> Option<Vec<u8>>,
    decode: fn(&mut &[u8]) -> Option<Value>,
}

/// A row for a type that reads and prints itself.
const fn text<T: FromStr + Display + BorshSerialize + BorshDeserialize>(
    name: &'static str,
    fits: fn(&TypeSpec) -> bool,
    expected: &'static str,
) -> Form {
    Form { name, fits, expected, encode: encode_text::<T>, decode: decode_text::<T> }
}

fn encode_text<T: FromStr + BorshSerialize>(value: &Value) -> Option<Vec<u8>> {
    let value: T = value.as_str()?.parse().ok()?;
    borsh::to_vec(&value).ok()
}

fn decode_text<T: Display + BorshDeserialize>(bytes: &mut &[u8]) -> Option<Value> {
    use core::fmt::Write as _;
    let value = T::deserialize(bytes).ok()?;
    // An instant past the year 9999 has no text form: formatting fails instead of panicking.
    let mut text = String::new();
    write!(text, "{value}").ok()?;
    Some(text.into())
}

fn encode_lei(value: &Value) -> Option<Vec<u8>> {
    let lei: Lei = value.as_str()?.parse().ok()?;
    lei.is_valid().then(|| borsh::to_vec(&lei).ok()).flatten()
}

fn encode_bic(value: &Value) -> Option<Vec<u8>> {
    let bic: Bic = value.as_str()?.parse().ok()?;
    bic.is_valid().then(|| borsh::to_vec(&bic).ok()).flatten()
}

/// Amounts are strings; a plain whole number is accepted as typed by hand.
fn encode_amount(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Number(_) => super::number::unsigned(128, value).ok(),
        _ => encode_text::<Amount>(value),
    }
}

fn encode_roles(value: &Value) -> Option<Vec<u8>> {
    let roles: Roles = serde_json::from_value(value.clone()).ok()?;
    borsh::to_vec(&roles).ok()
}

fn decode_roles(bytes: &mut &[u8]) -> Option<Value> {
    let roles = Roles::deserialize(bytes).ok().filter(|roles| roles.is_known())?;
    serde_json::to_value(roles).ok()
}

fn is_bytes<const N: u32>(ty: &TypeSpec) -> bool {
    *ty == TypeSpec::Bytes(N)
}

fn is_unsigned<const BITS: u8>(ty: &TypeSpec) -> bool {
    *ty == TypeSpec::Unsigned(BITS)
}

fn is_signed<const BITS: u8>(ty: &TypeSpec) -> bool {
    *ty == TypeSpec::Signed(BITS)
}

fn is_text(ty: &TypeSpec) -> bool {
    *ty == TypeSpec::Text
}

static FORMS: [Form; 18] = [
    text::<Address>("address", is_bytes::<32>, "an address (tnr1…), 'system' or a known alias"),
    text::<Hash>("hash", is_bytes::<32>, "a hash of 64 hex digits"),
    text::<PublicKey>("public_key", is_bytes::<33>, "a compressed public key of 66 hex digits"),
    text::<Signature>("signature", is_bytes::<64>, "a signature of 128 hex digits"),
    text::<Timestamp>(
        "timestamp",
        is_unsigned::<64>,
        "an instant in UTC such as 2026-01-31T12:00:00Z",
    ),
    text::<ChainId>("chain_id", is_text, "a chain id of 3 to 32 characters a-z, 0-9, '-'"),
    text::<Date>("date", is_signed::<32>, "a date such as 2026-01-31"),
    text::<Isin>("isin", is_bytes::<12>, "an ISIN of 12 characters with its check digit"),
    text::<Currency>("currency", is_bytes::<3>, "a currency of three capital letters"),
    text::<Decimal>("decimal", is_signed::<128>, "a decimal number as a string, such as \"4.25\""),
    text::<Reference>("reference", is_text, "a reference of 1 to 35 characters without blanks"),
    text::<MarketCode>("market", is_text, "a market code of 1 to 16 characters without blanks"),
    text::<ReasonCode>("reason", is_text, "a reason code of 1 to 16 characters without blanks"),
    text::<ClientCode>("client", is_text, "a client code of 1 to 35 characters without blanks"),
    Form {
        name: "lei",
        fits: is_text,
        expected: "a LEI of 20 capital letters and digits with its check digits",
        encode: encode_lei,
        decode: decode_text::<Lei>,
    },
    Form {
        name: "bic",
        fits: is_text,
        expected: "a BIC of 8 or 11 capital letters and digits",
        encode: encode_bic,
        decode: decode_text::<Bic>,
    },
    Form {
        name: "amount",
        fits: is_unsigned::<128>,
        expected: "a whole number of minor units, as a decimal string",
        encode: encode_amount,
        decode: decode_text::<Amount>,
    },
    Form {
        name: "roles",
        fits: is_unsigned::<32>,
        expected: "a list of operator, deployer, issuer, participant, observer, regulator",
        encode: encode_roles,
        decode: decode_roles,
    },
];

/// The form of a named type, if we know it.
pub(super) fn form(name: &str, inner: &TypeSpec) -> Option<&'static Form> {
    FORMS.iter().find(|form| form.name == name && (form.fits)(inner))
}

impl Form {
    pub(super) fn encode(&self, value: &Value) -> Result<Vec<u8>, CodecError> {
        (self.encode)(value).ok_or_else(|| self.refusal(value))
    }

    fn refusal(&self, value: &Value) -> CodecError {
        match value {
            Value::String(text) => CodecError::new(
                if self.name == "address" {
                    CodecErrorKind::UnknownAlias
                } else {
                    CodecErrorKind::WrongForm
                },
                self.expected,
                format!("{:?}", clipped(text)),
            ),
            other => CodecError::new(CodecErrorKind::WrongType, self.expected, shown(other)),
        }
    }

    pub(super) fn decode(&self, reader: &mut Reader<'_>) -> Result<Value, CodecError> {
        let all = reader.rest();
        let mut rest = all;
        let value = (self.decode)(&mut rest)
            .ok_or_else(|| CodecError::malformed(self.expected, "bytes that are none"))?;
        reader.take(all.len() - rest.len())?;
        Ok(value)
    }
}
