//! Why issuance refuses.

use super::types::BondStatus;
use crate::Reference;
use crate::registry::Standing;
use alloc::string::String;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_bond_math::{Date, Isin};
use tenor_macros::{ContractError, Schema};
use tenor_primitives::{Address, Amount, Hash, Timestamp};

/// A part of the terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub enum TermsPart {
    /// No longer used: terms that contradict themselves are refused with the field (`TermsInvalid`).
    Terms,
    /// The schedule: dates, stubs, calendar years.
    Schedule,
    /// The coupon needs fixings, which no contract of this bond receives.
    Coupon,
    /// The bond is perpetual, shrinks holdings as it repays, or pays in kind.
    Redemption,
    /// Indexation or payment in a second currency.
    Currency,
    /// Calls, puts or conversions.
    Rights,
    /// Another currency than the cash instance's.
    CashCurrency,
    /// Held back: not a multiple of the denomination, or not below the issue size.
    HeldBack,
    /// Two agents with one address, an agent that is a party or receives the proceeds, or not exactly
    /// one that burns units.
    Agents,
    /// Two of issuer, paying agent and registrar are the same account.
    Parties,
    /// The issue price or a payment cannot be computed, or would be negative.
    Payments,
    /// A record date is before the issue date, or not before its payment date.
    RecordDate,
    /// The cash instance is not the one that the registry lists for the currency.
    Cash,
    /// The agent that burns units pays for another bond, or is set up otherwise than the draft says.
    Payer,
    /// An agent with the right of settlement is none that the registry lists.
    Settlement,
    /// The registry lists another instance for this ISIN.
    Isin,
}

/// The codes are stable; new ones are appended.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, ContractError)]
pub enum Error {
    /// The caller has no part in this; only the named account may do it.
    #[error(code = 1)]
    NotAllowed {
        /// Who may.
        expected: Address,
        /// Who tried.
        caller: Address,
    },
    /// Only issuer, paying agent and registrar accept terms.
    #[error(code = 2)]
    NotAnAcceptor {
        /// Who tried.
        caller: Address,
    },
    /// The bond is in another state than this needs.
    #[error(code = 3)]
    WrongStatus {
        /// What is needed.
        expected: BondStatus,
        /// What it is.
        got: BondStatus,
    },
    /// The terms are not ones this contract can carry.
    #[error(code = 4)]
    TermsRefused {
        /// Which part.
        part: TermsPart,
    },
    /// The hash is not that of the draft; read it again.
    #[error(code = 5)]
    TermsChanged {
        /// The hash of the draft.
        expected: Hash,
    },
    /// A party's account lacks the business role it needs in the registry, or the registrar is no
    /// officer of it now.
    #[error(code = 6)]
    RoleMissing {
        /// The account.
        account: Address,
    },
    /// An amount must be above zero.
    #[error(code = 7)]
    ZeroAmount,
    /// A face amount must be a multiple of the denomination.
    #[error(code = 8)]
    NotAMultiple {
        /// The denomination.
        denomination: Amount,
    },
    /// The account may not take part in a movement now.
    #[error(code = 9)]
    AccountRefused {
        /// The account.
        account: Address,
        /// Why.
        standing: Standing,
    },
    /// The account has used that reference before; if this is a retry, the first one took effect.
    #[error(code = 10)]
    ReferenceUsed {
        /// The reference.
        reference: Reference,
    },
    /// There is no such order, or it is past the state this needs.
    #[error(code = 11)]
    NoSuchOrder {
        /// Whose.
        account: Address,
        /// Its reference.
        reference: Reference,
    },
    /// More is allotted than was ordered.
    #[error(code = 12)]
    AboveOrder {
        /// Whose.
        account: Address,
        /// What was ordered.
        ordered: Amount,
    },
    /// The allotted total is not what is to be sold, or not what the issuer expects.
    #[error(code = 13)]
    TotalMismatch {
        /// Issue size less what is held back.
        expected: Amount,
        /// What is allotted.
        got: Amount,
    },
    /// The issue cannot close before its issue date.
    #[error(code = 14)]
    BeforeIssueDate {
        /// The issue date.
        issue_date: Date,
        /// The ledger date.
        ledger_date: Date,
    },
    /// The issue closes all or nothing: name every allotted order in one call.
    #[error(code = 15)]
    AllOrdersNeeded {
        /// Face amount allotted that the call does not name.
        missing: Amount,
    },
    /// The account has too little that is not held.
    #[error(code = 16)]
    Insufficient {
        /// The account.
        account: Address,
        /// What it could move.
        available: Amount,
        /// What is missing.
        short_by: Amount,
    },
    /// Sender and receiver are the same account.
    #[error(code = 17)]
    SameAccount {
        /// The account.
        account: Address,
    },
    /// Holders cannot move units by themselves under these terms; use settlement instructions.
    #[error(code = 18)]
    FreeTransfersRefused,
    /// From the last record instant on units no longer move; they are redeemed.
    #[error(code = 19)]
    TransfersEnded {
        /// That instant.
        since: Timestamp,
    },
    /// The address is not an appointed agent, or its right does not allow this.
    #[error(code = 20)]
    NotAnAgent {
        /// The address.
        agent: Address,
    },
    /// Only issuer and registrar appoint agents.
    #[error(code = 21)]
    NotAnAppointer {
        /// Who tried.
        caller: Address,
    },
    /// Only the account itself, or a settlement agent for itself, may place a hold.
    #[error(code = 22)]
    NotTheAccount {
        /// Whose account it is.
        account: Address,
        /// Who tried.
        caller: Address,
    },
    /// There is no open hold of that account, agent and name.
    #[error(code = 23)]
    NoSuchHold {
        /// Whose.
        account: Address,
        /// Its name.
        reference: Reference,
    },
    /// An open hold of that account and agent has this name already. The account raises its own by
    /// holding more, or for longer, and not less of either.
    #[error(code = 24)]
    HoldExists {
        /// Its name.
        reference: Reference,
    },
    /// The hold has expired, or would be placed expired.
    #[error(code = 25)]
    HoldExpired {
        /// When it expires or expired.
        expiry: Timestamp,
    },
    /// The hold is smaller than the amount.
    #[error(code = 26)]
    HoldTooSmall {
        /// What it holds.
        held: Amount,
    },
    /// The hold has not expired: only its agent may release it, or the account once the agent is no
    /// longer appointed.
    #[error(code = 27)]
    HoldNotExpired {
        /// When it expires.
        expiry: Timestamp,
    },
    /// The period does not exist, or its record instant is still to come.
    #[error(code = 28)]
    NoRecordYet {
        /// The period.
        period: u32,
    },
    /// A list has too few or too many entries.
    #[error(code = 29)]
    Count {
        /// The fewest allowed.
        min: u32,
        /// The most allowed.
        max: u32,
        /// How many were given.
        got: u32,
    },
    /// A sum leaves the range of amounts, or a price cannot be computed.
    #[error(code = 30)]
    Overflow,
    /// The account has as many open holds as it can have; release one.
    #[error(code = 31)]
    TooManyHolds {
        /// How many it can have.
        max: u32,
    },
    /// The first record instant has come: units of now would miss a payment. What is not closed
    /// lapses (`end_closing`); a draft that is not frozen by then is replaced by another.
    #[error(code = 32)]
    TooLateToClose {
        /// The first record instant.
        first_record: Timestamp,
    },
    /// Orders of an issue that closes all or nothing have begun to lapse: nothing closes any more.
    #[error(code = 33)]
    Lapsing,
    /// The price of the face amount rounds to zero, for which no cash can be held; allot more.
    #[error(code = 34)]
    PriceRoundsToZero {
        /// The face amount.
        face_amount: Amount,
    },
    /// More orders are allotted than an issue that closes all or nothing can deliver in one call.
    #[error(code = 35)]
    TooManyOrders {
        /// The most it can deliver.
        max: u32,
        /// How many are allotted.
        got: u32,
    },
    /// The receiver is an agent of the bond; name the account of a holder.
    #[error(code = 36)]
    ReceiverIsAgent {
        /// The agent.
        account: Address,
    },
    /// A field of the terms contradicts another or a rule of the market; correct it and draft anew.
    #[error(code = 37)]
    TermsInvalid {
        /// Which field, as in the term sheet, e.g. `coupon.rate`.
        field: String,
        /// What was expected and what was found.
        reason: String,
    },
    /// More is ordered than the issue sells.
    #[error(code = 38)]
    AboveOffer {
        /// Issue size less what is held back.
        offered: Amount,
    },
    /// The issue was to close within 30 days of its issue date. What is not closed lapses
    /// (`end_closing`); a draft that is not frozen by then is replaced by another.
    #[error(code = 39)]
    ClosingOver {
        /// The issue date.
        issue_date: Date,
        /// The ledger date.
        ledger_date: Date,
    },
    /// Allottees pay until the issue date is over; the closing ends on the next business day at the
    /// earliest.
    #[error(code = 40)]
    ClosingOpen {
        /// The issue date.
        issue_date: Date,
        /// The ledger date.
        ledger_date: Date,
    },
    /// A hold lasts at most 400 days.
    #[error(code = 41)]
    HoldTooLong {
        /// The latest expiry that it can have now.
        latest: Timestamp,
    },
    /// The order still needs the cash that is held for it.
    #[error(code = 42)]
    CoverNeeded {
        /// Whose order.
        account: Address,
        /// Its reference.
        reference: Reference,
    },
    /// This is not the account's to read; only parties of the bond may.
    #[error(code = 43)]
    NotForParty {
        /// The account.
        party: Address,
    },
    /// The allocation is another than the one to be confirmed; read the book again.
    #[error(code = 44)]
    AllocationChanged {
        /// The hash of the allocation as it stands.
        expected: Hash,
    },
    /// The issuer has confirmed this allotment. From the issue date on it is taken back only while the
    /// cash held for it is less than it costs to close now.
    #[error(code = 45)]
    AllotmentBinds {
        /// Whose order.
        account: Address,
        /// Its reference.
        reference: Reference,
    },
    /// The registry does not list this instance for its ISIN; have it listed first.
    #[error(code = 46)]
    NotListed {
        /// The ISIN.
        isin: Isin,
    },
    /// A payment is being made: let its pages run (`advance` of the coupon instance) before its payer is
    /// dismissed, so that no holder is paid twice or left out.
    #[error(code = 47)]
    PaymentUnderWay {
        /// The coupon period.
        period: u32,
    },
}
