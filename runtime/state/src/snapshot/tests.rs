//! Snapshots are read back whole, and nothing else is.

use super::{Manifest, SnapshotError, SnapshotReader, SnapshotWriter, Verified};
use crate::trie;
use std::path::Path;
use tenor_primitives::{
    Address, Block, ChainId, Hash, Header, SigningKey, StorageKey, Timestamp, Validator,
    ValidatorSet, keccak256,
};

type Entries = Vec<(StorageKey, Vec<u8>)>;

fn entries() -> Entries {
    let entry = |name: u8| {
        let key = StorageKey::new(Address([name % 3; 32]), u16::from(name % 2), [name]);
        (key, vec![name; usize::from(name)])
    };
    let mut entries: Entries = (0..20).map(entry).collect();
    entries.sort_by_key(|(key, _)| key.flat());
    entries
}

fn block(height: u64, state_root: Hash, validators: &ValidatorSet) -> Block {
    let header = Header {
        version: Header::VERSION,
        chain_id: ChainId::new("tenor-snapshot").expect("valid"),
        height,
        parent: Hash::ZERO,
        time: Timestamp::from_unix_ms(height),
        proposer: Address::SYSTEM,
        parameters_hash: Hash::ZERO,
        gas_used: 0,
        transactions_root: Hash::ZERO,
        receipts_root: Hash::ZERO,
        state_root,
        validators_hash: validators.hash(),
        next_validators_hash: validators.hash(),
    };
    Block { header, transactions: Vec::new() }
}

fn manifest(entries: &Entries) -> Manifest {
    let key = SigningKey::from_bytes(&[7; 32]).expect("a valid secret");
    let validators =
        ValidatorSet { validators: vec![Validator { public_key: key.public_key(), power: 1 }] };
    let leaves = entries.iter().map(|(key, value)| trie::leaf(key, value)).collect();
    let block = block(0, trie::root_of(leaves), &validators);
    let (genesis, receipts, certificate) = (block.clone(), Vec::new(), None);
    Manifest { genesis, block, receipts, certificate, validators }
}

fn written(manifest: &Manifest, entries: &Entries) -> Vec<u8> {
    let mut writer = SnapshotWriter::new(Vec::new(), manifest).expect("begun");
    for (key, value) in entries {
        writer.add(&key.flat(), value).expect("added");
    }
    let (file, count, bytes) = writer.finish().expect("ended");
    assert_eq!((count, bytes), (entries.len() as u64, file.len() as u64));
    file
}

fn read(file: &[u8]) -> Result<Verified, SnapshotError> {
    Ok(SnapshotReader::open(file)?.finish()?.verified)
}

#[test]
fn what_was_written_is_read_back() {
    for entries in [entries(), Entries::new()] {
        let manifest = manifest(&entries);
        let file = written(&manifest, &entries);
        let mut reader = SnapshotReader::open(&file[..]).expect("opens");
        assert_eq!(*reader.manifest(), manifest);
        let mut found = Vec::new();
        while let Some(more) = reader.entries().expect("reads") {
            found.extend(more);
        }
        let expected = entries.iter().map(|(key, value)| (key.flat(), value.clone()));
        assert!(expected.eq(found));
        let checked = reader.checked().expect("is the state");
        assert_eq!(checked.verified.manifest, manifest);
        assert_eq!(checked.verified.block_id, manifest.block.header.id());
        assert_eq!(checked.leaves.len(), entries.len());
        assert!(checked.leaves.is_sorted());
    }
}

#[test]
fn large_states_take_many_chunks() {
    let entry =
        |name: u32| (StorageKey::new(Address([1; 32]), 1, name.to_be_bytes()), vec![1; 40_000]);
    let entries: Entries = (0..100).map(entry).collect();
    let file = written(&manifest(&entries), &entries);
    let mut reader = SnapshotReader::open(&file[..]).expect("opens");
    let mut chunks = 0;
    while reader.entries().expect("reads").is_some() {
        chunks += 1;
    }
    assert_eq!(chunks, 4);
    assert!(reader.checked().is_ok());
}

#[test]
fn no_changed_bit_and_no_cut_is_read() {
    let entries = entries();
    let file = written(&manifest(&entries), &entries);
    for bit in 0..file.len() * 8 {
        let mut changed = file.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(read(&changed).is_err(), "bit {bit}");
    }
    for cut in 0..file.len() {
        assert!(read(&file[..cut]).is_err(), "cut at {cut}");
    }
    let longer = [&file[..], &[0]].concat();
    assert!(matches!(read(&longer), Err(SnapshotError::Damaged { .. })));
    assert!(matches!(read(b"a thesis, not a snapshot"), Err(SnapshotError::NotASnapshot)));
    let mut newer = file;
    newer[8] = 9;
    let refused = read(&newer);
    assert!(matches!(refused, Err(SnapshotError::Version { found: 9, supported: 1 })));
}

/// A forger can compute checksums: what then counts is the block's state root.
#[test]
fn entries_that_are_not_the_state_are_refused() {
    let entries = entries();
    let manifest = manifest(&entries);
    let forged = |change: fn(&mut Entries)| {
        let mut forged = entries.clone();
        change(&mut forged);
        read(&written(&manifest, &forged))
    };
    assert!(forged(|_| ()).is_ok());
    for change in [
        (|entries| drop(entries.remove(3))) as fn(&mut Entries),
        |entries| entries[3].1.push(1),
        |entries| entries[19].0.key.push(1),
    ] {
        let refused = forged(change);
        assert!(matches!(refused, Err(SnapshotError::Root { height: 0, .. })), "{refused:?}");
    }
    for change in [(|entries| entries.swap(3, 4)) as fn(&mut Entries), |entries| {
        let again = entries[3].clone();
        entries.insert(3, again);
    }] {
        let refused = forged(change);
        assert!(matches!(refused, Err(SnapshotError::Damaged { chunk: 1, .. })), "{refused:?}");
    }
}

#[test]
fn a_manifest_that_contradicts_itself_is_refused() {
    let entries = entries();
    let good = manifest(&entries);
    let changes: [fn(&mut Manifest); 6] = [
        |manifest| manifest.genesis.header.height = 1,
        |manifest| manifest.genesis.header.chain_id = ChainId::new("another").expect("valid"),
        |manifest| manifest.genesis.header.time = Timestamp::from_unix_ms(1),
        |manifest| manifest.block.header.height = 5,
        |manifest| manifest.block.header.receipts_root = Hash([1; 32]),
        |manifest| manifest.validators.validators[0].power = 2,
    ];
    for change in changes {
        let mut manifest = good.clone();
        change(&mut manifest);
        let refused = read(&written(&manifest, &entries));
        assert!(matches!(refused, Err(SnapshotError::Block { .. })), "{refused:?}");
    }
}

/// The file, pinned: it changes only with its version.
#[test]
fn the_format_is_the_pinned_one() {
    let entries = entries();
    let file = written(&manifest(&entries), &entries);
    let text = format!("version 1\nbytes {}\nkeccak {:?}\n", file.len(), keccak256(&file));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/snapshot.txt");
    if std::env::var_os("TENOR_UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &text).expect("written");
    }
    assert_eq!(text, std::fs::read_to_string(&path).expect("a golden file"));
}
