//! Proofs of the state.

use super::{CertificateView, HeaderView, HexBytes, ValidatorView};
use serde::{Deserialize, Serialize};
use tenor_primitives::{Address, Height, StorageKey};
use tenor_proof::{Claim, LedgerProof, ProofError};
use utoipa::{IntoParams, ToSchema};

/// Which key to prove, in the query string.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProofParameters {
    /// The owner: an instance, or `system`.
    pub contract: Address,
    /// The owner's namespace.
    pub namespace: u16,
    /// The key within the namespace.
    #[serde(default)]
    pub key: HexBytes,
    /// The state after this block, as far as the node keeps it; the head's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<Height>,
}

/// Which map to prove complete, in the query string: all of it, or a range of its keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MapProofParameters {
    /// The owner: an instance, or `system`.
    pub contract: Address,
    /// The owner's namespace.
    pub namespace: u16,
    /// The first key; the namespace's first when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<HexBytes>,
    /// The key after the last; the namespace's end when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<HexBytes>,
    /// The state after this block, as far as the node keeps it; the head's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<Height>,
}

/// Which keys to prove at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProofRequest {
    /// The keys, 1 to 1,000, each once; their values have at most 8 MiB together.
    pub keys: Vec<StorageKeyView>,
    /// The state after this block, as far as the node keeps it; the head's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<Height>,
}

impl ProofRequest {
    /// The most keys of a request.
    pub const KEYS_MAX: usize = 1_000;
    /// The most bytes of their values together.
    pub const VALUES_BYTES_MAX: usize = 8 << 20;
}

/// Where a value lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StorageKeyView {
    /// The owner: an instance, or `system`.
    pub contract: Address,
    /// The owner's namespace.
    pub namespace: u16,
    /// The key within the namespace.
    #[serde(default)]
    pub key: HexBytes,
}

impl From<&StorageKey> for StorageKeyView {
    fn from(key: &StorageKey) -> Self {
        let (contract, namespace) = (key.contract, key.namespace);
        Self { contract, namespace, key: key.key.as_slice().into() }
    }
}

impl From<StorageKeyView> for StorageKey {
    fn from(view: StorageKeyView) -> Self {
        Self::new(view.contract, view.namespace, view.key.0)
    }
}

/// A value and where it lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProvedValueView {
    /// The owner.
    pub contract: Address,
    /// The namespace.
    pub namespace: u16,
    /// The key.
    pub key: HexBytes,
    /// The value; absent when the key is proved absent.
    pub value: Option<HexBytes>,
}

impl ProvedValueView {
    fn new(key: &StorageKey, value: Option<&[u8]>) -> Self {
        let StorageKeyView { contract, namespace, key } = key.into();
        Self { contract, namespace, key, value: value.map(HexBytes::from) }
    }
}

/// All entries of a map, or of a range of its keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MapView {
    /// The owner.
    pub contract: Address,
    /// The namespace.
    pub namespace: u16,
    /// The first key of the range, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<HexBytes>,
    /// The key after the last of the range, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<HexBytes>,
    /// The entries, ascending by key.
    pub entries: Vec<EntryView>,
}

/// An entry of a map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EntryView {
    /// The key.
    pub key: HexBytes,
    /// The value.
    pub value: HexBytes,
}

/// What is proved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum ClaimView {
    /// One value, or its absence.
    Value(ProvedValueView),
    /// Many values, or their absence.
    Values {
        /// In the order in which they were asked for.
        values: Vec<ProvedValueView>,
    },
    /// All entries of a map.
    Map(MapView),
}

impl From<&Claim> for ClaimView {
    fn from(claim: &Claim) -> Self {
        match claim {
            Claim::Value { key, value, .. } => {
                Self::Value(ProvedValueView::new(key, value.as_deref()))
            }
            Claim::Values { values, .. } => {
                let view = |(key, value): &(StorageKey, Option<Vec<u8>>)| {
                    ProvedValueView::new(key, value.as_deref())
                };
                Self::Values { values: values.iter().map(view).collect() }
            }
            Claim::Map { contract, namespace, range, proof } => {
                let entry = |(key, value): &(Vec<u8>, Vec<u8>)| EntryView {
                    key: key.as_slice().into(),
                    value: value.as_slice().into(),
                };
                Self::Map(MapView {
                    contract: *contract,
                    namespace: *namespace,
                    start: range.start.as_deref().map(HexBytes::from),
                    end: range.end.as_deref().map(HexBytes::from),
                    entries: proof.entries.iter().map(entry).collect(),
                })
            }
        }
    }
}

/// A claim about the state, with everything that an offline check needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProofView {
    /// What is proved.
    #[serde(flatten)]
    pub claim: ClaimView,
    /// The header whose state root the proof leads to.
    pub header: HeaderView,
    /// The votes over that header.
    pub certificate: CertificateView,
    /// The validators that voted.
    pub validators: Vec<ValidatorView>,
    /// All of it as a borsh [`LedgerProof`], which needs no node to be checked.
    pub bundle: HexBytes,
}

impl ProofView {
    /// Shows a proof.
    pub fn new(proof: &LedgerProof) -> Self {
        let bundle = borsh::to_vec(proof).expect("a proof encodes");
        Self {
            claim: ClaimView::from(&proof.claim),
            header: HeaderView::from(&proof.header),
            certificate: CertificateView::from(&proof.certificate),
            validators: ValidatorView::of_set(&proof.validators),
            bundle: HexBytes(bundle),
        }
    }

    /// The proof itself, not yet checked.
    pub fn proof(&self) -> Result<LedgerProof, ProofError> {
        LedgerProof::decode(&self.bundle.0)
    }
}
