//! Who can reach a contract: the seam between typed clients and what carries their bytes.
//!
//! A typed client turns arguments into a payload and names the reply's type; a caller carries the
//! payload and says what a reply is: a `Result` inside a contract, something to await over HTTP.

use crate::codec::Bytes;
use borsh::BorshDeserialize;
use tenor_primitives::Address;

/// Carries messages that change state.
pub trait Caller {
    /// What comes back for a reply of type `T`.
    type Reply<T: BorshDeserialize>;

    /// Sends `payload`, the borsh execute message, to `contract`.
    fn execute<T: BorshDeserialize>(&mut self, contract: Address, payload: Bytes)
    -> Self::Reply<T>;
}

/// Carries questions.
pub trait Querier {
    /// What comes back for an answer of type `T`.
    type Answer<T: BorshDeserialize>;

    /// Asks `contract` with `payload`, the borsh query message.
    fn query<T: BorshDeserialize>(&self, contract: Address, payload: Bytes) -> Self::Answer<T>;
}
