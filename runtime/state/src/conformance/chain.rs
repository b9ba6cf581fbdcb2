//! Builds blocks over a database, with made-up transactions and votes: a database stores them
//! unread.

use crate::trie::TrieUpdate;
use crate::{CommitBatch, Database, StateError, View, WriteSet};
use std::sync::Arc;
use tenor_primitives::{
    Address, Block, ChainId, CommitCertificate, Hash, Header, Receipt, StorageKey, Timestamp,
    Transaction, TransactionBody, TransactionStatus, ValidatorSet,
};
use tenor_proof::merkle;

/// A ledger that grows block by block on a database.
pub struct Chain {
    /// The database.
    pub database: Arc<dyn Database>,
}

/// A block with all that is committed with it.
#[derive(Clone, Debug)]
pub(super) struct Built {
    pub(super) block: Block,
    pub(super) receipts: Vec<Receipt>,
    pub(super) certificate: Option<CommitCertificate>,
    pub(super) writes: WriteSet,
    pub(super) update: TrieUpdate,
}

impl Built {
    pub(super) fn batch(&self) -> CommitBatch<'_> {
        CommitBatch {
            block: &self.block,
            receipts: &self.receipts,
            certificate: self.certificate.as_ref(),
            writes: &self.writes,
            update: &self.update,
        }
    }
}

impl Chain {
    /// The ledger of the suite's stores.
    pub fn chain_id() -> ChainId {
        ChainId::new("tenor-conformance").expect("a valid name")
    }

    /// The chain on `database`.
    pub fn new(database: Arc<dyn Database>) -> Self {
        Self { database }
    }

    /// Commits the next block with these writes and one transaction per `nonces` entry.
    pub fn commit(&self, writes: &WriteSet, nonces: &[u64]) -> Result<Block, StateError> {
        let built = self.try_build(writes, nonces)?;
        self.database.commit(&built.batch())?;
        Ok(built.block)
    }

    /// The head's state.
    pub(super) fn view(&self) -> View {
        self.database.view(None).expect("committed")
    }

    /// The next block, uncommitted.
    pub(super) fn build(&self, writes: &WriteSet, nonces: &[u64]) -> Built {
        self.try_build(writes, nonces).expect("the head can be read")
    }

    fn try_build(&self, writes: &WriteSet, nonces: &[u64]) -> Result<Built, StateError> {
        let update = self.database.prepare(writes)?;
        let transactions: Vec<Transaction> = nonces.iter().copied().map(transaction).collect();
        let receipts: Vec<Receipt> = transactions.iter().map(receipt).collect();
        let header = self.header(update.root, &transactions, &receipts);
        let block = Block { header, transactions };
        let certificate = (block.header.height > 0).then(|| votes(&block));
        Ok(Built { block, receipts, certificate, writes: writes.clone(), update })
    }

    fn header(
        &self,
        state_root: Hash,
        transactions: &[Transaction],
        receipts: &[Receipt],
    ) -> Header {
        let leaf = |t: &Transaction| Transaction::leaf(&t.hash(), &t.signatures);
        let leaves: Vec<Hash> = transactions.iter().map(leaf).collect();
        let hashes: Vec<Hash> = receipts.iter().map(Receipt::hash).collect();
        let validators_hash = ValidatorSet { validators: Vec::new() }.hash();
        let tip = self.database.tip();
        let height = tip.map_or(0, |tip| tip.height + 1);
        Header {
            version: Header::VERSION,
            chain_id: Self::chain_id(),
            height,
            parent: tip.map_or(Hash::ZERO, |tip| tip.block_id),
            time: Timestamp::from_unix_ms(height),
            proposer: Address([1; 32]),
            parameters_hash: Hash::ZERO,
            gas_used: 0,
            transactions_root: merkle::root(&leaves),
            receipts_root: merkle::root(&hashes),
            state_root,
            validators_hash,
            next_validators_hash: validators_hash,
        }
    }
}

/// Votes over `block`, none of them: a database does not count them.
pub(super) fn votes(block: &Block) -> CommitCertificate {
    CommitCertificate {
        height: block.header.height,
        round: 0,
        block_id: block.header.id(),
        signatures: Vec::new(),
    }
}

fn transaction(nonce: u64) -> Transaction {
    let body = TransactionBody {
        version: TransactionBody::VERSION,
        chain_id: Chain::chain_id(),
        sender: Address([2; 32]),
        lane: 0,
        nonce,
        valid_until: Timestamp::EPOCH,
        client_ref: None,
        gas_limit: 0,
        messages: Vec::new(),
    };
    Transaction { body, signatures: Vec::new() }
}

fn receipt(transaction: &Transaction) -> Receipt {
    Receipt {
        transaction_hash: transaction.hash(),
        status: TransactionStatus::Success,
        gas_used: transaction.body.nonce,
        events: Vec::new(),
        outputs: Vec::new(),
    }
}

/// A key of owner `owner`.
pub(super) fn key(owner: u8, namespace: u16, key: &[u8]) -> StorageKey {
    StorageKey::new(Address([owner; 32]), namespace, key)
}

/// Writes of owner 1, namespace 1: pairs of key and value, `None` to delete.
pub(super) fn writes(pairs: &[(&str, Option<&str>)]) -> WriteSet {
    let write = |(name, value): &(&str, Option<&str>)| {
        (key(1, 1, name.as_bytes()), value.map(|value| value.as_bytes().to_vec()))
    };
    pairs.iter().map(write).collect()
}
