//! Sending transactions: the one path of every write.

use super::context::Context;
use super::error::{CliError, CliResult};
use super::report::{Report, counted};
use super::valid_for::ValidFor;
use serde_json::json;
use std::time::Duration;
use tenor_client::api::{Progress, ReceiptView, Wait};
use tenor_client::builder::{TransactionFile, TransactionRequest, prepare, sign_with};
use tenor_primitives::{KeyPolicy, Message, Transaction, TransactionBody};

/// How long a write waits for its block.
const COMMIT_TIMEOUT: Duration = Duration::from_secs(30);

/// What became of a write.
pub(crate) struct Sent {
    /// The receipt; none when the transaction was only written to a file.
    pub(crate) receipt: Option<ReceiptView>,
    /// What there is to say so far.
    pub(crate) report: Report,
    /// Whether it had its effect on the ledger.
    pub(crate) is_committed: bool,
}

impl Sent {
    /// The output of a message of a transaction that was executed or simulated.
    pub(crate) fn output(&self, message: u16) -> Option<&[u8]> {
        self.receipt.as_ref()?.output(message)
    }

    /// The report with a headline, which tells a dry run from the real thing.
    pub(crate) fn headline(self, text: impl Into<String>) -> Report {
        let text = text.into();
        match (&self.receipt, self.is_committed) {
            (Some(_), true) => Report::new().line(text).merged(self.report),
            (Some(_), false) => {
                Report::new().line(format!("would be done: {text}")).merged(self.report)
            }
            (None, _) => self.report,
        }
    }
}

impl Context {
    /// Signs and sends `messages` as one transaction of the sender, or tries it, or writes it to a
    /// file, as the global flags say. A failed receipt is an error.
    pub(crate) async fn send(&self, messages: Vec<Message>) -> CliResult<Sent> {
        if let Some(height) = self.global.height {
            return Err(CliError::Usage(format!(
                "expected a question, got something to send: --height {height} reads the past, which \
                 nothing changes; leave it out"
            )));
        }
        let request = TransactionRequest::new(self.sender()?, messages);
        // Who signs after others may not do it within minutes.
        let default_ms =
            if self.global.save.is_some() { ValidFor::MAX.ms } else { request.valid_for_ms };
        let request = TransactionRequest {
            lane: self.global.lane,
            client_ref: self.global.client_ref.clone(),
            gas_limit: self.global.gas_limit,
            valid_for_ms: self.global.valid_for.map_or(default_ms, |valid| valid.ms),
            ..request
        };
        let body = prepare(&self.client, request).await?;
        let signers = self.signers()?;
        if self.global.simulate {
            let keys: Vec<_> = signers.iter().map(|signer| signer.public_key()).collect();
            let answer = self.client.simulate(&body, &keys).await?;
            let shown = self.dry_run(&answer);
            let mut sent = self.judged(answer.receipt, false).await?;
            sent.report = sent.report.merged(shown);
            return Ok(sent);
        }
        if let Some(path) = &self.global.save {
            let mut file = TransactionFile::new(&body);
            let account = self.client.account(&body.sender).await?;
            let policy = KeyPolicy::from(&account.policy);
            for signer in &signers {
                file.add(&**signer, &policy).await?;
            }
            file.save(path)?;
            return Ok(saved(path, &file, self.sender_name()?));
        }
        self.submit(&sign_with(body, &signers).await?).await
    }

    /// Sends a signed transaction and waits for its block.
    pub(crate) async fn submit(&self, transaction: &Transaction) -> CliResult<Sent> {
        let answer = self.client.submit(transaction, Wait::committed(COMMIT_TIMEOUT)).await?;
        match (answer.progress, answer.receipt) {
            (Progress::Committed, Some(receipt)) => {
                let mut sent = self.judged(receipt, true).await?;
                if answer.transaction_hash != transaction.hash() {
                    // The same messages under the same reference: the first one is the answer.
                    sent.report = sent.report.line("  done before, under the same reference");
                    sent.report = sent.report.field("repeated", true);
                }
                Ok(sent)
            }
            _ => Err(CliError::Pending(answer.transaction_hash)),
        }
    }

    async fn judged(&self, receipt: ReceiptView, is_committed: bool) -> CliResult<Sent> {
        if !receipt.is_success() {
            return Err(self.failure(&receipt).await);
        }
        let report = self.receipt_report(&receipt, is_committed).await;
        Ok(Sent { receipt: Some(receipt), report, is_committed })
    }

    /// A receipt for people and programs. What has happened has, whether or not it can be described: a
    /// change of the sender's own keys ends the session that would have read the events.
    pub(crate) async fn receipt_report(&self, receipt: &ReceiptView, is_committed: bool) -> Report {
        let mut report = Report::new();
        let mut values = Vec::with_capacity(receipt.events.len());
        match self.events(&receipt.events).await {
            Ok(events) => {
                for (value, line) in events {
                    report = report.line(line);
                    values.push(value);
                }
            }
            Err(error) => {
                values.extend(receipt.events.iter().map(|event| json!(event)));
                let count = counted(values.len(), "event");
                report = report
                    .line(format!("  {count}, not described: {error}"))
                    .field("events_not_described", error.to_string());
            }
        }
        let withheld = receipt.events_withheld;
        if withheld > 0 {
            report =
                report.line(format!("  and {} that others may read", counted(withheld, "event")));
        }
        if let (true, Some(height)) = (is_committed, receipt.height) {
            let (hash, gas) = (receipt.transaction_hash, receipt.gas_used);
            report = report.line(format!("  block {height}, gas {gas}, transaction {hash}"));
            report = report.field("height", height);
        }
        report
            .field("transaction_hash", receipt.transaction_hash.to_string())
            .field("simulated", !is_committed)
            .field("gas_used", receipt.gas_used.to_string())
            .field("events", values)
            .field("events_withheld", withheld)
            .field("outputs_withheld", receipt.outputs_withheld.clone())
    }
}

fn saved(path: &std::path::Path, file: &TransactionFile, sender: &str) -> Sent {
    let (path, count) = (path.display(), file.signers().count());
    let TransactionBody { valid_until, lane, nonce, .. } = file.transaction().body;
    let report = Report::new()
        .line(format!("wrote {path}, signed by {}; nothing is sent yet", counted(count, "key")))
        .line(format!(
            "to be sent before {valid_until}; another write of {sender} on lane {lane} makes it worthless \
             (nonce {nonce}): use --lane for those"
        ))
        .field("file", path.to_string())
        .field("valid_until", valid_until.to_string())
        .field("transaction_hash", file.hash().to_string())
        .next(format!("tenor tx sign {path} --key NAME"))
        .next(format!("tenor tx submit {path}"));
    Sent { receipt: None, report, is_committed: false }
}
