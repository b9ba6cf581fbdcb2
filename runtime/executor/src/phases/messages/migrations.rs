//! Migration of a live instance: proposed by its creator, applied by an operator after notice.

use super::Output;
use crate::error::MessageError;
use crate::{CodeRecord, InstanceRecord, MigrationProposal, Session, SystemError};
use tenor_abi::EntryPoint;
use tenor_primitives::{Address, Hash, keccak256};

impl Session {
    pub(super) fn propose_migration(
        &mut self,
        sender: &Address,
        contract: &Address,
        code_hash: Hash,
        payload: &[u8],
    ) -> Output {
        let instance = self.instance(contract)?;
        let instance = instance.ok_or(SystemError::UnknownInstance { contract: *contract })?;
        if instance.creator != *sender {
            return Err(SystemError::NotCreator { creator: instance.creator }.into());
        }
        if !self.approved_code(&code_hash)?.migrates {
            return Err(SystemError::CannotMigrate { code_hash }.into());
        }
        let max = self.parameters().limits.payload_bytes_max;
        if payload.len() > max as usize {
            return Err(SystemError::PayloadTooLarge { max }.into());
        }
        let notice = self.parameters().limits.migration_notice_blocks;
        let ready_height = self.environment.height.saturating_add(notice);
        self.charge_record(payload.len().saturating_add(128))?;
        let proposal = MigrationProposal { code_hash, payload: payload.to_vec(), ready_height };
        self.put_migration(contract, &proposal);
        self.emit_system(
            "migration_proposed",
            contract,
            &(code_hash, keccak256(payload), ready_height),
        );
        Ok(Vec::new())
    }

    pub(super) fn apply_migration(
        mut self: Box<Self>,
        sender: &Address,
        contract: Address,
        (code_hash, payload_hash): (Hash, Hash),
    ) -> (Box<Self>, Output) {
        let proposal = match self.switch_code(sender, &contract, code_hash, payload_hash) {
            Ok(proposal) => proposal,
            Err(error) => return (self, Err(error)),
        };
        let (mut session, output) =
            self.enter_contract(sender, contract, EntryPoint::Migrate, proposal.payload);
        if output.is_ok() {
            session.emit_system("migrated", &contract, &code_hash);
        }
        (session, output)
    }

    fn switch_code(
        &mut self,
        sender: &Address,
        contract: &Address,
        code_hash: Hash,
        payload_hash: Hash,
    ) -> Result<MigrationProposal, MessageError> {
        let instance = self.instance(contract)?;
        let instance = instance.ok_or(SystemError::UnknownInstance { contract: *contract })?;
        let proposal = self.migration(contract)?;
        let meant = |proposal: &MigrationProposal| {
            proposal.code_hash == code_hash && keccak256(&proposal.payload) == payload_hash
        };
        let proposal = proposal.filter(meant);
        let proposal = proposal.ok_or(SystemError::NoMigration)?;
        if instance.creator == *sender {
            return Err(SystemError::SameParty.into());
        }
        if self.environment.height < proposal.ready_height {
            let ready_height = proposal.ready_height;
            return Err(SystemError::MigrationNotice { ready_height }.into());
        }
        let CodeRecord { code_bytes, memory_pages, .. } = self.approved_code(&code_hash)?;
        let migrations = instance.migrations.saturating_add(1);
        self.charge_record(256)?;
        self.put_instance(
            contract,
            &InstanceRecord { code_hash, code_bytes, memory_pages, migrations, ..instance },
        );
        self.remove_migration(contract);
        Ok(proposal)
    }
}
