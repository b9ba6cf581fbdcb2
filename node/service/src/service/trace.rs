//! Traces of committed transactions.

use super::contracts::SPEC_SECTION;
use super::submission::unknown;
use super::{Service, wasm_section};
use crate::problems::ApiError;
use crate::traces::{Replay, ReplayError, trace_view};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tenor_abi::spec::{self, ContractSpec};
use tenor_client::api::{ErrorCode, TraceView};
use tenor_executor::Vm;
use tenor_executor::system::namespace;
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
        let ends = Instant::now() + limit;
        let position = self.position(hash)?.ok_or_else(|| unknown(hash))?;
        let vm = self.parts.engines.for_trace(limit);
        let vm = vm.map_err(|error| ApiError::internal(&error))?;
        let replay = self.state_before(position.height, &vm, ends)?;
        let block = self.committed_block(position.height)?;
        let trace = replay
            .trace(&vm, &block, position.index as usize)
            .map_err(|error| too_late(error, position.height))?;
        let kept = self.parts.database.receipts(position.height)?.unwrap_or_default();
        if kept.get(position.index as usize) != Some(&trace.receipt) {
            let text = format!("transaction {hash} executes to another receipt than it did");
            return Err(ApiError::internal(&text));
        }
        // Specs are those of the head: code never changes under its hash.
        let head = self.head();
        let specs = |code_hash: &Hash| spec_of(&*head.state, code_hash);
        Ok(trace_view(&trace, Some((position.height, position.index)), &specs))
    }

    /// The state before the block at `height`, rebuilt from genesis: the store keeps the head's alone.
    fn state_before(
        &self,
        height: Height,
        vm: &Arc<dyn Vm>,
        ends: Instant,
    ) -> Result<Replay, ApiError> {
        let failed = |error: ReplayError| too_late(error, height);
        let mut replay = Replay::from_genesis(&self.parts.genesis).map_err(failed)?;
        while replay.next_height() < height {
            if Instant::now() > ends {
                return Err(failed(ReplayError::Deadline));
            }
            let block = self.committed_block(replay.next_height())?;
            replay.apply(vm, &block).map_err(failed)?;
        }
        Ok(replay)
    }

    fn committed_block(&self, height: Height) -> Result<Block, ApiError> {
        let block = self.parts.database.block(height)?;
        block.ok_or_else(|| ApiError::internal(&format!("block {height} is missing")))
    }
}

fn too_late(error: ReplayError, height: Height) -> ApiError {
    match error {
        ReplayError::Deadline => {
            let before = height.saturating_sub(1);
            let detail = format!(
                "the state after block {before} is not kept, and rebuilding it from genesis takes \
                 longer than a request may (api.query_ms_max); ask a node that gives it more time"
            );
            ApiError::new(ErrorCode::HeightNotKept, detail)
        }
        error => ApiError::internal(&error),
    }
}

/// The spec in uploaded code.
fn spec_of(state: &dyn StateReader, code_hash: &Hash) -> Option<ContractSpec> {
    let code =
        state.get(&StorageKey::new(Address::SYSTEM, namespace::CODE, code_hash.0)).ok()??;
    spec::decode(wasm_section::custom(&code, SPEC_SECTION)?).ok()
}
