//! Events and errors of cash.

use crate::registry::Standing;
use crate::{AgentRight, Reference};
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_macros::{ContractError, Event};
use tenor_primitives::{Address, Amount, Timestamp};

/// Cash was created.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, regulator, operator)]
pub struct Minted {
    /// In which account.
    #[topic]
    pub account: Address,
    /// The provider's reference.
    #[topic]
    pub reference: Reference,
    /// How much.
    pub amount: Amount,
}

/// Cash was destroyed.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, regulator, operator)]
pub struct Burned {
    /// From which account.
    #[topic]
    pub account: Address,
    /// The provider's reference.
    #[topic]
    pub reference: Reference,
    /// How much.
    pub amount: Amount,
}

/// Cash moved.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, regulator, operator)]
pub struct Transferred {
    /// Who paid.
    #[topic]
    pub from: Address,
    /// Who received.
    #[topic]
    pub to: Address,
    /// The payer's reference, or the hold's.
    #[topic]
    pub reference: Reference,
    /// How much.
    pub amount: Amount,
    /// The agent that executed a hold; `None` when the payer paid itself.
    pub agent: Option<Address>,
}

/// Cash was earmarked.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, regulator, operator)]
pub struct Held {
    /// Whose.
    #[topic]
    pub account: Address,
    /// For which agent.
    #[topic]
    pub agent: Address,
    /// The hold's name.
    #[topic]
    pub reference: Reference,
    /// How much.
    pub amount: Amount,
    /// Until when.
    pub expiry: Timestamp,
}

/// A hold ended without, or after, being executed.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, regulator, operator)]
pub struct Released {
    /// Whose.
    #[topic]
    pub account: Address,
    /// For which agent it was.
    #[topic]
    pub agent: Address,
    /// The hold's name.
    #[topic]
    pub reference: Reference,
    /// What became available again.
    pub amount: Amount,
}

/// One side has proposed to appoint or dismiss an agent.
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

/// Why cash refuses. The codes are stable; new ones are appended.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, ContractError)]
pub enum Error {
    /// Only the cash provider may do this.
    #[error(code = 1)]
    NotTheProvider {
        /// Who tried.
        caller: Address,
    },
    /// Only the cash provider and officers of the registry appoint agents.
    #[error(code = 2)]
    NotAnAppointer {
        /// Who tried.
        caller: Address,
    },
    /// The address is not an appointed agent, or its right does not allow this; appoint it first.
    #[error(code = 3)]
    NotAnAgent {
        /// The address.
        agent: Address,
    },
    /// Only the account itself, or a settlement agent for itself, may place a hold.
    #[error(code = 4)]
    NotTheAccount {
        /// Whose account it is.
        account: Address,
        /// Who tried.
        caller: Address,
    },
    /// The account has too little that is not held; pay in, or release a hold.
    #[error(code = 5)]
    Insufficient {
        /// The account.
        account: Address,
        /// What it could move.
        available: Amount,
        /// What is missing.
        short_by: Amount,
    },
    /// The account may not take part in a movement now.
    #[error(code = 6)]
    AccountRefused {
        /// The account.
        account: Address,
        /// Why.
        standing: Standing,
    },
    /// An amount must be above zero.
    #[error(code = 7)]
    ZeroAmount,
    /// Payer and receiver are the same account.
    #[error(code = 8)]
    SameAccount {
        /// The account.
        account: Address,
    },
    /// The account has used that reference before; if this is a retry, the first one took effect.
    #[error(code = 9)]
    ReferenceUsed {
        /// The reference.
        reference: Reference,
    },
    /// There is no open hold of that account, agent and name.
    #[error(code = 10)]
    NoSuchHold {
        /// Whose.
        account: Address,
        /// Its name.
        reference: Reference,
    },
    /// An open hold of that account and agent has this name already. The account raises its own by
    /// holding more, or for longer, and not less of either.
    #[error(code = 11)]
    HoldExists {
        /// Its name.
        reference: Reference,
    },
    /// The hold has expired, or would be placed expired.
    #[error(code = 12)]
    HoldExpired {
        /// When it expires or expired.
        expiry: Timestamp,
    },
    /// The hold is smaller than the amount.
    #[error(code = 13)]
    HoldTooSmall {
        /// What it holds.
        held: Amount,
    },
    /// The hold has not expired: only its agent may release it, or the account once the agent is no
    /// longer appointed.
    #[error(code = 14)]
    HoldNotExpired {
        /// When it expires.
        expiry: Timestamp,
    },
    /// A list has too few or too many entries.
    #[error(code = 15)]
    Count {
        /// The fewest allowed.
        min: u32,
        /// The most allowed.
        max: u32,
        /// How many were given.
        got: u32,
    },
    /// The right is not one that cash knows.
    #[error(code = 16)]
    RightUnknown,
    /// A sum leaves the range of amounts.
    #[error(code = 17)]
    Overflow,
    /// The account has as many open holds as it can have; release one.
    #[error(code = 18)]
    TooManyHolds {
        /// How many it can have.
        max: u32,
    },
    /// The right of settlement is for a settlement contract that the registry lists; list it first.
    #[error(code = 19)]
    NotListed {
        /// The address.
        agent: Address,
    },
    /// A hold lasts at most 400 days.
    #[error(code = 20)]
    HoldTooLong {
        /// The latest expiry that it can have now.
        latest: Timestamp,
    },
}
