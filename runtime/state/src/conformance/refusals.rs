//! Batches that do not belong on the head.

use super::Place;
use super::chain::{Built, Chain, writes};
use crate::{Database, Retention, StateError};
use tenor_primitives::{ChainId, Hash};

pub(super) fn batches_that_do_not_belong_change_nothing(place: &mut dyn Place) {
    let chain = Chain::new(place.open(Retention::default()));
    chain.commit(&writes(&[("a", Some("1"))]), &[]).expect("committed");
    let good = chain.build(&writes(&[("a", Some("2"))]), &[1]);
    let mutations: [fn(&mut Built); 9] = [
        |built| built.block.header.height = 0,
        |built| built.block.header.height = 2,
        |built| built.block.header.parent = Hash::ZERO,
        |built| built.block.header.state_root = Hash([1; 32]),
        |built| built.block.header.chain_id = ChainId::new("another-ledger").expect("valid"),
        |built| built.receipts.clear(),
        |built| built.certificate = None,
        |built| built.certificate.as_mut().expect("there").height = 7,
        |built| built.certificate.as_mut().expect("there").block_id = Hash::ZERO,
    ];
    for mutate in mutations {
        let mut bad = good.clone();
        mutate(&mut bad);
        check_refused(&*chain.database, &bad);
    }
    chain.database.commit(&good.batch()).expect("the unchanged batch is taken");
    check_refused(&*chain.database, &good);
}

pub(super) fn stale_updates_are_refused(place: &mut dyn Place) {
    let chain = Chain::new(place.open(Retention::default()));
    chain.commit(&writes(&[("a", Some("1"))]), &[]).expect("committed");
    let mut late = chain.build(&writes(&[("b", Some("1"))]), &[]);
    chain.commit(&writes(&[("c", Some("1"))]), &[]).expect("committed");
    let fresh = chain.build(&writes(&[("b", Some("1"))]), &[]);
    late.block = fresh.block;
    late.certificate = fresh.certificate;
    let before = chain.database.tip();
    let error = chain.database.commit(&late.batch()).expect_err("prepared over another head");
    assert!(matches!(error, StateError::Stale { .. }), "{error}");
    assert_eq!(chain.database.tip(), before);
}

fn check_refused(database: &dyn Database, bad: &Built) {
    let before = database.tip();
    let error = database.commit(&bad.batch()).expect_err("does not belong on the head");
    assert!(!error.is_fatal(), "a refusal leaves the store at work: {error}");
    assert_eq!(database.tip(), before);
}
