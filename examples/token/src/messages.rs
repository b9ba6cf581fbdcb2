//! What the contract understands and says.

use tenor_sdk::prelude::*;

/// The input of `instantiate`.
#[derive(Clone, Debug, BorshSerialize, BorshDeserialize, Schema)]
pub struct InstantiateMsg {
    /// Who holds everything at first.
    pub owner: Address,
    /// How much there is, for ever.
    pub supply: Amount,
}

/// The functions that change state.
#[derive(Clone, Debug, BorshSerialize, BorshDeserialize, Functions)]
#[functions(execute, client = TokenClient)]
pub enum ExecuteMsg {
    /// Moves some of the caller's balance to another account.
    Transfer {
        /// The receiver.
        to: Address,
        /// How much.
        amount: Amount,
    },
}

/// The functions that read state.
#[derive(Clone, Debug, BorshSerialize, BorshDeserialize, Functions)]
#[functions(query, client = TokenQueries)]
pub enum QueryMsg {
    /// An account's balance.
    #[returns(Amount)]
    #[readers(parties, regulator)]
    Balance {
        /// The account.
        account: Address,
    },
}

/// Some of a balance moved.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, regulator)]
pub struct Transferred {
    /// Who gave.
    #[topic]
    pub from: Address,
    /// Who received.
    #[topic]
    pub to: Address,
    /// How much.
    pub amount: Amount,
}

/// Why the contract refuses.
#[derive(Clone, Debug, PartialEq, Eq, ContractError)]
pub enum TokenError {
    /// The balance does not cover the amount.
    #[error(code = 1)]
    Insufficient {
        /// What there is.
        available: Amount,
        /// What was asked.
        required: Amount,
    },
    /// The receiver's balance would not fit 128 bits.
    #[error(code = 2)]
    TooMuch,
}
