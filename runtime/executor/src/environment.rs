//! What a block gives its transactions to know.

use std::sync::Arc;
use tenor_primitives::{ChainId, Hash, Height, Parameters, Timestamp};

/// Parameters with their hash, computed once.
#[derive(Clone, Debug)]
pub struct ParametersInForce {
    /// The parameters.
    pub values: Arc<Parameters>,
    /// Their hash, as the header carries it.
    pub hash: Hash,
}

impl ParametersInForce {
    /// Hashes and wraps parameters.
    pub fn new(values: Parameters) -> Self {
        let hash = values.hash();
        Self { values: Arc::new(values), hash }
    }
}

/// The facts of the block in execution. Nothing else reaches a transaction from outside the state.
#[derive(Clone, Debug)]
pub struct BlockEnvironment {
    /// The ledger.
    pub chain_id: ChainId,
    /// The block's number.
    pub height: Height,
    /// The block's time.
    pub time: Timestamp,
    /// Gas, limits, instrumentation.
    pub parameters: ParametersInForce,
}
