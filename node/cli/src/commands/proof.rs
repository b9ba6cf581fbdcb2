//! `tenor proof`: positions that anyone can check.

use crate::core::specs::decode;
use crate::core::{CliError, CliResult, Context, Report};
use clap::{Args, Subcommand};
use serde_json::Value;
use std::path::PathBuf;
use tenor_abi::spec::{ContractSpec, StorageSpec};
use tenor_client::codec::{self, storage_key};
use tenor_client::{ProofFile, ProvedPosition};
use tenor_primitives::{Address, ChainId, Hash, StorageKey};

/// Proofs of positions.
#[derive(Subcommand, Debug)]
pub(crate) enum ProofCommand {
    /// Get a value of the head, or its absence, with its proof
    Get(GetArgs),
    /// Check a proof file, without a node
    Verify(VerifyArgs),
}

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

/// What to check, and against what.
#[derive(Args, Debug)]
pub(crate) struct VerifyArgs {
    /// The proof file
    file: PathBuf,
    /// The genesis file: names the ledger and its validators
    #[arg(long, conflicts_with_all = ["chain_id", "validators"])]
    genesis: Option<PathBuf>,
    /// The ledger's name
    #[arg(long, requires = "validators")]
    chain_id: Option<ChainId>,
    /// The hash of the validator set, known from elsewhere
    #[arg(long, requires = "chain_id")]
    validators: Option<Hash>,
}

/// Runs the command.
pub(crate) async fn run(context: Context, command: ProofCommand) -> CliResult<Report> {
    match command {
        ProofCommand::Get(args) => get(&context, args).await,
        ProofCommand::Verify(args) => verify(&args, |address| context.name_of(address)),
    }
}

async fn get(context: &Context, args: GetArgs) -> CliResult<Report> {
    let contract = context.address(&args.contract)?;
    let instance = context.client.contract(&contract).await?;
    let section = context.spec_section(&instance.code_hash).await?;
    let spec = decode(&section)?;
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
    let view = context.client.proof(&StorageKey::new(contract, storage.namespace, key)).await?;
    let about = format!(
        "{} of {} for {}",
        args.storage,
        args.contract,
        args.key.as_deref().unwrap_or("the item")
    );
    ProofFile::new(&view, about.clone(), Some(section)).save(&args.out)?;
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

fn verify(args: &VerifyArgs, name_of: impl Fn(&Address) -> String) -> CliResult<Report> {
    let (chain_id, validators) = trusted(args)?;
    let file = ProofFile::load(&args.file)?;
    let proved = file.verify(&chain_id, &validators)?;
    let value = readable(&file, &proved).unwrap_or(Value::Null);
    let what = match &proved.value {
        Some(_) if !value.is_null() => value.to_string(),
        // A map with history keeps the empty row of who left, as long as the history is kept.
        Some(bytes) if bytes.as_slice() == [0] => "nothing (an empty row)".into(),
        Some(bytes) => format!("0x{}", hex::encode(bytes)),
        None => "nothing (no row)".into(),
    };
    let place = format!("{}, namespace {}", name_of(&proved.key.contract), proved.key.namespace);
    Ok(Report::new()
        .line(format!("verified: {} is {what}, after block {}", file.about, proved.height))
        .line(format!("  in {place}, key 0x{}", hex::encode(&proved.key.key)))
        .line(format!("  block {}, {}", proved.block_id, proved.time))
        .line(format!("  on {chain_id}, voted by the validators {validators}"))
        .field("verified", true)
        .field("about", file.about)
        .field("chain_id", chain_id.to_string())
        .field("height", proved.height)
        .field("time", proved.time.to_string())
        .field("contract", proved.key.contract.to_string())
        .field("namespace", proved.key.namespace)
        .field("key", format!("0x{}", hex::encode(&proved.key.key)))
        .field("has_row", proved.value.is_some())
        .field("present", proved.value.as_ref().is_some_and(|bytes| bytes.as_slice() != [0]))
        .field("value", value))
}

/// The ledger's name and validators, from the genesis file or the command line; never from the
/// proof.
fn trusted(args: &VerifyArgs) -> CliResult<(ChainId, Hash)> {
    match (&args.genesis, &args.chain_id, &args.validators) {
        (Some(path), _, _) => {
            let genesis = super::node::genesis::load(path)?;
            Ok((genesis.chain_id, genesis.validators.hash()))
        }
        (None, Some(chain_id), Some(validators)) => Ok((chain_id.clone(), *validators)),
        _ => Err(CliError::Usage(
            "expected --genesis FILE, or --chain-id and --validators: a proof cannot vouch for itself"
                .into(),
        )),
    }
}

/// The value by the spec that the file carries, if it fits.
fn readable(file: &ProofFile, proved: &ProvedPosition) -> Option<Value> {
    let spec = decode(&file.spec.as_ref()?.0).ok()?;
    let storage = storage_of(&spec, proved.key.namespace)?;
    codec::decode(&storage.value, proved.value.as_ref()?).ok()
}

fn storage_of(spec: &ContractSpec, namespace: u16) -> Option<&StorageSpec> {
    spec.storage.iter().find(|storage| storage.namespace == namespace)
}
