//! Checking a proof.

use super::reading::Reading;
use crate::core::out::plain;
use crate::core::trust::Trusted;
use crate::core::{CliError, CliResult, Context, Report};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use tenor_client::{ProofFile, ProofFileError, Proved};
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
    let read = Reading::all(&proved);
    expect(context, args, &proved, &read)?;
    let Trusted { chain_id, validators } = trusted;
    let mut report = headline(context, &proved, &read);
    for line in super::reading::contract_lines(&proved) {
        report = report.line(plain(&line));
    }
    if let ([one], None) = (read.as_slice(), &proved.complete) {
        let (namespace, key) = (one.place.namespace, hex::encode(&one.place.key));
        report = report.line(format!("  namespace {namespace}, key 0x{key}"));
    }
    let report = report
        .line(format!("  block {}, {}", proved.block_id, proved.time))
        .line(format!("  on {chain_id}, voted by the validators {validators}"))
        .line(format!("  the file says, which is not proved: {:?}", file.about))
        .field("verified", true)
        .field("chain_id", chain_id.to_string())
        .field("height", proved.height)
        .field("time", proved.time.to_string())
        .field("contract", proved.owner.to_string())
        .field("label", proved.contract.as_ref().map(|contract| contract.label.clone()));
    Ok(report.field("not_proved", json!({"about": file.about})))
}

/// What is proved: one value in a line, more in a list.
fn headline(context: &Context, proved: &Proved, read: &[Reading<'_>]) -> Report {
    let height = proved.height;
    let rows = || read.iter().map(Reading::json).collect::<Vec<_>>();
    let verified = |what: &str| plain(&format!("verified: {what}, after block {height}"));
    if let Some(map) = &proved.complete {
        let mut report =
            Report::new().line(verified(&super::reading::complete(context, proved, map)));
        for one in read {
            report = report.line(plain(&format!("  {}", one.entry(context))));
        }
        let hex = |key: &Option<Vec<u8>>| key.as_ref().map(|key| format!("0x{}", hex::encode(key)));
        let (start, end) = (hex(&map.range.start), hex(&map.range.end));
        let complete = json!({"namespace": map.namespace, "start": start, "end": end});
        return report.field("complete", complete).field("values", rows());
    }
    if let [one] = read {
        return Report::new().line(verified(&one.sentence(context))).fields(one.json());
    }
    let mut report = Report::new().line(verified(&format!("these {} values", read.len())));
    for one in read {
        report = report.line(plain(&format!("  {}", one.sentence(context))));
    }
    report.field("values", rows())
}

/// Refuses a proof of something else than the verifier asks for.
fn expect(
    context: &Context,
    args: &VerifyArgs,
    proved: &Proved,
    read: &[Reading<'_>],
) -> CliResult<()> {
    let another = |expected: String, got: String| {
        Err(ProofFileError::Another { expected, got: plain(&got) }.into())
    };
    if let Some(name) = &args.contract {
        let (expected, got) = (context.address(name)?, proved.owner);
        if got != expected {
            return another(format!("the contract {name} ({expected})"), got.to_string());
        }
    }
    if let Some(name) = &args.holder {
        let expected = context.address(name)?;
        if !read.iter().any(|one| one.names(&expected)) {
            let got = match read {
                [] => "no key".into(),
                [one] => format!("the key 0x{}", hex::encode(&one.place.key)),
                many => format!("{} other keys", many.len()),
            };
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
