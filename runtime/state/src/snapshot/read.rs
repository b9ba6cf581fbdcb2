//! Reading a snapshot: nothing in it is believed before it is checked.

use super::chunk::{ChunkReader, END, ENTRIES, MANIFEST};
use super::{Manifest, SnapshotError, VERSION};
use crate::trie::{self, Leaf};
use crate::{receipts_root, transactions_root};
use borsh::BorshDeserialize;
use std::io::Read;
use tenor_primitives::{BlockId, StorageKey};

/// An entry: a flat storage key and its value.
type Flat = (Vec<u8>, Vec<u8>);

/// Reads a snapshot chunk by chunk.
pub struct SnapshotReader<R> {
    chunks: ChunkReader<R>,
    manifest: Manifest,
    last: Option<Vec<u8>>,
    leaves: Vec<Leaf>,
}

/// What a whole snapshot was found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The block after which the entries are the state, whose root they give.
    pub manifest: Manifest,
    /// The block's identity.
    pub block_id: BlockId,
    /// The number of entries.
    pub entries: u64,
}

/// A verified snapshot's leaves, ascending by path: what its trie is built from.
pub struct Checked {
    /// What the snapshot was found to be.
    pub verified: Verified,
    /// The leaves.
    pub leaves: Vec<Leaf>,
}

impl<R: Read> SnapshotReader<R> {
    /// Reads the manifest and checks that it agrees with itself. Whose votes are believed is for the
    /// caller to say.
    pub fn open(from: R) -> Result<Self, SnapshotError> {
        let mut chunks = ChunkReader::new(from, VERSION)?;
        let (kind, bytes) = chunks.read()?;
        let unreadable = || chunks.damaged("expected a manifest");
        let manifest = borsh::from_slice(&bytes).ok().filter(|_| kind == MANIFEST);
        let manifest: Manifest = manifest.ok_or_else(unreadable)?;
        check(&manifest)?;
        Ok(Self { chunks, manifest, last: None, leaves: Vec::new() })
    }

    /// What the snapshot says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The next entries, ascending by key, each key once in the whole file; `None` after the last.
    /// That they are the state shows at [`SnapshotReader::finish`].
    pub fn entries(&mut self) -> Result<Option<Vec<Flat>>, SnapshotError> {
        let (kind, bytes) = self.chunks.read()?;
        match kind {
            ENTRIES => self.take(&bytes).map(Some),
            END => self.end(&bytes).map(|()| None),
            _ => Err(self.chunks.damaged("expected entries or the end")),
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<Vec<Flat>, SnapshotError> {
        let mut rest = bytes;
        let mut entries = Vec::new();
        while !rest.is_empty() {
            let entry = Flat::deserialize(&mut rest);
            let (flat, value) = entry.map_err(|_| self.chunks.damaged("an unreadable entry"))?;
            if self.last.as_ref().is_some_and(|last| *last >= flat) {
                return Err(self.chunks.damaged("entries out of order"));
            }
            let key = StorageKey::from_flat(&flat);
            let key = key.ok_or_else(|| self.chunks.damaged("a key too short"))?;
            self.leaves.push(trie::leaf(&key, &value));
            self.last = Some(flat.clone());
            entries.push((flat, value));
        }
        Ok(entries)
    }

    fn end(&mut self, bytes: &[u8]) -> Result<(), SnapshotError> {
        if bytes != count(&self.leaves).to_le_bytes() {
            return Err(self.chunks.damaged("another number of entries"));
        }
        if !self.chunks.is_at_end()? {
            return Err(self.chunks.damaged("bytes after the end"));
        }
        Ok(())
    }

    /// Reads what is left, and checks that all entries together give the block's state root. Needs
    /// about 100 bytes of memory per entry.
    pub fn finish(mut self) -> Result<Checked, SnapshotError> {
        while self.entries()?.is_some() {}
        self.checked()
    }

    /// [`SnapshotReader::finish`] after [`SnapshotReader::entries`] has given `None`.
    pub fn checked(mut self) -> Result<Checked, SnapshotError> {
        self.leaves.sort_unstable();
        let header = &self.manifest.block.header;
        let (expected, got) = (header.state_root, trie::root_of_sorted(&self.leaves));
        if got != expected {
            return Err(SnapshotError::Root { height: header.height, expected, got });
        }
        let (block_id, entries) = (header.id(), count(&self.leaves));
        let verified = Verified { manifest: self.manifest, block_id, entries };
        Ok(Checked { verified, leaves: self.leaves })
    }
}

fn count(leaves: &[Leaf]) -> u64 {
    u64::try_from(leaves.len()).expect("fewer than 2^64 entries")
}

/// Everything in a manifest that its header commits to.
fn check(manifest: &Manifest) -> Result<(), SnapshotError> {
    let Manifest { genesis, block, receipts, certificate, validators } = manifest;
    let header = &block.header;
    let same = |agrees: bool, expected| {
        if agrees { Ok(()) } else { Err(SnapshotError::Block { expected }) }
    };
    let first = &genesis.header;
    same(first.height == 0 && first.chain_id == header.chain_id, "a first block of this ledger")?;
    same(genesis.transactions.is_empty(), "a first block without transactions")?;
    same(header.height > 0 || genesis == block, "the first block as the only one")?;
    let transactions = transactions_root(&block.transactions);
    same(transactions == header.transactions_root, "the block's transactions")?;
    same(receipts_root(receipts) == header.receipts_root, "the block's receipts")?;
    same(receipts.len() == block.transactions.len(), "one receipt per transaction")?;
    same(validators.hash() == header.validators_hash, "the block's validators")?;
    let voted = match certificate {
        None => header.height == 0,
        Some(votes) => votes.height == header.height && votes.block_id == header.id(),
    };
    same(voted, "votes over this block")
}
