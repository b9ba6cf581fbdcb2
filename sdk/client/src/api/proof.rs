//! Proofs of single values of the state.

use super::{CertificateView, HeaderView, HexBytes, ValidatorView};
use serde::{Deserialize, Serialize};
use tenor_primitives::Address;
use tenor_proof::{PositionProof, ProofError};

/// Which key to prove, in the query string.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofParameters {
    /// The owner: an instance, or `system`.
    pub contract: Address,
    /// The owner's namespace.
    pub namespace: u16,
    /// The key within the namespace.
    #[serde(default)]
    pub key: HexBytes,
}

/// A value of the head, or its absence, with everything that an offline check needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofView {
    /// The owner.
    pub contract: Address,
    /// The namespace.
    pub namespace: u16,
    /// The key.
    pub key: HexBytes,
    /// The value; absent when the key is proved absent.
    pub value: Option<HexBytes>,
    /// The header whose state root the proof leads to.
    pub header: HeaderView,
    /// The votes over that header.
    pub certificate: CertificateView,
    /// The validators that voted.
    pub validators: Vec<ValidatorView>,
    /// All of it as a borsh [`PositionProof`], which needs no node to be checked.
    pub bundle: HexBytes,
}

impl ProofView {
    /// Shows a proof.
    pub fn new(proof: &PositionProof) -> Self {
        let bundle = borsh::to_vec(proof).expect("a proof encodes");
        Self {
            contract: proof.key.contract,
            namespace: proof.key.namespace,
            key: proof.key.key.as_slice().into(),
            value: proof.value.as_deref().map(HexBytes::from),
            header: HeaderView::from(&proof.header),
            certificate: CertificateView::from(&proof.certificate),
            validators: ValidatorView::of_set(&proof.validators),
            bundle: HexBytes(bundle),
        }
    }

    /// The proof itself, not yet checked.
    pub fn proof(&self) -> Result<PositionProof, ProofError> {
        PositionProof::decode(&self.bundle.0)
    }
}
