//! What a bond looks like now.

use super::Bond;
use super::payments::{payment_json, payments};
use crate::core::table::table;
use crate::core::{CliResult, Context, Report, money};
use serde_json::json;
use tenor_bond_math::Currency;
use tenor_client::interfaces::coupon::PaymentRecord;
use tenor_client::interfaces::issuance::{BondFacts, IssueTotals, QueryMsg};
use tenor_primitives::Amount;

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
