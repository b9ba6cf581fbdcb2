//! What a compiled module depends on.

use crate::engine::SPARSE_IMAGE_BYTES_MAX;
use crate::instrument::INSTRUMENTATION_FORM;
use borsh::{BorshDeserialize, BorshSerialize};
use std::hash::{Hash as _, Hasher as StdHasher};
use tenor_primitives::{Hash, Hasher, Parameters};
use wasmtime::Engine;

/// The key of a compiled module: Keccak-256 of everything that could change its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ArtifactKey(pub(crate) Hash);

/// The engine's side of the key: its version, its settings, and the processor's features, as far
/// as compiled code depends on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) struct Compatibility(pub(crate) Hash);

impl Compatibility {
    /// That of `engine`.
    pub(crate) fn of(engine: &Engine) -> Self {
        let mut hasher = Collector(Hasher::new());
        engine.precompile_compatibility_hash().hash(&mut hasher);
        Self(hasher.0.finish())
    }
}

/// Feeds what a type hashes to Keccak. The result is only compared on the machine that made it.
struct Collector(Hasher);

impl StdHasher for Collector {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        unreachable!("the digest is taken from the inner hasher")
    }
}

impl ArtifactKey {
    /// The key of the code with that hash under `parameters`. Prices and limits go in whole, so
    /// that a change of any of them can only cost a recompilation.
    pub(crate) fn new(
        code_hash: Hash,
        parameters: &Parameters,
        compatibility: Compatibility,
    ) -> Self {
        let Parameters { instrumentation_version, gas, limits } = parameters;
        let mut hasher = Hasher::new().chain(b"tenor artifact").chain(&code_hash.0);
        // The engine's own hash leaves out what only its images of memory depend on.
        (instrumentation_version, INSTRUMENTATION_FORM, SPARSE_IMAGE_BYTES_MAX, gas, limits)
            .serialize(&mut hasher)
            .expect("writing to a hasher cannot fail");
        Self(hasher.chain(&compatibility.0.0).finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ingredient_changes_the_key() {
        let code = Hash([1; 32]);
        let parameters = Parameters::initial();
        let compatibility = Compatibility::of(&Engine::default());
        let key = ArtifactKey::new(code, &parameters, compatibility);
        assert_eq!(key, ArtifactKey::new(code, &parameters, Compatibility::of(&Engine::default())));
        assert_ne!(key, ArtifactKey::new(Hash([2; 32]), &parameters, compatibility));
        assert_ne!(key, ArtifactKey::new(code, &parameters, Compatibility(Hash::ZERO)));
        let change = |change: fn(&mut Parameters)| {
            let mut changed = parameters.clone();
            change(&mut changed);
            ArtifactKey::new(code, &changed, compatibility)
        };
        assert_ne!(key, change(|parameters| parameters.instrumentation_version += 1));
        assert_ne!(key, change(|parameters| parameters.gas.op_simple += 1));
        assert_ne!(key, change(|parameters| parameters.limits.memory_pages_max += 1));
        let mut config = wasmtime::Config::new();
        config.cranelift_opt_level(wasmtime::OptLevel::None);
        let other = Engine::new(&config).expect("an engine");
        assert_ne!(compatibility, Compatibility::of(&other));
    }
}
