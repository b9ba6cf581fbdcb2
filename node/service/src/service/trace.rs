//! Traces of committed transactions.

use super::contracts::SPEC_SECTION;
use super::submission::unknown;
use super::{Service, wasm_section};
use crate::problems::ApiError;
use crate::traces::trace_view;
use std::sync::Arc;
use std::time::Duration;
use tenor_abi::spec::{self, ContractSpec};
use tenor_client::api::{ErrorCode, TraceView};
use tenor_executor::ApplyError;
use tenor_executor::system::namespace;
use tenor_executor::trace::trace_transaction;
use tenor_primitives::{Address, Block, Hash, Height, StorageKey};
use tenor_state::StateReader;

impl Service {
    /// What a committed transaction did.
    pub(crate) async fn trace(self: &Arc<Self>, hash: Hash) -> Result<TraceView, ApiError> {
        if self.parts.pool.get(&hash).is_some() {
            let detail = format!("transaction {hash} waits for a block");
            return Err(ApiError::new(ErrorCode::NotCommitted, detail));
        }
        self.run_within(move |service, limit| service.trace_now(&hash, limit)).await
    }

    fn trace_now(&self, hash: &Hash, limit: Duration) -> Result<TraceView, ApiError> {
        let position = self.position(hash)?.ok_or_else(|| unknown(hash))?;
        let (height, index) = (position.height, position.index);
        let vm = self.parts.engines.for_trace(limit);
        let vm = vm.map_err(|error| ApiError::internal(&error))?;
        let before = self.parts.database.view(Some(height.saturating_sub(1)))?.state;
        let block = self.committed_block(height)?;
        let trace = trace_transaction(before, vm, &block, index as usize).map_err(|error| {
            // A committed transaction was valid: whatever it is now is the node's fault.
            match error {
                ApplyError::Fatal(error) => error.into(),
                ApplyError::Invalid(error) => ApiError::internal(&error),
            }
        })?;
        let kept = self.parts.database.receipts(height)?.unwrap_or_default();
        match trace {
            Some(trace) if kept.get(index as usize) == Some(&trace.receipt) => {
                // Specs are those of the head: code never changes under its hash.
                let head = self.head();
                let specs = |code_hash: &Hash| spec_of(&*head.state, code_hash);
                Ok(trace_view(&trace, Some((height, index)), &specs))
            }
            _ => {
                let text = format!("transaction {hash} executes to another receipt than it did");
                Err(ApiError::internal(&text))
            }
        }
    }

    fn committed_block(&self, height: Height) -> Result<Block, ApiError> {
        let block = self.parts.database.block(height)?;
        block.ok_or_else(|| ApiError::internal(&format!("block {height} is missing")))
    }
}

/// The spec in uploaded code.
pub(super) fn spec_of(state: &dyn StateReader, code_hash: &Hash) -> Option<ContractSpec> {
    let code =
        state.get(&StorageKey::new(Address::SYSTEM, namespace::CODE, code_hash.0)).ok()??;
    spec::decode(wasm_section::custom(&code, SPEC_SECTION)?).ok()
}
