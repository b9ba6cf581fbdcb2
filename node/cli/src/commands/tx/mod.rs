//! `tenor tx`: transactions as files and as history.

mod trace;

use crate::core::{CliError, CliResult, Context, Report, counted};
use clap::Subcommand;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tenor_client::api::{KeyPolicyView, TransactionView};
use tenor_client::builder::TransactionFile;
use tenor_primitives::{Hash, KeyPolicy};

/// Transactions.
#[derive(Subcommand, Debug)]
pub(crate) enum TxCommand {
    /// Show a transaction by its hash, or a transaction file
    Show {
        /// A hash or a file
        transaction: String,
    },
    /// What a committed transaction did, step by step: calls, host functions, gas, storage
    Trace {
        /// Its hash
        transaction: Hash,
        /// Show the calls alone, without what each asked of the host
        #[arg(long)]
        calls: bool,
        /// Where debug files of contracts are (NAME.debug, as `tenor contract build` keeps them), for
        /// the lines of source; repeat it [default: `debug` in config.toml, and where builds put them]
        #[arg(long, value_name = "DIR")]
        debug: Vec<PathBuf>,
    },
    /// Add a signature to a transaction file
    Sign {
        /// The file
        file: PathBuf,
    },
    /// Send a transaction file
    Submit {
        /// The file
        file: PathBuf,
    },
    /// Wait for a transaction's receipt
    Wait {
        /// Its hash
        transaction: Hash,
        /// How long, in seconds
        #[arg(long, default_value_t = 30)]
        timeout: u64,
    },
}

/// Runs the command.
pub(crate) async fn run(context: Context, command: TxCommand) -> CliResult<Report> {
    match command {
        TxCommand::Show { transaction } => match transaction.parse::<Hash>() {
            Ok(hash) => show(&context, &hash).await,
            Err(_) if Path::new(&transaction).exists() => {
                show_file(&context, Path::new(&transaction)).await
            }
            Err(_) => Err(CliError::Usage(format!(
                "expected a transaction's hash (0x and 64 hex digits) or a file, got {transaction:?}; check it"
            ))),
        },
        TxCommand::Trace { transaction, calls, debug } => {
            trace::run(&context, &transaction, calls, &debug).await
        }
        TxCommand::Sign { file } => sign(&context, &file).await,
        TxCommand::Submit { file } => {
            let sent = context.submit(&TransactionFile::load(&file)?.transaction()).await?;
            Ok(sent.headline("done"))
        }
        TxCommand::Wait { transaction, timeout } => {
            let receipt = context.client.wait(&transaction, Duration::from_secs(timeout)).await?;
            if !receipt.is_success() {
                return Err(context.failure(&receipt).await);
            }
            Ok(Report::new().line("done").merged(context.receipt_report(&receipt, true).await))
        }
    }
}

async fn show(context: &Context, hash: &Hash) -> CliResult<Report> {
    let status = context.client.transaction(hash).await?;
    let mut report = summary(context, &status.transaction)
        .merged(messages(context, &status.transaction).await?)
        .field("transaction", json!(status));
    let Some(receipt) = &status.receipt else { return Ok(report.line("pending")) };
    if receipt.is_success() {
        report = report.merged(context.receipt_report(receipt, true).await);
    } else {
        report = report.line(context.failure(receipt).await.to_string());
    }
    Ok(report)
}

fn summary(context: &Context, view: &TransactionView) -> Report {
    let sender = context.name_of(&view.sender);
    let mut report = Report::new().line(format!(
        "transaction {} by {sender}, lane {}, nonce {}, valid until {}",
        view.transaction_hash, view.lane, view.nonce, view.valid_until
    ));
    for entry in &view.signatures {
        report = report.line(format!("  signed by {}", entry.public_key));
    }
    report
}

/// What the messages of a transaction ask for.
async fn messages(context: &Context, transaction: &TransactionView) -> CliResult<Report> {
    let mut report = Report::new();
    let mut lines = Vec::with_capacity(transaction.messages.len());
    for message in &transaction.messages {
        let line = context.message_line(message).await?;
        report = report.line(format!("  {line}"));
        lines.push(line);
    }
    report = report.line(match context.genesis {
        None => {
            "  read by specs that the node vouches for; genesis = \"FILE\" in config.toml has them proved"
        }
        Some(_) => "  read by proved specs; currencies are what the node says",
    });
    Ok(report.field("messages", lines))
}

async fn show_file(context: &Context, path: &Path) -> CliResult<Report> {
    let file = TransactionFile::load(path)?;
    let account = context.client.account(&file.transaction().body.sender).await?;
    let view = TransactionView::from(&file.transaction());
    let report = summary(context, &view)
        .merged(messages(context, &view).await?)
        .field("transaction", json!(view));
    check_ledger(context, &file).await?;
    Ok(complete(&file, &account.policy, path, report))
}

/// Refuses a transaction for another ledger than the one at hand: one key may serve several, and
/// what is practice on one is an order on another.
async fn check_ledger(context: &Context, file: &TransactionFile) -> CliResult<()> {
    let got = &file.transaction().body.chain_id;
    let expected = match context.trusted()? {
        Some(trusted) => trusted.chain_id,
        None => context.client.status().await?.chain_id,
    };
    if *got == expected {
        return Ok(());
    }
    Err(CliError::Usage(format!(
        "expected a transaction for the ledger {expected}, got one for {got}; do not sign it"
    )))
}

/// Shows what is signed with the signature; a key that the ledger would refuse leaves the file as it
/// was.
async fn sign(context: &Context, path: &Path) -> CliResult<Report> {
    let mut file = TransactionFile::load(path)?;
    let view = TransactionView::from(&file.transaction());
    let asked = summary(context, &view).merged(messages(context, &view).await?);
    check_ledger(context, &file).await?;
    let account = context.client.account(&view.sender).await?;
    let policy = KeyPolicy::from(&account.policy);
    for signer in context.signers()? {
        file.add(&*signer, &policy).await?;
    }
    file.save(path)?;
    let count = file.signers().count();
    let report = Report::new()
        .line(format!("{} has {} to:", path.display(), counted(count, "signature")))
        .merged(asked)
        .field("signatures", count);
    Ok(complete(&file, &account.policy, path, report))
}

/// Whether the sender's policy is satisfied, and so what comes next.
fn complete(file: &TransactionFile, view: &KeyPolicyView, path: &Path, report: Report) -> Report {
    let policy = KeyPolicy::from(view);
    let is_complete = file.is_complete(&policy);
    let report = report.field("complete", is_complete);
    let path = path.display();
    if let Some(stranger) = file.strangers(&policy).next() {
        return report.line(format!(
            "the ledger will refuse it: {stranger} is no key of the account; save and sign it anew"
        ));
    }
    if is_complete {
        return report
            .line("its signatures satisfy the account's policy")
            .next(format!("tenor tx submit {path}"));
    }
    let needed = if file.changes_own_keys() {
        let count = counted(u64::from(view.admins_required), "admin key");
        format!("{count}, as it changes the account's own keys")
    } else {
        format!("one key that initiates, {} that approve", view.approvals_required)
    };
    report
        .line(format!("it still needs signatures: {needed}"))
        .next(format!("tenor tx sign {path} --key NAME"))
}
