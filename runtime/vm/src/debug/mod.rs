//! The debug side file of a contract, `NAME.debug`: what a compiler knows of the source, kept beside
//! the module instead of in it. `tenor contract build` writes it, traces read it. It is bound to the
//! code's hash and never leaves the machine it was made on.
//!
//! Format: `"tenordbg" 0x01`, Keccak-256 of the rest (32 bytes), and the rest as borsh: the code's
//! hash, where the code section's content begins in the module (u32), and a list of (section name,
//! content) with the DWARF and name sections.

mod error;
mod lines;
mod names;
mod split;

#[cfg(test)]
mod tests;

pub use error::DebugError;
pub use lines::SourceLine;
pub use split::{Split, split};

use borsh::{BorshDeserialize, BorshSerialize};
use tenor_primitives::{Hash, keccak256};

/// How side files are called: the module's name with this in the place of `wasm`.
pub const EXTENSION: &str = "debug";

const MAGIC: &[u8; 9] = b"tenordbg\x01";

/// A side file.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct DebugFile {
    code_hash: Hash,
    /// Offset in the module of what DWARF's addresses count from.
    code_start: u32,
    /// Custom sections by their names.
    sections: Vec<(String, Vec<u8>)>,
}

impl DebugFile {
    /// The code that it describes.
    pub fn code_hash(&self) -> Hash {
        self.code_hash
    }

    /// The file's bytes.
    ///
    /// # Panics
    /// Never: a list of byte strings encodes.
    pub fn encode(&self) -> Vec<u8> {
        let rest = borsh::to_vec(self).expect("byte strings encode");
        [&MAGIC[..], &keccak256(&rest).0, &rest].concat()
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`DebugError`] when it is not a side file, or damaged.
    pub fn decode(bytes: &[u8]) -> Result<Self, DebugError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(DebugError::NotADebugFile)?;
        let damaged = DebugError::Damaged;
        let (digest, rest) = rest.split_first_chunk::<32>().ok_or(damaged)?;
        if keccak256(rest) != Hash(*digest) {
            return Err(damaged);
        }
        borsh::from_slice(rest).map_err(|_| damaged)
    }

    /// The content of a section; empty if there is none.
    fn section(&self, name: &str) -> &[u8] {
        let found = self.sections.iter().find(|(known, _)| known == name);
        found.map_or(&[], |(_, content)| content)
    }
}
