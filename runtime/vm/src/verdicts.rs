//! Refusals of code, remembered: the same code under the same parameters is refused again at no
//! cost.

use crate::modules::ModuleKey;
use crate::refusal::CodeRefusal;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// How many are remembered; the oldest makes room.
const COUNT_MAX: usize = 1_024;

/// Only what is a fact of the code gets in here, never that a process was killed or ran out of time.
#[derive(Debug, Default)]
pub(crate) struct Refusals(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    refusals: BTreeMap<ModuleKey, CodeRefusal>,
    order: VecDeque<ModuleKey>,
}

impl Refusals {
    /// Why the code under `key` is refused, if that is known.
    pub(crate) fn get(&self, key: &ModuleKey) -> Option<CodeRefusal> {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.refusals.get(key).cloned()
    }

    /// Remembers `refusal`.
    pub(crate) fn insert(&self, key: ModuleKey, refusal: CodeRefusal) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.refusals.insert(key, refusal).is_some() {
            return;
        }
        inner.order.push_back(key);
        if inner.order.len() > COUNT_MAX
            && let Some(oldest) = inner.order.pop_front()
        {
            inner.refusals.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::Rule;
    use tenor_primitives::{Hash, keccak256};

    #[test]
    fn the_oldest_makes_room() {
        let refusals = Refusals::default();
        let key = |index: usize| (keccak256(&index.to_le_bytes()), Hash::ZERO);
        let refusal = || CodeRefusal::new(Rule::Compile, "a module that compiles", "this");
        for index in 0..=COUNT_MAX {
            refusals.insert(key(index), refusal());
            refusals.insert(key(index), refusal());
        }
        assert_eq!(refusals.get(&key(0)), None);
        assert_eq!(refusals.get(&key(1)), Some(refusal()));
        assert_eq!(refusals.get(&key(COUNT_MAX)), Some(refusal()));
    }
}
