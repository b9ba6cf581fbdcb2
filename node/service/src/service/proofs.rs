//! Proofs of the state.

use super::Service;
use crate::problems::ApiError;
use std::sync::Arc;
use tenor_client::api::{ErrorCode, ProofView};
use tenor_primitives::StorageKey;
use tenor_proof::PositionProof;

/// Attempts to see head and proof of the same block while blocks are made.
const ATTEMPTS: usize = 16;

impl Service {
    /// A value of the head, or its absence, with all that shows it.
    pub(crate) async fn prove(self: &Arc<Self>, key: StorageKey) -> Result<ProofView, ApiError> {
        self.read(move |service| service.prove_now(&key)).await
    }

    fn prove_now(&self, key: &StorageKey) -> Result<ProofView, ApiError> {
        for _ in 0..ATTEMPTS {
            let state = self.parts.database.prove(key)?;
            let head = self.head();
            if head.tip.block_id != state.tip.block_id {
                // A block was committed between the two, or is about to be published.
                std::thread::yield_now();
                continue;
            }
            let certificate = self.parts.database.certificate(head.tip.height)?;
            let certificate = certificate.ok_or_else(|| {
                ApiError::new(ErrorCode::NoCertificate, "the head is the genesis block")
            })?;
            return Ok(ProofView::new(&PositionProof {
                version: PositionProof::VERSION,
                header: head.header.clone(),
                certificate,
                validators: head.validators.clone(),
                key: key.clone(),
                value: state.value,
                proof: state.proof,
            }));
        }
        Err(ApiError::new(ErrorCode::Overloaded, "blocks are made faster than proofs"))
    }
}
