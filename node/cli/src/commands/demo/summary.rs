//! The end: proofs checked without a node, the table, and what a program needs to check it.

use super::cast::{HOLDERS, tax_class};
use super::lives::Proofs;
use super::plan::Planned;
use super::stage::Stage;
use super::tally::{Row, Tally, Total};
use crate::core::table::table;
use crate::core::{CliResult, Report, money};
use serde_json::{Value, json};
use tenor_bond_math::Currency;
use tenor_primitives::Amount;

/// Checks the proofs; the node is stopped.
pub(super) async fn verify_offline(stage: &mut Stage, proofs: Proofs) -> CliResult<Value> {
    stage.chapter("Without any node: the proofs against the genesis file")?;
    let genesis = stage.node_directory().join("genesis.toml").display().to_string();
    let mut verified = Vec::new();
    for file in [proofs.presence, proofs.redeemed, proofs.never] {
        let file = file.display().to_string();
        let report = stage.tenor(&["proof", "verify", &file, "--genesis", &genesis]).await?;
        verified.push(json!({
            "present": report.get("present"),
            "has_row": report.get("has_row"),
            "value": report.get("value"),
            "verified": report.get("verified"),
        }));
    }
    Ok(verified.into())
}

/// The table and the inputs it can be recomputed from.
pub(super) fn report(stage: &Stage, plan: &[Planned], tally: &Tally, proofs: &Value) -> Report {
    let head = [
        "bond",
        "holder",
        "bought",
        "sold",
        "coupons net",
        "tax",
        "redeemed",
        "cash paid",
        "cash got",
        "cash now",
    ];
    let rows = tally.rows.iter().filter(|row| !is_empty(row)).map(cells).collect();
    let mut report = Report::new().line(table(&head, &[2, 3, 4, 5, 6, 7, 8, 9], rows));
    for total in &tally.totals {
        report = report.line(total_line(total));
    }
    report
        .line(format!(
            "{} transactions were acknowledged in {:.1} s; none was lost",
            stage.acknowledged.len(),
            stage.elapsed()
        ))
        .field("format", "tenor-demo-1")
        .field("unit", "minor units of each bond's currency")
        .field("inputs", inputs(plan))
        .field("holders", json!(tally.rows))
        .field("totals", json!(tally.totals))
        .field("proofs", proofs.clone())
}

fn is_empty(row: &Row) -> bool {
    row.allotted_face.is_zero() && row.bought_face.is_zero()
}

fn cells(row: &Row) -> Vec<String> {
    let shown = |amount: Amount| match row.currency.parse::<Currency>() {
        Ok(currency) => money::format(amount, currency),
        Err(_) => amount.to_string(),
    };
    let sum =
        |amounts: &[Amount]| Amount::checked_sum(amounts.iter().copied()).unwrap_or(Amount::MAX);
    vec![
        format!("{} {}", row.isin, row.currency),
        row.holder.clone(),
        shown(sum(&[row.allotted_face, row.bought_face])),
        shown(row.sold_face),
        shown(row.coupon_net),
        shown(row.coupon_tax),
        shown(row.redeemed),
        shown(sum(&[row.allotted_cost, row.bought_cost])),
        shown(sum(&[row.sold_proceeds, row.coupon_net, row.redeemed])),
        shown(row.cash_end),
    ]
}

fn total_line(total: &Total) -> String {
    let shown = |amount: Amount| match total.currency.parse::<Currency>() {
        Ok(currency) => money::with_currency(amount, currency),
        Err(_) => amount.to_string(),
    };
    format!(
        "{}: issued {}, redeemed {}, interest before tax {}; cash minted {}, sum of balances {}",
        total.isin,
        shown(total.issued),
        shown(total.redeemed),
        shown(total.coupon_gross),
        shown(total.cash_minted),
        shown(total.cash_balances)
    )
}

/// What happened, for a check that shares no code with this program.
fn inputs(plan: &[Planned]) -> Value {
    json!({
        "bonds": plan.iter().map(bond).collect::<Vec<_>>(),
        "tax_classes": HOLDERS.iter().map(|name| ((*name).to_owned(), tax_class(name).into()))
            .collect::<serde_json::Map<String, Value>>(),
    })
}

fn bond(planned: &Planned) -> Value {
    let minor = |text: &str| planned.minor(text).map(|amount| amount.to_string()).ok();
    let orders: Vec<_> = planned
        .plan
        .orders
        .iter()
        .map(|order| json!({"account": order.account, "allotted": minor(order.allotted)}))
        .collect();
    let trades: Vec<_> = planned
        .plan
        .trades
        .iter()
        .map(|trade| {
            json!({"reference": trade.reference, "seller": trade.seller, "buyer": trade.buyer,
                "face": minor(trade.face), "clean_price": trade.clean_price,
                "settlement_date": trade.settlement_date,
                "cash": planned.trade_cash(trade).map(|cash| cash.to_string()).ok()})
        })
        .collect();
    let late = planned.plan.trades.iter().filter_map(|trade| Some((trade.buyer, trade.late_cash?)));
    let minted: Vec<_> = planned
        .plan
        .cash
        .iter()
        .copied()
        .chain(late)
        .map(|(account, amount)| json!({"account": account, "amount": minor(amount)}))
        .collect();
    let dates: Vec<_> = planned
        .schedule
        .periods
        .iter()
        .map(|period| json!({"record": period.record_date, "payment": period.payment_date}))
        .collect();
    json!({
        "isin": planned.isin(),
        "file": planned.path.file_name().map(|name| name.to_string_lossy()),
        "orders": orders, "trades": trades, "minted": minted, "dates": dates,
    })
}
