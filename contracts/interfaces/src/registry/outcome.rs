//! Events and errors of the registry.

use super::types::{AccountKind, ListingField, Office};
use crate::{Lei, MarketCode, ReasonCode};
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_bond_math::{Currency, Date, Isin};
use tenor_macros::{ContractError, Event};
use tenor_primitives::{Address, Hash, Timestamp};

/// Changes were proposed.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct Proposed {
    /// The proposal's number.
    #[topic]
    pub proposal: u64,
    /// Who proposed.
    #[topic]
    pub proposer: Address,
    /// Keccak-256 of the borsh of the actions.
    pub actions_hash: Hash,
    /// Why.
    pub reason: ReasonCode,
    /// The document behind it.
    pub document_hash: Hash,
}

/// A proposal took effect.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct Confirmed {
    /// The proposal's number.
    #[topic]
    pub proposal: u64,
    /// Who confirmed.
    #[topic]
    pub confirmer: Address,
}

/// A proposal was dropped.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct Withdrawn {
    /// The proposal's number.
    #[topic]
    pub proposal: u64,
    /// Who dropped it.
    #[topic]
    pub by: Address,
}

/// A party was registered or changed.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct PartySet {
    /// The party.
    #[topic]
    pub lei: Lei,
}

/// An account was opened or changed.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, regulator, operator)]
pub struct AccountSet {
    /// The account.
    #[topic]
    pub account: Address,
    /// Its party.
    #[topic]
    pub party: Lei,
    /// For whom it holds.
    pub kind: AccountKind,
    /// The class of its holder for withholding tax.
    pub tax_class: u8,
    /// It may send and receive from this instant.
    pub eligible_from: Timestamp,
    /// It may no longer from this instant on.
    pub eligible_until: Option<Timestamp>,
    /// Why.
    pub reason: ReasonCode,
}

/// An account was frozen.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, regulator, operator)]
pub struct AccountFrozen {
    /// The account.
    #[topic]
    pub account: Address,
    /// Why.
    #[topic]
    pub reason: ReasonCode,
    /// The order behind it.
    pub document_hash: Hash,
}

/// A freeze ended.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, regulator, operator)]
pub struct AccountUnfrozen {
    /// The account.
    #[topic]
    pub account: Address,
    /// Why.
    #[topic]
    pub reason: ReasonCode,
    /// The order behind it.
    pub document_hash: Hash,
}

/// An office was given.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct OfficeGiven {
    /// To whom.
    #[topic]
    pub address: Address,
    /// Which.
    pub office: Office,
}

/// An office was taken away.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct OfficesTaken {
    /// From whom.
    #[topic]
    pub address: Address,
}

/// A market was opened.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct MarketOpened {
    /// The market.
    #[topic]
    pub market: MarketCode,
}

/// Years were appended to a market's calendar.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct MarketExtended {
    /// The market.
    #[topic]
    pub market: MarketCode,
    /// The first new year.
    pub first_year: i32,
    /// The last new year.
    pub last_year: i32,
}

/// A day of a market ends later.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct DayDelayed {
    /// The market.
    #[topic]
    pub market: MarketCode,
    /// The day.
    pub date: Date,
    /// By how much in all.
    pub delay_seconds: u32,
    /// Why.
    pub reason: ReasonCode,
}

/// A market's ledger date has turned.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct DayTurned {
    /// The market.
    #[topic]
    pub market: MarketCode,
    /// The ledger date from now on.
    pub date: Date,
}

/// A bond was listed.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct SecurityListed {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// The instance that keeps its holdings.
    pub issuance: Address,
}

/// A settlement currency was listed.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct CashListed {
    /// The currency.
    #[topic]
    pub currency: Currency,
    /// The cash instance.
    pub cash: Address,
}

/// A settlement instance was listed, or taken off the list.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct SettlementSet {
    /// The instance.
    #[topic]
    pub settlement: Address,
    /// Whether it is listed.
    pub listed: bool,
}

/// A bond was suspended from settling, or settles again.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct SecuritySuspended {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// Whether its trades wait.
    pub suspended: bool,
    /// Why.
    pub reason: ReasonCode,
}

/// Why the registry refuses. The codes are stable; new ones are appended.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, ContractError)]
pub enum Error {
    /// Only an officer may do this (a regulator may propose freezes); sign as one.
    #[error(code = 1)]
    NotAnOfficer {
        /// Who tried.
        caller: Address,
    },
    /// The proposer cannot confirm; another officer must.
    #[error(code = 2)]
    SecondOfficerNeeded {
        /// Who proposed.
        proposer: Address,
    },
    /// There is no open proposal of that number; it may have been confirmed or withdrawn.
    #[error(code = 3)]
    NoSuchProposal {
        /// The number.
        proposal: u64,
    },
    /// The hash is not that of the proposal's actions; read the proposal again.
    #[error(code = 4)]
    ActionsChanged {
        /// The hash of the proposal's actions.
        expected: Hash,
    },
    /// A list has too few or too many entries.
    #[error(code = 5)]
    Count {
        /// The fewest allowed.
        min: u32,
        /// The most allowed.
        max: u32,
        /// How many were given.
        got: u32,
    },
    /// At least two different officers must remain.
    #[error(code = 6)]
    TwoOfficersNeeded,
    /// The LEI's form or check digits (ISO 7064 mod 97-10) are wrong; check for a typing error.
    #[error(code = 7)]
    InvalidLei {
        /// The LEI.
        lei: Lei,
    },
    /// The BIC is not 8 or 11 characters with a country in place 5 and 6.
    #[error(code = 8)]
    InvalidBic {
        /// The BIC, as text.
        bic: crate::Bic,
    },
    /// The name is empty or longer than 140 bytes.
    #[error(code = 9)]
    InvalidName {
        /// Its length in bytes.
        got: u32,
    },
    /// The tax class is above 15.
    #[error(code = 10)]
    InvalidTaxClass {
        /// The class.
        got: u8,
    },
    /// The eligibility ends before it begins.
    #[error(code = 11)]
    InvalidEligibility {
        /// The account.
        account: Address,
    },
    /// The party is not registered; register it first or in the same proposal, before the account.
    #[error(code = 12)]
    NoSuchParty {
        /// Its LEI.
        lei: Lei,
    },
    /// The account is not registered.
    #[error(code = 13)]
    NoSuchAccount {
        /// The account.
        account: Address,
    },
    /// The account is frozen already, or not frozen.
    #[error(code = 14)]
    FreezeUnchanged {
        /// The account.
        account: Address,
    },
    /// A freeze, its end, and a change of an account need the hash of the document that orders them.
    #[error(code = 15)]
    DocumentNeeded,
    /// The market is not open.
    #[error(code = 16)]
    NoSuchMarket {
        /// Its name.
        market: MarketCode,
    },
    /// A market of that name exists; its rules never change.
    #[error(code = 17)]
    MarketExists {
        /// Its name.
        market: MarketCode,
    },
    /// The times of the market's day are out of order or past midnight, or its calendar is inconsistent.
    #[error(code = 18)]
    InvalidMarket {
        /// Its name.
        market: MarketCode,
    },
    /// The day has ended, is no business day, or would be delayed by more than four hours in all.
    #[error(code = 19)]
    InvalidDelay {
        /// The day.
        date: Date,
        /// The delay that would result.
        delay_seconds: u32,
    },
    /// A date cannot be computed: the calendar does not know its year (officers can append years to
    /// it), leaves no business day within 31 days, or the date leaves the years 1970 to 9999.
    #[error(code = 20)]
    DateUnknown {
        /// The date that was reached or asked for.
        date: Date,
    },
    /// A bond of that ISIN is listed already; listings never change.
    #[error(code = 21)]
    SecurityExists {
        /// The ISIN.
        isin: Isin,
    },
    /// That currency is listed already; listings never change.
    #[error(code = 22)]
    CashExists {
        /// The currency.
        currency: Currency,
    },
    /// The years do not follow the last known one, are more than 100, or are inconsistent.
    #[error(code = 23)]
    InvalidYears {
        /// The market.
        market: MarketCode,
        /// The year that must come first.
        expected_first: i32,
        /// The first year that was given.
        got_first: i32,
    },
    /// The proposal has expired; withdraw it and propose again.
    #[error(code = 24)]
    ProposalExpired {
        /// The proposal.
        proposal: u64,
        /// When it did.
        expired_at: Timestamp,
    },
    /// The contract to be listed says otherwise than the listing.
    #[error(code = 25)]
    ListingRefused {
        /// The contract.
        contract: Address,
        /// About what.
        field: ListingField,
    },
    /// The bond is not listed.
    #[error(code = 26)]
    NoSuchSecurity {
        /// The ISIN.
        isin: Isin,
    },
    /// The BIC is another party's; trades are matched by it. The branch `XXX` is no other one.
    #[error(code = 27)]
    BicTaken {
        /// The BIC.
        bic: crate::Bic,
        /// Whose it is.
        party: Lei,
    },
    /// The local time is after the end of the market's day, when the next day's trades settle.
    #[error(code = 28)]
    AfterEndOfDay {
        /// The market.
        market: MarketCode,
        /// When its day ends, in seconds after midnight.
        end_of_day_seconds: u32,
    },
    /// A freeze, its end, and what takes an officer's own office are withdrawn by their proposer alone,
    /// until they expire.
    #[error(code = 29)]
    ProposersToWithdraw {
        /// Who proposed.
        proposer: Address,
    },
}
