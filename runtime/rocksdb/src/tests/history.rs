//! Past states on disk: pruning leaves nothing behind, and nothing is lost by it.

use super::*;
use tenor_state::Retention;

fn open_keeping(path: &Path, history: Retention) -> RocksDatabase {
    let options = StoreOptions { history, ..StoreOptions::default() };
    RocksDatabase::open(path, &Chain::chain_id(), &options).expect("opens")
}

/// Commits `blocks` blocks of some writes and deletions each.
fn grow(chain: &Chain, blocks: u8) {
    let from = chain.database.tip().map_or(0, |tip| tip.height + 1);
    for seed in from..from + u64::from(blocks) {
        let key = |name: u64| {
            let name = u8::try_from((name * 7 + seed) % 60).expect("small");
            StorageKey::new(Address([name % 2; 32]), 1, [name])
        };
        let value = |name: u64| (!name.is_multiple_of(5)).then(|| seed.to_be_bytes().to_vec());
        let writes = (0..30).map(|name| (key(name), value(name))).collect();
        chain.commit(&writes, &[seed]).expect("committed");
    }
}

#[test]
fn pruning_leaves_no_record_that_no_kept_state_needs() {
    let directory = directory();
    let mut last = 0;
    for (history, blocks, oldest) in [
        (Retention::Blocks(0), 4, 3),
        (Retention::Blocks(3), 12, 12),
        (Retention::Archive, 6, 12),
        // What is too much goes two states with each block.
        (Retention::Blocks(2), 3, 18),
        (Retention::Blocks(2), 9, 31),
        (Retention::Blocks(0), 3, 36),
    ] {
        let database = Arc::new(open_keeping(directory.path(), history));
        let chain = Chain::new(Arc::clone(&database) as Arc<dyn Database>);
        grow(&chain, blocks);
        last += u64::from(blocks);
        assert_eq!(database.tip().map(|tip| tip.height + 1), Some(last));
        assert_eq!(database.oldest_state(), Ok(oldest), "{history:?}");
        // The full check counts every record of the past.
        let verified = database.verify().expect("sound");
        assert_eq!((verified.blocks, verified.oldest_state), (last, oldest), "{history:?}");
    }
}

#[test]
fn past_states_are_read_while_blocks_are_committed_and_pruned() {
    let directory = directory();
    let database = Arc::new(open_keeping(directory.path(), Retention::Blocks(3)));
    let chain = Chain::new(Arc::clone(&database) as Arc<dyn Database>);
    chain.commit(&value_writes(0), &[]).expect("committed");
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for value in 1..60 {
                chain.commit(&value_writes(value), &[]).expect("committed");
            }
        });
        let mut seen = 0;
        while !writer.is_finished() {
            let head = database.tip().expect("committed").height;
            // It may be pruned by the time it is asked for.
            let Ok(view) = database.view(Some(head.saturating_sub(2))) else { continue };
            let height = u8::try_from(view.tip.height).expect("small");
            for key in 0..50u8 {
                let key = StorageKey::new(Address([1; 32]), 1, [key]);
                assert_eq!(view.state.get(&key).expect("read"), Some(vec![height; 100]));
            }
            let all = view.state.scan(&Scan::all(Address([1; 32]), 1, 99)).expect("read");
            assert!(all.len() == 50 && all.iter().all(|(_, value)| *value == [height; 100]));
            let key = StorageKey::new(Address([1; 32]), 1, [7]);
            assert_eq!(view.prove(&key).expect("proved").verify(&view.tip.state_root), Ok(()));
            seen += 1;
        }
        assert!(seen > 0, "at least one past state was seen");
    });
}
