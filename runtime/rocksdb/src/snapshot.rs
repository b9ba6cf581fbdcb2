//! Snapshots: a store's head as a file, and a new store from such a file.

use crate::columns::{
    BASE_KEY, BLOCKS, CERTIFICATES, CHAIN_ID_KEY, FORMAT_KEY, FORMAT_VERSION, META, NODES,
    OLDEST_KEY, RECEIPTS, STATE, TIP_KEY, TOP_KEY, TRANSACTIONS, height_key,
};
use crate::commit::{encode, mark};
use crate::reader::SnapshotReader;
use crate::store::{Store, failed};
use crate::{OpenError, RocksDatabase, StoreOptions};
use rocksdb::{FlushOptions, WriteBatch, WriteOptions};
use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::{fs, io};
use tenor_primitives::{Block, ChainId, Header, Receipt, ValidatorSet};
use tenor_state::snapshot::{self, Checked, Manifest, SnapshotError, SnapshotWriter, Verified};
use tenor_state::trie::{self, NodeWrite};
use tenor_state::{Base, StateError, Tip, TransactionPosition};

/// Records that go into one unlogged batch while a store is filled.
const BATCH_RECORDS: usize = 10_000;

/// The head of one moment, on its way into a file. Commits go on meanwhile.
pub struct SnapshotSource {
    reader: SnapshotReader,
    manifest: Manifest,
}

impl RocksDatabase {
    /// The head as it is now. `validators` gives the set that voted for a block.
    pub fn snapshot<E: From<StateError>>(
        &self,
        validators: impl FnOnce(&Header) -> Result<ValidatorSet, E>,
    ) -> Result<SnapshotSource, E> {
        let reader = SnapshotReader::new(&self.store);
        let tip = reader.tip()?.ok_or(StateError::NoGenesis)?;
        let (genesis, block) = (self.stored(0)?, self.stored(tip.height)?);
        let key = height_key(tip.height);
        let receipts = self.store.record(RECEIPTS, &key)?.unwrap_or_default();
        let certificate = self.store.record(CERTIFICATES, &key)?;
        let validators = validators(&block.header)?;
        let manifest = Manifest { genesis, block, receipts, certificate, validators };
        Ok(SnapshotSource { reader, manifest })
    }

    fn stored(&self, height: u64) -> Result<Block, StateError> {
        let what = || format!("block {height} is missing");
        let block = self.store.record(BLOCKS, &height_key(height))?;
        block.ok_or_else(|| StateError::Corrupt { what: what() })
    }

    /// Fills a new store at `path`, which must not exist yet or be empty, from a snapshot of ledger
    /// `chain_id`. `trust` judges the manifest before anything is written. The store is there when
    /// all of it has been read, checked and synced, and not before: it is filled beside `path`.
    pub fn restore<E: From<SnapshotError> + From<OpenError>>(
        path: &Path,
        chain_id: &ChainId,
        options: &StoreOptions,
        from: impl Read,
        trust: impl FnOnce(&Manifest) -> Result<(), E>,
    ) -> Result<Verified, E> {
        let failed = |error| E::from(OpenError::from_io(path, &error));
        let is_empty = match fs::read_dir(path) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => true,
            Err(error) => return Err(failed(error)),
        };
        if !is_empty {
            return Err(OpenError::NotEmpty { path: path.into() }.into());
        }
        let mut snapshot = snapshot::SnapshotReader::open(from)?;
        if snapshot.manifest().genesis.header.chain_id != *chain_id {
            let found = snapshot.manifest().genesis.header.chain_id.to_string();
            let (path, expected) = (path.into(), chain_id.to_string());
            return Err(OpenError::OtherChain { path, found, expected }.into());
        }
        trust(snapshot.manifest())?;
        let beside = beside(path);
        // What an earlier try that did not end has left.
        match fs::remove_dir_all(&beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let filled = fill(&beside, options, &mut snapshot)
            .and_then(|store| Ok((store, snapshot.checked()?)))
            .and_then(|(store, checked)| complete(store, checked));
        let verified = filled.inspect_err(|_| {
            // Nothing of a store that is not whole stays; what cannot be removed is removed next time.
            let _ = fs::remove_dir_all(&beside);
        })?;
        put_in_place(&beside, path).map_err(failed)?;
        Ok(verified)
    }
}

impl SnapshotSource {
    /// The block after which the state will be written.
    pub fn header(&self) -> &Header {
        &self.manifest.block.header
    }

    /// Writes the snapshot: the output, to be synced by its owner, the number of entries and of
    /// bytes.
    pub fn write<W: Write>(&self, out: W) -> Result<(W, u64, u64), SnapshotError> {
        let mut writer = SnapshotWriter::new(out, &self.manifest)?;
        for record in self.reader.records(STATE) {
            let (flat, value) = record?;
            writer.add(&flat, &value)?;
        }
        writer.finish()
    }
}

/// The directory in which the store of `path` is filled: on the same file system.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().map_or_else(|| OsString::from("store"), OsString::from);
    name.push(".restoring");
    path.with_file_name(name)
}

/// A new store with the flat values of a snapshot, and nothing that makes it a ledger's.
fn fill<R: Read>(
    path: &Path,
    options: &StoreOptions,
    snapshot: &mut snapshot::SnapshotReader<R>,
) -> Result<Store, SnapshotError> {
    let store = Store::create(path, options)?;
    while let Some(entries) = snapshot.entries()? {
        let mut writes = WriteBatch::default();
        for (flat, value) in entries {
            writes.put_cf(store.column(STATE), flat, value);
        }
        write_unlogged(&store, writes)?;
    }
    Ok(store)
}

/// The trie over the values, then block and head: with these it is a store.
fn complete(store: Store, checked: Checked) -> Result<Verified, SnapshotError> {
    let Checked { verified, leaves } = checked;
    let height = verified.manifest.block.header.height;
    let mut writes = WriteBatch::default();
    let top = trie::build(&leaves, height, &mut |NodeWrite { position, node, .. }| {
        writes.put_cf(store.column(NODES), position.key(), node.encode(&position));
        if writes.len() < BATCH_RECORDS {
            return Ok(());
        }
        write_unlogged(&store, std::mem::take(&mut writes))
    })?;
    drop(leaves);
    write_unlogged(&store, writes)?;
    // What was not logged must be in tables before anything says that it is there.
    flush(&store)?;
    let mut writes = WriteBatch::default();
    put_block(&store, &verified, &mut writes);
    let meta = store.column(META);
    if let Some(top) = top {
        writes.put_cf(meta, TOP_KEY, top.encode_top());
    }
    let Manifest { genesis, block, validators, .. } = &verified.manifest;
    let (block_id, state_root) = (verified.block_id, block.header.state_root);
    writes.put_cf(meta, FORMAT_KEY, encode(&FORMAT_VERSION));
    writes.put_cf(meta, CHAIN_ID_KEY, encode(&genesis.header.chain_id));
    writes.put_cf(meta, OLDEST_KEY, encode(&height));
    writes.put_cf(meta, BASE_KEY, encode(&Base { height, validators: validators.clone() }));
    writes.put_cf(meta, TIP_KEY, encode(&Tip { height, block_id, state_root }));
    mark(&store, Some(height), &mut writes);
    store.write(writes)?;
    Ok(verified)
}

fn put_block(store: &Store, verified: &Verified, writes: &mut WriteBatch) {
    let Manifest { genesis, block, receipts, certificate, .. } = &verified.manifest;
    let height = block.header.height;
    let key = height_key(height);
    writes.put_cf(store.column(BLOCKS), height_key(0), encode(genesis));
    writes.put_cf(store.column(RECEIPTS), height_key(0), encode::<Vec<Receipt>>(&Vec::new()));
    writes.put_cf(store.column(BLOCKS), key, encode(block));
    writes.put_cf(store.column(RECEIPTS), key, encode(receipts));
    if let Some(certificate) = certificate {
        writes.put_cf(store.column(CERTIFICATES), key, encode(certificate));
    }
    for (index, transaction) in (0..).zip(&block.transactions) {
        let position = TransactionPosition { height, index };
        writes.put_cf(store.column(TRANSACTIONS), transaction.hash(), encode(&position));
    }
}

fn write_unlogged(store: &Store, writes: WriteBatch) -> Result<(), SnapshotError> {
    let mut options = WriteOptions::default();
    options.disable_wal(true);
    let written = store.db.write_opt(writes, &options);
    Ok(written.map_err(|error| failed("write", &error))?)
}

fn flush(store: &Store) -> Result<(), SnapshotError> {
    let mut options = FlushOptions::default();
    options.set_wait(true);
    let columns = [store.column(STATE), store.column(NODES)];
    let flushed = store.db.flush_cfs_opt(&columns, &options);
    Ok(flushed.map_err(|error| failed("flush", &error))?)
}

/// Gives the filled directory its name, durably.
fn put_in_place(beside: &Path, path: &Path) -> io::Result<()> {
    match fs::remove_dir(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::rename(beside, path)?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    fs::File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}
