//! What can go wrong with stored values.

use alloc::vec::Vec;
use core::convert::Infallible;
use core::fmt;
use tenor_abi::codec::encode;
use tenor_abi::failure::{
    DETAILS_BYTES_MAX, Failure, SEQUENCE_EXHAUSTED, VALUE_CORRUPT, VALUE_MISSING,
};

/// Why typed storage gives no value. `E` is the store's own error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorageError<E = Infallible> {
    /// A value that must exist does not.
    Missing {
        /// The container's namespace.
        namespace: u16,
        /// The key.
        key: Vec<u8>,
    },
    /// A stored key or value is not of its declared type.
    Corrupt {
        /// The container's namespace.
        namespace: u16,
        /// The key.
        key: Vec<u8>,
    },
    /// A sequence has no next number.
    Exhausted {
        /// The sequence's namespace.
        namespace: u16,
    },
    /// The store failed.
    Backend(E),
}

impl<E: fmt::Display> fmt::Display for StorageError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { namespace, key } => {
                write!(f, "expected a value in namespace {namespace} at key {key:02x?}, got none")
            }
            Self::Corrupt { namespace, key } => {
                write!(f, "the value in namespace {namespace} at key {key:02x?} is not of its type")
            }
            Self::Exhausted { namespace } => {
                write!(f, "the sequence in namespace {namespace} has no next number")
            }
            Self::Backend(error) => error.fmt(f),
        }
    }
}

impl<E: core::error::Error + 'static> core::error::Error for StorageError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Backend(error) => Some(error),
            _ => None,
        }
    }
}

/// Why an `update` changed nothing: the closure refused with `R`, or the storage gave no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpdateError<R, E = Infallible> {
    /// The closure refused.
    Refused(R),
    /// Reading or writing failed.
    Storage(StorageError<E>),
}

impl<R, E> From<StorageError<E>> for UpdateError<R, E> {
    fn from(error: StorageError<E>) -> Self {
        Self::Storage(error)
    }
}

impl<R: fmt::Display, E: fmt::Display> fmt::Display for UpdateError<R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Storage(error) => error.fmt(f),
        }
    }
}

impl<R: core::error::Error, E: core::error::Error> core::error::Error for UpdateError<R, E> {}

impl<R: Into<Self>> From<UpdateError<R>> for Failure {
    fn from(error: UpdateError<R>) -> Self {
        match error {
            UpdateError::Refused(refusal) => refusal.into(),
            UpdateError::Storage(error) => error.into(),
        }
    }
}

/// Bytes of the details besides the key: the namespace and the key's length.
const LOCATION_FIXED_BYTES: usize = 2 + 4;

/// The namespace and the key, cut to what a failure can carry.
fn location(namespace: u16, mut key: Vec<u8>) -> Vec<u8> {
    key.truncate(DETAILS_BYTES_MAX - LOCATION_FIXED_BYTES);
    encode(&(namespace, key))
}

/// In a contract, an unhandled storage error ends the call with a reserved code.
impl From<StorageError<Infallible>> for Failure {
    #[cold]
    #[inline(never)]
    fn from(error: StorageError<Infallible>) -> Self {
        let (code, details) = match error {
            StorageError::Missing { namespace, key } => (VALUE_MISSING, location(namespace, key)),
            StorageError::Corrupt { namespace, key } => (VALUE_CORRUPT, location(namespace, key)),
            StorageError::Exhausted { namespace } => {
                (SEQUENCE_EXHAUSTED, location(namespace, Vec::new()))
            }
            StorageError::Backend(never) => match never {},
        };
        Self { code, details }
    }
}
