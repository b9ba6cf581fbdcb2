//! Where two runs of the same test differ.

use crate::Chain;
use std::collections::BTreeMap;
use std::fmt;
use tenor_executor::InstanceRecord;
use tenor_executor::system::namespace;
use tenor_primitives::{Address, Hash, Receipt, StorageKey};

/// The first difference between two chains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs, and how.
    pub text: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Difference {}

/// Compares results, events and storage of two chains on which the same test ran. Gas, code and what
/// derives from a code's bytes differ by nature and are left out.
pub fn compare(left: &Chain, right: &Chain) -> Result<(), Difference> {
    let (a, b) = (left.receipts(), right.receipts());
    if a.len() != b.len() {
        return different("transactions", &a.len(), &b.len());
    }
    for (index, (a, b)) in a.iter().zip(b).enumerate() {
        let (a, b) = (comparable(a), comparable(b));
        if a != b {
            return different(&format!("receipt {index}"), &a, &b);
        }
    }
    let (a, b) = (storage(left), storage(right));
    for key in a.keys().chain(b.keys()) {
        if a.get(key) != b.get(key) {
            return different(&format!("value of {key:?}"), &a.get(key), &b.get(key));
        }
    }
    Ok(())
}

fn different<T: fmt::Debug>(what: &str, left: &T, right: &T) -> Result<(), Difference> {
    Err(Difference { text: format!("{what}:\n  left  {left:?}\n  right {right:?}") })
}

/// A receipt without what depends on the code's bytes.
fn comparable(receipt: &Receipt) -> Receipt {
    let mut receipt = receipt.clone();
    receipt.gas_used = 0;
    receipt.transaction_hash = Hash::ZERO;
    let of_code =
        |name: &str| matches!(name, "code_uploaded" | "code_approved" | "instance_created");
    let uploads = receipt.events.iter().any(|event| event.name == "code_uploaded");
    receipt.events.retain(|event| event.emitter != Address::SYSTEM || !of_code(&event.name));
    if uploads {
        receipt.outputs.clear();
    }
    receipt
}

fn storage(chain: &Chain) -> BTreeMap<StorageKey, Vec<u8>> {
    let values = chain.values().iter();
    let kept = values.filter(|(key, _)| {
        let of_code = [namespace::CODE, namespace::CODE_RECORDS].contains(&key.namespace);
        key.contract != Address::SYSTEM || !of_code
    });
    kept.map(|(key, value)| (key.clone(), without_code(key, value))).collect()
}

fn without_code(key: &StorageKey, value: &[u8]) -> Vec<u8> {
    if key.contract != Address::SYSTEM || key.namespace != namespace::INSTANCES {
        return value.to_vec();
    }
    let record: InstanceRecord = borsh::from_slice(value).expect("an instance record");
    let record = InstanceRecord { code_hash: Hash::ZERO, code_bytes: 0, memory_pages: 0, ..record };
    borsh::to_vec(&record).expect("a record encodes")
}
