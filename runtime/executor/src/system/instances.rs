//! Contract instances and their migrations.

use super::namespace;
use crate::journal::KeyRef;
use crate::{FatalError, Session};
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_primitives::{Address, Hash, Height};

/// An instance.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct InstanceRecord {
    /// The code it runs.
    pub code_hash: Hash,
    /// That code's size, for the price of a call.
    pub code_bytes: u32,
    /// Pages that code's memory starts with, likewise.
    pub memory_pages: u32,
    /// Who created it: its issuer.
    pub creator: Address,
    /// Its label, unique per creator.
    pub label: String,
    /// When it was created.
    pub created_height: Height,
    /// Migrations so far.
    pub migrations: u32,
}

/// What entering an instance needs: the record's first fields, read without the rest.
#[derive(Clone, Copy, Debug, BorshDeserialize)]
pub(crate) struct EnteredCode {
    pub(crate) code_hash: Hash,
    pub(crate) code_bytes: u32,
    pub(crate) memory_pages: u32,
}

/// A migration under notice.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct MigrationProposal {
    /// The code to change to.
    pub code_hash: Hash,
    /// The input of its `migrate`.
    pub payload: Vec<u8>,
    /// The first height at which it can be applied.
    pub ready_height: Height,
}

impl Session {
    pub(crate) fn instance(
        &mut self,
        contract: &Address,
    ) -> Result<Option<InstanceRecord>, FatalError> {
        self.record(namespace::INSTANCES, &contract.0, "instance")
    }

    /// The code of an instance that is about to be entered.
    pub(crate) fn entered_code(
        &mut self,
        contract: &Address,
    ) -> Result<Option<EnteredCode>, FatalError> {
        let key = KeyRef::own(namespace::INSTANCES, &contract.0);
        let Some(mut record) = self.journal.get(key)? else { return Ok(None) };
        let code = EnteredCode::deserialize(&mut record);
        code.map(Some).map_err(|_| FatalError::CorruptRecord { what: "instance" })
    }

    /// Whether there is such an instance.
    pub(crate) fn has_instance(&mut self, contract: &Address) -> Result<bool, FatalError> {
        self.has_record(namespace::INSTANCES, &contract.0)
    }

    pub(crate) fn put_instance(&mut self, contract: &Address, instance: &InstanceRecord) {
        self.put_record(namespace::INSTANCES, &contract.0, instance);
    }

    pub(crate) fn migration(
        &mut self,
        contract: &Address,
    ) -> Result<Option<MigrationProposal>, FatalError> {
        self.record(namespace::MIGRATIONS, &contract.0, "migration")
    }

    pub(crate) fn put_migration(&mut self, contract: &Address, proposal: &MigrationProposal) {
        self.put_record(namespace::MIGRATIONS, &contract.0, proposal);
    }

    pub(crate) fn remove_migration(&mut self, contract: &Address) {
        self.put_bytes(namespace::MIGRATIONS, &contract.0, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_entered_is_the_record_s() {
        let record = InstanceRecord {
            code_hash: Hash([7; 32]),
            code_bytes: 5,
            memory_pages: 6,
            creator: Address([1; 32]),
            label: "label".into(),
            created_height: 3,
            migrations: 4,
        };
        let bytes = borsh::to_vec(&record).expect("encodes");
        let entered = EnteredCode::deserialize(&mut &bytes[..]).expect("its first fields");
        let EnteredCode { code_hash, code_bytes, memory_pages } = entered;
        assert_eq!(code_hash, record.code_hash);
        assert_eq!((code_bytes, memory_pages), (record.code_bytes, record.memory_pages));
    }
}
