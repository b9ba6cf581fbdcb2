//! Parameters and validators in force and to come.

use super::{decode, namespace};
use crate::{FatalError, Session};
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_primitives::{Address, Height, Parameters, ValidatorSet};
use tenor_state::Scan;

/// Parameters that will come into force.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ScheduledParameters {
    /// The first height they hold for.
    pub activation_height: Height,
    /// The parameters.
    pub parameters: Parameters,
}

impl Session {
    pub(crate) fn put_parameters(&mut self, parameters: &Parameters) {
        self.put_record(namespace::PARAMETERS, &[], parameters);
    }

    pub(crate) fn schedule_parameters(&mut self, height: Height, parameters: &Parameters) {
        self.put_record(namespace::SCHEDULED_PARAMETERS, &height.to_be_bytes(), parameters);
    }

    /// The parameters that come into force at or before `height`, with their keys, in order.
    pub(crate) fn due_parameters(
        &mut self,
        height: Height,
    ) -> Result<Vec<ScheduledParameters>, FatalError> {
        let end = height.saturating_add(1).to_be_bytes();
        let due = self.own_records(&Scan {
            contract: Address::SYSTEM,
            namespace: namespace::SCHEDULED_PARAMETERS,
            start: None,
            end: Some(&end),
            reverse: false,
            limit: usize::MAX,
        })?;
        due.into_iter().map(|(key, value)| scheduled(&key, &value)).collect()
    }

    pub(crate) fn remove_scheduled(&mut self, height: Height) {
        self.put_bytes(namespace::SCHEDULED_PARAMETERS, &height.to_be_bytes(), None);
    }

    pub(crate) fn put_validators(&mut self, validators: &ValidatorSet) {
        self.put_record(namespace::VALIDATORS, &[], validators);
    }

    pub(crate) fn validators(&mut self) -> Result<ValidatorSet, FatalError> {
        let record = self.record(namespace::VALIDATORS, &[], "validators")?;
        record.ok_or(FatalError::CorruptRecord { what: "validators" })
    }
}

fn scheduled(key: &[u8], value: &[u8]) -> Result<ScheduledParameters, FatalError> {
    let corrupt = |_| FatalError::CorruptRecord { what: "scheduled parameters" };
    let activation_height = u64::from_be_bytes(key.try_into().map_err(corrupt)?);
    Ok(ScheduledParameters { activation_height, parameters: decode("parameters", value)? })
}
