//! The steps of a commit by name, and who may watch them: the tests end the process at each.

use std::sync::OnceLock;

/// A moment of a block's way to disk, in order. The last one is when a caller may acknowledge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CommitStep {
    /// The trie is about to be read for the block's writes.
    TrieUpdateBegins,
    /// The new root is known; nothing is stored.
    TrieUpdated,
    /// The batch has arrived at the store.
    CommitBegins,
    /// It belongs on the head and agrees with itself.
    Checked,
    /// What past states need, and the removal of what they need no more, are in the write batch.
    PastBatched,
    /// The values are.
    ValuesBatched,
    /// The trie's nodes are.
    NodesBatched,
    /// Block, receipts, certificate and index are.
    BlockBatched,
    /// The removal of undecided blocks is.
    UndecidedBatched,
    /// The head pointer is: the write batch is whole.
    HeadBatched,
    /// RocksDB has it in its log, the log is on disk, and readers see it.
    Synced,
    /// Its trie records are in their cache.
    NodesCached,
    /// Its values are too.
    Cached,
    /// The store's head is this block.
    HeadMoved,
}

impl CommitStep {
    /// All of them, in order.
    pub const ALL: [Self; 14] = [
        Self::TrieUpdateBegins,
        Self::TrieUpdated,
        Self::CommitBegins,
        Self::Checked,
        Self::PastBatched,
        Self::ValuesBatched,
        Self::NodesBatched,
        Self::BlockBatched,
        Self::UndecidedBatched,
        Self::HeadBatched,
        Self::Synced,
        Self::NodesCached,
        Self::Cached,
        Self::HeadMoved,
    ];
}

/// Hears of every step.
pub type StepWatcher = Box<dyn Fn(CommitStep) + Send + Sync>;

/// Where a store keeps its watcher. Without one, a step costs a look at an empty cell.
#[derive(Default)]
pub(crate) struct Steps(OnceLock<StepWatcher>);

impl Steps {
    /// Sets the watcher; a second one is refused.
    pub(crate) fn watch(&self, watcher: StepWatcher) -> bool {
        self.0.set(watcher).is_ok()
    }

    /// `step` is reached.
    pub(crate) fn reached(&self, step: CommitStep) {
        if let Some(watcher) = self.0.get() {
            watcher(step);
        }
    }
}
