//! Parameters and validators.

use super::Output;
use crate::{Session, SystemError};
use tenor_primitives::{Address, Height, Limits, Parameters, ValidatorSet};

impl Session {
    pub(super) fn schedule(&mut self, parameters: &Parameters, activation: Height) -> Output {
        let height = self.environment.height;
        if activation <= height {
            return Err(SystemError::ActivationHeight { height }.into());
        }
        if !are_sane(parameters) {
            return Err(SystemError::InvalidParameters.into());
        }
        self.charge_record(512)?;
        self.schedule_parameters(activation, parameters);
        let hash = parameters.hash();
        self.emit_system("parameters_scheduled", &Address::SYSTEM, &(hash, activation));
        Ok(Vec::new())
    }

    pub(super) fn set_validators(&mut self, validators: &ValidatorSet) -> Output {
        if !validators.is_valid() {
            return Err(SystemError::InvalidValidators.into());
        }
        self.charge_record(validators.validators.len().saturating_mul(64))?;
        self.put_validators(validators);
        self.emit_system("validators_set", &Address::SYSTEM, &validators.hash());
        Ok(Vec::new())
    }
}

/// Parameters under which the ledger can still be operated: an operator's transaction that mends
/// them must fit, and instrumentation must be one this program knows.
pub(crate) fn are_sane(parameters: &Parameters) -> bool {
    let (gas, limits) = (&parameters.gas, &parameters.limits);
    let mending = gas.transaction.of(2_048).saturating_add(gas.signature.saturating_mul(4));
    let mending = mending.saturating_add(gas.storage_set.of(1_024));
    parameters.instrumentation_version == 1
        && gas.op_simple > 0
        && mending <= limits.transaction_gas_max
        && limits.transaction_gas_max <= limits.block_gas_max
        && limits.block_gas_max <= u64::MAX / 4
        && limits.transaction_bytes_max >= 4_096
        && limits.block_bytes_max >= 1 << 20
        && limits.messages_max > 0
        && limits.signatures_max >= 4
        && limits.block_transactions_max > 0
        && limits.call_depth_max > 0
        && limits.calls_max > 0
        && limits.stack_bytes_max >= 4_096
        && limits.stack_bytes_max <= 1 << 20
        && limits.memory_pages_initial_max <= limits.memory_pages_max
        && limits.memory_pages_max <= 1_024
        && are_bounded(limits)
        && limits.call_depth_max <= 64
        && limits.table_elements_max <= 16_384
        && limits.key_bytes_max >= 128
}

/// Ceilings that every node has room for, whatever an operator asks.
fn are_bounded(limits: &Limits) -> bool {
    limits.code_bytes_max <= 4 << 20
        && limits.instrumented_bytes_max <= 16 << 20
        && limits.functions_max <= 50_000
        && limits.globals_max <= 4_096
        && limits.types_max <= 10_000
        && limits.locals_max <= 4_096
        && limits.nesting_max <= 1_024
        && limits.loop_work_max <= 1 << 18
        && limits.loop_work_total_max <= 1 << 20
        && limits.calls_max <= 65_536
        && limits.key_bytes_max <= 4_096
        && limits.value_bytes_max <= 1 << 20
        && limits.payload_bytes_max <= 1 << 20
        && limits.scan_entries_max <= 100_000
        && limits.scan_bytes_max <= 16 << 20
        && limits.transaction_bytes_max <= 8 << 20
        && limits.block_bytes_max <= 512 << 20
        && limits.migration_notice_blocks >= 1
}
