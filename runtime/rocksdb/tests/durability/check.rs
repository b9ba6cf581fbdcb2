//! What must hold of a store, whatever has happened to it.

use crate::ledger::{self, BLOCKS, Model, State};
use crate::worker::{Run, options};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use tenor_primitives::Height;
use tenor_rocksdb::{OpenError, RocksDatabase};
use tenor_state::conformance::Chain;
use tenor_state::{Database, StateError};

/// Opens the store.
pub(crate) fn open(store: &Path) -> Result<RocksDatabase, OpenError> {
    RocksDatabase::open(store, &Chain::chain_id(), &options())
}

/// After a crash: the store opens, has every acknowledged block and at most the one that was under
/// way, is whole, and goes on. Returns its height.
pub(crate) fn after_crash(store: &Path, run: &Run, what: &str) -> Option<Height> {
    let database = open(store).unwrap_or_else(|error| panic!("{what}: {error}"));
    let height = database.tip().map(|tip| tip.height);
    assert!(
        height >= run.acknowledged,
        "{what}: {:?} was acknowledged, the store has {height:?}",
        run.acknowledged
    );
    let next = run.acknowledged.map_or(0, |height| height + 1);
    assert!(height <= Some(next), "{what}: {height:?} after {:?}", run.acknowledged);
    is_model(&database, what).unwrap_or_else(|error| panic!("{what}: {error}"));
    database.verify().unwrap_or_else(|error| panic!("{what}: {error}"));
    goes_on(database, what);
    height
}

/// The store's head is the model's of its height, and so is every value. An error is the store's
/// own word that it cannot be read; a difference is a panic.
pub(crate) fn is_model(database: &RocksDatabase, what: &str) -> Result<(), StateError> {
    let Some(tip) = database.tip() else { return Ok(()) };
    let model = Model::get();
    assert_eq!(&tip, model.tip(tip.height), "{what}: another block or root");
    let reader = database.reader();
    let keys: BTreeSet<_> = model.states.iter().flat_map(|state| state.keys()).collect();
    for key in keys {
        let found = reader.get(key)?;
        if found.as_ref() != model.state(tip.height).get(key) {
            let is_of = |state: &State| state.get(key) == found.as_ref();
            let of: Vec<bool> = model.states.iter().map(is_of).collect();
            panic!("{what}: {key:?} at {} has the value of those blocks: {of:?}", tip.height);
        }
    }
    Ok(())
}

fn goes_on(database: RocksDatabase, what: &str) {
    let next = database.tip().map_or(0, |tip| tip.height + 1);
    let chain = Chain::new(Arc::new(database));
    if next < BLOCKS {
        let committed = chain.commit(&ledger::writes(next), &ledger::nonces(next));
        committed.unwrap_or_else(|error| panic!("{what}: does not go on: {error}"));
        assert_eq!(chain.database.tip().as_ref(), Some(Model::get().tip(next)), "{what}");
    }
}
