//! One file per kind of message.

mod accounts;
mod code;
mod contracts;
mod governance;
mod migrations;

use crate::Session;
use crate::error::MessageError;
use tenor_primitives::{Address, Event, HaltCode, Halted, Message};

type Output = Result<Vec<u8>, MessageError>;

impl Session {
    /// Runs one message of a sender that has a role for it; its output, or why it does not take effect.
    pub(super) fn message(
        mut self: Box<Self>,
        address: &Address,
        message: &Message,
    ) -> (Box<Self>, Output) {
        match message {
            Message::Instantiate { code_hash, label, payload } => {
                self.instantiate(address, *code_hash, label, payload)
            }
            Message::Execute { contract, payload } => {
                self.execute(address, *contract, payload.clone())
            }
            Message::ApplyMigration { contract, code_hash, payload_hash } => {
                self.apply_migration(address, *contract, (*code_hash, *payload_hash))
            }
            _ => {
                let output = self.native_message(address, message);
                (self, output)
            }
        }
    }

    fn native_message(&mut self, address: &Address, message: &Message) -> Output {
        match message {
            Message::UploadCode { code } => self.upload_code(address, code),
            Message::ApproveCode { code_hash } => self.approve_code(address, code_hash),
            Message::ProposeMigration { contract, code_hash, payload } => {
                self.propose_migration(address, contract, *code_hash, payload)
            }
            Message::CreateAccount { label, policy, roles } => {
                self.create_account(address, label, policy, *roles)
            }
            Message::UpdateKeyPolicy { account, policy } => {
                self.update_key_policy(address, account, policy)
            }
            Message::SetRoles { account, roles } => self.set_roles(address, account, *roles),
            Message::ScheduleParameters { parameters, activation_height } => {
                self.schedule(parameters, *activation_height)
            }
            Message::SetValidators { validators } => self.set_validators(validators),
            Message::Instantiate { .. }
            | Message::Execute { .. }
            | Message::ApplyMigration { .. } => unreachable!("messages that run contracts"),
        }
    }

    /// Takes gas for work of the ledger itself.
    fn charge_native(&mut self, gas: u64) -> Result<(), MessageError> {
        let contract = Address::SYSTEM;
        self.charge(gas)
            .map_err(|_| MessageError::Halted(Halted { contract, code: HaltCode::OutOfGas }))
    }

    /// Pays for a record of the ledger like a contract pays for storage.
    fn charge_record(&mut self, bytes: usize) -> Result<(), MessageError> {
        let cost = self.parameters().gas.storage_set;
        self.charge_native(cost.of(bytes as u64))
    }

    /// Emits an event of the ledger; `topic` is also its data.
    fn emit_system<T: borsh::BorshSerialize>(&mut self, name: &str, topic: &Address, data: &T) {
        let data = borsh::to_vec(&(topic, data)).expect("event data encodes");
        let bytes = name.len().saturating_add(data.len()) as u64;
        let topics = vec![topic.0.to_vec()];
        let event = Event { emitter: Address::SYSTEM, name: name.into(), topics, data };
        self.journal.emit(event, bytes);
    }
}
