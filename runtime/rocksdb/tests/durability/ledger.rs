//! The ledger that the worker writes and the tests know by heart.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use tenor_primitives::{Address, Height, StorageKey, keccak256};
use tenor_state::conformance::Chain;
use tenor_state::{Database, MemoryDatabase, Tip, WriteSet};

/// Blocks, genesis included. With the smallest write buffers, they make tables flush and compact.
pub(crate) const BLOCKS: Height = 16;

/// Keys that exist at some time.
const KEYS: u64 = 200;
/// Keys that a block writes.
const WRITES: u64 = 60;

/// A number that looks random and is the same in every process.
pub(crate) fn number(words: &[u64]) -> u64 {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
    u64::from_be_bytes(keccak256(&bytes).0[..8].try_into().expect("8 of 32 bytes"))
}

fn key(index: u64) -> StorageKey {
    let owner = u8::try_from(index % 3).expect("small");
    let namespace = u16::try_from(index % 5).expect("small");
    StorageKey::new(Address([owner; 32]), namespace, index.to_be_bytes())
}

/// Bytes that no compression makes shorter.
fn value(height: Height, index: u64) -> Vec<u8> {
    let length = usize::try_from(number(&[height, index, 1]) % 8_192).expect("small");
    // Xorshift: any seed but zero.
    let next = |word: &u64| {
        let word = word ^ (word << 13);
        let word = word ^ (word >> 7);
        Some(word ^ (word << 17))
    };
    let words = std::iter::successors(Some(number(&[height, index]) | 1), next);
    words.flat_map(u64::to_be_bytes).take(length).collect()
}

/// What the block at `height` writes: mostly values, some deletions.
pub(crate) fn writes(height: Height) -> WriteSet {
    let chosen = (0..WRITES).map(|place| number(&[height, place]) % KEYS);
    let write = |index: u64| {
        let deletes = height > 0 && number(&[height, index, 2]).is_multiple_of(5);
        (key(index), (!deletes).then(|| value(height, index)))
    };
    chosen.map(write).collect()
}

/// The transactions of the block at `height`: some blocks have none.
pub(crate) fn nonces(height: Height) -> Vec<u64> {
    (0..height % 4).map(|place| height * 4 + place).collect()
}

/// The state after a block.
pub(crate) type State = BTreeMap<StorageKey, Vec<u8>>;

/// What every block must leave, by height.
pub(crate) struct Model {
    pub(crate) tips: Vec<Tip>,
    pub(crate) states: Vec<State>,
}

impl Model {
    /// The model, computed once over the database in memory.
    pub(crate) fn get() -> &'static Self {
        static MODEL: OnceLock<Model> = OnceLock::new();
        MODEL.get_or_init(Self::compute)
    }

    fn compute() -> Self {
        let memory = Arc::new(MemoryDatabase::new(Chain::chain_id()));
        let chain = Chain::new(Arc::clone(&memory) as Arc<dyn Database>);
        let (mut tips, mut states, mut state) = (Vec::new(), Vec::new(), State::new());
        for height in 0..=BLOCKS {
            let writes = writes(height);
            chain.commit(&writes, &nonces(height)).expect("memory does not fail");
            tips.push(memory.tip().expect("committed"));
            for (key, value) in writes {
                match value {
                    Some(value) => state.insert(key, value),
                    None => state.remove(&key),
                };
            }
            states.push(state.clone());
        }
        Self { tips, states }
    }

    /// The tip after the block at `height`.
    pub(crate) fn tip(&self, height: Height) -> &Tip {
        &self.tips[usize::try_from(height).expect("few blocks")]
    }

    /// The state after the block at `height`.
    pub(crate) fn state(&self, height: Height) -> &State {
        &self.states[usize::try_from(height).expect("few blocks")]
    }
}
