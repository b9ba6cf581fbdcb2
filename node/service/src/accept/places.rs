//! Who has a connection, and whom the node has waited for longest.

use crate::operation::Traffic;
use parking_lot::Mutex;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

/// The place is not waiting for its peer.
const AT_WORK: u64 = 0;

/// Whose connections share: one IPv4 address, or the 64 bits that an IPv6 network is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Peer(u128);

impl Peer {
    fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(u128::from(address.to_bits())),
            // A network's upper half is never zero in use, so the two kinds do not meet.
            IpAddr::V6(address) => Self(address.to_bits() & !u128::from(u64::MAX)),
        }
    }
}

/// One connection's place.
#[derive(Debug)]
pub(super) struct Place {
    address: IpAddr,
    peer: Peer,
    opened: Instant,
    /// Microseconds after `opened` plus one, since when the peer has owed a request or its body.
    receiving_since: AtomicU64,
    /// The same, since when it has not taken all of an answer.
    sending_since: AtomicU64,
    evicted: Notify,
    freed: Arc<Notify>,
}

impl Place {
    /// The peer owes bytes of a request.
    pub(super) fn receiving(&self) {
        self.wait(&self.receiving_since);
    }

    /// What the peer owed is there: the node is at work.
    pub(super) fn received(&self) {
        self.receiving_since.store(AT_WORK, Ordering::Relaxed);
    }

    /// The peer does not take what is sent.
    pub(super) fn sending(&self) {
        self.wait(&self.sending_since);
    }

    /// The peer has taken all that was sent.
    pub(super) fn sent(&self) {
        self.sending_since.store(AT_WORK, Ordering::Relaxed);
    }

    /// Whether there is nothing to be done for this peer before it sends more, and no answer is on
    /// its way.
    pub(super) fn owes_request(&self) -> bool {
        self.receiving_since.load(Ordering::Relaxed) != AT_WORK
            && self.sending_since.load(Ordering::Relaxed) == AT_WORK
    }

    /// Takes the place back.
    pub(super) fn evict(&self) {
        // Kept for a task that does not listen yet.
        self.evicted.notify_one();
    }

    /// Whose connection it is.
    pub(super) fn peer(&self) -> Peer {
        self.peer
    }

    /// Resolves when the place was taken back.
    pub(super) async fn evicted(&self) {
        self.evicted.notified().await;
    }

    /// Notes when the waiting began; one that goes on keeps its beginning.
    fn wait(&self, since: &AtomicU64) {
        let now = self.age_us();
        let begun = since.compare_exchange(AT_WORK, now, Ordering::Relaxed, Ordering::Relaxed);
        if begun.is_ok() {
            self.freed.notify_waiters();
        }
    }

    /// Microseconds for which the node has waited for this peer; `None` while the node is at work.
    fn waited_us(&self) -> Option<u64> {
        let now = self.age_us();
        let since = |since: &AtomicU64| {
            Some(since.load(Ordering::Relaxed)).filter(|since| *since != AT_WORK)
        };
        let (receiving, sending) = (since(&self.receiving_since), since(&self.sending_since));
        let begun = receiving.into_iter().chain(sending).min()?;
        Some(now.saturating_sub(begun))
    }

    fn age_us(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_micros()).unwrap_or(u64::MAX).saturating_add(1)
    }
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    places: HashMap<u64, Arc<Place>>,
    of_peer: HashMap<Peer, usize>,
}

/// All places.
#[derive(Debug)]
pub(super) struct Places {
    max: usize,
    peer_max: usize,
    open: Mutex<Open>,
    freed: Arc<Notify>,
    traffic: Traffic,
}

/// What a new connection is told.
#[derive(Debug)]
pub(super) enum Admission {
    /// It has a place.
    Admitted(Ticket),
    /// Its peer has its share, and every request of it is worked on.
    PeerAtWork,
    /// Every place is taken and worked for.
    AllAtWork,
}

/// A place that is held until this is dropped.
#[derive(Debug)]
pub(super) struct Ticket {
    id: u64,
    place: Arc<Place>,
    places: Arc<Places>,
}

impl Ticket {
    pub(super) fn place(&self) -> &Arc<Place> {
        &self.place
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.places.open.lock().remove(self.id);
        self.places.freed.notify_waiters();
        self.places.traffic.connections.dec();
    }
}

impl Places {
    /// Places for `max` connections, `peer_max` of them for one peer; at least one each.
    pub(super) fn new(max: usize, peer_max: usize, traffic: Traffic) -> Self {
        Self {
            max: max.max(1),
            peer_max: peer_max.max(1),
            open: Mutex::default(),
            freed: Arc::default(),
            traffic,
        }
    }

    /// Resolves when a place may have come free after this call.
    pub(super) fn freed(&self) -> OwnedNotified {
        Arc::clone(&self.freed).notified_owned()
    }

    /// A place for a connection from `address`. With no place free, the connection goes for whose
    /// peer the node has waited longest: among those of the same peer if it has its share, else among
    /// those of the peer with the most connections.
    pub(super) fn admit(self: &Arc<Self>, address: IpAddr) -> Admission {
        let peer = Peer::of(address);
        let mut open = self.open.lock();
        let shares = open.of_peer.get(&peer).copied().unwrap_or(0);
        let (is_shared_out, is_full) = (shares >= self.peer_max, open.places.len() >= self.max);
        if is_shared_out || is_full {
            if open.evict(|place| !is_shared_out || place.peer == peer) {
                self.traffic.evicted.inc();
            } else if is_shared_out {
                self.traffic.refused.inc();
                return Admission::PeerAtWork;
            } else {
                return Admission::AllAtWork;
            }
        }
        self.traffic.accepted.inc();
        self.traffic.connections.inc();
        let (id, place) = open.insert(address, &self.freed);
        Admission::Admitted(Ticket { id, place, places: Arc::clone(self) })
    }

    #[cfg(test)]
    fn taken(&self) -> usize {
        self.open.lock().places.len()
    }
}

impl Open {
    fn insert(&mut self, address: IpAddr, freed: &Arc<Notify>) -> (u64, Arc<Place>) {
        let (id, peer) = (self.next, Peer::of(address));
        self.next = self.next.wrapping_add(1);
        let place = Arc::new(Place {
            address,
            peer,
            opened: Instant::now(),
            receiving_since: AtomicU64::new(1),
            sending_since: AtomicU64::new(AT_WORK),
            evicted: Notify::new(),
            freed: Arc::clone(freed),
        });
        self.places.insert(id, Arc::clone(&place));
        *self.of_peer.entry(peer).or_default() += 1;
        (id, place)
    }

    fn remove(&mut self, id: u64) -> Option<Arc<Place>> {
        let place = self.places.remove(&id)?;
        if let Some(count) = self.of_peer.get_mut(&place.peer) {
            *count -= 1;
            if *count == 0 {
                self.of_peer.remove(&place.peer);
            }
        }
        Some(place)
    }

    /// Takes one place back; `false` if none of those `among` waits for its peer.
    fn evict(&mut self, among: impl Fn(&Place) -> bool) -> bool {
        let waiting = self.places.iter().filter(|(_, place)| among(place));
        let waiting = waiting.filter_map(|(id, place)| {
            let connections = self.of_peer.get(&place.peer).copied().unwrap_or(0);
            Some(((connections, place.waited_us()?, Reverse(*id)), *id))
        });
        let Some((_, id)) = waiting.max() else { return false };
        if let Some(place) = self.remove(id) {
            tracing::debug!(peer = %place.address, "a connection gives its place to another one");
            place.evict();
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn places(max: usize, peer_max: usize) -> Arc<Places> {
        Arc::new(Places::new(max, peer_max, Traffic::default()))
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, last])
    }

    fn admitted(places: &Arc<Places>, last: u8) -> Ticket {
        match places.admit(address(last)) {
            Admission::Admitted(ticket) => ticket,
            refused => panic!("expected a place, got {refused:?}"),
        }
    }

    fn is_evicted(ticket: &Ticket) -> bool {
        !ticket.places.open.lock().places.contains_key(&ticket.id)
    }

    /// Later than what was before by more than the clock's grain.
    fn later() {
        std::thread::sleep(Duration::from_millis(2));
    }

    #[test]
    fn the_longest_silent_one_of_the_greediest_peer_goes() {
        let places = places(4, 4);
        let quiet = admitted(&places, 1);
        let greedy: Vec<_> = (0..3)
            .map(|_| {
                later();
                admitted(&places, 2)
            })
            .collect();
        let newcomer = admitted(&places, 3);
        assert!(is_evicted(&greedy[0]), "the oldest of three");
        assert!(!is_evicted(&quiet), "it is older, and its peer's only one");
        assert!(!is_evicted(&greedy[1]) && !is_evicted(&greedy[2]) && !is_evicted(&newcomer));
        assert_eq!(places.taken(), 4);
        drop(greedy);
        assert_eq!(places.taken(), 2, "a place that was taken back is not given back twice");
    }

    #[test]
    fn who_is_at_work_stays_until_it_waits_for_its_peer_again() {
        let places = places(2, 2);
        let (first, second) = (admitted(&places, 1), admitted(&places, 2));
        first.place().received();
        second.place().received();
        assert!(matches!(places.admit(address(3)), Admission::AllAtWork));
        first.place().sending();
        let third = admitted(&places, 3);
        assert!(is_evicted(&first) && !is_evicted(&second) && !is_evicted(&third));
    }

    #[test]
    fn a_waiting_that_goes_on_keeps_its_beginning() {
        let places = places(2, 2);
        let trickling = admitted(&places, 1);
        later();
        let fresh = admitted(&places, 1);
        trickling.place().receiving();
        drop(admitted(&places, 1));
        assert!(is_evicted(&trickling) && !is_evicted(&fresh));
    }

    #[test]
    fn a_peer_has_its_share_and_no_more() {
        let places = places(100, 3);
        let mine: Vec<_> = (0..3).map(|_| admitted(&places, 1)).collect();
        for ticket in &mine {
            ticket.place().received();
        }
        assert!(matches!(places.admit(address(1)), Admission::PeerAtWork));
        let other = admitted(&places, 2);
        mine[1].place().receiving();
        let newcomer = admitted(&places, 1);
        assert!(is_evicted(&mine[1]) && !is_evicted(&newcomer) && !is_evicted(&other));
    }

    #[test]
    fn an_ipv6_network_is_one_peer_and_a_mapped_address_is_the_address() {
        let peer = |text: &str| Peer::of(text.parse().expect("an address"));
        assert_eq!(peer("2001:db8:1:2::1"), peer("2001:db8:1:2:ffff::9"));
        assert_ne!(peer("2001:db8:1:2::1"), peer("2001:db8:1:3::1"));
        assert_eq!(peer("::ffff:10.0.0.1"), peer("10.0.0.1"));
        assert_ne!(peer("10.0.0.1"), peer("10.0.0.2"));
    }
}
