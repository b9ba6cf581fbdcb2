//! Contract code.

use super::{code_key, namespace};
use crate::{FatalError, Session};
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_primitives::{Address, Hash, Height};

/// What is known of uploaded code.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CodeRecord {
    /// Who uploaded it.
    pub uploader: Address,
    /// When.
    pub uploaded_height: Height,
    /// Its size in bytes.
    pub code_bytes: u32,
    /// Keccak-256 of its spec section.
    pub spec_hash: Hash,
    /// Pages of 64 KiB that its memory starts with.
    pub memory_pages: u32,
    /// Whether it exports `migrate`.
    pub migrates: bool,
    /// Who approved it, if anyone has.
    pub approved_by: Option<Address>,
}

impl Session {
    pub(crate) fn code_record(&mut self, hash: &Hash) -> Result<Option<CodeRecord>, FatalError> {
        self.record(namespace::CODE_RECORDS, &hash.0, "code record")
    }

    pub(crate) fn put_code_record(&mut self, hash: &Hash, record: &CodeRecord) {
        self.put_record(namespace::CODE_RECORDS, &hash.0, record);
    }

    pub(crate) fn put_code(&mut self, hash: &Hash, code: Vec<u8>) {
        self.journal.put((&code_key(hash)).into(), Some(code));
    }
}
