//! Places for what costs the node while a caller takes it: so many in all, and so many for one caller.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Weak};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Places of one kind, which callers `K` share.
pub(super) struct Places<K> {
    all: Arc<Semaphore>,
    each_max: usize,
    /// The share of each caller who has or awaits a place.
    shares: Mutex<HashMap<K, Weak<Semaphore>>>,
}

/// A place, held until this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    _own: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

impl<K: Eq + Hash> Places<K> {
    /// `max` places, at most `each_max` of them for one caller.
    pub(super) fn new(max: usize, each_max: usize) -> Self {
        let bounded = |count: usize| count.min(Semaphore::MAX_PERMITS);
        let all = Arc::new(Semaphore::new(bounded(max)));
        Self { all, each_max: bounded(each_max), shares: Mutex::default() }
    }

    /// A place now, if there is one for `caller`.
    pub(super) fn try_take(&self, caller: K) -> Option<Place> {
        let own = self.share(caller).try_acquire_owned().ok()?;
        let all = Arc::clone(&self.all).try_acquire_owned().ok()?;
        Some(Place { _own: own, _all: all })
    }

    /// A place when there is one for `caller`. Who has its share waits for its own, and for nobody's
    /// before that.
    pub(super) async fn take(&self, caller: K) -> Place {
        let closed = "nobody closes the places";
        let own = self.share(caller).acquire_owned().await.expect(closed);
        let all = Arc::clone(&self.all).acquire_owned().await.expect(closed);
        Place { _own: own, _all: all }
    }

    fn share(&self, caller: K) -> Arc<Semaphore> {
        let mut shares = self.shares.lock();
        if let Some(share) = shares.get(&caller).and_then(Weak::upgrade) {
            return share;
        }
        // Those of callers who have gone are forgotten: what is kept is as many as there are callers.
        shares.retain(|_, share| share.strong_count() > 0);
        let share = Arc::new(Semaphore::new(self.each_max));
        shares.insert(caller, Arc::downgrade(&share));
        share
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn a_caller_has_its_share_and_together_they_have_all() {
        let places = Places::new(3, 2);
        let first = places.try_take("a").expect("free");
        let second = places.try_take("a").expect("free");
        assert!(places.try_take("a").is_none(), "the share of one");
        let other = places.try_take("b").expect("free");
        assert!(places.try_take("c").is_none(), "all are taken");
        drop(first);
        let third = places.try_take("c").expect("free again");
        drop((second, other, third));
        assert!(places.try_take("b").is_some());
        let shares = places.shares.lock().len();
        assert!(shares <= 1, "who has none is forgotten: {shares}");
    }

    #[tokio::test]
    async fn who_waits_for_its_own_share_keeps_no_place_from_others() {
        let places = Arc::new(Places::new(2, 1));
        let first = places.take("a").await;
        let waits = tokio::spawn({
            let places = Arc::clone(&places);
            async move { places.take("a").await }
        });
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert!(!waits.is_finished());
        drop(places.try_take("b").expect("free"));
        drop(first);
        drop(waits.await.expect("gets its turn"));
    }
}
