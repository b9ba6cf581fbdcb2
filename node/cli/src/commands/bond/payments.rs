//! Coupons and redemption: record, fund, pay.

use super::Bond;
use super::show::payment_table;
use crate::core::send::Sent;
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
    let mut work = Work::default();
    // The first call of all loads the schedule of the frozen terms and reports no period.
    let mut may_report_nothing = payments(context, coupon).await?.is_empty();
    loop {
        let sent = advance(context, coupon).await?;
        if !sent.is_committed {
            return Ok(sent.headline("one page of work"));
        }
        if work.note(&sent)?.is_none() && !may_report_nothing {
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
    let mut work = Work::default();
    if payment(context, coupon, period).await?.stage < PaymentStage::Paying {
        let sent = context.execute(coupon, &ExecuteMsg::Release { period }).await?;
        let released = format!("period {period} of {name} is released");
        if !sent.is_committed {
            return Ok(sent.headline(released));
        }
        work.release(&sent, released);
    }
    while payment(context, coupon, period).await?.stage == PaymentStage::Paying {
        let sent = advance(context, coupon).await?;
        if !sent.is_committed {
            return Ok(sent.headline("one page of payments"));
        }
        if work.note(&sent)?.is_none() {
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
    pay(context, name, last.period).await
}

/// One page of work.
async fn advance(context: &Context, coupon: Address) -> CliResult<Sent> {
    context.execute(coupon, &ExecuteMsg::Advance { limit: PAGE }).await
}

/// Transactions of one command that sends as many as the work needs.
#[derive(Default)]
struct Work {
    lines: Report,
    transactions: Vec<Value>,
}

impl Work {
    /// Notes a page; gives what it worked on, `None` when there was nothing to do.
    fn note(&mut self, sent: &Sent) -> CliResult<Option<Progress>> {
        self.acknowledge(sent);
        let Some(output) = sent.output(0) else { return Ok(None) };
        let progress: Progress = reply(output)?;
        if progress.period.is_none() {
            return Ok(None);
        }
        self.lines = std::mem::take(&mut self.lines).line(words(&progress));
        Ok(Some(progress))
    }

    /// Notes the release that came before the pages.
    fn release(&mut self, sent: &Sent, text: String) {
        self.acknowledge(sent);
        self.lines = std::mem::take(&mut self.lines).line(text);
    }

    fn acknowledge(&mut self, sent: &Sent) {
        if let Some(receipt) = &sent.receipt {
            let (hash, height) = (receipt.transaction_hash, receipt.height);
            self.transactions.push(json!({"transaction_hash": hash, "height": height}));
        }
    }

    fn report(self) -> Report {
        let count = self.transactions.len();
        self.lines.line(format!("{count} transactions")).field("transactions", self.transactions)
    }
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
