//! Who holds a bond, and what a payment gives each of them.

use super::Bond;
use crate::core::table::table;
use crate::core::{CliError, CliResult, Context, Report, money};
use serde_json::{Value, json};
use tenor_bond_math::Currency;
use tenor_client::interfaces::AccountBalance;
use tenor_client::interfaces::coupon::{
    self, Entitlement, EntitlementStatus, PaymentRecord, PaymentStage,
};
use tenor_client::interfaces::issuance::{HoldersPage, QueryMsg};
use tenor_primitives::{Address, Amount};

const PAGE: u32 = 100;

/// `tenor bond holders`.
pub(super) async fn run(context: &Context, name: &str, period: Option<u32>) -> CliResult<Report> {
    let bond = Bond::find(context, name).await?;
    let Some(period) = period else {
        let positions = now(context, bond.issuance).await?;
        return Ok(faces(context, &bond, &positions)?.next(format!("tenor bond show {name}")));
    };
    let coupon = bond.coupon()?;
    let question = coupon::QueryMsg::Payment { period };
    let payment: Option<PaymentRecord> = context.ask(coupon, &question).await?;
    if payment.is_none_or(|payment| payment.stage < PaymentStage::Due) {
        let positions = at_record(context, bond.issuance, period).await?;
        return Ok(faces(context, &bond, &positions)?
            .line(format!("what each gets for period {period} is not computed yet"))
            .next(format!("tenor bond record {name}")));
    }
    let entitled = entitlements(context, coupon, period).await?;
    Ok(payments(context, &bond, &entitled)?.next(format!("tenor bond show {name}")))
}

/// Face amounts alone.
fn faces(context: &Context, bond: &Bond, positions: &Positions) -> CliResult<Report> {
    let currency = bond.currency();
    let total = sum(positions.iter().map(|(_, face)| *face))?;
    let row = |who: String, face| vec![who, money::format(face, currency)];
    let mut rows: Vec<_> =
        positions.iter().map(|(account, face)| row(context.name_of(account), *face)).collect();
    rows.push(row("total".into(), total));
    let holders: Vec<_> = positions
        .iter()
        .map(|(account, face)| json!({"account": account, "face_amount": face}))
        .collect();
    Ok(Report::new()
        .line(table(&["holder", &face_column(currency)], &[1], rows))
        .field("currency", currency.to_string())
        .field("holders", holders)
        .field("total", total.to_string()))
}

/// Face amounts at the record date, and what each holder gets.
fn payments(context: &Context, bond: &Bond, entitled: &[Entitlement]) -> CliResult<Report> {
    let currency = bond.currency();
    let columns = |entry: &Entitlement| {
        let net = entry.gross.checked_sub(entry.tax).ok_or_else(overflow)?;
        Ok::<_, CliError>([entry.face_amount, entry.gross, entry.tax, net, entry.principal])
    };
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut totals = [Amount::ZERO; 5];
    for entry in entitled {
        let amounts = columns(entry)?;
        for (total, amount) in totals.iter_mut().zip(amounts) {
            *total = total.checked_add(amount).ok_or_else(overflow)?;
        }
        let mut row = vec![context.name_of(&entry.account)];
        row.extend(amounts.map(|amount| money::format(amount, currency)));
        row.push(status(entry.status).into());
        rows.push(row);
    }
    let mut last = vec!["total".to_owned()];
    last.extend(totals.map(|amount| money::format(amount, currency)));
    rows.push(last);
    let face = face_column(currency);
    let head = ["holder", &face, "gross interest", "tax", "net interest", "principal", "status"];
    Ok(Report::new()
        .line(table(&head, &[1, 2, 3, 4, 5], rows))
        .field("currency", currency.to_string())
        .field("holders", entitled.iter().map(entitlement_json).collect::<Vec<_>>())
        .field("total", totals[0].to_string()))
}

fn face_column(currency: Currency) -> String {
    format!("face {currency}")
}

fn status(status: EntitlementStatus) -> &'static str {
    match status {
        EntitlementStatus::Open => "open",
        EntitlementStatus::Paid { .. } => "paid",
        EntitlementStatus::Escrowed { .. } => "in escrow",
    }
}

/// An entitlement for programs; amounts in minor units.
fn entitlement_json(entry: &Entitlement) -> Value {
    json!({
        "account": entry.account,
        "face_amount": entry.face_amount,
        "gross": entry.gross,
        "tax": entry.tax,
        "principal": entry.principal,
        "net": entry.net,
        "status": status(entry.status),
    })
}

fn sum(amounts: impl Iterator<Item = Amount>) -> CliResult<Amount> {
    Amount::checked_sum(amounts).ok_or_else(overflow)
}

fn overflow() -> CliError {
    CliError::Internal("amounts overflow".into())
}

type Positions = Vec<(Address, Amount)>;

async fn now(context: &Context, issuance: Address) -> CliResult<Positions> {
    let mut all: Positions = Vec::new();
    loop {
        let after = all.last().map(|(account, _)| *account);
        let question = QueryMsg::Holdings { after, limit: PAGE };
        let own = |party| QueryMsg::HoldingsFor { party, after, limit: PAGE };
        let page: Vec<AccountBalance> = context.ask_as_party(issuance, &question, own).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page.into_iter().map(|entry| (entry.account, entry.balance.total)));
    }
}

async fn at_record(context: &Context, issuance: Address, period: u32) -> CliResult<Positions> {
    let mut all: Positions = Vec::new();
    let mut after = None;
    loop {
        let question = QueryMsg::HoldersAt { period, after, limit: PAGE };
        let own = |party| QueryMsg::HoldersAtFor { party, period, after, limit: PAGE };
        let page: HoldersPage = context.ask_as_party(issuance, &question, own).await?;
        all.extend(page.positions.into_iter().map(|entry| (entry.account, entry.face_amount)));
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(all),
        }
    }
}

/// What all holders get from a payment, as far as it is computed.
pub(crate) async fn entitlements(
    context: &Context,
    coupon: Address,
    period: u32,
) -> CliResult<Vec<Entitlement>> {
    let mut all: Vec<Entitlement> = Vec::new();
    loop {
        let after = all.last().map(|entry| entry.account);
        let question = coupon::QueryMsg::Entitlements { period, after, limit: PAGE };
        let own = |party| coupon::QueryMsg::EntitlementsFor { party, period, after, limit: PAGE };
        let page: Vec<Entitlement> = context.ask_as_party(coupon, &question, own).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}
