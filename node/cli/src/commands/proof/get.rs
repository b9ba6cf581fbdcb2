//! Saving a proof.

use crate::core::trust::Asked;
use crate::core::{CliError, CliResult, Context, Report, counted};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;
use tenor_abi::spec::{ContractSpec, StorageSpec};
use tenor_client::api::{ClaimView, HexBytes, ProofView};
use tenor_client::codec::{self, storage_key, storage_key_value};
use tenor_client::{KeyRange, ProofFile};
use tenor_primitives::{Address, StorageKey};

/// What to prove.
#[derive(Args, Debug)]
pub(crate) struct GetArgs {
    /// The contract
    contract: String,
    /// The map or item, as the contract's spec names it
    storage: String,
    /// The keys: names, or JSON where a key has several parts; none for an item
    #[arg(value_name = "KEYS")]
    storage_keys: Vec<String>,
    /// Prove all entries of the map, and that there are no others
    #[arg(long, conflicts_with_all = ["storage_keys", "from", "to"])]
    all: bool,
    /// Prove all entries from this key on, and that there are no others
    #[arg(long, value_name = "KEY", conflicts_with = "storage_keys")]
    from: Option<String>,
    /// Prove all entries before this key, and that there are no others
    #[arg(long, value_name = "KEY", conflicts_with = "storage_keys")]
    to: Option<String>,
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
    let asked = asked(context, &args, &contract, storage)?;
    let (view, proofs) = context.contract_proofs(&contract, &asked).await?;
    let view = view.ok_or_else(|| CliError::Internal("a value was asked for".into()))?;
    let about = format!("{} of {}{}", args.storage, args.contract, whose(&args));
    ProofFile::new(&view, about.clone(), Some(proofs)).save(&args.out)?;
    let out = args.out.display();
    let report = shown(&about, storage, &view)?;
    Ok(report
        .line(format!("wrote {out}"))
        .field("height", view.header.height)
        .field("file", out.to_string())
        .next(format!("tenor proof verify {out} --genesis genesis.toml")))
}

/// What the arguments ask for.
fn asked(
    context: &Context,
    args: &GetArgs,
    contract: &Address,
    storage: &StorageSpec,
) -> CliResult<Asked> {
    let bytes = |text: &str| {
        let json = serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.into()));
        CliResult::Ok(storage_key(&storage.key, &json, context)?)
    };
    if args.all || args.from.is_some() || args.to.is_some() {
        let bound = |key: &Option<String>| key.as_deref().map(bytes).transpose();
        let range = KeyRange { start: bound(&args.from)?, end: bound(&args.to)? };
        return Ok(Asked::Map { contract: *contract, namespace: storage.namespace, range });
    }
    let key = |bytes| StorageKey::new(*contract, storage.namespace, bytes);
    match args.storage_keys.as_slice() {
        [] => Ok(Asked::Key(key(storage_key(&storage.key, &Value::Null, context)?))),
        [one] => Ok(Asked::Key(key(bytes(one)?))),
        many => {
            let keys = many.iter().map(|one| Ok(key(bytes(one)?)));
            Ok(Asked::Keys(keys.collect::<CliResult<_>>()?))
        }
    }
}

fn whose(args: &GetArgs) -> String {
    let range = [("from", &args.from), ("to", &args.to)];
    let range = range.iter().filter_map(|(word, key)| Some(format!(" {word} {}", key.as_ref()?)));
    let keys = match args.storage_keys.as_slice() {
        [] => String::new(),
        keys => format!(" for {}", keys.join(", ")),
    };
    let all = if args.all { ", all of it" } else { "" };
    format!("{keys}{}{all}", range.collect::<String>())
}

/// What the node says; `tenor proof verify` says what is proved.
fn shown(about: &str, storage: &StorageSpec, view: &ProofView) -> CliResult<Report> {
    let height = view.header.height;
    let value = |value: &Option<HexBytes>| match value {
        Some(value) => CliResult::Ok(codec::decode(&storage.value, &value.0)?),
        None => Ok(Value::Null),
    };
    let row = |key: &HexBytes, value: Value| {
        let key = storage_key_value(&storage.key, &key.0).unwrap_or_else(|_| json!(key));
        json!({"key": key, "value": value})
    };
    let rows = match &view.claim {
        ClaimView::Value(one) => {
            let value = value(&one.value)?;
            let text = if value.is_null() { "absent".into() } else { value.to_string() };
            let line = format!("{about} at height {height}: {text}");
            return Ok(Report::new().line(line).field("value", value));
        }
        ClaimView::Values { values } => {
            let rows = values.iter().map(|one| Ok(row(&one.key, value(&one.value)?)));
            rows.collect::<CliResult<Vec<_>>>()?
        }
        ClaimView::Map(map) => {
            let rows = map
                .entries
                .iter()
                .map(|entry| Ok(row(&entry.key, codec::decode(&storage.value, &entry.value.0)?)));
            rows.collect::<CliResult<Vec<_>>>()?
        }
    };
    let line = format!("{about} at height {height}: {}", counted(rows.len(), "value"));
    Ok(Report::new().line(line).field("values", rows))
}

fn names(spec: &ContractSpec) -> String {
    let names: Vec<_> = spec.storage.iter().map(|storage| storage.name.as_str()).collect();
    names.join(", ")
}
