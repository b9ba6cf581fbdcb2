//! Cash for a payment.

use super::Bond;
use super::payments::payment;
use crate::core::typed::message;
use crate::core::{CliError, CliResult, Context, Report, money};
use tenor_client::interfaces::coupon::{ExecuteMsg, PaymentRecord, PaymentStage};
use tenor_client::interfaces::{Reference, cash};
use tenor_primitives::Amount;

/// `tenor bond fund`: cash to the paying instance and set aside there, in one transaction.
pub(super) async fn run(context: &Context, name: &str, period: u32) -> CliResult<Report> {
    let bond = Bond::find(context, name).await?;
    let coupon = bond.coupon()?;
    let payment = payment(context, coupon, period).await?;
    let amount = missing(&bond, &payment)?;
    let reference = fund_reference(&bond, &payment)?;
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

/// What is missing of a payment whose total is known; above zero.
fn missing(bond: &Bond, payment: &PaymentRecord) -> CliResult<Amount> {
    let (name, period, stage) = (&bond.name, payment.period, payment.stage);
    if stage < PaymentStage::Due {
        return Err(CliError::Usage(format!(
            "expected a payment that is due, got period {period} of {name} in stage {stage:?}; \
             once its record date has passed: tenor bond record {name}"
        )));
    }
    let required = payment.required();
    let missing = required.and_then(|required| required.checked_sub(payment.funded));
    let missing = missing.ok_or_else(|| CliError::Internal("amounts overflow".into()))?;
    if missing.is_zero() || stage > PaymentStage::Due {
        let funded = money::with_currency(payment.funded, bond.currency());
        return Err(CliError::Usage(format!(
            "expected something to fund, got period {period} of {name} with all of its {funded} \
             funded, in stage {stage:?}; see: tenor bond show {name}"
        )));
    }
    Ok(missing)
}

/// The issuer's reference for funding: the same one for the same payment with the same amount
/// funded so far, so that doing it twice is refused and adding what is missing later is not.
fn fund_reference(bond: &Bond, payment: &PaymentRecord) -> CliResult<Reference> {
    let mut text = format!("FUND-{}-{}", bond.draft.terms.isin, payment.period);
    if !payment.funded.is_zero() {
        text.push_str(&format!("-{:x}", payment.funded.0));
    }
    text.parse().map_err(|error| CliError::Internal(format!("{text}: {error}")))
}
