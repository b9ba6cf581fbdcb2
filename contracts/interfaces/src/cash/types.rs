//! What the cash contract knows.

use borsh::{BorshDeserialize, BorshSerialize};
use tenor_bond_math::Currency;
use tenor_macros::Schema;
use tenor_primitives::{Address, Amount};

/// What an instance was created with.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Config {
    /// The registry that knows the accounts and the officers.
    pub registry: Address,
    /// The cash provider: who mints and burns.
    pub provider: Address,
    /// The currency; amounts are in its minor units.
    pub currency: Currency,
}

/// The totals that must tie: `minted - burned` is the sum of all balances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Totals {
    /// Ever minted.
    pub minted: Amount,
    /// Ever burned.
    pub burned: Amount,
}
