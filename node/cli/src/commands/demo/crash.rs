//! A power cut in the middle of a payment: nothing that was acknowledged is lost.

use super::lives::announce;
use super::plan::Planned;
use super::stage::Stage;
use crate::commands::bond::{self, Bond, Page, entitlements};
use crate::core::shell::quoted;
use crate::core::{CliError, CliResult, Report, money};
use serde_json::Value;
use tenor_client::BlockRef;
use tenor_client::interfaces::coupon::{Entitlement, EntitlementStatus};
use tenor_primitives::{Amount, Hash};
use tokio::sync::mpsc;

/// A transaction that the node has acknowledged as committed, as its client remembers it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Acknowledged {
    transaction_hash: Hash,
    height: u64,
}

impl Acknowledged {
    /// The acknowledgements in a command's report: of its transaction, or of each of several.
    pub(super) fn of(report: &Report) -> Vec<Self> {
        let one = report.json();
        let several = report.get("transactions").and_then(Value::as_array).cloned();
        several.unwrap_or_default().iter().chain([&one]).filter_map(Self::read).collect()
    }

    fn read(value: &Value) -> Option<Self> {
        let transaction_hash = value.get("transaction_hash")?.as_str()?.parse().ok()?;
        Some(Self { transaction_hash, height: value.get("height")?.as_u64()? })
    }
}

/// A coupon whose payment is cut off by SIGKILL between its first page and its last, and finished
/// by a new process.
pub(super) async fn coupon_with_power_cut(
    stage: &mut Stage,
    bond: &Planned,
    period: u32,
) -> CliResult<()> {
    announce(stage, bond, period).await?;
    let (isin, number) = (bond.isin(), period.to_string());
    stage.tenor(&["bond", "fund", isin, "--period", &number, "--as", bond.plan.issuer]).await?;
    stage.chapter("The node loses power while holders are being paid, one transaction each")?;
    let before = headers(stage).await?;
    let pay = ["bond", "pay", isin, "--period", &number, "--limit", "1", "--as", "paying-agent"];
    let known = pay_until_killed(stage, &pay).await?;
    stage.start_node().await?;
    check(stage, &before).await?;
    found(stage, bond, period, known).await?;
    stage.tenor(&pay).await?;
    Ok(())
}

/// Starts a payment, kills the node when the payment's client has seen its first page, and gives the
/// number of holders that the client knows to be paid.
///
/// The channel holds one page: while one waits to be seen the payment sends at most one more, so
/// that at most three holders are paid however slow this machine is.
async fn pay_until_killed(stage: &mut Stage, words: &[&str]) -> CliResult<u32> {
    stage.say(&format!("$ tenor {} &", quoted(words)))?;
    let (sender, mut pages) = mpsc::channel(1);
    let payment = tokio::spawn(bond::pay_watched(stage.parsed(words)?, sender));
    let mut paid = 0;
    while paid == 0 {
        let Some(page) = pages.recv().await else { break };
        paid += note(stage, &page);
    }
    if paid > 0 {
        stage.kill_node()?;
    }
    while let Some(page) = pages.recv().await {
        paid += note(stage, &page);
    }
    match payment.await.map_err(|error| CliError::Internal(error.to_string()))? {
        Err(error) if paid > 0 => {
            stage.say(&format!("the payment's client saw {paid} paid, then: {error}"))?;
            Ok(paid)
        }
        Err(error) => Err(error),
        Ok(_) => Err(CliError::Internal("the payment was over before the power cut".into())),
    }
}

/// Remembers a page that the payment's client saw committed; gives the holders it paid.
fn note(stage: &mut Stage, page: &Page) -> u32 {
    stage.acknowledged.extend(Acknowledged::read(&page.transaction));
    page.holders
}

/// Says what the new process found: part of the payment, neither more nor less.
async fn found(stage: &Stage, bond: &Planned, period: u32, known: u32) -> CliResult<()> {
    let context = stage.context()?;
    let on_ledger = Bond::find(&context, bond.isin()).await?;
    let all = entitlements(&context, on_ledger.coupon()?, period).await?;
    let is_paid = |entry: &&Entitlement| matches!(entry.status, EntitlementStatus::Paid { .. });
    let nets = all.iter().filter(is_paid).map(|entry| entry.net);
    let (paid, cash) = (all.iter().filter(is_paid).count(), Amount::checked_sum(nets));
    let more = u32::try_from(paid).ok().and_then(|paid| paid.checked_sub(known));
    let on_its_way = match more {
        Some(0) => "the next page had not been committed",
        Some(1) => "the next page had been committed, though its client never learned of it",
        _ => "",
    };
    let shown = money::with_currency(cash.unwrap_or(Amount::MAX), on_ledger.currency());
    let text =
        format!("found after the restart: {paid} of {} holders are paid, {shown}", all.len());
    if on_its_way.is_empty() || paid >= all.len() {
        let text = format!("{text}; its client saw {known} paid, and the payment was cut short");
        return Err(CliError::Internal(text));
    }
    stage.say(&format!("{text}; {on_its_way}"))
}

/// Height and block identity of every block so far.
async fn headers(stage: &Stage) -> CliResult<Vec<(u64, Hash, Hash)>> {
    let client = stage.context()?.client;
    let tip = client.status().await?.height;
    let mut all = Vec::new();
    for height in 0..=tip {
        let header = client.header(BlockRef::At(height)).await?;
        all.push((height, header.block_id, header.state_root));
    }
    Ok(all)
}

/// Every block is the same block with the same root, and every acknowledged transaction has its
/// receipt where it was acknowledged.
pub(super) async fn check(stage: &Stage, before: &[(u64, Hash, Hash)]) -> CliResult<()> {
    let lost = |what: String| Err(CliError::Internal(format!("lost by the power cut: {what}")));
    let client = stage.context()?.client;
    for (height, block_id, state_root) in before {
        let header = client.header(BlockRef::At(*height)).await?;
        if (header.block_id, header.state_root) != (*block_id, *state_root) {
            return lost(format!("block {height}"));
        }
    }
    for known in &stage.acknowledged {
        let receipt = client.receipt(&known.transaction_hash).await?;
        if receipt.height != Some(known.height) || !receipt.is_success() {
            return lost(format!("transaction {}", known.transaction_hash));
        }
    }
    let count = stage.acknowledged.len();
    stage
        .say(&format!("nothing is lost: {count} acknowledged transactions have their receipts"))?;
    if !before.is_empty() {
        stage.say(&format!("{} blocks are the same, with the same state roots", before.len()))?;
    }
    Ok(())
}
