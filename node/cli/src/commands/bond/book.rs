//! Orders, allocation, closing.

use super::Bond;
use crate::core::money;
use crate::core::table::table;
use crate::core::{CliError, CliResult, Context, Report, counted};
use tenor_bond_math::Date;
use tenor_client::interfaces::issuance::{
    Allocation, ClosingQuote, ExecuteMsg, IssueTotals, Order, OrderKey, QueryMsg,
};
use tenor_client::interfaces::{Balance, Hold, Reference, cash};
use tenor_primitives::{Address, Amount, Hash, Timestamp};

/// Milliseconds of a day.
const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// Orders of one question.
const PAGE: u32 = 100;

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

/// `tenor bond confirm`: the allocation as it stands, or the one whose hash was read before.
pub(super) async fn confirm(
    context: &Context,
    name: &str,
    allocation: Option<Hash>,
) -> CliResult<Report> {
    let bond = Bond::find(context, name).await?;
    let totals: IssueTotals = context.ask(bond.issuance, &QueryMsg::Totals).await?;
    let total = totals.allotted;
    let allocation_hash = allocation.unwrap_or(totals.allocation_hash);
    let allotted = allotted(context, &bond).await?;
    let message = ExecuteMsg::ConfirmBook { total, allocation_hash };
    let sent = context.execute(bond.issuance, &message).await?;
    let shown = money::with_currency(total, bond.currency());
    let mut report = sent.headline(format!("the book of {name} is confirmed: {shown}"));
    let rows = allotted.iter().map(|order| {
        let whose = context.name_of(&order.account);
        let own = if order.of_manager { "lead manager's own" } else { "" };
        let face = money::format(order.allotted, bond.currency());
        vec![whose, order.reference.to_string(), face, own.into()]
    });
    report = report.line(table(&["account", "order", "allotted", ""], &[2], rows.collect()));
    Ok(report
        .field("total", total.to_string())
        .field("allotted_to_manager", totals.allotted_to_manager.to_string())
        .field("allocation_hash", allocation_hash.to_string())
        .next(format!("tenor bond earmark {name} --reference REF --as ACCOUNT")))
}

/// The orders of the book that were allotted something.
async fn allotted(context: &Context, bond: &Bond) -> CliResult<Vec<Order>> {
    let mut allotted = Vec::new();
    let mut after = None;
    loop {
        let question = QueryMsg::Orders { after, limit: PAGE };
        let page: Vec<Order> = context.ask(bond.issuance, &question).await?;
        let Some(last) = page.last() else { return Ok(allotted) };
        after = Some(OrderKey { account: last.account, reference: last.reference });
        allotted.extend(page.into_iter().filter(|order| !order.allotted.is_zero()));
    }
}

/// `tenor bond earmark`: held for the bond under the order's reference, what the allotment costs today,
/// and if the account has it what it costs on the last day; what is not needed comes back.
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
    let question = QueryMsg::ClosingQuote { face_amount: order.allotted };
    let quote: ClosingQuote = context.ask(bond.issuance, &question).await?;
    let before = held_for(context, &bond, account, reference).await?;
    let (amount, expiry) = cover(context, &bond, account, &quote, before.as_ref()).await?;
    let shown = money::with_currency(amount, bond.currency());
    let who = context.sender_name()?;
    let report = if before.is_some_and(|held| (held.amount, held.expiry) == (amount, expiry)) {
        Report::new().line(format!("{who} holds {shown} for {name} already"))
    } else {
        let (cash, agent) = (bond.draft.cash, bond.issuance);
        let message = cash::ExecuteMsg::Hold { account, amount, agent, expiry, reference };
        let sent = context.execute(cash, &message).await?;
        sent.headline(format!("{who} holds {shown} for {name}"))
    };
    Ok(report
        .line(until_when(&bond, &quote, amount))
        .field("held", amount.to_string())
        .field("price", quote.price.to_string())
        .field("allotted", order.allotted.to_string())
        .next(format!("tenor bond close {name} --order {who}:{reference} --as LEAD_MANAGER")))
}

async fn held_for(
    context: &Context,
    bond: &Bond,
    account: Address,
    reference: Reference,
) -> CliResult<Option<Hold>> {
    let question = cash::QueryMsg::Hold { account, agent: bond.issuance, reference };
    context.ask(bond.draft.cash, &question).await
}

/// How much to hold and until when: never less than is held already, which can only be raised.
async fn cover(
    context: &Context,
    bond: &Bond,
    account: Address,
    quote: &ClosingQuote,
    before: Option<&Hold>,
) -> CliResult<(Amount, Timestamp)> {
    let question = cash::QueryMsg::Balance { account };
    let balance: Balance = context.ask(bond.draft.cash, &question).await?;
    let (held, held_until) =
        before.map_or((Amount::ZERO, Timestamp::EPOCH), |held| (held.amount, held.expiry));
    let free = balance.available().checked_add(held).unwrap_or(held);
    let amount = quote.price_max.min(free).max(quote.price).max(held);
    Ok((amount, end_of_closing(quote.last_date).max(held_until)))
}

/// What the cash held is enough for.
fn until_when(bond: &Bond, quote: &ClosingQuote, held: Amount) -> String {
    let money_of = |amount| money::with_currency(amount, bond.currency());
    let (date, last_date) = (quote.date, quote.last_date);
    let price = money_of(quote.price);
    if held >= quote.price_max {
        return format!(
            "{price} of it pays on {date}; it is enough until the last day, {last_date}"
        );
    }
    let most = money_of(quote.price_max);
    format!("{price} of it pays on {date}; on the last day, {last_date}, it costs {most}")
}

/// Cash is held until the last day of the closing is over in every time zone.
fn end_of_closing(last_date: Date) -> Timestamp {
    let days = u64::try_from(i64::from(last_date.days()) + 2).unwrap_or(0);
    Timestamp::from_unix_ms(days.saturating_mul(DAY_MS))
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
