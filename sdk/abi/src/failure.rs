//! How a contract refuses: a numeric code and the borsh bytes of the error's fields.

use crate::codec::{Bytes, encode};
use crate::spec::declare::{ErrorSchema, ErrorType};
use tenor_primitives::schema::{FieldSchema, Schema, TypeSchema};
use tenor_primitives::{Address, ContractFailure, Halted};

/// The first code that contracts cannot use for their own errors.
pub const RESERVED_CODES_FROM: u32 = 0xFFFF_0000;

/// The input is not one value of the entry point's message type. No details.
pub const INPUT_MALFORMED: u32 = 0xFFFF_0001;
/// A value that must exist does not. Details: namespace and key.
pub const VALUE_MISSING: u32 = 0xFFFF_0002;
/// A stored value or key is not of its declared type. Details: namespace and key.
pub const VALUE_CORRUPT: u32 = 0xFFFF_0003;
/// A counter has no next number. Details: namespace and an empty key.
pub const SEQUENCE_EXHAUSTED: u32 = 0xFFFF_0004;
/// A called contract refused, and the caller did not handle it. Details: the borsh
/// [`ContractFailure`] of the contract that refused first.
pub const CALL_FAILED: u32 = 0xFFFF_0010;
/// A called contract was stopped, and the caller did not handle it. Details: the borsh [`Halted`].
pub const CALL_HALTED: u32 = 0xFFFF_0011;
/// A called contract answered with something other than its spec promises. Details: its address.
pub const REPLY_MALFORMED: u32 = 0xFFFF_0012;

/// The most bytes of details that fit a failure; longer ones are cut where the SDK makes them.
pub const DETAILS_BYTES_MAX: usize = 256;

/// An error enum with stable codes; `#[derive(ContractError)]` writes it.
pub trait ContractError: ErrorType + Sized {
    /// The error's code in the contract's spec.
    fn code(&self) -> u32;

    /// Borsh of the error's fields, in order.
    fn details(&self) -> Bytes;

    /// The error that `code` and `details` stand for; `None` if they are not one of this enum's.
    fn from_parts(code: u32, details: &[u8]) -> Option<Self>;
}

/// A refusal on its way out of a contract: what every error becomes under `?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The code.
    pub code: u32,
    /// Borsh of the error's fields.
    pub details: Bytes,
}

impl Failure {
    /// A refusal with the code alone.
    pub const fn of_code(code: u32) -> Self {
        Self { code, details: Bytes::new() }
    }

    /// The typed error, if this is one of `E`.
    pub fn to_error<E: ContractError>(&self) -> Option<E> {
        E::from_parts(self.code, &self.details)
    }
}

impl<E: ContractError> From<E> for Failure {
    #[cold]
    #[inline(never)]
    fn from(error: E) -> Self {
        Self { code: error.code(), details: error.details() }
    }
}

/// Why a call to another contract gave no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// It refused; everything it did is undone.
    Failed(ContractFailure),
    /// It was stopped; everything it did is undone.
    Halted(Halted),
    /// It answered with bytes that are not of the declared type.
    Reply {
        /// Who answered.
        contract: Address,
    },
}

impl CallError {
    /// The callee's typed error, if it refused with one of `E`. Check the contract's address where
    /// several contracts may have been involved.
    pub fn to_error<E: ContractError>(&self) -> Option<E> {
        match self {
            Self::Failed(failure) => E::from_parts(failure.code, &failure.details),
            Self::Halted(_) | Self::Reply { .. } => None,
        }
    }
}

impl From<CallError> for Failure {
    #[cold]
    #[inline(never)]
    fn from(error: CallError) -> Self {
        match error {
            // The first refusal is what a person must see; it is handed on, not wrapped again.
            CallError::Failed(inner) if is_handed_on(inner.code) => {
                Self { code: inner.code, details: inner.details }
            }
            CallError::Failed(mut inner) => {
                let room = DETAILS_BYTES_MAX - FAILURE_FIXED_BYTES;
                if inner.details.len() > room {
                    inner.details.clear();
                }
                Self { code: CALL_FAILED, details: encode(&inner) }
            }
            CallError::Halted(halted) => Self { code: CALL_HALTED, details: encode(&halted) },
            CallError::Reply { contract } => {
                Self { code: REPLY_MALFORMED, details: encode(&contract) }
            }
        }
    }
}

/// Bytes of a borsh [`ContractFailure`] besides its details: address, code, length.
const FAILURE_FIXED_BYTES: usize = 32 + 4 + 4;

const fn is_handed_on(code: u32) -> bool {
    matches!(code, CALL_FAILED | CALL_HALTED | REPLY_MALFORMED)
}

/// The reserved errors as a spec describes errors, for clients: every contract can give them.
pub const RESERVED_ERRORS: &[ErrorSchema] = &[
    reserved(
        INPUT_MALFORMED,
        "InputMalformed",
        "The input is not one message of this contract's spec; rebuild it against the spec.",
        &[],
    ),
    reserved(
        VALUE_MISSING,
        "ValueMissing",
        "Nothing is stored under the key; create it first or check the arguments.",
        LOCATION,
    ),
    reserved(
        VALUE_CORRUPT,
        "ValueCorrupt",
        "A stored value is not of its declared type; the instance needs a migration.",
        LOCATION,
    ),
    reserved(SEQUENCE_EXHAUSTED, "SequenceExhausted", "A counter has no next number.", LOCATION),
    reserved(
        CALL_FAILED,
        "CallFailed",
        "A called contract refused; its own spec explains the code.",
        FAILED,
    ),
    reserved(CALL_HALTED, "CallHalted", "A called contract was stopped.", HALTED),
    reserved(
        REPLY_MALFORMED,
        "ReplyMalformed",
        "A called contract answered with another type than declared; check its address and version.",
        REPLY,
    ),
];

const fn reserved(
    code: u32,
    name: &'static str,
    doc: &'static str,
    fields: &'static [FieldSchema],
) -> ErrorSchema {
    ErrorSchema { code, name, doc, fields }
}

const fn field(name: &'static str, ty: TypeSchema) -> FieldSchema {
    FieldSchema { name, doc: "", ty }
}

const BYTES: TypeSchema = TypeSchema::List(&TypeSchema::Unsigned(8));
const LOCATION: &[FieldSchema] =
    &[field("namespace", TypeSchema::Unsigned(16)), field("key", BYTES)];
const FAILED: &[FieldSchema] = &[
    field("contract", Address::SCHEMA),
    field("code", TypeSchema::Unsigned(32)),
    field("details", BYTES),
];
const HALTED: &[FieldSchema] =
    &[field("contract", Address::SCHEMA), field("halt_code", TypeSchema::Unsigned(8))];
const REPLY: &[FieldSchema] = &[field("contract", Address::SCHEMA)];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::decode;
    use alloc::vec;
    use tenor_primitives::HaltCode;

    fn refusal(code: u32, details: Bytes) -> CallError {
        CallError::Failed(ContractFailure { contract: Address([7; 32]), code, details })
    }

    #[test]
    fn the_first_refusal_reaches_the_top_unchanged() {
        let once = Failure::from(refusal(3, vec![1, 2]));
        assert_eq!(once.code, CALL_FAILED);
        let first: ContractFailure = decode(&once.details).expect("who refused first");
        assert_eq!((first.contract, first.code, first.details), (Address([7; 32]), 3, vec![1, 2]));
        let twice = Failure::from(refusal(once.code, once.details.clone()));
        assert_eq!(twice, once, "a contract between hands it on");
    }

    #[test]
    fn halts_and_lies_reach_the_top_unchanged_too() {
        let halted = Halted { contract: Address([7; 32]), code: HaltCode::OutOfGas };
        let once = Failure::from(CallError::Halted(halted.clone()));
        assert_eq!((once.code, decode(&once.details)), (CALL_HALTED, Ok(halted)));
        assert_eq!(Failure::from(refusal(once.code, once.details.clone())), once);
        let lie = Failure::from(CallError::Reply { contract: Address([7; 32]) });
        assert_eq!((lie.code, &lie.details[..]), (REPLY_MALFORMED, &[7; 32][..]));
        assert_eq!(Failure::from(refusal(lie.code, lie.details.clone())), lie);
    }

    #[test]
    fn details_fit_a_failure_or_are_left_out() {
        let fits = Failure::from(refusal(3, vec![1; DETAILS_BYTES_MAX - FAILURE_FIXED_BYTES]));
        assert_eq!(fits.details.len(), DETAILS_BYTES_MAX);
        let cut = Failure::from(refusal(3, vec![1; DETAILS_BYTES_MAX - FAILURE_FIXED_BYTES + 1]));
        let first: ContractFailure = decode(&cut.details).expect("who refused first");
        assert_eq!((first.code, first.details), (3, vec![]));
    }

    #[test]
    fn reserved_errors_are_described_once_each() {
        let codes = RESERVED_ERRORS.iter().map(|error| error.code);
        assert!(codes.clone().is_sorted_by(|a, b| a < b));
        assert!(codes.clone().all(|code| code >= RESERVED_CODES_FROM));
        let named = [
            INPUT_MALFORMED,
            VALUE_MISSING,
            VALUE_CORRUPT,
            SEQUENCE_EXHAUSTED,
            CALL_FAILED,
            CALL_HALTED,
            REPLY_MALFORMED,
        ];
        assert!(codes.eq(named));
    }
}
