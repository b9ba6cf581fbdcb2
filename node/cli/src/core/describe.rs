//! Receipts in words: who refused, why, what happened.

use super::context::Context;
use super::error::{CliError, CliResult};
use super::out::plain;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use tenor_abi::codec::decode as decode_borsh;
use tenor_abi::failure::CALL_FAILED;
use tenor_client::api::{EventView, ReceiptView, StatusView};
use tenor_client::codec::{describe_event, describe_failure};
use tenor_primitives::{Address, ContractFailure, Event};
use tenor_service::SystemError;

impl Context {
    /// The error of a failed receipt, decoded by the refusing contract's spec; in bare numbers where
    /// that cannot be had.
    pub(crate) async fn failure(&self, receipt: &ReceiptView) -> CliError {
        let hash = receipt.transaction_hash;
        let (text, mut details) = match &receipt.status {
            StatusView::Success => {
                return CliError::Internal("a successful receipt is no failure".into());
            }
            StatusView::Reverted { message, contract, code, details, details_withheld } => {
                let failure = ContractFailure {
                    contract: *contract,
                    code: *code,
                    details: details.0.clone(),
                };
                let (mut text, mut value) = match self.refusal(&failure).await {
                    Ok(read) => read,
                    Err(error) => self.raw_refusal(&failure, &error.to_string()),
                };
                if *details_withheld {
                    text.push_str("; the details are for others to read");
                    value["details_withheld"] = true.into();
                }
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
        CliError::Failed { text, details: Box::new(details) }
    }

    /// A refusal whose spec cannot be had.
    fn raw_refusal(&self, failure: &ContractFailure, why: &str) -> (String, Value) {
        let ContractFailure { contract, code, details } = failure;
        let who = self.name_of(contract);
        let text = format!("{who} refused with code {code}, not described: {why}");
        let details = format!("0x{}", hex::encode(details));
        (text, json!({"contract": contract, "code": code, "details": details}))
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
            return Ok(self.system_refusal(failure));
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
                let fields =
                    match spec.as_ref().and_then(|spec| Some((spec, spec.error(failure.code)?))) {
                        Some((spec, known)) => {
                            let reading = self.reading(&failure.contract, spec).await;
                            in_brackets(&reading.fields(&known.fields, &view.fields))
                        }
                        None => self.inline(&view.fields),
                    };
                format!("{who} refused: {}: {}{fields}", view.name, view.doc)
            }
            None => {
                format!("{who} refused with code {}, which its spec does not list", failure.code)
            }
        };
        Ok((text, value))
    }

    /// A refusal by the ledger itself.
    fn system_refusal(&self, failure: &ContractFailure) -> (String, Value) {
        let known = SystemError::from_failure(failure);
        let text = match &known {
            Some(error @ SystemError::LabelTaken { address }) => {
                format!("the ledger refused: {error}: it names {}", self.name_of(address))
            }
            Some(error) => format!("the ledger refused: {error}"),
            None => format!("the ledger refused with code {}", failure.code),
        };
        let value = json!({"contract": failure.contract, "code": failure.code,
            "details": format!("0x{}", hex::encode(&failure.details)), "error": text});
        (text, value)
    }

    /// Fields after a sentence: ` (available 0, short_by 100)`.
    fn inline(&self, fields: &Value) -> String {
        let Value::Object(fields) = fields else { return String::new() };
        let parts: Vec<_> =
            fields.iter().map(|(name, value)| format!("{name} {}", self.shown(value))).collect();
        in_brackets(&parts.join(", "))
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

    /// Events with their fields, each for programs and as a line for people, such as
    /// `cash-eur: Transferred (from alice, amount 1.00 EUR, …)`; raw where no spec describes them.
    pub(crate) async fn events(&self, events: &[EventView]) -> CliResult<Vec<(Value, String)>> {
        let mut out = Vec::with_capacity(events.len());
        let mut emitters = BTreeMap::new();
        for view in events {
            let event = Event::from(view);
            if let Entry::Vacant(place) = emitters.entry(event.emitter) {
                let known = match self.try_spec_of(&event.emitter).await? {
                    Some(spec) => Some((self.reading(&event.emitter, &spec).await, spec)),
                    None => None,
                };
                place.insert(known);
            }
            let known = emitters.get(&event.emitter).and_then(Option::as_ref);
            let read = known.and_then(|(reading, spec)| {
                let fields = &spec.event(&event.name)?.fields;
                let value = describe_event(spec, &event).ok()?.fields;
                let text = in_brackets(&reading.fields(fields, &value));
                Some((json!({"emitter": event.emitter, "name": event.name, "fields": value}), text))
            });
            let (value, text) = read.unwrap_or_else(|| {
                let raw = json!({"emitter": event.emitter, "name": event.name, "data": view.data});
                (raw, String::new())
            });
            let who = self.name_of(&event.emitter);
            out.push((value, format!("  {who}: {}{text}", plain(&event.name))));
        }
        Ok(out)
    }
}

fn in_brackets(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" ({text})") }
}
