//! Charging.

use super::Session;
use crate::HostError;
use tenor_primitives::{HaltCode, HostCost};

/// Takes `gas` from `gas_left`, or stops the guest with nothing left.
pub(super) fn charge(gas_left: &mut u64, gas: u64) -> Result<(), HostError> {
    match gas_left.checked_sub(gas) {
        Some(left) => {
            *gas_left = left;
            Ok(())
        }
        None => {
            *gas_left = 0;
            Err(HostError::Halt(HaltCode::OutOfGas))
        }
    }
}

impl Session {
    /// Takes `gas`, or stops the guest with nothing left.
    pub(crate) fn charge(&mut self, gas: u64) -> Result<(), HostError> {
        charge(&mut self.gas_left, gas)
    }

    pub(crate) fn charge_host(&mut self, cost: HostCost, bytes: usize) -> Result<(), HostError> {
        self.charge(cost.of(bytes as u64))
    }
}
