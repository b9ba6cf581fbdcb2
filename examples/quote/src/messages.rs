//! What the contract understands and says.

use tenor_bond_math::{BondTerms, Date, Observations};
use tenor_sdk::prelude::*;

/// A bond and what was published for it.
#[derive(Clone, Debug, BorshSerialize, BorshDeserialize, Schema)]
pub struct Bond {
    /// Its terms.
    pub terms: BondTerms,
    /// Fixings, index values and targets.
    pub observations: Observations,
}

/// The input of `instantiate`.
#[derive(Clone, Debug, BorshSerialize, BorshDeserialize, Schema)]
pub struct InstantiateMsg {
    /// The bond that is quoted.
    pub bond: Bond,
}

/// The functions that compute. Each returns a number that all its work went into.
#[derive(Clone, Debug, BorshSerialize, BorshDeserialize, Functions)]
#[functions(execute, client = QuoteClient)]
pub enum ExecuteMsg {
    /// Generates the schedule; returns the number of its periods, over all times.
    #[returns(i128)]
    Schedule {
        /// How often.
        times: u32,
    },
    /// Computes every payment on the whole issue; returns their sum in minor units, over all times.
    #[returns(i128)]
    Payments {
        /// How often.
        times: u32,
    },
    /// Interest accrued on the whole issue; returns its sum in minor units, over all times.
    #[returns(i128)]
    Accrued {
        /// Settlement.
        settlement: Date,
        /// How often.
        times: u32,
    },
    /// The rate of the period in which a day lies; returns its sum in units of 10^-18, over all times.
    #[returns(i128)]
    Rate {
        /// The day.
        day: Date,
        /// How often.
        times: u32,
    },
}

/// The functions that read state.
#[derive(Clone, Debug, BorshSerialize, BorshDeserialize, Functions)]
#[functions(query, client = QuoteQueries)]
pub enum QueryMsg {
    /// The bond.
    #[returns(Bond)]
    #[readers(public)]
    Bond {},
}

/// Why the contract refuses.
#[derive(Clone, Debug, PartialEq, Eq, ContractError)]
pub enum QuoteError {
    /// The terms, or what was published, do not give the number; check the terms off chain.
    #[error(code = 1)]
    NotComputable,
}
