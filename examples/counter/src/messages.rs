//! What the contract understands and says.

use tenor_sdk::prelude::*;

/// The input of `instantiate`.
#[derive(Clone, Debug, BorshSerialize, BorshDeserialize, Schema)]
pub struct InstantiateMsg {
    /// The highest value a counter may reach.
    pub limit: u64,
}

/// The functions that change state.
#[derive(Clone, Debug, BorshSerialize, BorshDeserialize, Functions)]
#[functions(execute, client = CounterClient)]
pub enum ExecuteMsg {
    /// Adds to the caller's counter; returns its new value.
    #[returns(u64)]
    Increment {
        /// How much, at least 1.
        by: u64,
    },
    /// Adds to this contract's own counter in another instance; returns that counter's new value.
    #[returns(u64)]
    Forward {
        /// The other instance.
        to: Address,
        /// How much, at least 1.
        by: u64,
    },
    /// Removes an account's counter; the owner only.
    Reset {
        /// The account.
        account: Address,
    },
}

/// The functions that read state.
#[derive(Clone, Debug, BorshSerialize, BorshDeserialize, Functions)]
#[functions(query, client = CounterQueries)]
pub enum QueryMsg {
    /// An account's counter, zero if it never counted.
    #[returns(u64)]
    #[readers(parties, regulator)]
    Value {
        /// The account.
        account: Address,
    },
    /// All counters, in order of accounts.
    #[returns(Vec<(Address, u64)>)]
    #[readers(issuer, regulator)]
    List {
        /// The last account of the page before.
        after: Option<Address>,
        /// The most counters to return.
        limit: u32,
    },
}

/// A counter changed.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, issuer, regulator)]
pub struct Counted {
    /// Whose counter.
    #[topic]
    pub account: Address,
    /// Its new value.
    pub value: u64,
}

/// Why the contract refuses.
#[derive(Clone, Debug, PartialEq, Eq, ContractError)]
pub enum CounterError {
    /// The step is zero; give at least 1.
    #[error(code = 1)]
    NoStep,
    /// The counter would pass the limit; give a smaller step.
    #[error(code = 2)]
    LimitReached {
        /// The highest value allowed.
        limit: u64,
        /// The counter's present value.
        value: u64,
    },
    /// Only the owner may do this.
    #[error(code = 3)]
    NotOwner,
}
