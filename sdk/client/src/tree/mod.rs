//! A trace for people: calls as a tree, what each asked of the host, gas by frame and class, what
//! changed, and where a contract was stopped.

mod call;
#[cfg(test)]
mod tests;
mod text;

use crate::api::{ChangeView, EventTraceView, StatusView, TraceView, ValueView};
use tenor_primitives::Address;
use text::{bytes, gas, json, plain};

/// How a trace is shown.
#[derive(Clone, Copy)]
pub struct Tree<'a> {
    /// Names of addresses.
    pub names: &'a dyn Fn(&Address) -> String,
    /// Whether every use of a host function is shown, or the calls alone.
    pub host: bool,
}

impl std::fmt::Debug for Tree<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tree").field("host", &self.host).finish_non_exhaustive()
    }
}

impl Tree<'_> {
    /// The lines of `trace`.
    pub fn lines(&self, trace: &TraceView) -> Vec<String> {
        let mut lines = vec![self.headline(trace)];
        for (index, message) in trace.messages.iter().enumerate() {
            lines.push(format!("message {index}: {} gas", gas(message.gas_used)));
            if let Some(call) = &message.call {
                self.call(call, "  ", "  ", &mut lines);
            }
        }
        if trace.steps_omitted > 0 {
            lines.push(format!("{} more uses of host functions", gas(trace.steps_omitted)));
        }
        self.section(&mut lines, "events", trace.events.iter().map(|event| self.event(event)));
        self.section(&mut lines, "storage", trace.changes.iter().map(|change| self.change(change)));
        lines
    }

    fn section(
        &self,
        lines: &mut Vec<String>,
        title: &str,
        content: impl ExactSizeIterator<Item = String>,
    ) {
        if content.len() > 0 {
            lines.push(title.into());
            lines.extend(content.map(|line| format!("  {line}")));
        }
    }

    fn headline(&self, trace: &TraceView) -> String {
        let receipt = &trace.receipt;
        let place = match (receipt.height, receipt.index) {
            (Some(height), Some(index)) => format!(" in block {height}, place {index}"),
            _ => String::new(),
        };
        let end = match (&receipt.status, &trace.refusal) {
            (StatusView::Success, _) => "success".into(),
            (StatusView::Reverted { message, .. }, Some(refusal)) => {
                format!("message {message} {}", self.refusal(refusal))
            }
            (StatusView::Reverted { message, contract, code, .. }, None) => {
                format!("message {message} refused by {} with code {code}", (self.names)(contract))
            }
            (StatusView::Halted { message, contract, name, .. }, _) => {
                format!("message {message} stopped in {}: {}", (self.names)(contract), plain(name))
            }
        };
        format!(
            "transaction {}{place}: {end}; {} gas, {} of it for the transaction itself",
            receipt.transaction_hash,
            gas(receipt.gas_used),
            gas(trace.intrinsic_gas)
        )
    }

    fn event(&self, event: &EventTraceView) -> String {
        let fields = match &event.fields {
            Some(fields) => self.value(fields),
            None => bytes(event.data.0.len() as u64),
        };
        format!("{}: {} {fields}", (self.names)(&event.emitter), plain(&event.name))
    }

    fn change(&self, change: &ChangeView) -> String {
        let place = self.place(
            change.storage.as_deref(),
            change.namespace.into(),
            &change.key_value,
            Some(&change.key),
        );
        let side = |value: &Option<ValueView>| match value {
            None => "nothing".into(),
            Some(ValueView { value: Some(value), .. }) => self.value(value),
            Some(ValueView { bytes: count, .. }) => bytes(*count),
        };
        format!(
            "{} {place}: {} → {}",
            (self.names)(&change.contract),
            side(&change.before),
            side(&change.after)
        )
    }

    /// A decoded value in one line, addresses by name.
    fn value(&self, value: &serde_json::Value) -> String {
        json(value, self.names)
    }
}
