//! Coupons and redemption: record, fund, pay.

use super::Bond;
use super::show::payment_table;
use crate::core::typed::{message, reply};
use crate::core::{CliError, CliResult, Context, Report, money};
use serde_json::{Value, json};
use tenor_client::interfaces::coupon::{
    ExecuteMsg, PaymentRecord, PaymentStage, Progress, QueryMsg,
};
use tenor_client::interfaces::{Reference, cash};
use tenor_primitives::Address;

/// Holders per transaction: within the ordinary limits of a transaction.
const PAGE: u32 = 50;

/// `tenor bond record`: pages of work until there is none.
pub(super) async fn record(context: &Context, name: &str) -> CliResult<Report> {
    let bond = Bond::find(context, name).await?;
    let coupon = bond.coupon()?;
    let mut report = Report::new();
    let mut pages = 0_u32;
    if payments(context, coupon).await?.is_empty() {
        // The first call loads the schedule of the frozen terms and reports no period.
        advance(context, coupon).await?;
        pages += 1;
    }
    while let Some(progress) = advance(context, coupon).await? {
        pages += 1;
        report = report.line(words(&progress));
        if context.global.simulate {
            break;
        }
    }
    let all = payments(context, coupon).await?;
    let due = all.iter().find(|payment| payment.stage == PaymentStage::Due);
    let report = report
        .line(format!("{name}: {pages} pages of work done"))
        .line(payment_table(&all, bond.currency()))
        .field("pages", pages)
        .field("payments", all.iter().map(payment_json).collect::<Vec<_>>());
    Ok(match due {
        Some(due) => {
            report.next(format!("tenor bond fund {name} --period {} --as ISSUER", due.period))
        }
        None => report.next(format!("tenor bond show {name}")),
    })
}

/// `tenor bond fund`: cash to the paying instance and set aside there, in one transaction.
pub(super) async fn fund(context: &Context, name: &str, period: u32) -> CliResult<Report> {
    let bond = Bond::find(context, name).await?;
    let coupon = bond.coupon()?;
    let payment = payment(context, coupon, period).await?;
    let required = payment.required().and_then(|due| due.checked_sub(payment.funded));
    let amount = required.ok_or_else(|| CliError::Internal("amounts overflow".into()))?;
    let reference = fund_reference(&bond, period)?;
    let sent = context
        .send(vec![
            message(bond.draft.cash, &cash::ExecuteMsg::Transfer { to: coupon, amount, reference }),
            message(coupon, &ExecuteMsg::Fund { period, amount, reference }),
        ])
        .await?;
    let shown = money::with_currency(amount, bond.currency());
    Ok(sent
        .headline(format!("{shown} funded for period {period} of {name}"))
        .field("amount", amount.to_string())
        .next(format!("tenor bond pay {name} --period {period} --as PAYING_AGENT")))
}

/// `tenor bond pay`.
pub(super) async fn pay(context: &Context, name: &str, period: u32) -> CliResult<Report> {
    let bond = Bond::find(context, name).await?;
    let coupon = bond.coupon()?;
    let mut report = Report::new();
    if payment(context, coupon, period).await?.stage < PaymentStage::Paying {
        let sent = context.execute(coupon, &ExecuteMsg::Release { period }).await?;
        if !sent.is_committed {
            return Ok(sent.headline(format!("period {period} of {name} is released")));
        }
        report = sent.headline(format!("period {period} of {name} is released"));
    }
    while payment(context, coupon, period).await?.stage == PaymentStage::Paying {
        match advance(context, coupon).await? {
            Some(progress) => report = report.line(words(&progress)),
            None => break,
        }
    }
    let done = payment(context, coupon, period).await?;
    Ok(report
        .line(payment_table(std::slice::from_ref(&done), bond.currency()))
        .field("payment", payment_json(&done))
        .next(format!("tenor bond show {name}")))
}

/// `tenor bond redeem`: the payment that burns the units.
pub(super) async fn redeem(context: &Context, name: &str) -> CliResult<Report> {
    let bond = Bond::find(context, name).await?;
    let all = payments(context, bond.coupon()?).await?;
    let last = all.iter().find(|payment| payment.redeems).ok_or_else(|| {
        CliError::Usage(format!("{name} has no payment that redeems yet; tenor bond record {name}"))
    })?;
    pay(context, name, last.period).await
}

/// One page of work; `None` when there was nothing to do.
async fn advance(context: &Context, coupon: Address) -> CliResult<Option<Progress>> {
    let sent = context.execute(coupon, &ExecuteMsg::Advance { limit: PAGE }).await?;
    let Some(output) = sent.output(0) else { return Ok(None) };
    let progress: Progress = reply(output)?;
    Ok(progress.period.is_some().then_some(progress))
}

fn words(progress: &Progress) -> String {
    let stage = progress.stage.map(|stage| format!("{stage:?}")).unwrap_or_default();
    let period = progress.period.map(|period| period.to_string()).unwrap_or_default();
    format!("  period {period}: {} holders, stage {stage}", progress.holders)
}

/// A payment that exists.
async fn payment(context: &Context, coupon: Address, period: u32) -> CliResult<PaymentRecord> {
    let found: Option<PaymentRecord> = context.ask(coupon, &QueryMsg::Payment { period }).await?;
    found.ok_or_else(|| CliError::Unknown {
        what: "the payment of period",
        name: period.to_string(),
        hint: "tenor bond record BOND loads the schedule once the terms are frozen".into(),
    })
}

/// All payments.
pub(super) async fn payments(context: &Context, coupon: Address) -> CliResult<Vec<PaymentRecord>> {
    let mut all: Vec<PaymentRecord> = Vec::new();
    loop {
        let after = all.last().map(|payment| payment.period);
        let question = QueryMsg::Payments { after, limit: 100 };
        let page: Vec<PaymentRecord> = context.ask(coupon, &question).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

/// A payment for programs; amounts in minor units.
pub(super) fn payment_json(payment: &PaymentRecord) -> Value {
    json!({
        "period": payment.period,
        "record_at": payment.record_at,
        "payment_date": payment.payment_date.to_string(),
        "stage": format!("{:?}", payment.stage),
        "timeliness": format!("{:?}", payment.timeliness),
        "holders": payment.holders,
        "gross": payment.gross.to_string(),
        "tax": payment.tax.to_string(),
        "principal": payment.principal.to_string(),
        "funded": payment.funded.to_string(),
        "paid": payment.paid.to_string(),
        "redeems": payment.redeems,
    })
}

/// The issuer's reference for funding: the same one for the same payment, so that funding twice is
/// refused.
fn fund_reference(bond: &Bond, period: u32) -> CliResult<Reference> {
    let text = format!("FUND-{}-{period}", bond.draft.terms.isin);
    text.parse().map_err(|error| CliError::Internal(format!("{text}: {error}")))
}
