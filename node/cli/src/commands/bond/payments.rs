//! Coupons and redemption: record, pay.

use super::show::payment_table;
use super::work::{Page, Work};
use super::{Bond, PayArgs, PaymentArgs};
use crate::core::send::Sent;
use crate::core::{CliError, CliResult, Context, Report};
use serde_json::{Value, json};
use tenor_client::interfaces::coupon::{ExecuteMsg, PaymentRecord, PaymentStage, QueryMsg};
use tenor_primitives::Address;
use tokio::sync::mpsc;

/// Holders per transaction unless asked otherwise: within the ordinary limits of a transaction.
pub(super) const PAGE: u32 = 50;

/// `tenor bond record`: pages of work until there is none.
pub(super) async fn record(context: &Context, name: &str) -> CliResult<Report> {
    let bond = Bond::find(context, name).await?;
    let coupon = bond.coupon()?;
    let mut work = Work::default();
    // The first call of all loads the schedule of the frozen terms and reports no period.
    let mut may_report_nothing = payments(context, coupon).await?.is_empty();
    loop {
        let sent = advance(context, coupon, PAGE).await?;
        if !sent.is_committed {
            return Ok(sent.headline("one page of work"));
        }
        if work.note(&sent).await?.is_none() && !may_report_nothing {
            break;
        }
        may_report_nothing = false;
    }
    let all = payments(context, coupon).await?;
    let due = all.iter().find(|payment| payment.stage == PaymentStage::Due);
    let report = work
        .report()
        .line(payment_table(&all, bond.currency()))
        .field("payments", all.iter().map(payment_json).collect::<Vec<_>>());
    Ok(match due {
        Some(due) => {
            report.next(format!("tenor bond fund {name} --period {} --as ISSUER", due.period))
        }
        None => report.next(format!("tenor bond show {name}")),
    })
}

/// `tenor bond pay`; hands its transactions on to who watches.
pub(super) async fn pay(
    context: &Context,
    args: &PayArgs,
    watcher: Option<mpsc::Sender<Page>>,
) -> CliResult<Report> {
    let (name, period) = (&args.payment.bond, args.payment.period);
    let bond = Bond::find(context, name).await?;
    let coupon = bond.coupon()?;
    let mut work = Work::watched_by(watcher);
    if payment(context, coupon, period).await?.stage < PaymentStage::Paying {
        let sent = context.execute(coupon, &ExecuteMsg::Release { period }).await?;
        let released = format!("period {period} of {name} is released");
        if !sent.is_committed {
            return Ok(sent.headline(released));
        }
        work.release(&sent, released).await;
    }
    while payment(context, coupon, period).await?.stage == PaymentStage::Paying {
        let sent = advance(context, coupon, args.limit).await?;
        if !sent.is_committed {
            return Ok(sent.headline("one page of payments"));
        }
        if work.note(&sent).await?.is_none() {
            break;
        }
    }
    let done = payment(context, coupon, period).await?;
    Ok(work
        .report()
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
    let payment = PaymentArgs { bond: name.into(), period: last.period };
    pay(context, &PayArgs { payment, limit: PAGE }, None).await
}

/// One page of work.
async fn advance(context: &Context, coupon: Address, limit: u32) -> CliResult<Sent> {
    context.execute(coupon, &ExecuteMsg::Advance { limit }).await
}

/// A payment that exists.
pub(super) async fn payment(
    context: &Context,
    coupon: Address,
    period: u32,
) -> CliResult<PaymentRecord> {
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
