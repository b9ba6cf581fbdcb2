//! Three bonds' lives on one calendar.

use super::books::{book, close, mint};
use super::crash;
use super::plan::{Planned, Trade};
use super::stage::Stage;
use crate::core::{CliError, CliResult, money};
use std::path::{Path, PathBuf};

/// The proofs that were saved on the way.
pub(super) struct Proofs {
    /// Cedar's holding, when it held.
    pub(super) presence: PathBuf,
    /// Cedar's holding, when it was redeemed: the row is empty.
    pub(super) redeemed: PathBuf,
    /// The holding of an account that never had one: there is no row.
    pub(super) never: PathBuf,
}

/// Issues the bonds that come before any trade.
pub(super) async fn issue_first(stage: &mut Stage, bonds: &[Planned]) -> CliResult<()> {
    for bond in bonds.iter().take(2) {
        book(stage, bond).await?;
        close(stage, bond).await?;
    }
    Ok(())
}

/// Plays everything in order of ledger time.
pub(super) async fn play(stage: &mut Stage, bonds: &[Planned]) -> CliResult<Proofs> {
    let [hk, us, de] = bonds else {
        return Err(CliError::Internal("the plan has three bonds".into()));
    };
    let proofs = Proofs {
        presence: stage.file("cedar-holds.json"),
        redeemed: stage.file("cedar-redeemed.json"),
        never: stage.file("tax-office-never-held.json"),
    };
    issue_first(stage, bonds).await?;
    trade(stage, us, &us.plan.trades[0]).await?;
    trade(stage, hk, &hk.plan.trades[0]).await?;
    crash::coupon_with_power_cut(stage, us, 0).await?;
    trade(stage, hk, &hk.plan.trades[1]).await?;
    payment(stage, hk, 0).await?;
    payment(stage, us, 1).await?;
    trade(stage, us, &us.plan.trades[1]).await?;
    prove(stage, us, "cedar", &proofs.presence).await?;
    payment(stage, us, 2).await?;
    book(stage, de).await?;
    close(stage, de).await?;
    payment(stage, us, 3).await?;
    prove(stage, us, "cedar", &proofs.redeemed).await?;
    prove(stage, us, "tax-office", &proofs.never).await?;
    trade(stage, de, &de.plan.trades[0]).await?;
    payment(stage, de, 0).await?;
    trade(stage, de, &de.plan.trades[1]).await?;
    payment(stage, de, 1).await?;
    Ok(proofs)
}

/// A trade: two instructions entered independently, matched, settled on the intended date; or not
/// before the buyer's cash has come.
async fn trade(stage: &mut Stage, bond: &Planned, trade: &Trade) -> CliResult<()> {
    let (isin, hour) = (bond.isin(), bond.plan.hour);
    let (seller, buyer) = (trade.seller, trade.buyer);
    stage.chapter(&format!("{isin}: {seller} sells {} to {buyer}", trade.face))?;
    let cash = money::format(bond.trade_cash(trade)?, bond.file.terms.currency);
    stage.tenor(&["node", "set-time", &format!("{}{hour}", trade.trade_date)]).await?;
    for (side, who, other) in [("--deliver", seller, buyer), ("--receive", buyer, seller)] {
        stage
            .tenor(&[
                "settle",
                "instruct",
                side,
                "--bond",
                isin,
                "--face",
                trade.face,
                "--cash",
                &cash,
                "--counterparty",
                other,
                "--trade-date",
                trade.trade_date,
                "--settlement-date",
                trade.settlement_date,
                "--reference",
                trade.reference,
                "--as",
                who,
            ])
            .await?;
    }
    stage.tenor(&["node", "set-time", &format!("{}{hour}", trade.settlement_date)]).await?;
    stage.tenor(&["settle", "advance", "--as", "registrar"]).await?;
    let status = ["settle", "status", trade.reference, "--account", buyer];
    let report = stage.tenor(&status).await?;
    let Some(late) = trade.late_cash else { return expect(&report, "settled", trade) };
    expect(&report, "LackOfCash", trade)?;
    mint(stage, &bond.file.issue.cash, buyer, late, &format!("{}-LATE", trade.reference)).await?;
    stage.tenor(&["settle", "advance", "--as", "registrar"]).await?;
    let report = stage.tenor(&status).await?;
    expect(&report, "settled", trade)
}

/// The story must be what it says.
fn expect(report: &crate::core::Report, needle: &str, trade: &Trade) -> CliResult<()> {
    let status = report.get("status").and_then(|status| status.as_str()).unwrap_or_default();
    if status.contains(needle) {
        return Ok(());
    }
    let text = format!("trade {}: expected {needle}, got {status:?}", trade.reference);
    Err(CliError::Internal(text))
}

/// A payment on its date: entitlements, funding, release, pages. The last one burns the units.
async fn payment(stage: &mut Stage, bond: &Planned, period: u32) -> CliResult<()> {
    announce(stage, bond, period).await?;
    let isin = bond.isin();
    let number = period.to_string();
    stage.tenor(&["bond", "fund", isin, "--period", &number, "--as", bond.plan.issuer]).await?;
    let is_last = usize::try_from(period).is_ok_and(|at| at + 1 == bond.schedule.periods.len());
    if is_last {
        stage.tenor(&["bond", "redeem", isin, "--as", "paying-agent"]).await?;
        stage.tenor(&["bond", "show", isin]).await?;
    } else {
        stage.tenor(&["bond", "pay", isin, "--period", &number, "--as", "paying-agent"]).await?;
    }
    Ok(())
}

/// Moves time to the payment date and computes who is entitled to what.
pub(super) async fn announce(stage: &mut Stage, bond: &Planned, period: u32) -> CliResult<()> {
    let isin = bond.isin();
    let dates =
        bond.schedule.period(period).map_err(|error| CliError::Internal(error.to_string()))?;
    stage.chapter(&format!(
        "{isin}: payment {period}, record date {}, paid on {}",
        dates.record_date, dates.payment_date
    ))?;
    let at = format!("{}{}", dates.payment_date, bond.plan.hour);
    stage.tenor(&["node", "set-time", &at]).await?;
    stage.tenor(&["bond", "record", isin, "--as", "paying-agent"]).await?;
    stage.tenor(&["bond", "holders", isin, "--period", &period.to_string()]).await?;
    Ok(())
}

/// Saves a proof of what an account holds, or that it holds nothing.
async fn prove(stage: &mut Stage, bond: &Planned, account: &str, out: &Path) -> CliResult<()> {
    let label = bond.file.bond_label();
    stage.chapter(&format!("{}: a proof of {account}'s position", bond.isin()))?;
    let out = out.display().to_string();
    stage.tenor(&["proof", "get", &label, "holdings", account, "--out", &out]).await?;
    Ok(())
}
