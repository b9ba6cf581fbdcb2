//! Events and errors of settlement.

use super::types::{CancelCause, CashLeg, Movement, PendingReason};
use crate::registry::Standing;
use crate::{Bic, Reference};
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_bond_math::{Currency, Date, Isin};
use tenor_macros::{ContractError, Event, Schema};
use tenor_primitives::{Address, Amount};

/// An instruction was entered.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, regulator, operator)]
pub struct InstructionEntered {
    /// The account that signed it.
    #[topic]
    pub account: Address,
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// The account's reference.
    #[topic]
    pub reference: Reference,
    /// Its number.
    pub id: u64,
    /// Deliver or receive.
    pub movement: Movement,
    /// Face amount.
    pub face_amount: Amount,
    /// The counterparty's BIC.
    pub counterparty: Bic,
    /// The first date on which it may settle.
    pub settlement_date: Date,
}

/// Two instructions were matched.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, regulator, operator)]
pub struct Matched {
    /// The deliverer's account.
    #[topic]
    pub deliverer: Address,
    /// The receiver's account.
    #[topic]
    pub receiver: Address,
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// The deliverer's instruction.
    pub deliver_id: u64,
    /// The receiver's instruction.
    pub receive_id: u64,
    /// The deliverer's cash: what will be paid, or free of payment what it has noted for information.
    pub cash: Option<CashLeg>,
}

/// A matched pair was tried and did not settle, for another reason than before.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, regulator, operator)]
pub struct PendingChanged {
    /// The deliverer's account.
    #[topic]
    pub deliverer: Address,
    /// The receiver's account.
    #[topic]
    pub receiver: Address,
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// The deliverer's instruction.
    pub deliver_id: u64,
    /// The receiver's instruction.
    pub receive_id: u64,
    /// Why.
    pub reason: PendingReason,
}

/// A pair has settled: both legs have moved.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, regulator, operator)]
pub struct Settled {
    /// The deliverer's account.
    #[topic]
    pub deliverer: Address,
    /// The receiver's account.
    #[topic]
    pub receiver: Address,
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// The deliverer's instruction.
    pub deliver_id: u64,
    /// The receiver's instruction.
    pub receive_id: u64,
    /// Face amount that moved.
    pub face_amount: Amount,
    /// Cash that moved, seen from the deliverer; `None` free of payment.
    pub cash: Option<CashLeg>,
    /// The ledger date.
    pub ledger_date: Date,
}

/// One side asks to cancel a matched pair.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, regulator, operator)]
pub struct CancelRequested {
    /// Who asks.
    #[topic]
    pub account: Address,
    /// The other side.
    #[topic]
    pub counterparty: Address,
    /// The asker's reference.
    #[topic]
    pub reference: Reference,
    /// The asker's instruction.
    pub id: u64,
}

/// One side no longer asks to cancel a matched pair.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, regulator, operator)]
pub struct CancelWithdrawn {
    /// Who had asked.
    #[topic]
    pub account: Address,
    /// The other side.
    #[topic]
    pub counterparty: Address,
    /// The asker's reference.
    #[topic]
    pub reference: Reference,
    /// The asker's instruction.
    pub id: u64,
}

/// An instruction was cancelled: by those who had entered it, or because it had failed for too long.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, regulator, operator)]
pub struct Cancelled {
    /// The account that had entered it.
    #[topic]
    pub account: Address,
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// Its reference.
    #[topic]
    pub reference: Reference,
    /// Its number.
    pub id: u64,
    /// Who or what ended it.
    pub cause: CancelCause,
}

/// An instruction was put on hold or released.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, regulator, operator)]
pub struct HoldSet {
    /// The account that entered it.
    #[topic]
    pub account: Address,
    /// Its reference.
    #[topic]
    pub reference: Reference,
    /// Its number.
    pub id: u64,
    /// Whether it waits.
    pub on_hold: bool,
}

/// A field of an instruction that is wrong on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub enum InstructionField {
    /// The face amount is zero.
    FaceAmount,
    /// Against payment without cash, or cash of zero.
    Cash,
    /// The settlement date is before the trade date.
    SettlementDate,
    /// The priority is not 1 to 4.
    Priority,
    /// The own party's BIC is not that of the account.
    OwnBic,
    /// The own party's account is named and is not the account that signs.
    OwnAccount,
    /// A BIC has the wrong form.
    Bic,
    /// A CSD is not the one this contract settles for.
    Csd,
    /// The bond is not listed in the registry.
    Isin,
    /// The currency is not listed in the registry.
    Currency,
}

/// Why settlement refuses. The codes are stable; new ones are appended.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, ContractError)]
pub enum Error {
    /// A field of the instruction cannot be right.
    #[error(code = 1)]
    InvalidField {
        /// Which.
        field: InstructionField,
    },
    /// The account has used that reference before; if this is a retry, the first one took effect.
    #[error(code = 2)]
    ReferenceUsed {
        /// The reference.
        reference: Reference,
        /// The instruction that has it.
        id: u64,
    },
    /// The account may not take part in a movement now.
    #[error(code = 3)]
    AccountRefused {
        /// The account.
        account: Address,
        /// Why.
        standing: Standing,
    },
    /// There is no such instruction of that account.
    #[error(code = 4)]
    NoSuchInstruction {
        /// The reference that was given.
        reference: Reference,
    },
    /// There is no instruction of that number.
    #[error(code = 5)]
    NoSuchNumber {
        /// The number.
        id: u64,
    },
    /// The instruction is settled or cancelled: nothing changes it any more.
    #[error(code = 6)]
    Final {
        /// Its number.
        id: u64,
    },
    /// The instruction is not matched.
    #[error(code = 7)]
    NotMatched {
        /// Its number.
        id: u64,
    },
    /// A list has too few or too many entries.
    #[error(code = 8)]
    Count {
        /// The fewest allowed.
        min: u32,
        /// The most allowed.
        max: u32,
        /// How many were given.
        got: u32,
    },
    /// The account has not asked to cancel that instruction.
    #[error(code = 9)]
    NotRequested {
        /// Its number.
        id: u64,
    },
    /// A currency has two tolerances, or one above a hundredth of the limit for small amounts.
    #[error(code = 10)]
    InvalidTolerance {
        /// The currency.
        currency: Currency,
    },
}
