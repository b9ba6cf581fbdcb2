//! From terms to the closing.

use super::cast;
use super::market::{GENESIS_TIME, appoint, propose};
use super::plan::Planned;
use super::stage::Stage;
use crate::core::CliResult;

/// Creates every bond: schedule, draft, acceptance, listing.
pub(super) async fn draft_all(stage: &mut Stage, bonds: &[Planned]) -> CliResult<()> {
    for bond in bonds {
        draft(stage, bond).await?;
    }
    Ok(())
}

async fn draft(stage: &mut Stage, bond: &Planned) -> CliResult<()> {
    let isin = bond.isin();
    stage.chapter(&format!("{isin}: {} is drafted and accepted", bond.plan.title))?;
    let path = bond.path.display().to_string();
    stage.tenor(&["bond", "schedule", &path]).await?;
    stage.tenor(&["bond", "create", &path, "--as", bond.plan.issuer]).await?;
    appoint(stage, &bond.file.issue.cash, &bond.file.bond_label(), "Holds").await?;
    for party in [bond.plan.issuer, "paying-agent", "registrar"] {
        stage.tenor(&["bond", "accept", isin, "--as", party]).await?;
    }
    let market = &bond.file.issue.market;
    propose(stage, &format!("{isin}.json"), &cast::listing(isin, market, GENESIS_TIME)).await?;
    Ok(())
}

/// Orders and allocation, on the day before the issue.
pub(super) async fn book(stage: &mut Stage, bond: &Planned) -> CliResult<()> {
    let isin = bond.isin();
    stage.chapter(&format!("{isin}: orders and allocation"))?;
    stage.tenor(&["node", "set-time", bond.plan.book_at]).await?;
    let cash = &bond.file.issue.cash;
    for (account, amount) in bond.plan.cash {
        mint(stage, cash, account, amount, &format!("{isin}-{account}")).await?;
    }
    let mut allocate = vec!["bond".to_owned(), "allocate".into(), isin.into()];
    for order in bond.plan.orders {
        let reference = order_reference(order.account);
        stage
            .tenor(&[
                "bond",
                "order",
                isin,
                "--face",
                order.ordered,
                "--reference",
                &reference,
                "--as",
                order.account,
            ])
            .await?;
        allocate.push("--line".into());
        allocate.push(format!("{}:{reference}={}", order.account, order.allotted));
    }
    allocate.extend(["--as".into(), "lead-manager".into()]);
    let words: Vec<_> = allocate.iter().map(String::as_str).collect();
    stage.tenor(&words).await?;
    stage.tenor(&["bond", "confirm", isin, "--as", bond.plan.issuer]).await?;
    Ok(())
}

/// Units against cash, on the issue date.
pub(super) async fn close(stage: &mut Stage, bond: &Planned) -> CliResult<()> {
    let isin = bond.isin();
    stage.chapter(&format!("{isin}: closing, units against cash"))?;
    let at = format!("{}{}", bond.file.terms.issue_date, bond.plan.hour);
    stage.tenor(&["node", "set-time", &at]).await?;
    let mut close = vec!["bond".to_owned(), "close".into(), isin.into()];
    for order in bond.plan.orders {
        let reference = order_reference(order.account);
        stage
            .tenor(&["bond", "earmark", isin, "--reference", &reference, "--as", order.account])
            .await?;
        close.push("--order".into());
        close.push(format!("{}:{reference}", order.account));
    }
    close.extend(["--as".into(), "lead-manager".into()]);
    let words: Vec<_> = close.iter().map(String::as_str).collect();
    stage.tenor(&words).await?;
    stage.tenor(&["bond", "holders", isin]).await?;
    Ok(())
}

/// Cash from the settlement bank.
pub(super) async fn mint(
    stage: &mut Stage,
    cash: &str,
    account: &str,
    amount: &str,
    reference: &str,
) -> CliResult<()> {
    stage
        .tenor(&[
            "cash",
            "mint",
            cash,
            account,
            amount,
            "--reference",
            reference,
            "--as",
            "settlement-bank",
        ])
        .await?;
    Ok(())
}

fn order_reference(account: &str) -> String {
    format!("ORDER-{account}")
}
