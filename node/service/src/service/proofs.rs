//! Proofs of the state.

use super::Service;
use crate::access::Reader;
use crate::problems::ApiError;
use std::collections::HashSet;
use std::sync::Arc;
use tenor_client::api::{ErrorCode, MapProofParameters, ProofRequest, ProofView};
use tenor_executor::system::namespace;
use tenor_ledger::Head;
use tenor_primitives::{Address, Height, StorageKey};
use tenor_proof::LedgerProof;
use tenor_state::{Claim, KeyRange, StateReader, View};

/// The head, or what it was after a block, with the trie to prove from: one for all of an answer.
type Proved = (Head, View);

/// Values that are to be proved together, in the state that was looked at.
pub(crate) struct AskedValues {
    keys: Vec<StorageKey>,
    at: Proved,
}

impl Service {
    /// A value of the head, or of the state after the block at `height`, or its absence, with all
    /// that shows it.
    pub(crate) async fn prove(
        self: &Arc<Self>,
        reader: Reader,
        key: StorageKey,
        height: Option<Height>,
    ) -> Result<ProofView, ApiError> {
        self.read(move |service| {
            let at = service.parts.past.at(height)?;
            service.check_values(reader, std::slice::from_ref(&key), &at.0)?;
            service.voted(at, |view| Ok(view.prove(&key)?))
        })
        .await
    }

    /// Whether `reader` may have these values, and one proof can show them all; asked before the proof
    /// takes its place among the large answers.
    pub(crate) async fn check_many(
        self: &Arc<Self>,
        reader: Reader,
        request: ProofRequest,
    ) -> Result<AskedValues, ApiError> {
        let (max, got) = (ProofRequest::KEYS_MAX, request.keys.len());
        let malformed = |detail, expected, got: String| {
            Err(ApiError::mismatch(ErrorCode::MalformedRequest, detail, expected, got))
        };
        if got == 0 || got > max {
            let detail = "the number of keys is out of bounds";
            return malformed(detail, format!("1 to {max} keys"), got.to_string());
        }
        let keys: Vec<StorageKey> = request.keys.into_iter().map(StorageKey::from).collect();
        let mut met = HashSet::new();
        if let Some(again) = keys.iter().position(|key| !met.insert(key)) {
            let detail = "a key is asked for twice";
            return malformed(detail, "each key once".to_owned(), format!("keys[{again}] again"));
        }
        let height = request.height;
        self.read(move |service| {
            let at = service.parts.past.at(height)?;
            service.check_values(reader, &keys, &at.0)?;
            let (mut bytes, max) = (0_usize, ProofRequest::VALUES_BYTES_MAX);
            for key in &keys {
                bytes += at.0.state.get(key)?.map_or(0, |value| value.len());
                if bytes > max {
                    let detail = "the values are too large for one proof";
                    let expected = format!("values of at most {max} bytes");
                    return Err(ApiError::mismatch(
                        ErrorCode::MapTooLarge,
                        detail,
                        expected,
                        "more",
                    ));
                }
            }
            Ok(AskedValues { keys, at })
        })
        .await
    }

    /// Many values with one proof.
    pub(crate) async fn prove_many(
        self: &Arc<Self>,
        AskedValues { keys, at }: AskedValues,
    ) -> Result<ProofView, ApiError> {
        self.read(move |service| service.voted(at, |view| Ok(view.prove_many(&keys)?))).await
    }

    /// Whether `reader` may have a proof of a whole map; asked before the proof takes its place among
    /// the large answers.
    pub(crate) async fn check_map(
        self: &Arc<Self>,
        reader: Reader,
        contract: Address,
        height: Option<Height>,
    ) -> Result<(), ApiError> {
        self.read(move |service| service.may_see_map(reader, contract, &*service.head_at(height)?))
            .await
    }

    /// All entries of a map, or of a range of its keys.
    pub(crate) async fn prove_map(
        self: &Arc<Self>,
        reader: Reader,
        asked: MapProofParameters,
    ) -> Result<ProofView, ApiError> {
        let bound = |key: Option<tenor_client::api::HexBytes>| key.map(|key| key.0);
        let range = KeyRange { start: bound(asked.start), end: bound(asked.end) };
        let max = self.config().map_entries_max;
        let (contract, height) = (asked.contract, asked.height);
        let prove = move |view: &View| {
            let (contract, namespace) = (&asked.contract, asked.namespace);
            let claim = view.prove_map(contract, namespace, &range, max)?;
            claim.ok_or_else(|| {
                let detail = "the map has too many entries for one proof";
                let expected = format!("a map of at most {max} entries");
                ApiError::mismatch(ErrorCode::MapTooLarge, detail, expected, "more")
            })
        };
        self.read(move |service| {
            let at = service.parts.past.at(height)?;
            service.may_see_map(reader, contract, &at.0)?;
            service.voted(at, prove)
        })
        .await
    }

    fn may_see_map(&self, reader: Reader, contract: Address, head: &Head) -> Result<(), ApiError> {
        let declared = self.declared(&*head.state, contract)?;
        if reader.sees_all() || declared.is_some_and(|found| found.shows_map(reader)) {
            return Ok(());
        }
        Err(reader.refused("the issuer of the instance, or who sees all"))
    }

    /// Whether `reader` may see each of these values.
    fn check_values(
        &self,
        reader: Reader,
        keys: &[StorageKey],
        head: &Head,
    ) -> Result<(), ApiError> {
        if reader.sees_all() {
            return Ok(());
        }
        let state = &head.state;
        for key in keys {
            let value = state.get(key)?;
            let shown = self.shows_value(&**state, reader, key, value.as_deref())?;
            if !shown {
                return Err(reader.refused("the issuer of the instance, or whom key or value name"));
            }
        }
        Ok(())
    }

    /// Whether `reader` may see a value.
    pub(super) fn shows_value(
        &self,
        state: &dyn StateReader,
        reader: Reader,
        key: &StorageKey,
        value: Option<&[u8]>,
    ) -> Result<bool, ApiError> {
        if reader.sees_all() {
            return Ok(true);
        }
        Ok(match self.declared(state, key.contract)? {
            Some(declared) => declared.shows_value(reader, key, value),
            // The ledger's own records: of instances and code, which every account reads, all of them;
            // they say what a contract's value means. Of an account, what lies under its address.
            None => {
                let of_contracts = [namespace::INSTANCES, namespace::CODE_RECORDS];
                key.contract == Address::SYSTEM
                    && (of_contracts.contains(&key.namespace)
                        || key.key.starts_with(&reader.address().0))
            }
        })
    }

    /// A claim about the state after a block with the votes over it.
    fn voted(
        &self,
        (head, view): Proved,
        prove: impl FnOnce(&View) -> Result<Claim, ApiError>,
    ) -> Result<ProofView, ApiError> {
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
