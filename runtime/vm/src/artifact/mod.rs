//! Compiled modules on disk: found by key, checked by checksum, recompiled when in doubt.

mod key;
mod load;
mod store;

pub(crate) use key::{ArtifactKey, Compatibility};
pub(crate) use load::load;
pub(crate) use store::ArtifactStore;
