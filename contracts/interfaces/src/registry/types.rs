//! What the registry knows: parties, accounts, markets, the directory of instances.

use crate::{Bic, Lei, MarketCode, ReasonCode};
use alloc::string::String;
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_bond_math::{Calendar, Currency, Date, HolidayTable, Isin};
use tenor_macros::Schema;
use tenor_primitives::{Address, Hash, Timestamp};

/// A business role of a party; a party may have several.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize, Schema,
)]
pub enum BusinessRole {
    /// Issues bonds.
    Issuer,
    /// Runs the book and allocates.
    LeadManager,
    /// Keeps the register of holders: the CSD.
    Registrar,
    /// Pays coupons and redemptions for an issuer.
    PayingAgent,
    /// Holds for others, in omnibus or segregated accounts.
    Custodian,
    /// Holds for itself.
    Holder,
    /// Issues the cash token of a currency.
    CashProvider,
    /// Publishes fixings.
    CalculationAgent,
}

/// A legal entity.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Party {
    /// Its legal entity identifier, check digits verified: the party's key.
    pub lei: Lei,
    /// Its business identifier code, form verified.
    pub bic: Bic,
    /// Its legal name, 1 to 140 bytes.
    pub name: String,
    /// What it does in this market.
    pub roles: Vec<BusinessRole>,
}

/// For whom an account holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub enum AccountKind {
    /// The party's own assets.
    Own,
    /// Assets of several clients of the party together.
    Omnibus,
    /// Assets of one client of the party.
    Segregated,
    /// The account of a contract instance, such as a coupon contract's cash.
    Instance,
}

/// What a person enters to open an account, or to change one.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct AccountTerms {
    /// The ledger account, or the instance, that controls it: an account is controlled by its own
    /// address, and by the key policy behind it.
    pub account: Address,
    /// The party it belongs to.
    pub party: Lei,
    /// For whom it holds.
    pub kind: AccountKind,
    /// The class of its holder for withholding tax, 0 to 15; what a class pays is a term of the bond.
    pub tax_class: u8,
    /// It may send and receive from this instant.
    pub eligible_from: Timestamp,
    /// It may no longer send or receive from this instant on.
    pub eligible_until: Option<Timestamp>,
}

/// Why, and on which document, an account is frozen.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Freeze {
    /// The registrar's reason code.
    pub reason: ReasonCode,
    /// Keccak-256 of the order that asks for it.
    pub document_hash: Hash,
    /// Since when.
    pub since: Timestamp,
}

/// An account as it stands.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Account {
    /// Its terms.
    pub terms: AccountTerms,
    /// The freeze in force.
    pub freeze: Option<Freeze>,
}

/// Whether an account may take part in a movement now, and if not, why not. Numbers are stable.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize, Schema,
)]
pub enum Standing {
    /// It may send and receive.
    Good,
    /// No such account is registered.
    Unknown,
    /// Its eligibility has not begun.
    NotYetEligible,
    /// Its eligibility has ended.
    Expired,
    /// It is frozen.
    Frozen,
}

/// What other contracts ask about an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct AccountFacts {
    /// Whether it may take part in a movement now.
    pub standing: Standing,
    /// Its holder's tax class; 0 for an unknown account.
    pub tax_class: u8,
}

/// A named rule that turns local time into ledger time, computed in integers for every year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub enum TimeZone {
    /// UTC all year.
    Utc,
    /// CET, and CEST from the last Sunday of March to that of October, 01:00 UTC.
    EuropeBerlin,
    /// As Berlin.
    EuropeZurich,
    /// GMT, and BST from the last Sunday of March to that of October, 01:00 UTC.
    EuropeLondon,
    /// EST, and EDT from the second Sunday of March to the first of November, 02:00 local.
    AmericaNewYork,
    /// UTC+8 all year.
    AsiaHongKong,
    /// UTC+8 all year.
    AsiaSingapore,
    /// UTC+9 all year.
    AsiaTokyo,
    /// AEST, and AEDT from the first Sunday of October to that of April, 02:00 standard time.
    AustraliaSydney,
}

/// A market: its business days and the times of its day.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Market {
    /// Its name.
    pub code: MarketCode,
    /// Its business days.
    pub calendar: Calendar,
    /// Where its clock hangs.
    pub time_zone: TimeZone,
    /// Local time of the cut-off for settlement against payment, in seconds after midnight.
    pub cut_off_seconds: u32,
    /// Local time at which the day ends and the next business day begins, in seconds after
    /// midnight, at most 86,400 and not before the cut-off.
    pub end_of_day_seconds: u32,
}

/// Where a market stands within its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub enum DayPhase {
    /// Before the cut-off.
    Open,
    /// After the cut-off, before the end of the day.
    CutOff,
}

/// A market's ledger date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct MarketDay {
    /// The ledger date: a business day of the market.
    pub date: Date,
    /// Where it stands.
    pub phase: DayPhase,
    /// When the cut-off is.
    pub cut_off_at: Timestamp,
    /// When the day ends; from this instant the next business day is the ledger date.
    pub ends_at: Timestamp,
}

/// A bond the market knows.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Security {
    /// Its ISIN.
    pub isin: Isin,
    /// The instance that keeps its holdings.
    pub issuance: Address,
    /// The market whose ledger date it follows.
    pub market: MarketCode,
}

/// A settlement currency the market knows.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct CashListing {
    /// The currency.
    pub currency: Currency,
    /// The cash instance that settles it.
    pub cash: Address,
}

/// All that settlement needs to know about one trade, in one answer.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct TradeFacts {
    /// The bond, when it is listed.
    pub security: Option<Security>,
    /// The cash instance, when a currency was asked for and is listed.
    pub cash: Option<Address>,
    /// The ledger date of the bond's market, when its calendar knows it.
    pub day: Option<MarketDay>,
    /// The accounts, in the order asked.
    pub accounts: Vec<AccountFacts>,
    /// The BIC of the first account's party, when the account is registered.
    pub bic: Option<Bic>,
    /// Whether the bond's trades wait until officers lift its suspension.
    pub suspended: bool,
    /// When officers have last lifted one: what is pending counts its days from then.
    pub resumed_at: Option<Timestamp>,
}

/// What a listing says and the listed contract does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub enum ListingField {
    /// The ISIN.
    Isin,
    /// The currency.
    Currency,
    /// The market.
    Market,
    /// The registry: it obeys another one.
    Registry,
    /// The terms: they are not frozen.
    Terms,
}

/// An office of the registry itself; an address has at most one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub enum Office {
    /// Proposes and confirms anything.
    Officer,
    /// Proposes freezes; confirms nothing.
    Regulator,
}

/// One change that takes effect when a second officer confirms it.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub enum Action {
    /// Registers a party or replaces its data.
    SetParty {
        /// The party.
        party: Party,
    },
    /// Opens an account, or changes its terms, for which a document is needed. A freeze in force stays.
    SetAccount {
        /// The account.
        terms: AccountTerms,
    },
    /// Stops an account: nothing goes out, nothing comes in.
    Freeze {
        /// The account.
        account: Address,
    },
    /// Ends a freeze.
    Unfreeze {
        /// The account.
        account: Address,
    },
    /// Gives an office.
    Appoint {
        /// To whom.
        address: Address,
        /// Which.
        office: Office,
    },
    /// Takes the office away. At least two officers must remain.
    Dismiss {
        /// From whom.
        address: Address,
    },
    /// Opens a market. Its rules never change afterwards; years may be appended to its calendar.
    OpenMarket {
        /// The market.
        market: Market,
    },
    /// Lets one day of a market end later. It must not have ended yet.
    DelayDay {
        /// The market.
        market: MarketCode,
        /// The day.
        date: Date,
        /// By how much cut-off and end of day move, at most four hours in all.
        delay_seconds: u32,
    },
    /// Lists a bond whose terms are frozen and name this registry, market and ISIN. A listing never
    /// changes; it can be suspended.
    ListSecurity {
        /// The bond.
        security: Security,
    },
    /// Lists a settlement currency, whose cash instance is of this registry. A listing never changes.
    ListCash {
        /// The currency.
        listing: CashListing,
    },
    /// Appends years to a market's calendar, so that a market outlives the years its calendar
    /// knows. They must follow the last known year; years once known never change.
    ExtendMarket {
        /// The market.
        market: MarketCode,
        /// The business days of the new years: all of them, whatever centres the market has.
        years: HolidayTable,
    },
    /// Lists a settlement instance of this registry, or takes it off the list. Cash and issuance give
    /// the right of settlement to a listed one alone; a right that was given stays until it is taken
    /// back there.
    SetSettlement {
        /// The instance.
        settlement: Address,
        /// Whether it is listed.
        listed: bool,
    },
    /// Stops a listed bond from settling, or lets it settle again.
    SuspendSecurity {
        /// The bond.
        isin: Isin,
        /// Whether its trades wait.
        suspended: bool,
    },
}

/// What an officer has proposed and no other has confirmed yet.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Proposal {
    /// Who proposed it.
    pub proposer: Address,
    /// What shall change, all or nothing.
    pub actions: Vec<Action>,
    /// Why.
    pub reason: ReasonCode,
    /// Keccak-256 of the document behind it; zero when there is none, which a freeze and a change of
    /// an account do not accept.
    pub document_hash: Hash,
    /// When it was proposed.
    pub proposed_at: Timestamp,
}
