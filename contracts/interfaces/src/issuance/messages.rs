//! Messages and queries of issuance.

use super::types::*;
use crate::{AccountBalance, AgentRight, Appointment, Balance, Hold, Reference};
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_bond_math::Schedule;
use tenor_macros::Functions;
use tenor_primitives::{Address, Amount, Hash, Timestamp};

/// The input of `instantiate`.
pub type InstantiateMsg = Draft;

/// What changes a bond and its holdings.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Functions)]
#[functions(execute, client = IssuanceClient)]
pub enum ExecuteMsg {
    /// Accepts the draft; the third acceptance freezes it. By issuer, paying agent and registrar.
    Accept {
        /// Keccak-256 of the borsh of the draft: what the party has read.
        terms_hash: Hash,
    },
    /// Places an order for the caller's own account, which is not the issuer's cash account.
    PlaceOrder {
        /// Face amount in minor units, a multiple of the denomination.
        face_amount: Amount,
        /// The investor's reference, unique for ever.
        reference: Reference,
    },
    /// Takes an order back that is not allotted; cash held for it is given back. By who placed it.
    CancelOrder {
        /// Its reference.
        reference: Reference,
    },
    /// Allots orders; may be sent several times. By the lead manager. After the issuer has confirmed the
    /// book only where the issue closes all or nothing, as long as nothing has closed or lapsed, from
    /// the issue date on, and to take from allottees that do not pay; the issuer then confirms it again.
    Allocate {
        /// The lines, 1 to 100.
        allocations: Vec<Allocation>,
    },
    /// Confirms the book, of a bond that the registry lists: the allotted total is the issue size less
    /// what is held back. By the issuer.
    ConfirmBook {
        /// The total that the issuer expects, in minor units of face.
        total: Amount,
        /// The hash of the allocation that the issuer has read, from the totals.
        allocation_hash: Hash,
    },
    /// Delivers units against the cash held for them, from the issue date on for 30 days, at most to
    /// the first record instant; after the issue date at the issue price, the interest accrued since and
    /// the part of a discount that belongs to the days since. Cash held beyond the price is given back. By the lead manager or the paying agent; by
    /// an allottee for its own order when the issue closes per allottee.
    Close {
        /// The orders, 1 to 100; all of them when the issue closes all or nothing.
        orders: Vec<OrderKey>,
    },
    /// Lapses what was not paid, gives back cash held for it, and lets units trade; returns whether
    /// it is through. From the business day after the issue date by the lead manager or the paying
    /// agent, once the book was confirmed; when 30 days or the first record instant have passed by
    /// anyone, also when it never was.
    #[returns(bool)]
    EndClosing {
        /// The most orders to look at in this call, at most 100.
        limit: u32,
    },
    /// Earmarks units for an appointed agent. By the account, for an agent with the right `Holds` and
    /// 400 days at most, or by a settlement agent for itself. The account raises its own hold by placing
    /// it again with more, or for longer, and not less of either.
    Hold {
        /// Whose units.
        account: Address,
        /// Face amount in minor units.
        amount: Amount,
        /// The agent that may execute or release it.
        agent: Address,
        /// From when it can no longer be executed.
        expiry: Timestamp,
        /// Its name, unique among the open holds of this account and agent.
        reference: Reference,
    },
    /// Delivers out of a hold; what is not delivered stays held. By the hold's agent.
    ExecuteHold {
        /// Whose hold.
        account: Address,
        /// Its name.
        reference: Reference,
        /// Who receives.
        to: Address,
        /// How much, at most what is held.
        amount: Amount,
    },
    /// Ends a hold. By its agent, by the account once its agent is no longer appointed, and by
    /// anyone once it has expired.
    ReleaseHold {
        /// Whose hold.
        account: Address,
        /// Its agent.
        agent: Address,
        /// Its name.
        reference: Reference,
    },
    /// Moves units of the caller's own account free of payment, when the terms allow it.
    TransferFree {
        /// Who receives.
        to: Address,
        /// Face amount in minor units, a multiple of the denomination.
        face_amount: Amount,
        /// The sender's reference, unique for ever.
        reference: Reference,
    },
    /// Burns units. By the agent with the redemption right, which pays in the same call.
    Redeem {
        /// Holders and what to burn, 1 to 100.
        positions: Vec<Position>,
    },
    /// Appoints an agent, or dismisses it. In effect once issuer and registrar have both sent the
    /// same, and the paying agent too where the agent burns units; returns whether it is.
    #[returns(bool)]
    AppointAgent {
        /// The agent.
        agent: Address,
        /// What it may do; `None` dismisses it.
        right: Option<AgentRight>,
    },
    /// Releases holds that have expired; returns how many. By anyone.
    #[returns(u32)]
    Advance {
        /// The most to release, at most 100.
        limit: u32,
    },
    /// Gives back cash that an account holds in favour of this instance under the reference of an order
    /// that is done with, or of none. By anyone.
    ReleaseCover {
        /// Whose cash.
        account: Address,
        /// The hold's name.
        reference: Reference,
    },
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Functions)]
#[functions(query, client = IssuanceQueries)]
pub enum QueryMsg {
    /// The bond without its terms.
    #[returns(BondFacts)]
    #[readers(public)]
    Bond,
    /// The draft as it stands, frozen or not.
    #[returns(Draft)]
    #[readers(public)]
    Draft,
    /// The coupon periods with their ex, record and payment dates.
    #[returns(Schedule)]
    #[readers(public)]
    Schedule,
    /// The record instants of all periods; empty before the terms are frozen.
    #[returns(Vec<RecordInstant>)]
    #[readers(public)]
    RecordInstants,
    /// What a face amount costs at a closing now, or on the issue date if that is still to come, in
    /// minor units of the currency.
    #[returns(Amount)]
    #[readers(public)]
    IssuePrice {
        /// Face amount in minor units.
        face_amount: Amount,
    },
    /// An order.
    #[returns(Option<Order>)]
    #[readers(parties, issuer)]
    Order {
        /// Whose.
        account: Address,
        /// Its reference.
        reference: Reference,
    },
    /// The book, in order of accounts.
    #[returns(Vec<Order>)]
    #[readers(issuer, regulator, operator)]
    Orders {
        /// Start after this order.
        after: Option<OrderKey>,
        /// The most to return, at most 100.
        limit: u32,
    },
    /// What an account holds.
    #[returns(Balance)]
    #[readers(parties, issuer, regulator, operator)]
    Holding {
        /// The account.
        account: Address,
    },
    /// What all accounts hold, in order of addresses.
    #[returns(Vec<AccountBalance>)]
    #[readers(issuer, regulator, operator)]
    Holdings {
        /// Start after this account.
        after: Option<Address>,
        /// The most to return, at most 100.
        limit: u32,
    },
    /// What an account held at the record instant of a period.
    #[returns(Amount)]
    #[readers(parties, issuer, regulator, operator)]
    HoldingAt {
        /// The account.
        account: Address,
        /// The period.
        period: u32,
    },
    /// Who held at the record instant of a period, in order of addresses, those who have sold out
    /// since included. Refused before that instant has passed.
    #[returns(HoldersPage)]
    #[readers(issuer, regulator, operator)]
    HoldersAt {
        /// The period.
        period: u32,
        /// Start after this account.
        after: Option<Address>,
        /// The most accounts to look at, at most 100.
        limit: u32,
    },
    /// An open hold.
    #[returns(Option<Hold>)]
    #[readers(parties, regulator, operator)]
    Hold {
        /// Whose hold.
        account: Address,
        /// Its agent.
        agent: Address,
        /// Its name.
        reference: Reference,
    },
    /// The open holds of an account.
    #[returns(Vec<Hold>)]
    #[readers(parties, regulator, operator)]
    Holds {
        /// Whose holds.
        account: Address,
        /// The most to return, at most 100.
        limit: u32,
    },
    /// The totals.
    #[returns(IssueTotals)]
    #[readers(public)]
    Totals,
    /// The appointed agents.
    #[returns(Vec<Appointment>)]
    #[readers(public)]
    Agents,
    /// The book, in order of accounts, for a party of the bond.
    #[returns(Vec<Order>)]
    #[readers(parties)]
    OrdersFor {
        /// The issuer, lead manager, registrar or paying agent.
        party: Address,
        /// Start after this order.
        after: Option<OrderKey>,
        /// The most to return, at most 100.
        limit: u32,
    },
    /// What all accounts hold, in order of addresses, for who keeps the register or pays.
    #[returns(Vec<AccountBalance>)]
    #[readers(parties)]
    HoldingsFor {
        /// The registrar, issuer or paying agent.
        party: Address,
        /// Start after this account.
        after: Option<Address>,
        /// The most to return, at most 100.
        limit: u32,
    },
    /// Who held at the record instant of a period, as `HoldersAt` says, for who keeps the register or
    /// pays.
    #[returns(HoldersPage)]
    #[readers(parties)]
    HoldersAtFor {
        /// The registrar, issuer or paying agent.
        party: Address,
        /// The period.
        period: u32,
        /// Start after this account.
        after: Option<Address>,
        /// The most accounts to look at, at most 100.
        limit: u32,
    },
    /// What a face amount costs to close, and until when it can.
    #[returns(ClosingQuote)]
    #[readers(public)]
    ClosingQuote {
        /// Face amount in minor units.
        face_amount: Amount,
    },
}
