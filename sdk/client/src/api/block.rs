//! Headers, blocks and certificates as the API shows them.

use super::{DecimalText, TransactionView, decimal};
use serde::{Deserialize, Serialize};
use tenor_primitives::{
    Address, Block, BlockId, ChainId, CommitCertificate, CommitSignature, Hash, Header, Height,
    PublicKey, Signature, Timestamp, Validator, ValidatorSet,
};
use utoipa::ToSchema;

/// A header. Field for field the one that is hashed, and its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HeaderView {
    /// The header's hash.
    pub block_id: BlockId,
    /// Format version.
    pub version: u16,
    /// The ledger.
    pub chain_id: ChainId,
    /// The block's number.
    pub height: Height,
    /// The parent's identity.
    pub parent: BlockId,
    /// Ledger time.
    pub time: Timestamp,
    /// The proposer.
    pub proposer: Address,
    /// Hash of the parameters in force.
    pub parameters_hash: Hash,
    /// Gas used by all transactions.
    #[serde(with = "decimal")]
    #[schema(value_type = DecimalText)]
    pub gas_used: u64,
    /// Root over the transactions' hashes.
    pub transactions_root: Hash,
    /// Root over the receipts' hashes.
    pub receipts_root: Hash,
    /// Root of the state after the block.
    pub state_root: Hash,
    /// Hash of the validators that commit the block.
    pub validators_hash: Hash,
    /// Hash of the next block's validators.
    pub next_validators_hash: Hash,
}

impl From<&Header> for HeaderView {
    fn from(header: &Header) -> Self {
        Self {
            block_id: header.id(),
            version: header.version,
            chain_id: header.chain_id.clone(),
            height: header.height,
            parent: header.parent,
            time: header.time,
            proposer: header.proposer,
            parameters_hash: header.parameters_hash,
            gas_used: header.gas_used,
            transactions_root: header.transactions_root,
            receipts_root: header.receipts_root,
            state_root: header.state_root,
            validators_hash: header.validators_hash,
            next_validators_hash: header.next_validators_hash,
        }
    }
}

impl From<&HeaderView> for Header {
    fn from(view: &HeaderView) -> Self {
        Self {
            version: view.version,
            chain_id: view.chain_id.clone(),
            height: view.height,
            parent: view.parent,
            time: view.time,
            proposer: view.proposer,
            parameters_hash: view.parameters_hash,
            gas_used: view.gas_used,
            transactions_root: view.transactions_root,
            receipts_root: view.receipts_root,
            state_root: view.state_root,
            validators_hash: view.validators_hash,
            next_validators_hash: view.next_validators_hash,
        }
    }
}

/// A block with its transactions and the votes that committed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BlockView {
    /// The header.
    pub header: HeaderView,
    /// The transactions, in order.
    pub transactions: Vec<TransactionView>,
    /// The votes; absent for the genesis block alone.
    pub certificate: Option<CertificateView>,
}

impl BlockView {
    /// Shows a block.
    pub fn new(block: &Block, certificate: Option<&CommitCertificate>) -> Self {
        Self {
            header: HeaderView::from(&block.header),
            transactions: block.transactions.iter().map(TransactionView::from).collect(),
            certificate: certificate.map(CertificateView::from),
        }
    }
}

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CertificateView {
    /// The block's number.
    pub height: Height,
    /// The round in which it was decided.
    pub round: u32,
    /// The block's identity.
    pub block_id: BlockId,
    /// The votes.
    pub signatures: Vec<CommitSignatureView>,
}

/// A vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CommitSignatureView {
    /// Who voted.
    pub public_key: PublicKey,
    /// The signature.
    pub signature: Signature,
}

impl From<&CommitCertificate> for CertificateView {
    fn from(certificate: &CommitCertificate) -> Self {
        let vote = |vote: &CommitSignature| CommitSignatureView {
            public_key: vote.public_key,
            signature: vote.signature,
        };
        Self {
            height: certificate.height,
            round: certificate.round,
            block_id: certificate.block_id,
            signatures: certificate.signatures.iter().map(vote).collect(),
        }
    }
}

/// A validator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ValidatorView {
    /// The key that signs commits.
    pub public_key: PublicKey,
    /// Its weight.
    #[serde(with = "decimal")]
    #[schema(value_type = DecimalText)]
    pub power: u64,
}

impl ValidatorView {
    /// Shows a set.
    pub fn of_set(set: &ValidatorSet) -> Vec<Self> {
        let view = |validator: &Validator| Self {
            public_key: validator.public_key,
            power: validator.power,
        };
        set.validators.iter().map(view).collect()
    }
}
