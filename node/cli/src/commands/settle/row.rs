//! An instruction as a row for people and as an object for programs.

use crate::core::{Context, money};
use serde_json::{Value, json};
use tenor_client::interfaces::settlement::{
    CashLeg, Instruction, InstructionRecord, InstructionStatus, Movement, PendingReason,
};

/// An instruction, and the cash that moves when it settles.
pub(super) struct Known {
    pub(super) record: InstructionRecord,
    /// Of a matched instruction the deliverer's amount, which may differ within the tolerance; of
    /// any other its own.
    pub(super) cash: Option<CashLeg>,
}

/// The columns of [`row`].
pub(super) const HEAD: [&str; 8] =
    ["id", "account", "side", "bond", "face", "cash", "settles", "status"];

/// For people.
pub(super) fn row(context: &Context, known: &Known) -> Vec<String> {
    let (record, instruction) = (&known.record, &known.record.instruction);
    let asked = if record.cancel_requested { ", cancellation asked for" } else { "" };
    vec![
        record.id.to_string(),
        context.name_of(&record.account),
        format!("{:?}", instruction.movement),
        instruction.isin.to_string(),
        face(instruction),
        known.cash.map_or_else(|| "free".into(), shown),
        instruction.settlement_date.to_string(),
        format!("{}{asked}", words(&record.status)),
    ]
}

/// A face amount; an instruction free of payment does not say in which currency.
pub(super) fn face(instruction: &Instruction) -> String {
    match instruction.cash {
        Some(leg) => money::format(instruction.face_amount, leg.currency),
        None => format!("{} minor units", instruction.face_amount),
    }
}

pub(super) fn shown(leg: CashLeg) -> String {
    money::with_currency(leg.amount, leg.currency)
}

/// For programs; amounts in minor units.
pub(super) fn json(known: &Known) -> Value {
    let record = &known.record;
    let mut value = instruction_json(&record.instruction);
    let (state, with, reason, at) = match record.status {
        InstructionStatus::Unmatched => ("unmatched", None, None, None),
        InstructionStatus::Pending { with, reason } => ("pending", Some(with), Some(reason), None),
        InstructionStatus::Settled { with, at } => ("settled", Some(with), None, Some(at)),
        InstructionStatus::Cancelled { with, at } => ("cancelled", with, None, Some(at)),
    };
    value["id"] = record.id.into();
    value["account"] = json!(record.account);
    value["status"] = words(&record.status).into();
    value["state"] = state.into();
    value["with"] = json!(with);
    value["reason"] = json!(reason.map(|reason| format!("{reason:?}")));
    value["reason_code"] = json!(reason.map(iso_code));
    value["at"] = json!(at.map(|at| at.to_string()));
    value["cancel_requested"] = record.cancel_requested.into();
    value["matched_cash_amount"] = match record.status {
        InstructionStatus::Pending { .. } | InstructionStatus::Settled { .. } => {
            json!(known.cash.map(|leg| leg.amount))
        }
        _ => Value::Null,
    };
    value
}

/// What was instructed.
pub(super) fn instruction_json(instruction: &Instruction) -> Value {
    let counterparty = match instruction.movement {
        Movement::Deliver => &instruction.receiver,
        Movement::Receive => &instruction.deliverer,
    };
    json!({
        "reference": instruction.reference.to_string(),
        "common_reference": instruction.common_reference.map(|common| common.to_string()),
        "side": format!("{:?}", instruction.movement).to_lowercase(),
        "payment": format!("{:?}", instruction.payment),
        "isin": instruction.isin.to_string(),
        "face_amount": instruction.face_amount,
        "currency": instruction.cash.map(|leg| leg.currency.to_string()),
        "cash_amount": instruction.cash.map(|leg| leg.amount),
        "trade_date": instruction.trade_date.to_string(),
        "settlement_date": instruction.settlement_date.to_string(),
        "counterparty": counterparty.bic.to_string(),
        "on_hold": instruction.on_hold,
        "priority": instruction.priority,
    })
}

/// The code of a reason in ISO 20022.
fn iso_code(reason: PendingReason) -> &'static str {
    match reason {
        PendingReason::FutureDate => "FUTU",
        PendingReason::OnHold => "PREA",
        PendingReason::LackOfSecurities => "LACK",
        PendingReason::LackOfCash => "MONY",
        PendingReason::AccountBlocked => "BLOC",
        PendingReason::AccountRefused => "SBLO",
        PendingReason::CutOff => "LATE",
        PendingReason::SecurityRefused => "REFS",
        PendingReason::Unavailable => "OTHR",
    }
}

/// A status in a few words.
pub(super) fn words(status: &InstructionStatus) -> String {
    match status {
        InstructionStatus::Unmatched => "unmatched".into(),
        InstructionStatus::Pending { with, reason } => {
            format!("matched with {with}, pending: {reason:?}")
        }
        InstructionStatus::Settled { with, at } => format!("settled with {with} at {at}"),
        InstructionStatus::Cancelled { at, .. } => format!("cancelled at {at}"),
    }
}
