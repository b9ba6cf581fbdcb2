//! Heads of the past: what queries and proofs at a height need.

use super::validators;
use crate::{Head, LedgerError};
use std::fmt;
use std::sync::Arc;
use tenor_executor::{Genesis, ParametersInForce};
use tenor_primitives::{Hash, Header, Height, ValidatorSet};
use tenor_state::{Database, StateError, View};

/// Reads the head as it was after any block whose state the store keeps.
pub struct PastHeads {
    genesis: Genesis,
    genesis_id: Hash,
    database: Arc<dyn Database>,
}

impl fmt::Debug for PastHeads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PastHeads").field("genesis_id", &self.genesis_id).finish_non_exhaustive()
    }
}

impl PastHeads {
    /// Those of the ledger of `genesis`, which `database` already holds.
    pub fn open(genesis: &Genesis, database: Arc<dyn Database>) -> Result<Self, LedgerError> {
        database.tip().ok_or(StateError::NoGenesis)?;
        let genesis_id = super::genesis::open(genesis, &*database)?;
        Ok(Self::new(genesis, genesis_id, database))
    }

    pub(super) fn new(genesis: &Genesis, genesis_id: Hash, database: Arc<dyn Database>) -> Self {
        Self { genesis: genesis.clone(), genesis_id, database }
    }

    /// The last committed block.
    pub(super) fn head(&self) -> Result<Head, LedgerError> {
        Ok(self.at(None)?.0)
    }

    /// The validators that committed the block of `header`, whose state is kept.
    pub fn validators_of(&self, header: &Header) -> Result<ValidatorSet, LedgerError> {
        let view = self.database.view(Some(header.height))?;
        let next = validators::next(&*view.state)?;
        validators::of_block(&self.genesis, &*self.database, header, &next)
    }

    /// The block at `height`, by default the last one, as it was when it was the head, with the trie
    /// for proofs. [`StateError::NotKept`] where the state after it is not kept, or there is no such
    /// block.
    pub fn at(&self, height: Option<Height>) -> Result<(Head, View), LedgerError> {
        let view = self.database.view(height)?;
        let tip = view.tip;
        let header = self.database.header(tip.height)?.ok_or(StateError::NoGenesis)?;
        let state = Arc::clone(&view.state);
        let next_validators = validators::next(&*state)?;
        let validators =
            validators::of_block(&self.genesis, &*self.database, &header, &next_validators)?;
        let parameters = ParametersInForce::new(validators::parameters(&*state)?);
        let genesis_id = self.genesis_id;
        let head = Head { tip, header, genesis_id, validators, next_validators, parameters, state };
        Ok((head, view))
    }
}
