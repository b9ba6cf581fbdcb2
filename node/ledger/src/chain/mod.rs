//! The ledger over an executor and a database.

mod build;
mod check;
mod genesis;
mod past;
mod validators;

pub use genesis::genesis_block;
pub use past::PastHeads;

use crate::{
    BlockContext, Candidate, CheckError, CommittedBlock, Head, HeadCell, Ledger, LedgerError,
    TransactionSource,
};
use std::sync::Arc;
use std::time::Instant;
use tenor_executor::{BlockOutput, Genesis, Vm};
use tenor_primitives::{
    Address, Block, ChainId, CommitCertificate, Hash, Header, Height, Timestamp, Transaction,
    ValidatorSet,
};
use tenor_proof::merkle;
use tenor_state::{CommitBatch, Database, Tip};

/// The one implementation of [`Ledger`]. It holds the head and nothing that is not in the database.
pub struct ChainLedger {
    database: Arc<dyn Database>,
    vm: Arc<dyn Vm>,
    chain_id: ChainId,
    head: Arc<HeadCell>,
    past: Arc<PastHeads>,
}

impl ChainLedger {
    /// Opens the ledger of `genesis` in `database`, and commits its block 0 if the store is empty.
    /// A store that began otherwise is refused.
    pub fn open(
        genesis: &Genesis,
        database: Arc<dyn Database>,
        vm: Arc<dyn Vm>,
    ) -> Result<Self, LedgerError> {
        let genesis_id = genesis::open(genesis, &*database)?;
        let past = PastHeads::new(genesis, genesis_id, Arc::clone(&database));
        let head = Arc::new(HeadCell::new(past.head()?));
        let (chain_id, past) = (genesis.chain_id.clone(), Arc::new(past));
        Ok(Self { database, vm, chain_id, head, past })
    }

    /// The heads of the past that the store still has the states of.
    pub fn past(&self) -> Arc<PastHeads> {
        Arc::clone(&self.past)
    }

    /// Where this ledger publishes its head.
    pub fn head(&self) -> Arc<HeadCell> {
        Arc::clone(&self.head)
    }

    /// The head, if it is `parent`.
    fn head_at(&self, parent: &Tip) -> Result<Arc<Head>, LedgerError> {
        let head = self.head.get();
        if head.tip.block_id != parent.block_id {
            let (expected, got) = (head.tip.block_id, parent.block_id);
            return Err(LedgerError::NotTheTip { expected, got });
        }
        Ok(head)
    }

    /// The header that executing `transactions` on `head` gives, and all that goes with it.
    fn candidate(
        &self,
        head: &Head,
        context: &BlockContext,
        transactions: Vec<Transaction>,
        leaves: &[Hash],
        output: BlockOutput,
    ) -> Result<Candidate, LedgerError> {
        let update = self.database.prepare(&output.writes)?;
        let receipt_hashes: Vec<Hash> = output.receipts.iter().map(|r| r.hash()).collect();
        let header = Header {
            version: Header::VERSION,
            chain_id: self.chain_id.clone(),
            height: next_height(head)?,
            parent: head.tip.block_id,
            time: context.time,
            proposer: context.proposer,
            parameters_hash: output.parameters.hash,
            gas_used: output.gas_used,
            transactions_root: merkle::root(leaves),
            receipts_root: merkle::root(&receipt_hashes),
            state_root: update.root,
            validators_hash: head.header.next_validators_hash,
            next_validators_hash: output.next_validators.hash(),
        };
        let block_id = header.id();
        let block = Block { header, transactions };
        let BlockOutput { writes, receipts, parameters, next_validators, .. } = output;
        Ok(Candidate { block, block_id, receipts, writes, update, parameters, next_validators })
    }
}

fn next_height(head: &Head) -> Result<Height, LedgerError> {
    let height = head.tip.height;
    height.checked_add(1).ok_or(LedgerError::LastHeight(height))
}

/// Whether `address` is a validator's of `set`.
fn is_validator(set: &ValidatorSet, address: &Address) -> bool {
    set.validators.iter().any(|validator| validator.address() == *address)
}

impl Ledger for ChainLedger {
    fn tip(&self) -> Tip {
        self.head.get().tip
    }

    fn tip_time(&self) -> Timestamp {
        self.head.get().header.time
    }

    fn validators(&self) -> ValidatorSet {
        self.head.get().next_validators.clone()
    }

    fn build(
        &mut self,
        parent: &Tip,
        context: &BlockContext,
        source: &mut dyn TransactionSource,
        deadline: Instant,
    ) -> Result<Candidate, LedgerError> {
        self.build_on(&*self.head_at(parent)?, context, source, deadline)
    }

    fn check(&mut self, parent: &Tip, block: &Block) -> Result<Candidate, CheckError> {
        self.check_on(&*self.head_at(parent)?, block)
    }

    fn commit(
        &mut self,
        candidate: Candidate,
        certificate: CommitCertificate,
    ) -> Result<Arc<CommittedBlock>, LedgerError> {
        let Candidate { block, block_id, receipts, writes, update, parameters, next_validators } =
            candidate;
        self.database.commit(&CommitBatch {
            block: &block,
            receipts: &receipts,
            certificate: Some(&certificate),
            writes: &writes,
            update: &update,
        })?;
        let header = &block.header;
        let head = self.head.get();
        self.head.set(Head {
            tip: Tip { height: header.height, block_id, state_root: header.state_root },
            header: header.clone(),
            genesis_id: head.genesis_id,
            validators: head.next_validators.clone(),
            next_validators,
            parameters,
            state: self.database.reader(),
        });
        Ok(Arc::new(CommittedBlock { block, block_id, receipts }))
    }

    fn block(
        &self,
        height: Height,
    ) -> Result<Option<(Block, Option<CommitCertificate>)>, LedgerError> {
        let Some(block) = self.database.block(height)? else { return Ok(None) };
        Ok(Some((block, self.database.certificate(height)?)))
    }

    fn put_undecided(&self, height: Height, round: u32, block: &Block) -> Result<(), LedgerError> {
        Ok(self.database.put_undecided(height, round, block)?)
    }

    fn undecided(&self, height: Height) -> Result<Vec<(u32, Block)>, LedgerError> {
        Ok(self.database.undecided(height)?)
    }
}
