//! Everything the registry stores.

use tenor_bond_math::{Currency, Date, HolidayTable, Isin};
use tenor_interfaces::registry::{Account, Market, Office, Party, Proposal, Security};
use tenor_interfaces::{Bic, Lei, MarketCode};
use tenor_sdk::prelude::*;

/// Who holds which office.
pub(crate) const OFFICES: Map<Address, Office> = Map::new(1, "offices");
/// How many addresses are officers; never below two.
pub(crate) const OFFICER_COUNT: Item<u32> = Item::new(2, "officer_count");
/// Parties by LEI.
pub(crate) const PARTIES: Map<Lei, Party> = Map::new(3, "parties");
/// Accounts by address.
pub(crate) const ACCOUNTS: Map<Address, Account> = Map::new(4, "accounts");
/// Markets by name.
pub(crate) const MARKETS: Map<MarketCode, Market> = Map::new(5, "markets");
/// Seconds by which a day of a market ends later.
pub(crate) const DELAYS: Map<(MarketCode, Date), u32> = Map::new(6, "delays");
/// The ledger date last announced for each market.
pub(crate) const ANNOUNCED: Map<MarketCode, Date> = Map::new(7, "announced");
/// The market at which the last round of announcements stopped.
pub(crate) const ADVANCE_CURSOR: Item<MarketCode> = Item::new(8, "advance_cursor");
/// Listed bonds.
pub(crate) const SECURITIES: Map<Isin, Listing> = Map::new(9, "securities");
/// Listed cash instances.
pub(crate) const CASH: Map<Currency, Address> = Map::new(10, "cash");
/// Open proposals by number.
pub(crate) const PROPOSALS: Map<u64, Proposal> = Map::new(11, "proposals");
/// Numbers of proposals.
pub(crate) const NEXT_PROPOSAL: Sequence = Sequence::new(12, "next_proposal");
/// Years appended to a market's calendar, by market and first year.
pub(crate) const YEARS: Map<(MarketCode, i32), HolidayTable> = Map::new(13, "years");
/// Listed settlement contracts.
pub(crate) const SETTLEMENTS: Set<Address> = Set::new(14, "settlements");
/// Whose a BIC is, without the branch of the head office.
pub(crate) const BICS: Map<Bic, Lei> = Map::new(15, "bics");

/// A listed bond.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub(crate) struct Listing {
    pub(crate) security: Security,
    /// Whether its trades wait.
    pub(crate) suspended: bool,
    /// When its last suspension was lifted.
    pub(crate) resumed_at: Option<Timestamp>,
}

/// The layout as the contract's spec shows it.
pub(crate) const STORAGE: &[StorageSchema] = &[
    OFFICES.schema(),
    OFFICER_COUNT.schema(),
    PARTIES.schema(),
    ACCOUNTS.schema(),
    MARKETS.schema(),
    DELAYS.schema(),
    ANNOUNCED.schema(),
    ADVANCE_CURSOR.schema(),
    SECURITIES.schema(),
    CASH.schema(),
    PROPOSALS.schema(),
    NEXT_PROPOSAL.schema(),
    YEARS.schema(),
    SETTLEMENTS.schema(),
    BICS.schema(),
];
