//! Receipts in words: who refused, why, what happened.

use super::context::Context;
use super::error::{CliError, CliResult};
use serde_json::{Value, json};
use tenor_abi::codec::decode as decode_borsh;
use tenor_abi::failure::CALL_FAILED;
use tenor_client::api::{EventView, ReceiptView, StatusView};
use tenor_client::codec::{describe_event, describe_failure};
use tenor_primitives::{Address, ContractFailure, Event};
use tenor_service::SystemError;

impl Context {
    /// The error of a failed receipt, decoded by the refusing contract's spec.
    pub(crate) async fn failure(&self, receipt: &ReceiptView) -> CliResult<CliError> {
        let hash = receipt.transaction_hash;
        let (text, mut details) = match &receipt.status {
            StatusView::Success => {
                return Ok(CliError::Internal("a successful receipt is no failure".into()));
            }
            StatusView::Reverted { message, contract, code, details } => {
                let failure = ContractFailure {
                    contract: *contract,
                    code: *code,
                    details: details.0.clone(),
                };
                let (text, mut value) = self.refusal(&failure).await?;
                value["message"] = (*message).into();
                (text, value)
            }
            StatusView::Halted { message, contract, code, name } => {
                let who = self.name_of(contract);
                let text = format!("{who} was stopped: {name}; nothing took effect");
                let value = json!({"halted_in": contract, "halt_code": code, "halt": name,
                                   "message": message});
                (text, value)
            }
        };
        details["transaction_hash"] = json!(hash);
        Ok(CliError::Failed { text, details: Box::new(details) })
    }

    /// A refusal in words and for programs; a handed-on refusal is that of who refused first.
    pub(crate) async fn refusal(&self, failure: &ContractFailure) -> CliResult<(String, Value)> {
        if failure.code == CALL_FAILED
            && let Ok(inner) = decode_borsh::<ContractFailure>(&failure.details)
        {
            let (text, mut value) = Box::pin(self.refusal(&inner)).await?;
            value["called_by"] = json!(failure.contract);
            let caller = self.name_of(&failure.contract);
            return Ok((format!("{text} (called by {caller})"), value));
        }
        if failure.contract == Address::SYSTEM {
            return Ok(system_refusal(failure));
        }
        let who = self.name_of(&failure.contract);
        let spec = self.try_spec_of(&failure.contract).await?;
        let view = spec.as_ref().and_then(|spec| describe_failure(spec, failure));
        let value = json!({"contract": failure.contract, "code": failure.code,
            "details": format!("0x{}", hex::encode(&failure.details)),
            "error": view.as_ref().map(|view| &view.name),
            "fields": view.as_ref().map(|view| &view.fields)});
        let text = match view {
            Some(view) => {
                let fields = self.inline(&view.fields);
                format!("{who} refused: {} {}{fields}", view.name, view.doc)
            }
            None => {
                format!("{who} refused with code {}, which its spec does not list", failure.code)
            }
        };
        Ok((text, value))
    }

    /// Fields after a sentence: ` (available 0, short_by 100)`.
    fn inline(&self, fields: &Value) -> String {
        let Value::Object(fields) = fields else { return String::new() };
        let parts: Vec<_> =
            fields.iter().map(|(name, value)| format!("{name} {}", self.shown(value))).collect();
        if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
    }

    /// A value for people: texts without quotes, addresses by name.
    pub(crate) fn shown(&self, value: &Value) -> String {
        match value {
            Value::String(text) => match text.parse::<Address>() {
                Ok(address) => self.name_of(&address),
                Err(_) => text.clone(),
            },
            other => other.to_string(),
        }
    }

    /// Events with their fields; raw where no spec describes them.
    pub(crate) async fn events(&self, events: &[EventView]) -> CliResult<Vec<Value>> {
        let mut out = Vec::with_capacity(events.len());
        for view in events {
            let event = Event::from(view);
            let spec = self.try_spec_of(&event.emitter).await?;
            let known = spec.as_ref().and_then(|spec| describe_event(spec, &event).ok());
            out.push(match known {
                Some(known) => {
                    json!({"emitter": event.emitter, "name": known.name, "fields": known.fields})
                }
                None => json!({"emitter": event.emitter, "name": event.name, "data": view.data}),
            });
        }
        Ok(out)
    }

    /// One line per event: `cash-eur: transferred (from alice, …)`.
    pub(crate) fn event_lines(&self, events: &[Value]) -> Vec<String> {
        let line = |event: &Value| {
            let who = self.shown(&event["emitter"]);
            let name = event["name"].as_str().unwrap_or_default();
            format!("  {who}: {name}{}", self.inline(&event["fields"]))
        };
        events.iter().map(line).collect()
    }
}

/// A refusal by the ledger itself.
fn system_refusal(failure: &ContractFailure) -> (String, Value) {
    let known = SystemError::from_failure(failure);
    let text = match &known {
        Some(error) => format!("the ledger refused: {error}{}", roles_needed(error)),
        None => format!("the ledger refused with code {}", failure.code),
    };
    let value = json!({"contract": failure.contract, "code": failure.code,
        "details": format!("0x{}", hex::encode(&failure.details)), "error": text});
    (text, value)
}

/// Which roles would do.
fn roles_needed(error: &SystemError) -> String {
    match error {
        SystemError::MissingRole { needed } => {
            let names: Vec<_> = needed.iter().map(|role| role.name()).collect();
            format!(" (any of: {})", names.join(", "))
        }
        _ => String::new(),
    }
}
