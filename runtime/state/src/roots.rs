//! What a header says of its block's lists, recomputed from them.

use tenor_primitives::{Hash, Receipt, Transaction};
use tenor_proof::merkle;

/// The root over the hashes of the transactions with their signatures, in the block's order.
pub fn transactions_root(transactions: &[Transaction]) -> Hash {
    let leaf =
        |transaction: &Transaction| Transaction::leaf(&transaction.hash(), &transaction.signatures);
    merkle::root(&transactions.iter().map(leaf).collect::<Vec<_>>())
}

/// The root over the receipts' hashes, in the order of the block's transactions.
pub fn receipts_root(receipts: &[Receipt]) -> Hash {
    merkle::root(&receipts.iter().map(Receipt::hash).collect::<Vec<_>>())
}
