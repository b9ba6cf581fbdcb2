//! Matching as T2S does it (ECB T2S UDFS, section 1.6.1.2.3): pure functions of two instructions.
//!
//! Mandatory fields are equal or opposite; additional ones are both blank or equal; of optional ones
//! a blank matches anything; the cash may differ within a tolerance.

use tenor_bond_math::{Currency, Date, Isin};
use tenor_interfaces::Bic;
use tenor_interfaces::settlement::*;
use tenor_sdk::prelude::*;

/// The fields that are equal in two instructions that match, seen from the delivering side. Two
/// instructions can match only if these are the same, so candidates are found by their hash.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize)]
pub(crate) struct MatchKey {
    payment: PaymentType,
    isin: Isin,
    trade_date: Date,
    face_amount: Amount,
    settlement_date: Date,
    deliverer: (Bic, Bic),
    receiver: (Bic, Bic),
    /// The currency, and which way the cash goes for the deliverer.
    cash: Option<(Currency, CreditDebit)>,
    opt_out: Option<OptOut>,
    cum_ex: Option<CumEx>,
}

impl MatchKey {
    pub(crate) fn of(instruction: &Instruction) -> Self {
        let cash = instruction.cash.map(|cash| {
            let direction = match instruction.movement {
                Movement::Deliver => cash.direction,
                Movement::Receive => cash.direction.opposite(),
            };
            (cash.currency, direction)
        });
        Self {
            payment: instruction.payment,
            isin: instruction.isin,
            trade_date: instruction.trade_date,
            face_amount: instruction.face_amount,
            settlement_date: instruction.settlement_date,
            deliverer: (instruction.deliverer.bic, instruction.deliverer.csd),
            receiver: (instruction.receiver.bic, instruction.receiver.csd),
            cash,
            opt_out: instruction.opt_out,
            cum_ex: instruction.cum_ex,
        }
    }
}

/// How far the cash of two instructions is apart, if they match; `None` if they do not. The accounts
/// are those that signed: they count as the own side's account field.
pub(crate) fn match_difference(
    (account, instruction): (Address, &Instruction),
    (other_account, other): (Address, &Instruction),
    tolerances: &[Tolerance],
) -> Option<Amount> {
    let opposite = instruction.movement == other.movement.opposite();
    if !opposite || account == other_account || MatchKey::of(instruction) != MatchKey::of(other) {
        return None;
    }
    let ((deliverer, deliver), (receiver, receive)) = match instruction.movement {
        Movement::Deliver => ((account, instruction), (other_account, other)),
        Movement::Receive => ((other_account, other), (account, instruction)),
    };
    let optional = agree(deliver.common_reference.as_ref(), receive.common_reference.as_ref())
        && agree(deliver.deliverer.client.as_ref(), receive.deliverer.client.as_ref())
        && agree(deliver.receiver.client.as_ref(), receive.receiver.client.as_ref())
        && agree(deliver.deliverer.account.as_ref(), receive.deliverer.account.as_ref())
        && agree(deliver.receiver.account.as_ref(), receive.receiver.account.as_ref())
        && agree(Some(&deliverer), receive.deliverer.account.as_ref())
        && agree(deliver.receiver.account.as_ref(), Some(&receiver));
    if !optional {
        return None;
    }
    match (deliver.cash, receive.cash) {
        (Some(deliver), Some(receive)) => {
            let difference = Amount(deliver.amount.0.abs_diff(receive.amount.0));
            (difference <= tolerance(tolerances, &deliver)).then_some(difference)
        }
        _ => Some(Amount::ZERO),
    }
}

/// An optional field: a blank agrees with anything.
fn agree<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}

/// The largest difference allowed to the deliverer's amount, which is the one that settles.
fn tolerance(tolerances: &[Tolerance], cash: &CashLeg) -> Amount {
    let found = tolerances.iter().find(|tolerance| tolerance.currency == cash.currency);
    match found {
        None => Amount::ZERO,
        Some(tolerance) if cash.amount <= tolerance.small_amount_max => tolerance.small,
        Some(tolerance) => tolerance.large,
    }
}

#[cfg(test)]
mod tests;
