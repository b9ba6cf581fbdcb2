//! Validators and parameters as the state holds them.

use crate::LedgerError;
use tenor_executor::system::{namespace, read_record};
use tenor_executor::{FatalError, Genesis};
use tenor_primitives::{Header, Message, Parameters, ValidatorSet};
use tenor_state::{Database, StateError, StateReader};

/// The validators of the next block.
pub(super) fn next(state: &dyn StateReader) -> Result<ValidatorSet, FatalError> {
    let record = read_record(state, namespace::VALIDATORS, &[], "validators")?;
    record.ok_or(FatalError::CorruptRecord { what: "validators" })
}

/// The parameters in force.
pub(super) fn parameters(state: &dyn StateReader) -> Result<Parameters, FatalError> {
    let record = read_record(state, namespace::PARAMETERS, &[], "parameters")?;
    record.ok_or(FatalError::CorruptRecord { what: "parameters" })
}

/// The validators that committed the block of `header`, after which those of `next` came. Where they
/// differ, the set is in the state before the block, or, where that is not kept, where it was made: in
/// an earlier block or in the genesis.
pub(super) fn of_block(
    genesis: &Genesis,
    database: &dyn Database,
    header: &Header,
    next: &ValidatorSet,
) -> Result<ValidatorSet, LedgerError> {
    let wanted = |set: &ValidatorSet| set.hash() == header.validators_hash;
    if wanted(next) {
        return Ok(next.clone());
    }
    if wanted(&genesis.validators) {
        return Ok(genesis.validators.clone());
    }
    if let Some(base) = database.base()?.filter(|base| wanted(&base.validators)) {
        return Ok(base.validators);
    }
    if let Some(before) = header.height.checked_sub(1) {
        match database.view(Some(before)) {
            Ok(view) => {
                let set = self::next(&*view.state)?;
                if wanted(&set) {
                    return Ok(set);
                }
            }
            Err(StateError::NotKept { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    for height in (1..header.height).rev() {
        let block = database.block(height)?;
        let messages = block.iter().flat_map(|block| &block.transactions);
        let mut sets = messages.flat_map(|transaction| &transaction.body.messages);
        let found = sets.find_map(|message| match message {
            Message::SetValidators { validators } if wanted(validators) => Some(validators.clone()),
            _ => None,
        });
        if let Some(found) = found {
            return Ok(found);
        }
    }
    Err(FatalError::CorruptRecord { what: "validators of the last block" }.into())
}
