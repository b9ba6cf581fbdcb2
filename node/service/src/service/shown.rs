//! What a reader is shown of events, receipts and dry runs.

use super::Service;
use crate::access::{Declared, Reader};
use crate::problems::ApiError;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use tenor_abi::codec::decode;
use tenor_abi::failure::CALL_FAILED;
use tenor_client::api::{
    EventTraceView, EventView, HexBytes, ReaderRole, ReceiptView, RefusalView, StatusView,
};
use tenor_ledger::Head;
use tenor_primitives::{Address, ContractFailure, Message};

/// Looks at what it shows with the eyes of one reader, at one head.
pub(super) struct Shown<'a> {
    service: &'a Service,
    head: Arc<Head>,
    reader: Reader,
    /// By instance, as they are met.
    declared: HashMap<Address, Option<Declared>>,
}

impl<'a> Shown<'a> {
    pub(super) fn to(service: &'a Service, head: Arc<Head>, reader: Reader) -> Self {
        Self { service, head, reader, declared: HashMap::new() }
    }

    /// Whether the reader may see an event.
    pub(super) fn event(&mut self, event: &EventView) -> Result<bool, ApiError> {
        // What the ledger itself says is about accounts, roles and code, which every account may read.
        if self.reader.sees_all() || event.emitter == Address::SYSTEM {
            return Ok(true);
        }
        let reader = self.reader;
        let declared = self.declared(event.emitter)?;
        Ok(declared.is_some_and(|declared| declared.shows_event(reader, event)))
    }

    /// Whether an event is declared for readers of this kind, and for the reader as one of them.
    pub(super) fn is_for(&mut self, role: ReaderRole, event: &EventView) -> Result<bool, ApiError> {
        if event.emitter == Address::SYSTEM {
            return Ok(role == ReaderRole::Public);
        }
        let reader = self.reader;
        let declared = self.declared(event.emitter)?;
        Ok(declared.is_some_and(|declared| declared.is_for(role, reader, event)))
    }

    /// A receipt without what others may read, which is counted. `messages` are its transaction's.
    pub(super) fn receipt(
        &mut self,
        mut receipt: ReceiptView,
        messages: &[Message],
    ) -> Result<ReceiptView, ApiError> {
        if self.reader.sees_all() {
            return Ok(receipt);
        }
        for event in std::mem::take(&mut receipt.events) {
            if self.event(&event)? {
                receipt.events.push(event);
            } else {
                receipt.events_withheld = receipt.events_withheld.saturating_add(1);
            }
        }
        let about = self.calls_about_reader(&receipt, messages)?;
        let outputs = (0_u16..).zip(receipt.outputs.iter_mut().zip(messages));
        for (index, (output, message)) in outputs {
            if !self.output(message, &output.0, &about)? {
                *output = HexBytes::default();
                receipt.outputs_withheld.push(index);
            }
        }
        if let StatusView::Reverted { contract, code, details, details_withheld, .. } =
            &mut receipt.status
        {
            let (contract, code) = (*contract, *code);
            let failure = ContractFailure { contract, code, details: details.0.clone() };
            if !self.refusal(&failure)? {
                *details = HexBytes::default();
                *details_withheld = true;
            }
        }
        Ok(receipt)
    }

    /// A receipt's events decoded, which stand in its order, without those that others may read.
    pub(super) fn decoded(
        &mut self,
        receipt: &ReceiptView,
        events: Vec<EventTraceView>,
    ) -> Result<Vec<EventTraceView>, ApiError> {
        let mut kept = Vec::new();
        for (event, decoded) in receipt.events.iter().zip(events) {
            if self.event(event)? {
                kept.push(decoded);
            }
        }
        Ok(kept)
    }

    /// The contracts that were called once, and said in an event for parties that the call was about the
    /// reader. Of several calls of one contract it is not known which of them said so.
    fn calls_about_reader(
        &mut self,
        receipt: &ReceiptView,
        messages: &[Message],
    ) -> Result<Vec<Address>, ApiError> {
        let called = |message: &Message| match message {
            Message::Execute { contract, .. } => Some(*contract),
            _ => None,
        };
        let mut about = Vec::new();
        for event in &receipt.events {
            let calls = messages.iter().filter_map(called).filter(|one| *one == event.emitter);
            if calls.count() == 1 && self.is_for(ReaderRole::Party, event)? {
                about.push(event.emitter);
            }
        }
        Ok(about)
    }

    /// What a call returned to the sender: the ledger's own word, or what the contract says is for it.
    /// `about` are the contracts whose call was about the sender.
    fn output(
        &mut self,
        message: &Message,
        output: &[u8],
        about: &[Address],
    ) -> Result<bool, ApiError> {
        let reader = self.reader;
        match message {
            Message::Execute { contract, payload } if !output.is_empty() => {
                let is_about = about.contains(contract);
                let declared = self.declared(*contract)?;
                Ok(declared.is_some_and(|declared| {
                    declared.shows_output(reader, payload, output, is_about)
                }))
            }
            _ => Ok(true),
        }
    }

    /// The fields of a refusal; one that was handed on is that of who refused first.
    pub(super) fn refusal(&mut self, failure: &ContractFailure) -> Result<bool, ApiError> {
        if failure.details.is_empty() || failure.contract == Address::SYSTEM {
            return Ok(true);
        }
        if failure.code == CALL_FAILED
            && let Ok(first) = decode::<ContractFailure>(&failure.details)
        {
            // One level: who hands on what was handed on gives the first one's, not a nest of them.
            return if first.code == CALL_FAILED { Ok(false) } else { self.refusal(&first) };
        }
        let reader = self.reader;
        let declared = self.declared(failure.contract)?;
        Ok(declared.is_some_and(|declared| declared.shows_refusal(reader, failure)))
    }

    fn declared(&mut self, contract: Address) -> Result<Option<&Declared>, ApiError> {
        if let Entry::Vacant(place) = self.declared.entry(contract) {
            place.insert(self.service.declared(&*self.head.state, contract)?);
        }
        Ok(self.declared.get(&contract).and_then(Option::as_ref))
    }
}

/// A refusal in words as its receipt shows it: with the fields or without.
pub(super) fn refusal_as(receipt: &ReceiptView, refusal: RefusalView) -> RefusalView {
    match &receipt.status {
        StatusView::Reverted { details_withheld: true, .. } => {
            RefusalView { fields: None, details: HexBytes::default(), ..refusal }
        }
        _ => refusal,
    }
}
