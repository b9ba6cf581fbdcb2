//! Blocks, receipts, certificates, transactions, proposed blocks.

use super::Place;
use super::chain::{Chain, votes, writes};
use crate::{Database, Retention, Tip, TransactionPosition};
use tenor_primitives::{Block, Hash};

pub(super) fn committed_blocks_are_found(place: &mut dyn Place) {
    let chain = Chain::new(place.open(Retention::default()));
    let database = &chain.database;
    assert_eq!(database.chain_id(), &Chain::chain_id());
    assert_eq!(database.tip(), None);
    let genesis = chain.commit(&writes(&[("a", Some("1"))]), &[]).expect("committed");
    let block = chain.commit(&writes(&[("a", Some("2"))]), &[7, 8]).expect("committed");
    assert_eq!(database.tip(), Some(tip_of(&block)));
    assert_eq!(database.head().expect("read").tip, Some(tip_of(&block)));
    check_block(&**database, &genesis);
    check_block(&**database, &block);
    assert_eq!(database.certificate(0).expect("read"), None);
    assert_eq!(database.certificate(1).expect("read"), Some(votes(&block)));
    assert_eq!(database.block(2).expect("read"), None);
    assert_eq!(database.header(2).expect("read"), None);
    assert_eq!(database.receipts(2).expect("read"), None);
    assert_eq!(database.transaction(&Hash([9; 32])).expect("read"), None);
}

pub(super) fn everything_survives_reopening(place: &mut dyn Place) {
    let chain = Chain::new(place.open(Retention::default()));
    let mut blocks = Vec::new();
    for nonce in 0..5 {
        let name = format!("key {nonce}");
        let block = chain.commit(&writes(&[(&name, Some("value"))]), &[nonce]);
        blocks.push(block.expect("committed"));
        chain.database.put_undecided(nonce + 1, 3, &blocks[0]).expect("kept");
    }
    drop(chain);
    let chain = Chain::new(place.open(Retention::default()));
    assert_eq!(chain.database.tip(), blocks.last().map(tip_of));
    for block in &blocks {
        check_block(&*chain.database, block);
    }
    assert_eq!(chain.database.undecided(5).expect("read"), [(3, blocks[0].clone())]);
    chain.commit(&writes(&[("more", Some("value"))]), &[9]).expect("the chain goes on");
}

pub(super) fn undecided_blocks_last_until_their_height_is_decided(place: &mut dyn Place) {
    let chain = Chain::new(place.open(Retention::default()));
    let database = &chain.database;
    let first = chain.commit(&writes(&[]), &[]).expect("committed");
    let second = chain.build(&writes(&[("a", Some("1"))]), &[1]);
    database.put_undecided(1, 300, &second.block).expect("kept");
    database.put_undecided(1, 2, &first).expect("kept");
    database.put_undecided(1, 2, &second.block).expect("replaced");
    database.put_undecided(2, 0, &second.block).expect("kept");
    let kept = [(2, second.block.clone()), (300, second.block.clone())];
    assert_eq!(database.undecided(1).expect("read"), kept);
    database.commit(&second.batch()).expect("committed");
    assert_eq!(database.undecided(1).expect("read"), []);
    assert_eq!(database.undecided(2).expect("read"), [(0, second.block.clone())]);
    let late = database.put_undecided(1, 4, &second.block).expect_err("already decided");
    assert!(!late.is_fatal(), "{late}");
}

fn check_block(database: &dyn Database, block: &Block) {
    let height = block.header.height;
    assert_eq!(database.block(height).expect("read").as_ref(), Some(block));
    assert_eq!(database.header(height).expect("read").as_ref(), Some(&block.header));
    let receipts = database.receipts(height).expect("read").expect("stored with the block");
    assert_eq!(receipts.len(), block.transactions.len());
    for (index, (transaction, receipt)) in (0..).zip(block.transactions.iter().zip(&receipts)) {
        assert_eq!(receipt.transaction_hash, transaction.hash());
        let position = database.transaction(&transaction.hash()).expect("read");
        assert_eq!(position, Some(TransactionPosition { height, index }));
    }
}

fn tip_of(block: &Block) -> Tip {
    let header = &block.header;
    Tip { height: header.height, block_id: header.id(), state_root: header.state_root }
}
