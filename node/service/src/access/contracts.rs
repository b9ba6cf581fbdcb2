//! What a contract's spec declares of its questions, events and storage.

use super::Reader;
use crate::problems::ApiError;
use crate::service::wasm_section;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use tenor_abi::failure::{CALL_HALTED, REPLY_MALFORMED};
use tenor_abi::spec::declare::Readers;
use tenor_abi::spec::{self, ContractSpec, FunctionSpec};
use tenor_client::api::{EventView, ReaderRole};
use tenor_client::codec;
use tenor_executor::InstanceRecord;
use tenor_executor::system::namespace;
use tenor_primitives::{Address, ContractFailure, Hash, StorageKey};
use tenor_state::{StateError, StateReader};

/// Specs that are kept read: code never changes under its hash, and there are few.
const SPECS_MAX: usize = 256;

/// The specs of codes, as they are asked for.
#[derive(Default)]
pub(crate) struct Specs(Mutex<HashMap<Hash, Option<Arc<ContractSpec>>>>);

/// An instance, and what its code declares.
pub(crate) struct Declared {
    issuer: Address,
    spec: Option<Arc<ContractSpec>>,
}

/// What is to be done with a question.
#[derive(Debug, PartialEq)]
pub(crate) enum Question {
    /// It may be asked.
    Allowed,
    /// It may be asked, and the answer is for whom it names; of a list, each element.
    IfNamed(FunctionSpec),
}

const DECLARED: &str = "a reader that the contract's spec declares";

impl Specs {
    /// What the code of an instance declares.
    pub(crate) fn of(
        &self,
        state: &dyn StateReader,
        instance: &InstanceRecord,
    ) -> Result<Declared, StateError> {
        let issuer = instance.creator;
        let code_hash = instance.code_hash;
        if let Some(spec) = self.0.lock().get(&code_hash) {
            return Ok(Declared { issuer, spec: spec.clone() });
        }
        let code = state.get(&StorageKey::new(Address::SYSTEM, namespace::CODE, code_hash.0))?;
        let section = code.as_deref().and_then(|code| wasm_section::custom(code, spec::SECTION));
        let spec = section.and_then(|section| spec::decode(section).ok()).map(Arc::new);
        let mut known = self.0.lock();
        if known.len() >= SPECS_MAX {
            known.clear();
        }
        known.insert(code_hash, spec.clone());
        Ok(Declared { issuer, spec })
    }
}

impl Declared {
    /// Whether `reader` may ask. What has no spec, or is no question of it, is for those who see all.
    pub(crate) fn question(&self, reader: Reader, payload: &[u8]) -> Result<Question, ApiError> {
        if reader.sees_all() {
            return Ok(Question::Allowed);
        }
        let tag = payload.first().copied().map(usize::from);
        let functions = self.spec.as_ref().map_or(&[][..], |spec| &spec.query);
        let function = tag.and_then(|tag| functions.get(tag));
        let function = function.ok_or_else(|| reader.refused(DECLARED))?;
        let named = codec::arguments_name(function, payload, &reader.address());
        // What does not decode names nobody; the contract refuses it, if anyone may ask.
        let named = named.unwrap_or(false);
        if reader.is_among(function.readers, &self.issuer, named) {
            return Ok(Question::Allowed);
        }
        if reader.is_among(function.readers, &self.issuer, true) {
            return Ok(Question::IfNamed(function.clone()));
        }
        Err(reader.refused(DECLARED))
    }

    /// Whether `reader` may see an event of the instance.
    pub(crate) fn shows_event(&self, reader: Reader, event: &EventView) -> bool {
        if reader.sees_all() {
            return true;
        }
        let Some(declared) = self.spec.as_ref().and_then(|spec| spec.event(&event.name)) else {
            return false;
        };
        let named = codec::fields_name(&declared.fields, &event.data.0, &reader.address());
        reader.is_among(declared.readers, &self.issuer, named.unwrap_or(false))
    }

    /// Whether an event is declared for readers of a kind, and for `reader` as one of them.
    pub(crate) fn is_for(&self, role: ReaderRole, reader: Reader, event: &EventView) -> bool {
        let Some(declared) = self.spec.as_ref().and_then(|spec| spec.event(&event.name)) else {
            return false;
        };
        let is_open = reader == Reader::Open;
        let (flag, is_one) = match role {
            ReaderRole::Public => (Readers::PUBLIC, true),
            ReaderRole::Party => {
                let named = codec::fields_name(&declared.fields, &event.data.0, &reader.address());
                (Readers::PARTIES, is_open || named.unwrap_or(false))
            }
            ReaderRole::Issuer => (Readers::ISSUER, is_open || reader.is(&self.issuer)),
            ReaderRole::Regulator => (Readers::REGULATOR, true),
            ReaderRole::Operator => (Readers::OPERATOR, true),
        };
        is_one && declared.readers.contains(flag)
    }

    /// Whether what a function returned to its caller is for `reader`: it names the reader, or nobody where
    /// the call was about the reader, by its arguments or, `is_about`, by what it said in events. A call that
    /// anyone may make tells strangers nothing of those that it acts on.
    pub(crate) fn shows_output(
        &self,
        reader: Reader,
        payload: &[u8],
        output: &[u8],
        is_about: bool,
    ) -> bool {
        if reader.sees_all() || reader.is(&self.issuer) {
            return true;
        }
        let tag = payload.first().copied().map(usize::from);
        let functions = self.spec.as_ref().map_or(&[][..], |spec| &spec.execute);
        let function = tag.and_then(|tag| functions.get(tag));
        function.is_some_and(|function| {
            let who = reader.address();
            let is_about =
                is_about || codec::arguments_name(function, payload, &who).unwrap_or(false);
            codec::value_names(&function.output, output, &who).unwrap_or(false)
                || is_about && codec::is_said_to(&function.output, output, &who).unwrap_or(false)
        })
    }

    /// Whether the fields of a refusal are for `reader`: they name the reader, or nobody.
    pub(crate) fn shows_refusal(&self, reader: Reader, failure: &ContractFailure) -> bool {
        if reader.sees_all() || reader.is(&self.issuer) {
            return true;
        }
        match self.spec.as_ref().and_then(|spec| spec.error(failure.code)) {
            Some(error) => codec::are_said_to(&error.fields, &failure.details, &reader.address())
                .unwrap_or(false),
            // Of the SDK's own: which instance failed is told, a key of its storage is not.
            None => matches!(failure.code, CALL_HALTED | REPLY_MALFORMED),
        }
    }

    /// Whether `reader` may see a value of the instance's storage: its issuer, and whom the key or
    /// the value names.
    pub(crate) fn shows_value(
        &self,
        reader: Reader,
        key: &StorageKey,
        value: Option<&[u8]>,
    ) -> bool {
        if reader.sees_all() || reader.is(&self.issuer) {
            return true;
        }
        let spaces = self.spec.as_ref().map_or(&[][..], |spec| &spec.storage);
        let Some(space) = spaces.iter().find(|space| space.namespace == key.namespace) else {
            return false;
        };
        let who = reader.address();
        codec::key_names(space, &key.key, &who).unwrap_or(false)
            || value
                .is_some_and(|value| codec::value_names(&space.value, value, &who).unwrap_or(false))
    }

    /// Whether `reader` may see all of a map.
    pub(crate) fn shows_map(&self, reader: Reader) -> bool {
        reader.sees_all() || reader.is(&self.issuer)
    }
}

impl Question {
    /// The answer as `reader` may have it.
    pub(crate) fn answer(&self, reader: Reader, output: Vec<u8>) -> Result<Vec<u8>, ApiError> {
        let Self::IfNamed(function) = self else { return Ok(output) };
        let (ty, who) = (&function.output, reader.address());
        // What does not decode names nobody.
        if let Some(list) = codec::elements_naming(ty, &output, &who).unwrap_or_default() {
            return Ok(list);
        }
        let named = codec::value_names(ty, &output, &who).unwrap_or(false);
        if named { Ok(output) } else { Err(reader.refused(DECLARED)) }
    }
}
