//! Input, output, failure and the facts of a call.

use super::Session;
use crate::HostError;
use tenor_primitives::{ContractFailure, HaltCode};

/// Bytes of a panic's text that are kept.
const PANIC_TEXT_MAX: usize = 512;

impl Session {
    /// Pays for the input by its length and reads it.
    pub(super) fn read_input(&mut self) -> Result<&[u8], HostError> {
        let cost = self.parameters().gas.read_input;
        self.charge_host(cost, self.frame().input.len())?;
        Ok(&self.frame().input)
    }

    /// Pays for the register by its length and reads it.
    pub(super) fn read_register(&mut self) -> Result<&[u8], HostError> {
        let cost = self.parameters().gas.read_input;
        self.charge_host(cost, self.frame().register.len())?;
        Ok(&self.frame().register)
    }

    pub(super) fn write_output(&mut self, output: &[u8]) -> Result<(), HostError> {
        self.charge_host(self.parameters().gas.set_output, output.len())?;
        if output.len() > self.parameters().limits.payload_bytes_max as usize {
            return Err(HostError::Halt(HaltCode::OutputLimit));
        }
        let frame = self.frame_mut();
        frame.output.clear();
        frame.output.extend_from_slice(output);
        Ok(())
    }

    pub(super) fn refuse(&mut self, code: u32, details: &[u8]) -> Result<(), HostError> {
        self.charge_host(self.parameters().gas.set_output, details.len())?;
        if details.len() > self.parameters().limits.failure_bytes_max as usize {
            return Err(HostError::Halt(HaltCode::OutputLimit));
        }
        let contract = self.frame().contract;
        let failure = ContractFailure { contract, code, details: details.to_vec() };
        self.frame_mut().failure = Some(failure);
        Err(HostError::Failed)
    }

    pub(super) fn give_up(&mut self, text: &[u8]) -> Result<(), HostError> {
        let kept = &text[..text.len().min(PANIC_TEXT_MAX)];
        self.panic_text = Some(String::from_utf8_lossy(kept).into_owned());
        Err(HostError::Halt(HaltCode::Panicked))
    }

    pub(super) fn read_context(&mut self) -> Result<Vec<u8>, HostError> {
        let (frame, block) = (self.frame(), &self.environment);
        // The fields of a `CallContext` in their order, without owning them; a test compares.
        let facts = (
            &block.chain_id,
            block.height,
            block.time,
            self.transaction_hash,
            frame.caller,
            frame.contract,
        );
        let bytes = borsh::to_vec(&facts).expect("facts encode");
        self.charge_host(self.parameters().gas.context, bytes.len())?;
        Ok(bytes)
    }
}
