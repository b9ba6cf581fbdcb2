//! What a proof says, in words.

use crate::core::Context;
use serde_json::{Value, json};
use tenor_abi::spec::StorageSpec;
use tenor_client::codec::{self, storage_key_value};
use tenor_client::{CompleteMap, Proved, ProvedContract};
use tenor_primitives::{Address, StorageKey};

/// What the proved spec makes of a key and its value; nothing where it does not explain them.
pub(super) struct Reading<'a> {
    pub(super) place: &'a StorageKey,
    bytes: Option<&'a [u8]>,
    pub(super) storage: Option<&'a str>,
    pub(super) key: Value,
    pub(super) value: Value,
}

/// The storage of a namespace, by the proved spec.
fn storage(contract: Option<&ProvedContract>, namespace: u16) -> Option<&StorageSpec> {
    let mut storage = contract?.spec.storage.iter();
    storage.find(|known| known.namespace == namespace && is_name(&known.name))
}

impl<'a> Reading<'a> {
    /// Every value that is proved.
    pub(super) fn all(proved: &'a Proved) -> Vec<Self> {
        let read = |(place, value): &'a (StorageKey, Option<Vec<u8>>)| {
            Self::of(proved.contract.as_ref(), place, value.as_deref())
        };
        proved.values.iter().map(read).collect()
    }

    fn of(
        contract: Option<&'a ProvedContract>,
        place: &'a StorageKey,
        bytes: Option<&'a [u8]>,
    ) -> Self {
        let Some(storage) = storage(contract, place.namespace) else {
            return Self { place, bytes, storage: None, key: Value::Null, value: Value::Null };
        };
        let key = storage_key_value(&storage.key, &place.key);
        let value = bytes.map(|value| codec::decode(&storage.value, value));
        Self {
            place,
            bytes,
            storage: Some(&storage.name),
            key: key.unwrap_or(Value::Null),
            value: value.and_then(Result::ok).unwrap_or(Value::Null),
        }
    }

    /// `holdings of bond-us91282cgn56 for cedar is …`, with what is proved alone. Whoever wrote the
    /// contract chose its texts: they are quoted, so that they cannot be taken for names of ours.
    pub(super) fn sentence(&self, context: &Context) -> String {
        let what = self.what();
        let contract = context.name_of(&self.place.contract);
        match self.storage {
            Some(storage) if self.place.key.is_empty() => {
                format!("{storage} of {contract} is {what}")
            }
            Some(storage) if !self.key.is_null() => {
                format!("{storage} of {contract} for {} is {what}", self.whose(context))
            }
            _ => {
                let (namespace, key) = (self.place.namespace, hex::encode(&self.place.key));
                format!("namespace {namespace}, key 0x{key} of {contract} is {what}")
            }
        }
    }

    /// `cedar: …`, for a list of entries of one map.
    pub(super) fn entry(&self, context: &Context) -> String {
        format!("{}: {}", self.whose(context), self.what())
    }

    fn whose(&self, context: &Context) -> String {
        if self.key.is_null() {
            return format!("0x{}", hex::encode(&self.place.key));
        }
        let address = self.key.as_str().and_then(|text| text.parse::<Address>().ok());
        address.map_or_else(|| self.key.to_string(), |address| context.name_of(&address))
    }

    /// Whether the key names this account.
    pub(super) fn names(&self, account: &Address) -> bool {
        let is_it = |value: &Value| value.as_str() == Some(&account.to_string());
        is_it(&self.key)
            || self.key.as_array().is_some_and(|parts| parts.iter().any(is_it))
            || self.place.key == account.0
    }

    /// Whether something is there. A single zero byte may be an empty row or a value: the spec tells,
    /// and without one nothing does.
    fn is_present(&self) -> Option<bool> {
        match self.bytes {
            None => Some(false),
            Some(bytes) if bytes != [0] => Some(true),
            Some(_) => self.storage.map(|_| !self.value.is_null()),
        }
    }

    fn what(&self) -> String {
        match self.bytes {
            Some(_) if !self.value.is_null() => self.value.to_string(),
            // A map with history keeps the empty row of who left, as long as the history is kept.
            Some([0]) if self.storage.is_some() => "nothing (an empty row)".into(),
            Some(bytes) => format!("0x{}", hex::encode(bytes)),
            None => "nothing (no row)".into(),
        }
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        json!({
            "namespace": self.place.namespace,
            "key": format!("0x{}", hex::encode(&self.place.key)),
            "storage": self.storage,
            "key_value": self.key,
            "has_row": self.bytes.is_some(),
            "present": self.is_present(),
            "value": self.value,
        })
    }
}

/// `all of holdings of bond-us91282cgn56 are these 3 entries`, of a whole map or a range.
pub(super) fn complete(context: &Context, proved: &Proved, map: &CompleteMap) -> String {
    let contract = context.name_of(&proved.owner);
    let storage = storage(proved.contract.as_ref(), map.namespace);
    let name = storage.map_or_else(
        || format!("namespace {} of {contract}", map.namespace),
        |storage| format!("{} of {contract}", storage.name),
    );
    let bound = |word: &str, key: &Option<Vec<u8>>| {
        let key = key.as_ref()?;
        let read = storage.and_then(|storage| storage_key_value(&storage.key, key).ok());
        let text = read.map_or_else(
            || format!("0x{}", hex::encode(key)),
            |value| match value.as_str().and_then(|text| text.parse::<Address>().ok()) {
                Some(address) => context.name_of(&address),
                None => value.to_string(),
            },
        );
        Some(format!(" {word} {text}"))
    };
    let range = [bound("from", &map.range.start), bound("before", &map.range.end)];
    let range: String = range.into_iter().flatten().collect();
    match proved.values.len() {
        0 => format!("{name}{range} has no entry"),
        1 => format!("{name}{range} is this 1 entry and no other"),
        count => format!("{name}{range} is these {count} entries and no other"),
    }
}

/// Whether a name of a spec is one, and no sentence.
fn is_name(name: &str) -> bool {
    name.len() <= 64
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Who the contract is; the label is its creator's choice.
pub(super) fn contract_lines(proved: &Proved) -> Vec<String> {
    let address = proved.owner;
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
