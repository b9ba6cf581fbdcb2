//! Messages and queries of cash.

use super::types::{Config, Totals};
use crate::{AccountBalance, AgentRight, Appointment, Balance, Hold, Payment, Reference};
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_macros::Functions;
use tenor_primitives::{Address, Amount, Timestamp};

/// The input of `instantiate`.
pub type InstantiateMsg = Config;

/// What changes cash.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Functions)]
#[functions(execute, client = CashClient)]
pub enum ExecuteMsg {
    /// Creates cash in an account, against money received outside. By the cash provider.
    Mint {
        /// The account.
        account: Address,
        /// How much, in minor units.
        amount: Amount,
        /// The provider's reference for it.
        reference: Reference,
    },
    /// Destroys cash of the caller's own account, against money paid outside. By the cash provider.
    Burn {
        /// How much, in minor units.
        amount: Amount,
        /// The provider's reference for it.
        reference: Reference,
    },
    /// Pays from the caller's own account.
    Transfer {
        /// Who receives.
        to: Address,
        /// How much, in minor units.
        amount: Amount,
        /// The payer's reference, unique for ever.
        reference: Reference,
    },
    /// Pays many from the caller's own account, all or none.
    TransferBatch {
        /// The payments, 1 to 100.
        payments: Vec<Payment>,
        /// The payer's reference, unique for ever.
        reference: Reference,
    },
    /// Earmarks cash for an appointed agent. By the account, for an agent with the right `Holds` and 400
    /// days at most, or by a settlement agent for itself. The account raises its own hold by placing it
    /// again with more, or for longer, and not less of either.
    Hold {
        /// Whose cash.
        account: Address,
        /// How much, in minor units.
        amount: Amount,
        /// The agent that may execute or release it.
        agent: Address,
        /// From when it can no longer be executed.
        expiry: Timestamp,
        /// Its name, unique among the open holds of this account and agent.
        reference: Reference,
    },
    /// Pays out of a hold; what is not paid stays held. By the hold's agent.
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
    /// Appoints an agent, or dismisses it. In effect once the cash provider and an officer of the
    /// registry have both sent the same; returns whether it is.
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
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Functions)]
#[functions(query, client = CashQueries)]
pub enum QueryMsg {
    /// What the instance was created with.
    #[returns(Config)]
    #[readers(public)]
    Config,
    /// An account's balance; zero for an account that never had any.
    #[returns(Balance)]
    #[readers(parties, regulator, operator)]
    Balance {
        /// The account.
        account: Address,
    },
    /// Balances in order of addresses.
    #[returns(Vec<AccountBalance>)]
    #[readers(regulator, operator)]
    Balances {
        /// Start after this account.
        after: Option<Address>,
        /// The most to return, at most 100.
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
    /// The open holds of an account, oldest key first.
    #[returns(Vec<Hold>)]
    #[readers(parties, regulator, operator)]
    Holds {
        /// Whose holds.
        account: Address,
        /// The most to return, at most 100.
        limit: u32,
    },
    /// The totals.
    #[returns(Totals)]
    #[readers(public)]
    Totals,
    /// The appointed agents.
    #[returns(Vec<Appointment>)]
    #[readers(public)]
    Agents,
    /// An account's balance, for the cash provider, whose money it is.
    #[returns(Balance)]
    #[readers(parties)]
    BalanceFor {
        /// The provider.
        provider: Address,
        /// The account.
        account: Address,
    },
    /// Balances in order of addresses, for the cash provider.
    #[returns(Vec<AccountBalance>)]
    #[readers(parties)]
    BalancesFor {
        /// The provider.
        provider: Address,
        /// Start after this account.
        after: Option<Address>,
        /// The most to return, at most 100.
        limit: u32,
    },
}
