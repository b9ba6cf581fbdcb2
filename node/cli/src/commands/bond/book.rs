//! Orders, allocation, closing.

use super::Bond;
use crate::core::money;
use crate::core::{CliError, CliResult, Context, Report, counted};
use tenor_client::interfaces::issuance::{
    Allocation, ExecuteMsg, IssueTotals, Order, OrderKey, QueryMsg,
};
use tenor_client::interfaces::{Reference, cash};
use tenor_primitives::{Amount, Timestamp};

/// How long cash is held for a closing: thirty days of ledger time.
const EARMARK_MS: u64 = 30 * 24 * 60 * 60 * 1000;

/// `tenor bond order`.
pub(super) async fn order(
    context: &Context,
    name: &str,
    face: &str,
    reference: Reference,
) -> CliResult<Report> {
    let bond = Bond::find(context, name).await?;
    let face_amount = money::parse(face, bond.currency())?;
    let message = ExecuteMsg::PlaceOrder { face_amount, reference };
    let sent = context.execute(bond.issuance, &message).await?;
    let shown = money::with_currency(face_amount, bond.currency());
    let who = context.sender_name()?;
    Ok(sent
        .headline(format!("{who} orders {shown} of {name} as {reference}"))
        .field("face_amount", face_amount.to_string())
        .next(format!(
            "tenor bond allocate {name} --line {who}:{reference}=FACE --as LEAD_MANAGER"
        )))
}

/// `tenor bond allocate`.
pub(super) async fn allocate(context: &Context, name: &str, lines: &[String]) -> CliResult<Report> {
    let bond = Bond::find(context, name).await?;
    let allocations = lines
        .iter()
        .map(|line| {
            let (key, face) = line.split_once('=').ok_or_else(|| {
                CliError::Usage(format!("expected ACCOUNT:REFERENCE=FACE, got {line:?}"))
            })?;
            let OrderKey { account, reference } = order_key(context, key)?;
            let face_amount = money::parse(face, bond.currency())?;
            Ok(Allocation { account, reference, face_amount })
        })
        .collect::<CliResult<Vec<_>>>()?;
    let sent = context.execute(bond.issuance, &ExecuteMsg::Allocate { allocations }).await?;
    Ok(sent
        .headline(format!("{} of {name} allotted", counted(lines.len(), "order")))
        .next(format!("tenor bond confirm {name} --as ISSUER")))
}

/// `tenor bond confirm`.
pub(super) async fn confirm(context: &Context, name: &str) -> CliResult<Report> {
    let bond = Bond::find(context, name).await?;
    let totals: IssueTotals = context.ask(bond.issuance, &QueryMsg::Totals).await?;
    let total = totals.allotted;
    let sent = context.execute(bond.issuance, &ExecuteMsg::ConfirmBook { total }).await?;
    let shown = money::with_currency(total, bond.currency());
    Ok(sent
        .headline(format!("the book of {name} is confirmed: {shown}"))
        .field("total", total.to_string())
        .next(format!("tenor bond earmark {name} --reference REF --as ACCOUNT")))
}

/// `tenor bond earmark`: what the allotment costs today, held for the bond under the order's reference.
pub(super) async fn earmark(
    context: &Context,
    name: &str,
    reference: Reference,
) -> CliResult<Report> {
    let bond = Bond::find(context, name).await?;
    let account = context.sender()?;
    let question = QueryMsg::Order { account, reference };
    let order: Option<Order> = context.ask(bond.issuance, &question).await?;
    let order = order.ok_or_else(|| CliError::Unknown {
        what: "the order",
        name: reference.to_string(),
        hint: format!("place one with: tenor bond order {name}"),
    })?;
    // After the issue date it costs the interest since, too.
    let question = QueryMsg::IssuePrice { face_amount: order.allotted };
    let price: Amount = context.ask(bond.issuance, &question).await?;
    let now = context.client.status().await?.time;
    let expiry = now.checked_add_ms(EARMARK_MS).unwrap_or(Timestamp::from_unix_ms(u64::MAX));
    let message =
        cash::ExecuteMsg::Hold { account, amount: price, agent: bond.issuance, expiry, reference };
    let sent = context.execute(bond.draft.cash, &message).await?;
    let shown = money::with_currency(price, bond.currency());
    let who = context.sender_name()?;
    Ok(sent
        .headline(format!("{who} holds {shown} for {name}"))
        .field("price", price.to_string())
        .field("allotted", order.allotted.to_string())
        .next(format!("tenor bond close {name} --order {who}:{reference} --as LEAD_MANAGER")))
}

/// `tenor bond close`.
pub(super) async fn close(context: &Context, name: &str, keys: &[String]) -> CliResult<Report> {
    let bond = Bond::find(context, name).await?;
    let orders = keys.iter().map(|key| order_key(context, key)).collect::<CliResult<Vec<_>>>()?;
    let sent = context.execute(bond.issuance, &ExecuteMsg::Close { orders }).await?;
    Ok(sent
        .headline(format!("{} of {name} delivered against payment", counted(keys.len(), "order")))
        .next(format!("tenor bond holders {name}")))
}

/// `ACCOUNT:REFERENCE`.
fn order_key(context: &Context, text: &str) -> CliResult<OrderKey> {
    let refused = || CliError::Usage(format!("expected ACCOUNT:REFERENCE, got {text:?}"));
    let (account, reference) = text.split_once(':').ok_or_else(refused)?;
    let reference = reference.parse().map_err(|_| refused())?;
    Ok(OrderKey { account: context.address(account)?, reference })
}
