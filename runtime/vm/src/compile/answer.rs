//! What goes to a worker and what comes back.

use crate::artifact::Compatibility;
use crate::config::Purpose;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_primitives::Hash;

/// One module to compile.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(super) struct Request {
    /// For which engines.
    pub(super) purpose: Purpose,
    /// The instrumented module.
    pub(super) wasm: Vec<u8>,
}

/// What became of it.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(super) enum Answer {
    /// It compiled.
    Compiled {
        /// The engines that can load it.
        compatibility: Compatibility,
        /// Keccak-256 of `module`.
        checksum: Hash,
        /// What [`wasmtime::Engine::precompile_module`] gave.
        module: Vec<u8>,
    },
    /// The compiler refuses it.
    Refused {
        /// Its words.
        reason: String,
    },
}
