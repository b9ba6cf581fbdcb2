//! Instances: creation and execution.

use super::Output;
use crate::error::MessageError;
use crate::session::{CallRequest, CallStop};
use crate::{CallOutcome, InstanceRecord, Session, SystemError};
use tenor_abi::EntryPoint;
use tenor_primitives::{Address, HaltCode, Halted, Hash};

impl Session {
    pub(super) fn instantiate(
        mut self: Box<Self>,
        creator: &Address,
        code_hash: Hash,
        label: &str,
        payload: &[u8],
    ) -> (Box<Self>, Output) {
        let contract = match self.create_instance(creator, code_hash, label) {
            Ok(contract) => contract,
            Err(error) => return (self, Err(error)),
        };
        let (mut session, output) =
            self.enter_contract(creator, contract, EntryPoint::Instantiate, payload.to_vec());
        let output = output.map(|_| {
            session.emit_system("instance_created", &contract, &(code_hash, creator, label));
            contract.0.to_vec()
        });
        (session, output)
    }

    fn create_instance(
        &mut self,
        creator: &Address,
        code_hash: Hash,
        label: &str,
    ) -> Result<Address, MessageError> {
        if !Address::is_label(label) {
            return Err(SystemError::InvalidLabel.into());
        }
        let code = self.approved_code(&code_hash)?;
        let contract = Address::of_instance(&self.environment.chain_id, creator, label);
        if self.instance(&contract)?.is_some() {
            return Err(SystemError::LabelTaken { address: contract }.into());
        }
        self.charge_record(256)?;
        let record = InstanceRecord {
            code_hash,
            code_bytes: code.code_bytes,
            memory_pages: code.memory_pages,
            creator: *creator,
            label: label.into(),
            created_height: self.environment.height,
            migrations: 0,
        };
        self.put_instance(&contract, &record);
        Ok(contract)
    }

    pub(super) fn execute(
        mut self: Box<Self>,
        sender: &Address,
        contract: Address,
        payload: Vec<u8>,
    ) -> (Box<Self>, Output) {
        match self.has_instance(&contract) {
            Ok(true) => self.enter_contract(sender, contract, EntryPoint::Execute, payload),
            Ok(false) => (self, Err(SystemError::UnknownInstance { contract }.into())),
            Err(error) => (self, Err(error.into())),
        }
    }

    /// Runs an entry point as the outermost call, with all the gas that is left.
    pub(super) fn enter_contract(
        self: Box<Self>,
        caller: &Address,
        contract: Address,
        entry: EntryPoint,
        payload: Vec<u8>,
    ) -> (Box<Self>, Output) {
        let max = self.parameters().limits.payload_bytes_max;
        if payload.len() > max as usize {
            return (self, Err(SystemError::PayloadTooLarge { max }.into()));
        }
        let request = CallRequest {
            contract,
            caller: *caller,
            entry,
            may_write: true,
            payload,
            gas_limit: u64::MAX,
        };
        let (session, outcome) = self.run_call(request);
        let output = match outcome {
            Ok(CallOutcome::Returned(output)) => Ok(output),
            Ok(CallOutcome::Failed(failure)) => Err(MessageError::Contract(failure)),
            Ok(CallOutcome::Halted(halt)) => Err(MessageError::Halted(halt)),
            Err(CallStop::Fatal(error)) => Err(error.into()),
            Err(CallStop::OutOfGas) => {
                let code = HaltCode::OutOfGas;
                Err(MessageError::Halted(Halted { contract, code }))
            }
        };
        (session, output)
    }
}
