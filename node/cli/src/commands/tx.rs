//! `tenor tx`: transactions as files and as history.

use crate::core::{CliResult, Context, Report};
use clap::Subcommand;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tenor_client::api::TransactionView;
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
            Err(_) => show_file(&context, Path::new(&transaction)).await,
        },
        TxCommand::Sign { file } => sign(&context, &file).await,
        TxCommand::Submit { file } => {
            let sent = context.submit(&TransactionFile::load(&file)?.transaction()).await?;
            Ok(sent.headline("done"))
        }
        TxCommand::Wait { transaction, timeout } => {
            let receipt = context.client.wait(&transaction, Duration::from_secs(timeout)).await?;
            if !receipt.is_success() {
                return Err(context.failure(&receipt).await?);
            }
            Ok(Report::new().line("done").merged(context.receipt_report(&receipt, true).await?))
        }
    }
}

async fn show(context: &Context, hash: &Hash) -> CliResult<Report> {
    let status = context.client.transaction(hash).await?;
    let mut report = summary(context, &status.transaction).field("transaction", json!(status));
    let Some(receipt) = &status.receipt else { return Ok(report.line("pending")) };
    if receipt.is_success() {
        report = report.merged(context.receipt_report(receipt, true).await?);
    } else {
        report = report.line(context.failure(receipt).await?.to_string());
    }
    Ok(report)
}

fn summary(context: &Context, view: &TransactionView) -> Report {
    let sender = context.name_of(&view.sender);
    let mut report = Report::new().line(format!(
        "transaction {} by {sender}, lane {}, nonce {}, valid until {}",
        view.transaction_hash, view.lane, view.nonce, view.valid_until
    ));
    for message in &view.messages {
        report = report.line(format!("  {}", json!(message)));
    }
    for entry in &view.signatures {
        report = report.line(format!("  signed by {}", entry.public_key));
    }
    report
}

async fn show_file(context: &Context, path: &Path) -> CliResult<Report> {
    let file = TransactionFile::load(path)?;
    let transaction = file.transaction();
    let view = TransactionView::from(&transaction);
    let report = summary(context, &view).field("transaction", json!(view));
    complete(context, &file, path, report).await
}

async fn sign(context: &Context, path: &Path) -> CliResult<Report> {
    let mut file = TransactionFile::load(path)?;
    for key in context.signing_keys()? {
        file.add(&key)?;
    }
    file.save(path)?;
    let count = file.signers().count();
    let report = Report::new()
        .line(format!("{} now has {count} signature(s)", path.display()))
        .field("signatures", count);
    complete(context, &file, path, report).await
}

/// Whether the sender's policy is satisfied, and so what comes next.
async fn complete(
    context: &Context,
    file: &TransactionFile,
    path: &Path,
    report: Report,
) -> CliResult<Report> {
    let account = context.client.account(&file.transaction().body.sender).await?;
    let is_complete = file.is_complete(&KeyPolicy::from(&account.policy));
    let report = report.field("complete", is_complete);
    let path = path.display();
    Ok(if is_complete {
        report
            .line("its signatures satisfy the account's policy")
            .next(format!("tenor tx submit {path}"))
    } else {
        let needed = account.policy.approvals_required;
        report
            .line(format!(
                "it still needs signatures: one key that initiates, {needed} that approve"
            ))
            .next(format!("tenor tx sign {path} --key NAME"))
    })
}
