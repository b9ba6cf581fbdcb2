//! Parameters and validators.

use super::Output;
use crate::{Session, SystemError, check_parameters};
use tenor_primitives::{Address, Height, Parameters, ValidatorSet};

impl Session {
    pub(super) fn schedule(&mut self, parameters: &Parameters, activation: Height) -> Output {
        let height = self.environment.height;
        if activation <= height {
            return Err(SystemError::ActivationHeight { height }.into());
        }
        check_parameters(parameters).map_err(SystemError::from)?;
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
