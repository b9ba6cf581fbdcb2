//! Checking a proof.

use super::reading::Reading;
use crate::core::out::plain;
use crate::core::trust::Trusted;
use crate::core::{CliError, CliResult, Context, Report};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;
use tenor_client::{ProofFile, ProofFileError, ProvedPosition};
use tenor_primitives::{ChainId, Hash};

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
    /// Refuse a proof about another contract: a name here, or an address
    #[arg(long)]
    contract: Option<String>,
    /// Refuse a proof whose key does not name this account: a name here, or an address
    #[arg(long)]
    holder: Option<String>,
}

/// `tenor proof verify`: says only what is proved, and in the verifier's own names; the file's own
/// words come last and are called that.
pub(super) fn run(context: &Context, args: &VerifyArgs) -> CliResult<Report> {
    let trusted = trusted(args)?;
    let file = ProofFile::load(&args.file)?;
    let proved = file.verify(&trusted.chain_id, &trusted.validators)?;
    let read = Reading::of(&proved);
    expect(context, args, &proved, &read)?;
    let Trusted { chain_id, validators } = trusted;
    let (place, key) = (&proved.key, hex::encode(&proved.key.key));
    let headline =
        format!("verified: {}, after block {}", read.sentence(context, &proved), proved.height);
    let mut report = Report::new().line(plain(&headline));
    for line in super::reading::contract_lines(&proved) {
        report = report.line(plain(&line));
    }
    let present = read.is_present(&proved);
    let report = report
        .line(format!("  namespace {}, key 0x{key}", place.namespace))
        .line(format!("  block {}, {}", proved.block_id, proved.time))
        .line(format!("  on {chain_id}, voted by the validators {validators}"))
        .line(format!("  the file says, which is not proved: {:?}", file.about))
        .field("verified", true)
        .field("chain_id", chain_id.to_string())
        .field("height", proved.height)
        .field("time", proved.time.to_string())
        .field("contract", place.contract.to_string())
        .field("label", proved.contract.as_ref().map(|contract| contract.label.clone()))
        .field("namespace", place.namespace)
        .field("key", format!("0x{key}"))
        .field("storage", read.storage)
        .field("key_value", read.key)
        .field("has_row", proved.value.is_some())
        .field("present", present)
        .field("value", read.value);
    Ok(report.field("not_proved", json!({"about": file.about})))
}

/// Refuses a proof of something else than the verifier asks for.
fn expect(
    context: &Context,
    args: &VerifyArgs,
    proved: &ProvedPosition,
    read: &Reading,
) -> CliResult<()> {
    let another = |expected: String, got: String| {
        Err(ProofFileError::Another { expected, got: plain(&got) }.into())
    };
    if let Some(name) = &args.contract {
        let (expected, got) = (context.address(name)?, proved.key.contract);
        if got != expected {
            return another(format!("the contract {name} ({expected})"), got.to_string());
        }
    }
    if let Some(name) = &args.holder {
        let expected = context.address(name)?;
        let is_it = |value: &Value| value.as_str() == Some(&expected.to_string());
        let named =
            is_it(&read.key) || read.key.as_array().is_some_and(|parts| parts.iter().any(is_it));
        if !named && proved.key.key != expected.0 {
            let got = format!("the key 0x{}", hex::encode(&proved.key.key));
            return another(format!("the holder {name} ({expected})"), got);
        }
    }
    Ok(())
}

/// The ledger's name and validators, from the genesis file or the command line; never from the
/// proof.
fn trusted(args: &VerifyArgs) -> CliResult<Trusted> {
    match (&args.genesis, &args.chain_id, &args.validators) {
        (Some(path), _, _) => Trusted::of_genesis(path),
        (None, Some(chain_id), Some(validators)) => {
            Ok(Trusted { chain_id: chain_id.clone(), validators: *validators })
        }
        _ => Err(CliError::Usage(
            "expected --genesis FILE, or --chain-id and --validators: a proof cannot vouch for itself"
                .into(),
        )),
    }
}
