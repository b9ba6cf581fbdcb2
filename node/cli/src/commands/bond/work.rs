//! Transactions of one command that sends as many as the work needs.

use crate::core::send::Sent;
use crate::core::typed::reply;
use crate::core::{CliResult, Report, counted};
use serde_json::{Value, json};
use tenor_client::interfaces::coupon::Progress;
use tokio::sync::mpsc;

/// A committed transaction of a payment, for who watches it.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// Its hash and height, as reports have them.
    pub(crate) transaction: Value,
    /// Holders that it dealt with.
    pub(crate) holders: u32,
}

/// Transactions of one command that sends as many as the work needs.
#[derive(Default)]
pub(super) struct Work {
    lines: Report,
    transactions: Vec<Value>,
    /// Who watches; it takes one page after the other.
    watcher: Option<mpsc::Sender<Page>>,
}

impl Work {
    /// No work yet, and who watches it.
    pub(super) fn watched_by(watcher: Option<mpsc::Sender<Page>>) -> Self {
        Self { watcher, ..Self::default() }
    }

    /// Notes a page; gives what it worked on, `None` when there was nothing to do.
    pub(super) async fn note(&mut self, sent: &Sent) -> CliResult<Option<Progress>> {
        let Some(output) = sent.output(0) else { return Ok(None) };
        let progress: Progress = reply(output)?;
        self.acknowledge(sent, progress.holders).await;
        if progress.period.is_none() {
            return Ok(None);
        }
        self.lines = std::mem::take(&mut self.lines).line(words(&progress));
        Ok(Some(progress))
    }

    /// Notes the release that came before the pages.
    pub(super) async fn release(&mut self, sent: &Sent, text: String) {
        self.acknowledge(sent, 0).await;
        self.lines = std::mem::take(&mut self.lines).line(text);
    }

    async fn acknowledge(&mut self, sent: &Sent, holders: u32) {
        let Some(receipt) = &sent.receipt else { return };
        let (hash, height) = (receipt.transaction_hash, receipt.height);
        let transaction = json!({"transaction_hash": hash, "height": height});
        if let Some(watcher) = &self.watcher {
            // A watcher that has seen enough is no reason to stop paying.
            let _ = watcher.send(Page { transaction: transaction.clone(), holders }).await;
        }
        self.transactions.push(transaction);
    }

    pub(super) fn report(self) -> Report {
        let count = counted(self.transactions.len(), "transaction");
        self.lines.line(count).field("transactions", self.transactions)
    }
}

fn words(progress: &Progress) -> String {
    let stage = progress.stage.map(|stage| format!("{stage:?}")).unwrap_or_default();
    let period = progress.period.map(|period| period.to_string()).unwrap_or_default();
    format!("  period {period}: {}, stage {stage}", counted(progress.holders, "holder"))
}
