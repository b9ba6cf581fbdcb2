//! Who waits beside the block that is being filled, and how long blocks take to be sealed.

use std::collections::HashSet;
use std::time::{Duration, Instant};
use tenor_primitives::Address;

/// The longest that sealing counts for: a store that stalls once must not make the next block long.
const SEALING_MAX: Duration = Duration::from_millis(50);

#[derive(Debug, Default)]
pub(super) struct Rush {
    /// The senders of the block that is being filled.
    in_block: HashSet<Address>,
    newcomer_waits: bool,
    /// When the last offer ended.
    offered: Option<Instant>,
    sealing: Option<Duration>,
}

impl Rush {
    /// A block is offered what these have; gives how long the last one took to be sealed.
    pub(super) fn begin(&mut self, senders: impl Iterator<Item = Address>) -> Option<Duration> {
        self.in_block = senders.collect();
        self.newcomer_waits = false;
        self.sealing
    }

    /// The block is offered no more.
    pub(super) fn offered(&mut self) {
        self.offered = Some(Instant::now());
    }

    /// The block is durable.
    pub(super) fn sealed(&mut self) {
        if let Some(offered) = self.offered.take() {
            self.sealing = Some(offered.elapsed().min(SEALING_MAX));
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
