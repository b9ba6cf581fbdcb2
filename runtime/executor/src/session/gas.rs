//! Charging.

use super::Session;
use crate::HostError;
use tenor_primitives::{HaltCode, HostCost};

impl Session {
    /// Takes `gas`, or stops the guest with nothing left.
    pub(crate) fn charge(&mut self, gas: u64) -> Result<(), HostError> {
        match self.gas_left.checked_sub(gas) {
            Some(left) => {
                self.gas_left = left;
                Ok(())
            }
            None => {
                self.gas_left = 0;
                Err(HostError::Halt(HaltCode::OutOfGas))
            }
        }
    }

    pub(crate) fn charge_host(&mut self, cost: HostCost, bytes: usize) -> Result<(), HostError> {
        self.charge(cost.of(bytes as u64))
    }
}
