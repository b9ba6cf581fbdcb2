//! What the issuance contract knows about its bond.

use crate::{Appointment, MarketCode, Reference};
use alloc::boxed::Box;
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_bond_math::{BondTerms, Currency, Date, Isin};
use tenor_macros::Schema;
use tenor_primitives::{Address, Amount, Hash, Timestamp};

/// The accounts that have a say in the bond.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct BondParties {
    /// Owes the bond.
    pub issuer: Address,
    /// Runs the book.
    pub lead_manager: Address,
    /// Keeps the register; an officer of the registry.
    pub registrar: Address,
    /// Pays coupons and redemption.
    pub paying_agent: Address,
}

impl BondParties {
    /// All of them.
    pub const fn all(&self) -> [Address; 4] {
        [self.issuer, self.lead_manager, self.registrar, self.paying_agent]
    }
}

/// How the issue closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub enum Closing {
    /// Each allottee that has paid gets its units; what is not paid in the end lapses.
    PerAllottee,
    /// All allottees, at most 100, in one transaction, or none.
    AllOrNothing,
}

/// A bond as it is drafted: the input of `instantiate`, and what the parties accept.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Draft {
    /// The terms.
    pub terms: Box<BondTerms>,
    /// Keccak-256 of the offering document.
    pub document_hash: Hash,
    /// The registry.
    pub registry: Address,
    /// The cash instance of the bond's currency.
    pub cash: Address,
    /// The market whose ledger date and clock the bond follows.
    pub market: MarketCode,
    /// Who has a say.
    pub parties: BondParties,
    /// The account that receives the issue proceeds, and cash that is returned.
    pub issuer_cash_account: Address,
    /// The agents in office once the terms are accepted: settlement and the bond's coupon instance,
    /// which alone has the right to burn.
    pub agents: Vec<Appointment>,
    /// Keccak-256 of the borsh of the coupon instance's configuration: what its parties accept of
    /// tax and grace days.
    pub coupon_config_hash: Hash,
    /// How the issue closes.
    pub closing: Closing,
    /// Whether holders may move units free of payment by themselves.
    pub free_transfers: bool,
    /// Part of the issue size that is not sold; in minor units. Nothing issues it later: a tap is another
    /// bond.
    pub held_back: Amount,
    /// Local time of the record instant on a record date, in seconds after midnight, at most the end
    /// of the market's day, which `None` means.
    pub record_seconds: Option<u32>,
}

/// Where the bond stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize, Schema,
)]
pub enum BondStatus {
    /// Acceptances are being collected.
    Draft,
    /// The terms are frozen; orders are taken and allocated.
    Book,
    /// The issuer has confirmed the total; allottees pay and get their units.
    Closing,
    /// Units trade.
    Live,
    /// All units are burned, or none was ever issued.
    Redeemed,
}

/// Who has accepted the draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Acceptances {
    /// The issuer.
    pub issuer: bool,
    /// The paying agent.
    pub paying_agent: bool,
    /// The registrar.
    pub registrar: bool,
}

impl Acceptances {
    /// Whether all three have.
    pub const fn complete(self) -> bool {
        self.issuer && self.paying_agent && self.registrar
    }
}

/// The bond without its terms.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct BondFacts {
    /// Its ISIN.
    pub isin: Isin,
    /// Its currency.
    pub currency: Currency,
    /// Where it stands.
    pub status: BondStatus,
    /// Keccak-256 of the borsh of the [`Draft`]: what is accepted.
    pub terms_hash: Hash,
    /// Keccak-256 of the offering document.
    pub document_hash: Hash,
    /// Who has accepted.
    pub accepted: Acceptances,
    /// Who has a say.
    pub parties: BondParties,
    /// The registry.
    pub registry: Address,
    /// The cash instance.
    pub cash: Address,
    /// The market.
    pub market: MarketCode,
    /// The account that receives the issue proceeds.
    pub issuer_cash_account: Address,
    /// The smallest face amount that can be held and moved, in minor units.
    pub denomination: Amount,
    /// Whether holders may move units free of payment by themselves.
    pub free_transfers: bool,
    /// How the issue closes.
    pub closing: Closing,
    /// Face amount sold at issue: the issue size less what is held back.
    pub offered: Amount,
    /// The day on which the issue closes; whoever pays later pays the interest accrued since.
    pub issue_date: Date,
}

/// The totals that must tie: `issued - redeemed` is the sum of all holdings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct IssueTotals {
    /// Face amount ever minted.
    pub issued: Amount,
    /// Face amount ever burned.
    pub redeemed: Amount,
    /// Face amount of all orders.
    pub ordered: Amount,
    /// Face amount allotted.
    pub allotted: Amount,
    /// Face amount allotted whose closing is still to come.
    pub unclosed: Amount,
    /// Orders allotted.
    pub allotted_orders: u32,
    /// Of `allotted`, what the lead manager's own party gets.
    pub allotted_to_manager: Amount,
    /// Every line that changed an allotment, in one hash: of the borsh of [`AllocationStep`]. Zero
    /// before the first.
    pub allocation_hash: Hash,
    /// How often the issuer has confirmed the book.
    pub confirmations: u32,
}

/// What the hash of the allocation is taken of, line by line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct AllocationStep {
    /// The hash before this line.
    pub last: Hash,
    /// Whose order.
    pub account: Address,
    /// Its reference.
    pub reference: Reference,
    /// Face amount that it is allotted now.
    pub allotted: Amount,
}

/// What a face amount costs to close.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct ClosingQuote {
    /// The ledger date, or the issue date if that is still to come.
    pub date: Date,
    /// What it costs on that date, in minor units of the currency.
    pub price: Amount,
    /// The last ledger date on which it can close.
    pub last_date: Date,
    /// The most that it costs until then: cash held for it is enough whenever it closes.
    pub price_max: Amount,
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub enum OrderStatus {
    /// In the book.
    Placed,
    /// Allotted so much.
    Allotted,
    /// Paid and delivered.
    Closed,
    /// Not allotted, or not paid in time: nothing was delivered.
    Lapsed,
}

/// An order and its allotment.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Order {
    /// Who ordered, and whose account gets the units.
    pub account: Address,
    /// The investor's reference: also the name of the cash hold that pays.
    pub reference: Reference,
    /// Face amount ordered.
    pub face_amount: Amount,
    /// Face amount allotted.
    pub allotted: Amount,
    /// What the allotment costs on the issue date, and once it is closed what was paid for it; in minor
    /// units of the currency.
    pub price: Amount,
    /// Where it stands.
    pub status: OrderStatus,
    /// Whether the account was of the lead manager's own party when it ordered.
    pub of_manager: bool,
}

/// One line of an allocation.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Allocation {
    /// Whose order.
    pub account: Address,
    /// Its reference.
    pub reference: Reference,
    /// Face amount allotted, at most what was ordered; zero takes an allotment back.
    pub face_amount: Amount,
}

/// Names an order.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct OrderKey {
    /// Whose order.
    pub account: Address,
    /// Its reference.
    pub reference: Reference,
}

/// A holder and what it had, or what shall be burned.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Position {
    /// The holder.
    pub account: Address,
    /// Face amount in minor units.
    pub face_amount: Amount,
}

/// A page of holders.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct HoldersPage {
    /// The holders, in order of addresses.
    pub positions: Vec<Position>,
    /// Where the next page starts: give it as `after`; `None` at the end. A page may be empty and
    /// still have a next one.
    pub next: Option<Address>,
}

/// One period's record date as an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct RecordInstant {
    /// The coupon period, from 0.
    pub period: u32,
    /// Who holds at this instant is paid: a change of holdings in a block of this very time still
    /// counts, one in a later block counts for the next period. It is the last millisecond before
    /// the market's last day on or before the record date ends (or before the local time that the
    /// draft names), so that what settles for a later day never counts.
    pub at: Timestamp,
}
