//! Block 0.

use crate::LedgerError;
use tenor_executor::Genesis;
use tenor_primitives::{Address, Block, BlockId, Hash, Header};
use tenor_state::trie::TrieUpdate;
use tenor_state::{CommitBatch, Database, MemoryDatabase, WriteSet};

/// The genesis block, which has no transactions, no proposer and no certificate.
pub fn genesis_block(genesis: &Genesis) -> Result<Block, LedgerError> {
    let writes = genesis.execute()?;
    let empty = MemoryDatabase::new(genesis.chain_id.clone());
    Ok(block_of(genesis, empty.prepare(&writes)?.root))
}

/// Commits the genesis block into an empty store, or checks that the store began with it. Returns
/// its identity.
pub(super) fn open(genesis: &Genesis, database: &dyn Database) -> Result<BlockId, LedgerError> {
    if *database.chain_id() != genesis.chain_id {
        let (expected, got) = (genesis.chain_id.clone(), database.chain_id().clone());
        return Err(LedgerError::OtherChain { expected, got });
    }
    match database.header(0)? {
        Some(stored) => {
            let (expected, got) = (genesis_block(genesis)?.header.id(), stored.id());
            if expected != got {
                return Err(LedgerError::OtherGenesis { expected, got });
            }
            Ok(got)
        }
        None => {
            let writes = genesis.execute()?;
            let update = database.prepare(&writes)?;
            commit(genesis, database, &writes, &update)
        }
    }
}

fn commit(
    genesis: &Genesis,
    database: &dyn Database,
    writes: &WriteSet,
    update: &TrieUpdate,
) -> Result<BlockId, LedgerError> {
    let block = block_of(genesis, update.root);
    database.commit(&CommitBatch {
        block: &block,
        receipts: &[],
        certificate: None,
        writes,
        update,
    })?;
    Ok(block.header.id())
}

fn block_of(genesis: &Genesis, state_root: Hash) -> Block {
    let validators_hash = genesis.validators.hash();
    let header = Header {
        version: Header::VERSION,
        chain_id: genesis.chain_id.clone(),
        height: 0,
        parent: Hash::ZERO,
        time: genesis.time,
        proposer: Address::SYSTEM,
        parameters_hash: genesis.parameters.hash(),
        gas_used: 0,
        transactions_root: Hash::ZERO,
        receipts_root: Hash::ZERO,
        state_root,
        validators_hash,
        next_validators_hash: validators_hash,
    };
    Block { header, transactions: Vec::new() }
}
