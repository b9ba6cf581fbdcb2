//! Messages and queries of the registry.

use super::types::*;
use crate::{Lei, MarketCode, ReasonCode};
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_bond_math::{Currency, Date, HolidayTable, Isin};
use tenor_macros::{Functions, Schema};
use tenor_primitives::{Address, Hash, Timestamp};

/// The input of `instantiate`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct InstantiateMsg {
    /// The first officers, at least two, all different.
    pub officers: Vec<Address>,
}

/// What changes the registry.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Functions)]
#[functions(execute, client = RegistryClient)]
pub enum ExecuteMsg {
    /// Proposes changes; returns the proposal's number. By an officer, or by a regulator for freezes.
    #[returns(u64)]
    Propose {
        /// What shall change, 1 to 50 actions, all or nothing.
        actions: Vec<Action>,
        /// Why.
        reason: ReasonCode,
        /// Keccak-256 of the document behind it.
        document_hash: Hash,
    },
    /// Puts a proposal into effect, up to 30 days after it was made. By another officer than the
    /// proposer.
    Confirm {
        /// The proposal's number.
        proposal: u64,
        /// Keccak-256 of the borsh of its actions: what the officer has read.
        actions_hash: Hash,
    },
    /// Drops a proposal. By its proposer; by any officer, unless it is a freeze, the end of one, or takes
    /// that officer's office, and can still be confirmed.
    Withdraw {
        /// The proposal's number.
        proposal: u64,
    },
    /// Announces the ledger dates that have turned; returns how many. By anyone.
    #[returns(u32)]
    Advance {
        /// The most markets to look at.
        limit: u32,
    },
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Functions)]
#[functions(query, client = RegistryQueries)]
pub enum QueryMsg {
    /// The office an address has.
    #[returns(Option<Office>)]
    #[readers(public)]
    Office {
        /// The address.
        address: Address,
    },
    /// A party.
    #[returns(Option<Party>)]
    #[readers(public)]
    Party {
        /// Its LEI.
        lei: Lei,
    },
    /// An account with its freeze.
    #[returns(Option<Account>)]
    #[readers(parties, regulator, operator)]
    Account {
        /// The account.
        account: Address,
    },
    /// Accounts in order of their addresses.
    #[returns(Vec<Account>)]
    #[readers(regulator, operator)]
    Accounts {
        /// Start after this one.
        after: Option<Address>,
        /// The most to return, at most 100.
        limit: u32,
    },
    /// Whether accounts may take part in a movement now, in the order asked. What cash and issuance
    /// ask once per movement.
    #[returns(Vec<AccountFacts>)]
    #[readers(parties, regulator, operator)]
    CheckMovement {
        /// The accounts, at most 256.
        accounts: Vec<Address>,
    },
    /// Everything settlement needs for one trade. What settlement asks once per trade.
    #[returns(TradeFacts)]
    #[readers(parties, regulator, operator)]
    Trade {
        /// The bond.
        isin: Isin,
        /// The currency, when cash moves.
        currency: Option<Currency>,
        /// The accounts, at most 256.
        accounts: Vec<Address>,
    },
    /// A market's rules.
    #[returns(Option<Market>)]
    #[readers(public)]
    Market {
        /// Its name.
        market: MarketCode,
    },
    /// A market's ledger date now.
    #[returns(MarketDay)]
    #[readers(public)]
    MarketDay {
        /// Its name.
        market: MarketCode,
    },
    /// Local times of a market as instants, each on the last business day on or before a date (on the
    /// date itself in years that its calendar does not know), in the order asked; delays do not count.
    #[returns(Vec<Timestamp>)]
    #[readers(public)]
    Instants {
        /// The market.
        market: MarketCode,
        /// The dates, at most 512.
        dates: Vec<Date>,
        /// Local time in seconds after midnight, at most the end of day, which `None` means.
        seconds: Option<u32>,
    },
    /// The first account whose party lacks the role asked for.
    #[returns(Option<Address>)]
    #[readers(public)]
    LacksRole {
        /// Accounts and the roles their parties must have, at most 16.
        roles: Vec<(Address, BusinessRole)>,
    },
    /// A listed bond.
    #[returns(Option<Security>)]
    #[readers(public)]
    Security {
        /// Its ISIN.
        isin: Isin,
    },
    /// The cash instance of a currency.
    #[returns(Option<Address>)]
    #[readers(public)]
    Cash {
        /// The currency.
        currency: Currency,
    },
    /// An open proposal.
    #[returns(Option<Proposal>)]
    #[readers(public)]
    Proposal {
        /// Its number.
        proposal: u64,
    },
    /// The first business day of a market on or after each date, in the order asked; refused when
    /// the market's calendar does not know one of them.
    #[returns(Vec<Date>)]
    #[readers(public)]
    BusinessDays {
        /// The market.
        market: MarketCode,
        /// The dates, at most 512.
        dates: Vec<Date>,
    },
    /// The years that were appended to a market's calendar, in order.
    #[returns(Vec<HolidayTable>)]
    #[readers(public)]
    MarketYears {
        /// The market.
        market: MarketCode,
        /// Start after the table that begins with this year.
        after: Option<i32>,
        /// The most to return, at most 100.
        limit: u32,
    },
    /// Whether an instance is a listed settlement contract.
    #[returns(bool)]
    #[readers(public)]
    Settlement {
        /// The instance.
        settlement: Address,
    },
}
