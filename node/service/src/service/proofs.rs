//! Proofs of the state.

use super::Service;
use crate::problems::ApiError;
use std::sync::Arc;
use tenor_client::api::{ErrorCode, MapProofParameters, ProofRequest, ProofView};
use tenor_primitives::{Height, StorageKey};
use tenor_proof::LedgerProof;
use tenor_state::{Claim, KeyRange, View};

impl Service {
    /// A value of the head, or of the state after the block at `height`, or its absence, with all
    /// that shows it.
    pub(crate) async fn prove(
        self: &Arc<Self>,
        key: StorageKey,
        height: Option<Height>,
    ) -> Result<ProofView, ApiError> {
        self.read(move |service| service.voted(height, |view| Ok(view.prove(&key)?))).await
    }

    /// Many values with one proof.
    pub(crate) async fn prove_many(
        self: &Arc<Self>,
        request: ProofRequest,
    ) -> Result<ProofView, ApiError> {
        let (max, got) = (ProofRequest::KEYS_MAX, request.keys.len());
        if got == 0 || got > max {
            let detail = "the number of keys is out of bounds";
            let error = ErrorCode::MalformedRequest;
            return Err(ApiError::mismatch(error, detail, format!("1 to {max} keys"), got));
        }
        let keys: Vec<StorageKey> = request.keys.into_iter().map(StorageKey::from).collect();
        let height = request.height;
        self.read(move |service| service.voted(height, |view| Ok(view.prove_many(&keys)?))).await
    }

    /// All entries of a map, or of a range of its keys.
    pub(crate) async fn prove_map(
        self: &Arc<Self>,
        asked: MapProofParameters,
    ) -> Result<ProofView, ApiError> {
        let bound = |key: Option<tenor_client::api::HexBytes>| key.map(|key| key.0);
        let range = KeyRange { start: bound(asked.start), end: bound(asked.end) };
        let max = self.config().map_entries_max;
        let prove = move |view: &View| {
            let (contract, namespace) = (&asked.contract, asked.namespace);
            let claim = view.prove_map(contract, namespace, &range, max)?;
            claim.ok_or_else(|| {
                let detail = "the map has too many entries for one proof";
                let expected = format!("a map of at most {max} entries");
                ApiError::mismatch(ErrorCode::MapTooLarge, detail, expected, "more")
            })
        };
        self.read(move |service| service.voted(asked.height, prove)).await
    }

    /// A claim about the state after a block, by default the head, with the votes over it.
    fn voted(
        &self,
        height: Option<Height>,
        prove: impl FnOnce(&View) -> Result<Claim, ApiError>,
    ) -> Result<ProofView, ApiError> {
        let (head, view) = self.parts.past.at(height)?;
        let certificate = self.parts.database.certificate(head.tip.height)?;
        let certificate = certificate.ok_or_else(|| {
            ApiError::new(ErrorCode::NoCertificate, "the genesis block has no votes")
        })?;
        Ok(ProofView::new(&LedgerProof {
            version: LedgerProof::VERSION,
            header: head.header,
            certificate,
            validators: head.validators,
            claim: prove(&view)?,
        }))
    }
}
