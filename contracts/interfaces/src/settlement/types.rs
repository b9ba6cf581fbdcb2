//! Settlement instructions, as a custodian enters them.

use crate::{Bic, ClientCode, Reference};
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_bond_math::{Currency, Date, Isin};
use tenor_macros::{Schema, StorageKeyPart};
use tenor_primitives::{Address, Amount, Timestamp};

/// Which side of a trade an instruction is (ISO 20022 `SctiesMvmntTp`).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    BorshSerialize,
    BorshDeserialize,
    Schema,
    StorageKeyPart,
)]
pub enum Movement {
    /// Securities go out (`DELI`).
    Deliver,
    /// Securities come in (`RECE`).
    Receive,
}

impl Movement {
    /// The side that this one matches.
    pub const fn opposite(self) -> Self {
        match self {
            Self::Deliver => Self::Receive,
            Self::Receive => Self::Deliver,
        }
    }
}

/// Whether cash moves too (ISO 20022 `Pmt`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub enum PaymentType {
    /// Delivery versus payment (`APMT`).
    AgainstPayment,
    /// Free of payment (`FREE`).
    FreeOfPayment,
}

/// Whether the account of the instruction receives or pays the cash (ISO 20022 `CdtDbtInd`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub enum CreditDebit {
    /// It receives.
    Credit,
    /// It pays.
    Debit,
}

impl CreditDebit {
    /// The other way round: the same cash seen from the counterparty.
    pub const fn opposite(self) -> Self {
        match self {
            Self::Credit => Self::Debit,
            Self::Debit => Self::Credit,
        }
    }
}

/// The cash of a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct CashLeg {
    /// The currency.
    pub currency: Currency,
    /// How much, in its minor units. Who pays accepts with it to pay the deliverer's amount, which is
    /// higher by at most the currency's [`Tolerance`].
    pub amount: Amount,
    /// Which way.
    pub direction: CreditDebit,
}

/// Settlement conditions that must agree on both sides (ISO 20022 `SttlmTxCond`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub enum OptOut {
    /// Neither market claims nor transformations are wanted.
    NoClaimsNoTransformations,
    /// No market claims.
    NoClaims,
    /// No transformations.
    NoTransformations,
}

/// Whether a trade is agreed against the ex date's rule (ISO 20022 `TradTxCond`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub enum CumEx {
    /// Without the coupon (`XCPN`).
    Ex,
    /// With the coupon (`CCPN`).
    Cum,
}

/// A client of a settlement party. A BIC never equals a proprietary code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub enum Client {
    /// By its BIC.
    Bic {
        /// The BIC.
        bic: Bic,
    },
    /// By a code of the party's own.
    Proprietary {
        /// The code.
        code: ClientCode,
    },
}

/// A party of the trade and the CSD where it settles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct SettlementParty {
    /// The party's BIC.
    pub bic: Bic,
    /// The BIC of its CSD.
    pub csd: Bic,
    /// Its client, if the trade is for one.
    pub client: Option<Client>,
    /// Its account, if known; always compared with the account that settles.
    pub account: Option<Address>,
}

/// A settlement instruction. The account that settles is the one that signs the transaction.
///
/// Which fields must agree is the T2S matching table: see `docs/contracts.md`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Instruction {
    /// The sender's reference, unique per account for ever.
    pub reference: Reference,
    /// Deliver or receive.
    pub movement: Movement,
    /// Against or free of payment.
    pub payment: PaymentType,
    /// The bond.
    pub isin: Isin,
    /// Face amount in minor units.
    pub face_amount: Amount,
    /// The day of the trade.
    pub trade_date: Date,
    /// The first ledger date on which it may settle.
    pub settlement_date: Date,
    /// The cash: needed against payment, optional information free of payment.
    pub cash: Option<CashLeg>,
    /// Who delivers.
    pub deliverer: SettlementParty,
    /// Who receives.
    pub receiver: SettlementParty,
    /// A reference that both sides know.
    pub common_reference: Option<Reference>,
    /// Claims and transformations that are not wanted.
    pub opt_out: Option<OptOut>,
    /// Cum or ex by agreement.
    pub cum_ex: Option<CumEx>,
    /// Matched, but not settled until released (ISO 20022 `HldInd`).
    pub on_hold: bool,
    /// Order among instructions that can settle: 1 before 2 and so on to 4 (3 is normal).
    pub priority: u8,
}

/// Why a matched pair has not settled (ISO 20022 pending and failing reasons).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize, Schema,
)]
pub enum PendingReason {
    /// Its settlement date has not come (`FUTU`).
    FutureDate,
    /// One side, or both, keep it on hold (`PREA`).
    OnHold,
    /// The deliverer lacks securities (`LACK`).
    LackOfSecurities,
    /// The payer lacks cash (`MONY`).
    LackOfCash,
    /// An account is frozen (`BLOC`).
    AccountBlocked,
    /// An account is unknown or not eligible now (`SBLO`).
    AccountRefused,
    /// The market's cut-off has passed; next business day (`LATE`).
    CutOff,
    /// The bond's units do not move: not yet, no longer, or it is suspended (`REFS`).
    SecurityRefused,
    /// The bond or its currency is not listed, or its contract does not answer (`OTHR`).
    Unavailable,
}

/// Who or what has ended an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub enum CancelCause {
    /// The account that had entered it, before it was matched.
    Account,
    /// Both sides of the pair.
    Both,
    /// It had failed for too long.
    Failed {
        /// Why it had not settled.
        reason: PendingReason,
    },
}

/// Where an instruction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub enum InstructionStatus {
    /// No other instruction matches it yet.
    Unmatched,
    /// Matched with another; to be settled, or why not yet.
    Pending {
        /// The other instruction.
        with: u64,
        /// Why it has not settled.
        reason: PendingReason,
    },
    /// Settled.
    Settled {
        /// The other instruction.
        with: u64,
        /// When.
        at: Timestamp,
    },
    /// Cancelled.
    Cancelled {
        /// The other instruction, if it was matched.
        with: Option<u64>,
        /// When.
        at: Timestamp,
    },
}

/// An instruction and what has become of it.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct InstructionRecord {
    /// Its number, in order of entry.
    pub id: u64,
    /// The account that signed it.
    pub account: Address,
    /// When it was entered.
    pub entered_at: Timestamp,
    /// What was instructed.
    pub instruction: Instruction,
    /// Where it stands.
    pub status: InstructionStatus,
    /// Whether this side asks for cancellation of a matched pair.
    pub cancel_requested: bool,
}

/// An unmatched instruction that names the asker's BIC as its counterparty.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Allegement {
    /// The instruction's number.
    pub id: u64,
    /// When it was entered.
    pub entered_at: Timestamp,
    /// What the counterparty has instructed.
    pub instruction: Instruction,
}

/// Cash tolerance of matching for one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Tolerance {
    /// The currency.
    pub currency: Currency,
    /// Amounts up to and including this one are small. Neither tolerance is above a hundredth of it.
    pub small_amount_max: Amount,
    /// The largest difference of a small amount.
    pub small: Amount,
    /// The largest difference of any other.
    pub large: Amount,
}

/// What an instance was created with.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Config {
    /// The registry.
    pub registry: Address,
    /// The BIC of the CSD that this contract settles for: both parties' CSD.
    pub csd: Bic,
    /// Tolerances; a currency not listed has none.
    pub tolerances: alloc::vec::Vec<Tolerance>,
}

/// What `Submit` answers.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Submitted {
    /// The instruction's number.
    pub id: u64,
    /// Where it stands at once.
    pub status: InstructionStatus,
}

/// What `Advance` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Advanced {
    /// Pairs that were tried. Those that wait for what was just seen to be missing do not count.
    pub tried: u32,
    /// Pairs that have settled.
    pub settled: u32,
    /// Whether the end of the queue was reached; the next call then begins anew.
    pub finished: bool,
}
