//! Whether a transaction could enter a block on top of a state: the checks that a block makes, and
//! nothing executed.

use crate::journal::Journal;
use crate::{ApplyError, BlockEnvironment, Session, VerifiedTransaction, Vm};
use std::sync::Arc;
use tenor_state::StateReader;

/// Checks `transaction` as a block with `environment` on top of `state` would before running it.
/// The nonce is looked at last: [`crate::InvalidTransaction::EarlyNonce`] says that all else holds.
pub fn validate(
    state: Arc<dyn StateReader>,
    vm: Arc<dyn Vm>,
    environment: BlockEnvironment,
    transaction: &VerifiedTransaction,
) -> Result<(), ApplyError> {
    let mut session = Session::new(environment, Journal::new(state), vm);
    session.validate(transaction)
}
