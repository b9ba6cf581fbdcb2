//! The queues against a model: a plain set of places, searched from end to end.

use super::queues::{Inserted, Queues};
use crate::tests::support::{Party, open_account};
use crate::{MempoolConfig, Rejected};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};
use tenor_executor::{InvalidTransaction, VerifiedTransaction};
use tenor_primitives::Address;

const SENDERS: [&str; 3] = ["operator", "deployer", "issuer"];
const LANES: u8 = 2;
const NONCES: u64 = 6;
const LANE_MAX: usize = 5;

/// A sender, a lane, a nonce.
type Place = (usize, u8, u64);

static TRANSACTIONS: LazyLock<BTreeMap<Place, Arc<VerifiedTransaction>>> = LazyLock::new(|| {
    let lanes = (0..SENDERS.len()).flat_map(|sender| (0..LANES).map(move |lane| (sender, lane)));
    let places = lanes.flat_map(|(sender, lane)| (0..NONCES).map(move |n| (sender, lane, n)));
    let signed = |place: Place| {
        let (sender, lane, nonce) = place;
        let party = Party::named(SENDERS[sender]);
        let transaction = party.transaction(lane, nonce, open_account("a"));
        let verified = VerifiedTransaction::verify(transaction).expect("signed");
        (place, Arc::new(verified))
    };
    places.map(signed).collect()
});

#[derive(Clone, Copy, Debug)]
enum Step {
    Insert(Place),
    Remove(Place),
    /// A block used the lane's numbers below this one.
    Advance(Place),
}

fn step() -> impl Strategy<Value = Step> {
    let place = || (0..SENDERS.len(), 0..LANES, 0..NONCES);
    prop_oneof![
        4 => place().prop_map(Step::Insert),
        1 => place().prop_map(Step::Remove),
        1 => place().prop_map(Step::Advance),
    ]
}

#[derive(Default)]
struct Model {
    waiting: BTreeSet<Place>,
    next: BTreeMap<(usize, u8), u64>,
}

impl Model {
    fn next(&self, sender: usize, lane: u8) -> u64 {
        self.next.get(&(sender, lane)).copied().unwrap_or(0)
    }

    fn insert(&mut self, queues: &mut Queues, place: Place) {
        let (sender, lane, nonce) = place;
        let next = self.next(sender, lane);
        let config =
            MempoolConfig { sender_transactions_max: LANE_MAX, ..MempoolConfig::default() };
        let transaction = Arc::clone(&TRANSACTIONS[&place]);
        let result = queues.insert(Arc::clone(&transaction), &config, || Ok(next));
        if self.waiting.contains(&place) {
            assert_eq!(result, Ok(Inserted::Waiting(transaction.hash())));
        } else if nonce < next {
            let stale = InvalidTransaction::StaleNonce { lane, expected: next, got: nonce };
            assert_eq!(result, Err(stale.into()));
        } else if self.waiting.iter().filter(|other| other.0 == sender).count() == LANE_MAX {
            assert!(matches!(result, Err(Rejected::SenderQuota { .. })));
        } else {
            assert_eq!(result, Ok(Inserted::New));
            self.waiting.insert(place);
        }
    }

    fn apply(&mut self, queues: &mut Queues, step: Step) {
        match step {
            Step::Insert(place) => self.insert(queues, place),
            Step::Remove(place) => {
                let removed = queues.remove(&TRANSACTIONS[&place].hash());
                assert_eq!(removed.is_some(), self.waiting.remove(&place));
            }
            Step::Advance((sender, lane, nonce)) => {
                let next = self.next(sender, lane).max(nonce);
                self.next.insert((sender, lane), next);
                for stale in queues.advance(&address(sender), lane, next) {
                    queues.remove(&stale).expect("waits");
                }
                self.waiting.retain(|(s, l, n)| (*s, *l) != (sender, lane) || *n >= next);
            }
        }
    }

    fn compare(&self, queues: &Queues) {
        let bytes = self.waiting.iter().map(|place| TRANSACTIONS[place].encoded_len()).sum();
        assert_eq!(queues.totals(), (self.waiting.len(), bytes));
        let next_waits = |(s, l, n): &&Place| *n == self.next(*s, *l);
        let ready: BTreeSet<(Address, u8, u64)> =
            self.waiting.iter().filter(next_waits).map(|(s, l, n)| (address(*s), *l, *n)).collect();
        assert_eq!(queues.ready().collect::<BTreeSet<_>>(), ready);
        assert_eq!(queues.has_ready(), !ready.is_empty());
        for (place, transaction) in TRANSACTIONS.iter() {
            let found = queues.at(&address(place.0), place.1, place.2).map(|found| found.hash());
            let expected = self.waiting.contains(place).then(|| transaction.hash());
            assert_eq!(found, expected, "{place:?}");
        }
        for sender in 0..SENDERS.len() {
            for (lane, behind) in queues.nonces_behind(&address(sender)) {
                let next = self.next(sender, lane);
                let waits = |nonce: &u64| self.waiting.contains(&(sender, lane, *nonce));
                let gap = (next..).find(|nonce| !waits(nonce)).expect("places are few");
                assert_eq!(behind, gap);
            }
        }
    }
}

static ADDRESSES: LazyLock<[Address; 3]> =
    LazyLock::new(|| SENDERS.map(|label| Party::named(label).address));

fn address(sender: usize) -> Address {
    ADDRESSES[sender]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn queues_do_what_the_model_does(steps in prop::collection::vec(step(), 1..60)) {
        let (mut queues, mut model) = (Queues::default(), Model::default());
        for step in steps {
            model.apply(&mut queues, step);
            model.compare(&queues);
        }
    }
}
