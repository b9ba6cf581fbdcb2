//! Scenarios of the reference contracts: each is a test body that runs on any engine.
//!
//! [`market`] opens a market with parties, money and a bond; the other modules play on it.

pub mod allocation;
pub mod cash;
pub mod closing;
pub mod coupon;
pub mod cover;
pub mod drafts;
pub mod hostile;
pub mod issuance;
pub mod lateness;
pub mod life;
pub mod market;
pub mod offices;
pub mod queue;
pub mod random;
pub mod registry;
pub mod roles;
pub mod settlement;

use tenor_abi::failure::CALL_FAILED;
use tenor_primitives::ContractFailure;
use tenor_sdk::{ContractError, NativeContract};
use tenor_testing::{Outcome, Refusal};

/// The contracts that the scenarios need.
pub const CONTRACTS: &[NativeContract] = &[
    tenor_registry::NATIVE,
    tenor_cash::NATIVE,
    tenor_issuance::NATIVE,
    tenor_settlement::NATIVE,
    tenor_coupon::NATIVE,
];

/// The error of the contract that refused first, handed on by those that had called it.
///
/// # Panics
/// If the outcome is not such a refusal.
#[track_caller]
pub fn inner_error<E: ContractError>(outcome: &Outcome) -> E {
    match outcome.result() {
        Err(Refusal::Contract(failure)) if failure.code == CALL_FAILED => {
            let inner: ContractFailure =
                borsh::from_slice(&failure.details).expect("the failure of a call");
            E::from_parts(inner.code, &inner.details).expect("an error of that contract")
        }
        other => panic!("expected the refusal of a called contract, got {other:?}"),
    }
}
