//! Past states: every kept one reads and proves as it did when it was the head's.

use super::Place;
use super::chain::{Chain, key, writes};
use super::reads::{Model, apply, check_scans, random_writes};
use crate::{Claim, KeyRange, Retention, Scan, StateError, View};
use tenor_primitives::{Address, Height, StorageKey};

/// Commits blocks of random writes, and keeps what the state was after each.
fn grow(chain: &Chain, models: &mut Vec<Model>, blocks: u64) {
    for _ in 0..blocks {
        let height = u64::try_from(models.len()).expect("few");
        let set = random_writes(height);
        chain.commit(&set, &[height]).expect("committed");
        let mut model = models.last().cloned().unwrap_or_default();
        apply(&mut model, set);
        models.push(model);
    }
}

/// Checks a view against what the state was.
fn check(view: &View, model: &Model, height: Height) {
    assert_eq!(view.tip.height, height);
    check_scans(&*view.state, model);
    let root = view.tip.state_root;
    let mut keys: Vec<StorageKey> = model.keys().step_by(3).cloned().collect();
    keys.extend([key(7, 7, b"absent"), key(0, 1, b"\xff\xff\xff")]);
    let expected: Vec<_> = keys.iter().map(|key| (key.clone(), model.get(key).cloned())).collect();
    for key in &keys {
        let claim = view.prove(key).expect("proved");
        assert_eq!(claim.verify(&root), Ok(()), "{key:?} at {height}");
        let Claim::Value { value, .. } = &claim else { panic!("one value") };
        assert_eq!(value.as_ref(), model.get(key), "{key:?} at {height}");
    }
    let claim = view.prove_many(&keys).expect("proved");
    assert_eq!(claim.verify(&root), Ok(()));
    assert!(matches!(claim, Claim::Values { values, .. } if values == expected));
    for (owner, range) in (0..2).flat_map(|owner| ranges().map(|range| (owner, range))) {
        let contract = Address([owner; 32]);
        let claim = view.prove_map(&contract, 1, &range, 99).expect("proved").expect("few");
        assert_eq!(claim.verify(&root), Ok(()));
        let (start, end) = (range.start.as_deref(), range.end.as_deref());
        let scan = Scan { start, end, ..Scan::all(contract, 1, usize::MAX) };
        let entries = view.state.scan(&scan).expect("read");
        assert!(matches!(claim, Claim::Map { proof, .. } if proof.entries == entries));
    }
}

fn ranges() -> [KeyRange; 3] {
    let part = KeyRange { start: Some(vec![0x40]), end: Some(vec![0xc0]) };
    [KeyRange::default(), part, KeyRange { start: Some(vec![9]), end: Some(vec![9]) }]
}

fn check_kept(chain: &Chain, models: &[Model], oldest: Height) {
    assert_eq!(chain.database.oldest_state(), Ok(oldest));
    let head = u64::try_from(models.len()).expect("few") - 1;
    for (height, model) in (0..).zip(models) {
        let view = chain.database.view(Some(height));
        if height >= oldest {
            check(&view.expect("kept"), model, height);
            continue;
        }
        let refused = view.expect_err("pruned");
        assert_eq!(refused, StateError::NotKept { asked: height, oldest, head });
        assert!(!refused.is_fatal());
    }
    let early = chain.database.view(Some(head + 1)).expect_err("not there yet");
    assert_eq!(early, StateError::NotKept { asked: head + 1, oldest, head });
}

pub(super) fn every_kept_state_is_read_and_proved(place: &mut dyn Place) {
    let mut models = Vec::new();
    let chain = Chain::new(place.open(Retention::Archive));
    assert_eq!(chain.database.oldest_state(), Ok(0));
    grow(&chain, &mut models, 12);
    check_kept(&chain, &models, 0);
    drop(chain);
    let chain = Chain::new(place.open(Retention::Archive));
    grow(&chain, &mut models, 2);
    check_kept(&chain, &models, 0);
}

pub(super) fn states_are_pruned_as_the_head_moves_on(place: &mut dyn Place) {
    let mut models = Vec::new();
    let chain = Chain::new(place.open(Retention::Blocks(0)));
    grow(&chain, &mut models, 3);
    check_kept(&chain, &models, 2);
    drop(chain);
    // More are kept from now on; what is gone stays gone.
    let chain = Chain::new(place.open(Retention::Blocks(4)));
    grow(&chain, &mut models, 2);
    check_kept(&chain, &models, 2);
    grow(&chain, &mut models, 10);
    check_kept(&chain, &models, 10);
    drop(chain);
    // Fewer: a backlog is worked off block by block.
    let chain = Chain::new(place.open(Retention::Blocks(1)));
    grow(&chain, &mut models, 6);
    check_kept(&chain, &models, 19);
}

pub(super) fn a_view_outlives_its_pruning(place: &mut dyn Place) {
    let chain = Chain::new(place.open(Retention::Blocks(1)));
    let mut models = Vec::new();
    grow(&chain, &mut models, 2);
    let views = [0, 1].map(|height| chain.database.view(Some(height)).expect("kept"));
    chain.commit(&writes(&[("a", Some("1"))]), &[]).expect("committed");
    grow(&chain, &mut vec![Model::new(); 3], 3);
    for ((height, view), model) in (0..).zip(&views).zip(&models) {
        check(view, model, height);
    }
}
