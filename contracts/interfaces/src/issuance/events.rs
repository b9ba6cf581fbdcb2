//! Events of issuance.

use super::types::Closing;
use crate::{AgentRight, Reference};
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_bond_math::Isin;
use tenor_macros::Event;
use tenor_primitives::{Address, Amount, Hash, Timestamp};

/// A draft was made.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct Drafted {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// What is to be accepted.
    pub terms_hash: Hash,
    /// The offering document.
    pub document_hash: Hash,
}

/// A party has accepted the draft.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct Accepted {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// The party.
    #[topic]
    pub party: Address,
    /// What it accepted.
    pub terms_hash: Hash,
}

/// The terms are frozen and the book is open.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct TermsFrozen {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// What was accepted.
    pub terms_hash: Hash,
    /// Coupon periods in the schedule.
    pub periods: u32,
}

/// An order was placed.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, issuer)]
pub struct OrderPlaced {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// Who ordered.
    #[topic]
    pub account: Address,
    /// The investor's reference.
    #[topic]
    pub reference: Reference,
    /// Face amount ordered.
    pub face_amount: Amount,
}

/// An order was taken back.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, issuer)]
pub struct OrderCancelled {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// Who had ordered.
    #[topic]
    pub account: Address,
    /// The investor's reference.
    #[topic]
    pub reference: Reference,
}

/// An order was allotted.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, issuer)]
pub struct OrderAllotted {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// Whose order.
    #[topic]
    pub account: Address,
    /// The investor's reference.
    #[topic]
    pub reference: Reference,
    /// Face amount allotted.
    pub face_amount: Amount,
    /// What it costs, in minor units of the currency.
    pub price: Amount,
    /// Whether the account is of the lead manager's own party.
    pub of_manager: bool,
}

/// The issuer has confirmed the book.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct BookConfirmed {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// Face amount allotted.
    pub total: Amount,
    /// How the issue closes.
    pub closing: Closing,
    /// The allocation that the issuer has confirmed.
    pub allocation_hash: Hash,
    /// Of `total`, what the lead manager's own party gets.
    pub to_manager: Amount,
}

/// The lead manager has taken from allottees that do not pay what the issuer had confirmed; the issuer
/// has to confirm the book again.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct BookReopened {
    /// The bond.
    #[topic]
    pub isin: Isin,
}

/// Units were minted against cash.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, issuer, regulator, operator)]
pub struct Issued {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// The holder.
    #[topic]
    pub account: Address,
    /// The investor's reference.
    #[topic]
    pub reference: Reference,
    /// Face amount.
    pub face_amount: Amount,
    /// Cash paid for it, in minor units.
    pub price: Amount,
}

/// An order was not allotted, or not paid in time; cash held for it is given back.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, issuer)]
pub struct OrderLapsed {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// Whose order.
    #[topic]
    pub account: Address,
    /// The investor's reference.
    #[topic]
    pub reference: Reference,
}

/// The issue has closed; units trade, if any were issued.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct IssueClosed {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// Face amount issued.
    pub issued: Amount,
}

/// Units moved.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, regulator, operator)]
pub struct UnitsTransferred {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// Who delivered.
    #[topic]
    pub from: Address,
    /// Who received.
    #[topic]
    pub to: Address,
    /// The sender's reference, or the hold's.
    #[topic]
    pub reference: Reference,
    /// Face amount.
    pub face_amount: Amount,
    /// The agent that executed a hold; `None` for a holder's own free transfer.
    pub agent: Option<Address>,
}

/// Units were earmarked.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, regulator, operator)]
pub struct UnitsHeld {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// Whose.
    #[topic]
    pub account: Address,
    /// For which agent.
    #[topic]
    pub agent: Address,
    /// The hold's name.
    #[topic]
    pub reference: Reference,
    /// Face amount.
    pub face_amount: Amount,
    /// Until when.
    pub expiry: Timestamp,
}

/// A hold ended.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, regulator, operator)]
pub struct UnitsReleased {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// Whose.
    #[topic]
    pub account: Address,
    /// For which agent it was.
    #[topic]
    pub agent: Address,
    /// The hold's name.
    #[topic]
    pub reference: Reference,
    /// Face amount that became available again.
    pub face_amount: Amount,
}

/// Units were burned.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, issuer, regulator, operator)]
pub struct UnitsRedeemed {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// Whose.
    #[topic]
    pub account: Address,
    /// Face amount.
    pub face_amount: Amount,
}

/// All units are burned.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct BondRedeemed {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// Face amount burned in all.
    pub redeemed: Amount,
}

/// A party has proposed to appoint or dismiss an agent.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct AgentProposed {
    /// The agent.
    #[topic]
    pub agent: Address,
    /// Who proposes.
    #[topic]
    pub by: Address,
    /// What it may do; `None` dismisses it.
    pub right: Option<AgentRight>,
}

/// An agent was appointed or dismissed.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct AgentAppointed {
    /// The agent.
    #[topic]
    pub agent: Address,
    /// What it may do; `None` means that it was dismissed.
    pub right: Option<AgentRight>,
}
