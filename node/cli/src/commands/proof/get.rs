//! Saving a proof.

use crate::core::{CliError, CliResult, Context, Report};
use clap::Args;
use serde_json::Value;
use std::path::PathBuf;
use tenor_abi::spec::ContractSpec;
use tenor_client::ProofFile;
use tenor_client::codec::{self, storage_key};
use tenor_primitives::StorageKey;

/// What to prove.
#[derive(Args, Debug)]
pub(crate) struct GetArgs {
    /// The contract
    contract: String,
    /// The map or item, as the contract's spec names it
    storage: String,
    /// The key: a name, or JSON where the key has several parts; nothing for an item
    key: Option<String>,
    /// Where to write the proof
    #[arg(long, short)]
    out: PathBuf,
}

/// `tenor proof get`.
pub(super) async fn run(context: &Context, args: GetArgs) -> CliResult<Report> {
    let contract = context.address(&args.contract)?;
    let spec = context.spec_of(&contract).await?;
    let storage = spec.storage.iter().find(|storage| storage.name == args.storage);
    let storage = storage.ok_or_else(|| CliError::Unknown {
        what: "the storage",
        name: args.storage.clone(),
        hint: format!("{} has {}", spec.name, names(&spec)),
    })?;
    let key_json = args.key.as_deref().map_or(Value::Null, |text| {
        serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.into()))
    });
    let key = storage_key(&storage.key, &key_json, context)?;
    let key = StorageKey::new(contract, storage.namespace, key);
    let (view, proofs) = context.contract_proofs(&contract, Some(&key)).await?;
    let view = view.ok_or_else(|| CliError::Internal("the value was asked for".into()))?;
    let whose = args.key.as_deref().map(|key| format!(" for {key}")).unwrap_or_default();
    let about = format!("{} of {}{whose}", args.storage, args.contract);
    ProofFile::new(&view, about.clone(), Some(proofs)).save(&args.out)?;
    let value = view.value.as_ref().map(|value| codec::decode(&storage.value, &value.0));
    let value = value.transpose()?.unwrap_or(Value::Null);
    let out = args.out.display();
    Ok(Report::new()
        .line(format!("{about} at height {}: {}", view.header.height, shown(&value)))
        .line(format!("wrote {out}"))
        .field("height", view.header.height)
        .field("value", value)
        .field("file", out.to_string())
        .next(format!("tenor proof verify {out} --genesis genesis.toml")))
}

fn names(spec: &ContractSpec) -> String {
    let names: Vec<_> = spec.storage.iter().map(|storage| storage.name.as_str()).collect();
    names.join(", ")
}

fn shown(value: &Value) -> String {
    if value.is_null() { "absent".into() } else { value.to_string() }
}
