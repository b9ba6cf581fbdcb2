//! Values of a trace by the specs of the contracts in it.

use super::view::functions;
use serde_json::Value;
use std::collections::BTreeMap;
use tenor_abi::EntryPoint;
use tenor_abi::spec::{ContractSpec, FunctionSpec, StorageSpec};
use tenor_client::api::{ChangeView, EventTraceView, HexBytes, RefusalView, ValueView};
use tenor_client::codec::{
    decode, decode_call, describe_event, describe_failure, storage_key_value,
};
use tenor_executor::trace::{CallTrace, StorageChange, TraceStep};
use tenor_executor::{SystemError, system};
use tenor_primitives::{Address, ContractFailure, Event, Hash};

/// Bytes of a value that are shown raw.
const RAW_BYTES_MAX: usize = 4_096;

/// The specs of a trace.
pub(super) struct Reader {
    specs: BTreeMap<Hash, Option<ContractSpec>>,
    /// The code that each contract ran last.
    codes: BTreeMap<Address, Hash>,
}

/// An input as the contract reads it.
pub(super) struct Input<'s> {
    pub(super) function: Option<&'s FunctionSpec>,
    pub(super) arguments: Option<Value>,
}

impl Reader {
    /// Collects the specs of all calls below `calls`.
    pub(super) fn new<'t>(
        calls: impl Iterator<Item = &'t CallTrace>,
        specs: &dyn Fn(&Hash) -> Option<ContractSpec>,
    ) -> Self {
        let mut reader = Self { specs: BTreeMap::new(), codes: BTreeMap::new() };
        calls.for_each(|call| reader.collect(call, specs));
        reader
    }

    fn collect(&mut self, call: &CallTrace, specs: &dyn Fn(&Hash) -> Option<ContractSpec>) {
        if let Some(code_hash) = call.code_hash {
            self.codes.insert(call.contract, code_hash);
            self.specs.entry(code_hash).or_insert_with(|| specs(&code_hash));
        }
        for step in &call.steps {
            if let TraceStep::Call(inner) = step {
                self.collect(inner, specs);
            }
        }
    }

    pub(super) fn spec_of_code(&self, code_hash: &Hash) -> Option<&ContractSpec> {
        self.specs.get(code_hash)?.as_ref()
    }

    fn spec_of(&self, contract: &Address) -> Option<&ContractSpec> {
        self.spec_of_code(self.codes.get(contract)?)
    }

    pub(super) fn input<'s>(
        &self,
        spec: Option<&'s ContractSpec>,
        entry: EntryPoint,
        payload: &[u8],
    ) -> Input<'s> {
        let Some(spec) = spec else { return Input { function: None, arguments: None } };
        match functions(spec, entry) {
            Some(functions) => match decode_call(functions, payload) {
                Ok((function, arguments)) => {
                    Input { function: Some(function), arguments: Some(arguments) }
                }
                Err(_) => Input { function: None, arguments: None },
            },
            None => {
                let migrates = entry == EntryPoint::Migrate;
                let ty = if migrates { &spec.migrate } else { &spec.instantiate };
                Input { function: None, arguments: decode(ty, payload).ok() }
            }
        }
    }

    pub(super) fn output(&self, function: &FunctionSpec, output: &[u8]) -> Option<Value> {
        decode(&function.output, output).ok()
    }

    pub(super) fn refusal(&self, failure: &ContractFailure) -> RefusalView {
        let (contract, code) = (failure.contract, failure.code);
        let details = HexBytes(failure.details.clone());
        if contract == Address::SYSTEM {
            let meaning = SystemError::from_failure(failure).map(|error| error.to_string());
            return RefusalView { contract, code, name: None, meaning, fields: None, details };
        }
        let view = self.spec_of(&contract).and_then(|spec| describe_failure(spec, failure));
        RefusalView {
            contract,
            code,
            name: view.as_ref().map(|view| view.name.clone()),
            meaning: view.as_ref().map(|view| view.doc.clone()),
            fields: view.map(|view| view.fields),
            details,
        }
    }

    pub(super) fn event(&self, event: &Event) -> EventTraceView {
        let known = self.spec_of(&event.emitter);
        EventTraceView {
            emitter: event.emitter,
            name: event.name.clone(),
            fields: known.and_then(|spec| describe_event(spec, event).ok()).map(|view| view.fields),
            data: HexBytes(event.data.clone()),
        }
    }

    pub(super) fn change(&self, change: &StorageChange) -> ChangeView {
        let StorageChange { key: place, before, after } = change;
        let known = self.spec_of(&place.contract).and_then(|spec| storage(spec, place.namespace));
        let name = match known {
            Some(known) => Some(known.name.clone()),
            None if place.contract == Address::SYSTEM => own_name(place.namespace),
            None => None,
        };
        let value = |value: &Option<Vec<u8>>| {
            value.as_ref().map(|bytes| ValueView {
                bytes: bytes.len() as u64,
                raw: HexBytes(bytes[..bytes.len().min(RAW_BYTES_MAX)].to_vec()),
                value: known.and_then(|known| decode(&known.value, bytes).ok()),
            })
        };
        ChangeView {
            contract: place.contract,
            namespace: place.namespace,
            storage: name,
            key: HexBytes(place.key.to_vec()),
            key_value: known.and_then(|known| key(known, &place.key)),
            before: value(before),
            after: value(after),
        }
    }
}

/// The storage of a contract under that namespace.
pub(super) fn storage(spec: &ContractSpec, namespace: u16) -> Option<&StorageSpec> {
    spec.storage.iter().find(|storage| storage.namespace == namespace)
}

/// A key decoded.
pub(super) fn key(storage: &StorageSpec, key: &[u8]) -> Option<Value> {
    storage_key_value(&storage.key, key).ok()
}

/// What the ledger calls a namespace of its own.
fn own_name(namespace: u16) -> Option<String> {
    use system::namespace as own;
    let name = match namespace {
        own::ACCOUNTS => "accounts",
        own::NONCES => "nonces",
        own::CLIENT_REFS => "client references",
        own::CLIENT_REF_EXPIRIES => "expiries of client references",
        own::CODE => "code",
        own::CODE_RECORDS => "code records",
        own::INSTANCES => "instances",
        own::MIGRATIONS => "migrations",
        own::PARAMETERS => "parameters",
        own::SCHEDULED_PARAMETERS => "scheduled parameters",
        own::VALIDATORS => "validators",
        own::GENESIS => "genesis",
        _ => return None,
    };
    Some(name.into())
}
