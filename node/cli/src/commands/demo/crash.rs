//! A power cut in the middle of a payment: nothing that was acknowledged is lost.

use super::lives::announce;
use super::plan::Planned;
use super::stage::Stage;
use crate::commands::run_boxed;
use crate::core::{CliError, CliResult, Report};
use serde_json::Value;
use std::time::Duration;
use tenor_client::BlockRef;
use tenor_primitives::Hash;

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

/// A coupon whose payment is cut off by SIGKILL, and finished by a new process.
pub(super) async fn coupon_with_power_cut(
    stage: &mut Stage,
    bond: &Planned,
    period: u32,
) -> CliResult<()> {
    announce(stage, bond, period).await?;
    let (isin, number) = (bond.isin(), period.to_string());
    stage.tenor(&["bond", "fund", isin, "--period", &number, "--as", bond.plan.issuer]).await?;
    stage.chapter("The node loses power after the release, while holders are being paid");
    let coupon = bond.file.coupon_label();
    stage
        .tenor(&[
            "contract",
            "call",
            &coupon,
            "release",
            "--period",
            &number,
            "--as",
            "paying-agent",
        ])
        .await?;
    let pay = ["bond", "pay", isin, "--period", &number, "--as", "paying-agent"];
    let before = headers(stage).await?;
    let payment = tokio::spawn(run_boxed(stage.parsed(&pay)?));
    // Long enough for the payment to be on its way; whether it arrives is left open.
    tokio::time::sleep(Duration::from_millis(4)).await;
    stage.kill_node()?;
    let outcome = payment.await.map_err(|error| CliError::Internal(error.to_string()))?;
    match outcome {
        Ok(report) => {
            stage.say("the payment was acknowledged just before");
            stage.acknowledged.extend(Acknowledged::of(&report));
        }
        Err(error) => stage.say(&format!("the payment's client got: {error}")),
    }
    stage.start_node()?;
    check(stage, &before).await?;
    stage.tenor(&pay).await?;
    Ok(())
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
    stage.say(&format!("nothing is lost: {count} acknowledged transactions have their receipts"));
    if !before.is_empty() {
        stage.say(&format!("{} blocks are the same, with the same state roots", before.len()));
    }
    Ok(())
}
