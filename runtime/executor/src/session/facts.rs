//! Input, output, failure and the facts of a call.

use super::Session;
use crate::HostError;
use tenor_abi::CallContext;
use tenor_primitives::{ContractFailure, HaltCode};

/// Bytes of a panic's text that are kept.
const PANIC_TEXT_MAX: usize = 512;

impl Session {
    /// The call's input. The charge is for its length.
    pub fn input(&mut self) -> Result<&[u8], HostError> {
        let cost = self.parameters().gas.read_input;
        self.charge_host(cost, self.frame().input.len())?;
        Ok(&self.frame().input)
    }

    /// What the last scan, call, query or oversized read left.
    pub fn register(&mut self) -> Result<&[u8], HostError> {
        let cost = self.parameters().gas.read_input;
        self.charge_host(cost, self.frame().register.len())?;
        Ok(&self.frame().register)
    }

    /// Sets the call's result.
    pub fn set_output(&mut self, output: &[u8]) -> Result<(), HostError> {
        self.charge_host(self.parameters().gas.set_output, output.len())?;
        if output.len() > self.parameters().limits.payload_bytes_max as usize {
            return Err(HostError::Halt(HaltCode::OutputLimit));
        }
        let frame = self.frame_mut();
        frame.output.clear();
        frame.output.extend_from_slice(output);
        Ok(())
    }

    /// Ends the call with the contract's own code and details. Always an error.
    pub fn fail(&mut self, code: u32, details: &[u8]) -> Result<(), HostError> {
        self.charge_host(self.parameters().gas.set_output, details.len())?;
        if details.len() > self.parameters().limits.failure_bytes_max as usize {
            return Err(HostError::Halt(HaltCode::OutputLimit));
        }
        let contract = self.frame().contract;
        let failure = ContractFailure { contract, code, details: details.to_vec() };
        self.frame_mut().failure = Some(failure);
        Err(HostError::Failed)
    }

    /// Ends the call as a bug of the contract. Always an error; the text is local.
    pub fn panic(&mut self, text: &[u8]) -> Result<(), HostError> {
        let kept = &text[..text.len().min(PANIC_TEXT_MAX)];
        self.panic_text = Some(String::from_utf8_lossy(kept).into_owned());
        Err(HostError::Halt(HaltCode::Panicked))
    }

    /// The borsh [`CallContext`].
    pub fn context(&mut self) -> Result<Vec<u8>, HostError> {
        let frame = self.frame();
        let context = CallContext {
            chain_id: self.environment.chain_id.clone(),
            block_height: self.environment.height,
            block_time: self.environment.time,
            transaction_hash: self.transaction_hash,
            caller: frame.caller,
            contract: frame.contract,
        };
        let bytes = borsh::to_vec(&context).expect("a context encodes");
        self.charge_host(self.parameters().gas.context, bytes.len())?;
        Ok(bytes)
    }
}
