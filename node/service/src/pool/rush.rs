//! Who waits beside the block that is being filled, and how long blocks take to be sealed.

use std::collections::{HashSet, VecDeque};
use std::time::{Duration, Instant};
use tenor_primitives::Address;

/// Of so many blocks the one that was sealed soonest counts: a store that stalls once must not make the
/// next block long.
const RECENT: usize = 4;

#[derive(Debug, Default)]
pub(super) struct Rush {
    /// The senders of the block that is being filled.
    in_block: HashSet<Address>,
    newcomer_waits: bool,
    /// When the last offer ended.
    offered: Option<Instant>,
    /// How long the last blocks took from the end of their offer to their commit.
    sealing: VecDeque<Duration>,
}

impl Rush {
    /// A block is offered what these have; gives how long one takes to be sealed, if that is known.
    pub(super) fn begin(&mut self, senders: impl Iterator<Item = Address>) -> Option<Duration> {
        self.in_block = senders.collect();
        self.newcomer_waits = false;
        self.offered = None;
        self.sealing.iter().min().copied()
    }

    /// The block is offered no more; the first word counts.
    pub(super) fn offered(&mut self) {
        self.offered.get_or_insert_with(Instant::now);
    }

    /// The block is durable.
    pub(super) fn sealed(&mut self) {
        if let Some(offered) = self.offered.take() {
            self.sealing.truncate(RECENT - 1);
            self.sealing.push_front(offered.elapsed());
        }
        self.in_block.clear();
    }

    /// A sender has something ready.
    pub(super) fn ready(&mut self, sender: &Address) {
        self.newcomer_waits |= !self.in_block.contains(sender);
    }

    /// Whether somebody waits whom the block leaves out.
    pub(super) fn newcomer_waits(&self) -> bool {
        self.newcomer_waits
    }
}
