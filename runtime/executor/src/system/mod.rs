//! The ledger's own records in the state, owned by [`Address::SYSTEM`]: accounts, nonces, client
//! references, code, instances, parameters, validators. Their layout is fixed and provable like any
//! contract's.

mod accounts;
mod code;
mod error;
mod instances;
mod parameters;
mod references;

pub use accounts::AccountRecord;
pub use code::CodeRecord;
pub use error::SystemError;
pub(crate) use instances::EnteredCode;
pub use instances::{InstanceRecord, MigrationProposal};
pub use parameters::ScheduledParameters;

use crate::journal::{KeyRef, ScanBudget};
use crate::{FatalError, HostError, Session};
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_primitives::{Address, Hash, StorageKey};
use tenor_state::{Entry, Scan, StateReader};

/// Namespaces of the ledger's own records.
pub mod namespace {
    /// Account address → `AccountRecord`.
    pub const ACCOUNTS: u16 = 1;
    /// Account address, lane → the lane's next nonce (u64).
    pub const NONCES: u16 = 2;
    /// Account address, client reference → transaction hash, hash of its messages, expiry.
    pub const CLIENT_REFS: u16 = 3;
    /// Expiry (ms, big-endian), account address, client reference → nothing.
    pub const CLIENT_REF_EXPIRIES: u16 = 4;
    /// Code hash → the module as uploaded.
    pub const CODE: u16 = 5;
    /// Code hash → `CodeRecord`.
    pub const CODE_RECORDS: u16 = 6;
    /// Instance address → `InstanceRecord`.
    pub const INSTANCES: u16 = 7;
    /// Instance address → `MigrationProposal`.
    pub const MIGRATIONS: u16 = 8;
    /// Nothing → the `Parameters` in force.
    pub const PARAMETERS: u16 = 9;
    /// Activation height (big-endian) → `Parameters` to come.
    pub const SCHEDULED_PARAMETERS: u16 = 10;
    /// Nothing → the `ValidatorSet` of the next block.
    pub const VALIDATORS: u16 = 11;
    /// Nothing → the hash of the ledger's genesis.
    pub const GENESIS: u16 = 12;
}

pub(crate) fn code_key(code_hash: &Hash) -> StorageKey {
    StorageKey::new(Address::SYSTEM, namespace::CODE, code_hash.0)
}

fn decode<T: BorshDeserialize>(what: &'static str, bytes: &[u8]) -> Result<T, FatalError> {
    borsh::from_slice(bytes).map_err(|_| FatalError::CorruptRecord { what })
}

/// Reads a record of the ledger straight from a state, outside a block.
pub fn read_record<T: BorshDeserialize>(
    state: &dyn StateReader,
    namespace: u16,
    key: &[u8],
    what: &'static str,
) -> Result<Option<T>, FatalError> {
    let key = StorageKey::new(Address::SYSTEM, namespace, key);
    state.get(&key)?.map(|bytes| decode(what, &bytes)).transpose()
}

impl Session {
    fn record<T: BorshDeserialize>(
        &mut self,
        namespace: u16,
        key: &[u8],
        what: &'static str,
    ) -> Result<Option<T>, FatalError> {
        let value = self.journal.get(KeyRef::own(namespace, key))?;
        value.map(|bytes| decode(what, bytes)).transpose()
    }

    fn has_record(&mut self, namespace: u16, key: &[u8]) -> Result<bool, FatalError> {
        Ok(self.journal.get(KeyRef::own(namespace, key))?.is_some())
    }

    fn put_record<T: BorshSerialize>(&mut self, namespace: u16, key: &[u8], value: &T) {
        let bytes = borsh::to_vec(value).expect("a record encodes");
        self.put_bytes(namespace, key, Some(bytes));
    }

    /// Records of the ledger itself in a range; the caller bounds their number.
    fn own_records(&mut self, scan: &Scan<'_>) -> Result<Vec<Entry>, FatalError> {
        match self.journal.scan(scan, false, &mut ScanBudget::FREE.clone()) {
            Ok(entries) => Ok(entries),
            Err(HostError::Fatal(error)) => Err(error),
            Err(error) => Err(FatalError::Engine(format!("a free scan was stopped: {error}"))),
        }
    }

    fn put_bytes(&mut self, namespace: u16, key: &[u8], value: Option<Vec<u8>>) {
        self.journal.put(KeyRef::own(namespace, key), value);
    }
}
