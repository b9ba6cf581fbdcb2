//! What a proof says, in words.

use crate::core::Context;
use serde_json::Value;
use tenor_client::ProvedPosition;
use tenor_client::codec::{self, storage_key_value};
use tenor_primitives::Address;

/// What the proved spec makes of key and value; nothing where it does not explain them.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) storage: Option<String>,
    pub(super) key: Value,
    pub(super) value: Value,
}

impl Reading {
    pub(super) fn of(proved: &ProvedPosition) -> Self {
        let storage = proved.contract.as_ref().and_then(|contract| {
            let mut storage = contract.spec.storage.iter();
            storage.find(|known| known.namespace == proved.key.namespace && is_name(&known.name))
        });
        let Some(storage) = storage else { return Self::default() };
        let key = storage_key_value(&storage.key, &proved.key.key);
        let value = proved.value.as_ref().map(|value| codec::decode(&storage.value, value));
        Self {
            storage: Some(storage.name.clone()),
            key: key.unwrap_or(Value::Null),
            value: value.and_then(Result::ok).unwrap_or(Value::Null),
        }
    }

    /// `holdings of bond-us91282cgn56 for cedar is …`, with what is proved alone. Whoever wrote the
    /// contract chose its texts: they are quoted, so that they cannot be taken for names of ours.
    pub(super) fn sentence(&self, context: &Context, proved: &ProvedPosition) -> String {
        let what = self.what(proved);
        let contract = context.name_of(&proved.key.contract);
        let key = &proved.key;
        match &self.storage {
            Some(storage) if key.key.is_empty() => format!("{storage} of {contract} is {what}"),
            Some(storage) if !self.key.is_null() => {
                let address = self.key.as_str().and_then(|text| text.parse::<Address>().ok());
                let whose = match address {
                    Some(address) => context.name_of(&address),
                    None => self.key.to_string(),
                };
                format!("{storage} of {contract} for {whose} is {what}")
            }
            _ => {
                let (namespace, key) = (key.namespace, hex::encode(&key.key));
                format!("namespace {namespace}, key 0x{key} of {contract} is {what}")
            }
        }
    }

    /// Whether something is there. A single zero byte may be an empty row or a value: the spec tells,
    /// and without one nothing does.
    pub(super) fn is_present(&self, proved: &ProvedPosition) -> Option<bool> {
        match &proved.value {
            None => Some(false),
            Some(bytes) if bytes.as_slice() != [0] => Some(true),
            Some(_) => self.storage.as_ref().map(|_| !self.value.is_null()),
        }
    }

    fn what(&self, proved: &ProvedPosition) -> String {
        match &proved.value {
            Some(_) if !self.value.is_null() => self.value.to_string(),
            // A map with history keeps the empty row of who left, as long as the history is kept.
            Some(bytes) if bytes.as_slice() == [0] && self.storage.is_some() => {
                "nothing (an empty row)".into()
            }
            Some(bytes) => format!("0x{}", hex::encode(bytes)),
            None => "nothing (no row)".into(),
        }
    }
}

/// Whether a name of a spec is one, and no sentence.
fn is_name(name: &str) -> bool {
    name.len() <= 64
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Who the contract is; the label is its creator's choice.
pub(super) fn contract_lines(proved: &ProvedPosition) -> Vec<String> {
    let address = proved.key.contract;
    let Some(contract) = &proved.contract else {
        return vec![format!("  contract {address}, of which the file proves nothing more")];
    };
    vec![
        format!("  contract {address}, which {} created as {:?}", contract.creator, contract.label),
        format!(
            "  running what calls itself {:?}, code {}",
            contract.spec.name, contract.code_hash
        ),
    ]
}
