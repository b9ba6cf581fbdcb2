//! What became of a transaction.

use crate::{Address, Domain, Event, Hash};
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};

/// The outcome of a transaction in a block. Codes and bytes only: text depends on who renders it.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Receipt {
    /// The transaction.
    pub transaction_hash: Hash,
    /// Success or the kind of failure.
    pub status: TransactionStatus,
    /// Gas used, at most the transaction's limit.
    pub gas_used: u64,
    /// Events in the order they were emitted; empty after a failure.
    pub events: Vec<Event>,
    /// One output per message; empty after a failure.
    pub outputs: Vec<Vec<u8>>,
}

impl Receipt {
    /// The receipt's leaf in the receipts root.
    pub fn hash(&self) -> Hash {
        Domain::Receipt.hash(self)
    }

    /// Whether the transaction took effect.
    pub fn is_success(&self) -> bool {
        self.status == TransactionStatus::Success
    }
}

/// How a transaction ended.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = false)]
pub enum TransactionStatus {
    /// All messages took effect.
    Success,
    /// A contract, or the ledger itself ([`Address::SYSTEM`]), refused with a code.
    Reverted {
        /// The message that failed, from 0.
        message: u16,
        /// Who refused, and why.
        failure: ContractFailure,
    },
    /// Execution was stopped.
    Halted {
        /// The message that was stopped, from 0.
        message: u16,
        /// Where, and why.
        halt: Halted,
    },
}

/// A refusal by a contract: a code of its spec and typed details.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ContractFailure {
    /// Who refused.
    pub contract: Address,
    /// The error's code in that contract's spec.
    pub code: u32,
    /// The error's fields, borsh, at most 256 bytes.
    pub details: Vec<u8>,
}

/// A stop of execution.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Halted {
    /// The instance that was running.
    pub contract: Address,
    /// Why it was stopped.
    pub code: HaltCode,
}

/// Why execution was stopped. The numbers are stable; new ones are appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum HaltCode {
    /// The transaction's gas, or a call's own limit, is used up.
    OutOfGas = 1,
    /// The logical stack of the call tree is used up.
    StackExhausted = 2,
    /// The guest executed `unreachable`: a panic.
    Unreachable = 3,
    /// Memory access outside the guest's memory.
    MemoryOutOfBounds = 4,
    /// Table access outside the table.
    TableOutOfBounds = 5,
    /// An indirect call through an empty table slot.
    IndirectCallToNull = 6,
    /// An indirect call to a function of another type.
    BadSignature = 7,
    /// Division by zero.
    DivisionByZero = 8,
    /// Integer overflow in a division.
    IntegerOverflow = 9,
    /// A pointer and length given to a host function do not lie in the guest's memory.
    BadPointer = 10,
    /// A host function was given a value it does not take (length, count, text, encoding).
    BadArgument = 11,
    /// A writing host function was called from a query.
    WriteInQuery = 12,
    /// The depth of calls or their number in the transaction.
    CallLimit = 13,
    /// A call to an instance that is already on the call stack.
    Reentered = 14,
    /// A call to an address where no instance is.
    NoSuchContract = 15,
    /// The number or size of events.
    EventLimit = 16,
    /// The contract has no such entry point.
    NoEntryPoint = 17,
    /// The guest panicked and said so.
    Panicked = 18,
    /// A result or a failure's details are too large.
    OutputLimit = 19,
}
