//! What a bond looks like now.

use super::Bond;
use super::payments::{payment_json, payments};
use crate::core::table::table;
use crate::core::{CliResult, Context, Report, money};
use serde_json::json;
use tenor_bond_math::Currency;
use tenor_client::interfaces::AccountBalance;
use tenor_client::interfaces::coupon::PaymentRecord;
use tenor_client::interfaces::issuance::{BondFacts, HoldersPage, IssueTotals, QueryMsg};
use tenor_primitives::{Address, Amount};

const PAGE: u32 = 100;

/// `tenor bond show`.
pub(super) async fn show(context: &Context, name: &str) -> CliResult<Report> {
    let bond = Bond::find(context, name).await?;
    let currency = bond.currency();
    let facts: BondFacts = context.ask(bond.issuance, &QueryMsg::Bond).await?;
    let totals: IssueTotals = context.ask(bond.issuance, &QueryMsg::Totals).await?;
    let all = payments(context, bond.coupon()?).await?;
    let terms = &bond.draft.terms;
    let maturity = terms.maturity.map_or_else(|| "perpetual".into(), |date| date.to_string());
    let outstanding = totals.issued.checked_sub(totals.redeemed).unwrap_or(Amount::ZERO);
    Ok(Report::new()
        .line(format!("{} {:?}, {} to {maturity}", terms.isin, facts.status, terms.issue_date))
        .line(format!(
            "  issued {}, redeemed {}, outstanding {}",
            money::with_currency(totals.issued, currency),
            money::with_currency(totals.redeemed, currency),
            money::with_currency(outstanding, currency)
        ))
        .line(payment_table(&all, currency))
        .field("isin", terms.isin.to_string())
        .field("status", format!("{:?}", facts.status))
        .field("issued", totals.issued.to_string())
        .field("redeemed", totals.redeemed.to_string())
        .field("terms", json!(terms))
        .field("payments", all.iter().map(payment_json).collect::<Vec<_>>())
        .next(format!("tenor bond holders {name}")))
}

/// Payments for people.
pub(super) fn payment_table(payments: &[PaymentRecord], currency: Currency) -> String {
    let row = |payment: &PaymentRecord| {
        vec![
            payment.period.to_string(),
            payment.record_at.to_string(),
            payment.payment_date.to_string(),
            payment.holders.to_string(),
            money::format(payment.gross, currency),
            money::format(payment.tax, currency),
            money::format(payment.principal, currency),
            money::format(payment.paid, currency),
            format!("{:?}", payment.stage),
        ]
    };
    let head =
        ["period", "record", "payment", "holders", "gross", "tax", "principal", "paid", "stage"];
    table(&head, &[0, 3, 4, 5, 6, 7], payments.iter().map(row).collect())
}

/// `tenor bond holders`.
pub(super) async fn holders(
    context: &Context,
    name: &str,
    period: Option<u32>,
) -> CliResult<Report> {
    let bond = Bond::find(context, name).await?;
    let positions = match period {
        Some(period) => at_record(context, bond.issuance, period).await?,
        None => now(context, bond.issuance).await?,
    };
    let currency = bond.currency();
    let total = Amount::checked_sum(positions.iter().map(|(_, face)| *face));
    let total = total.unwrap_or(Amount::MAX);
    let mut rows: Vec<_> = positions
        .iter()
        .map(|(account, face)| vec![context.name_of(account), money::format(*face, currency)])
        .collect();
    rows.push(vec!["total".into(), money::format(total, currency)]);
    let holders: Vec<_> = positions
        .iter()
        .map(|(account, face)| json!({"account": account, "face_amount": face}))
        .collect();
    Ok(Report::new()
        .line(table(&["holder", currency.as_str()], &[1], rows))
        .field("holders", holders)
        .field("total", total.to_string())
        .next(format!("tenor bond show {name}")))
}

type Positions = Vec<(Address, Amount)>;

async fn now(context: &Context, issuance: Address) -> CliResult<Positions> {
    let mut all: Positions = Vec::new();
    loop {
        let after = all.last().map(|(account, _)| *account);
        let question = QueryMsg::Holdings { after, limit: PAGE };
        let page: Vec<AccountBalance> = context.ask(issuance, &question).await?;
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
        let page: HoldersPage = context.ask(issuance, &question).await?;
        all.extend(page.positions.into_iter().map(|entry| (entry.account, entry.face_amount)));
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(all),
        }
    }
}
