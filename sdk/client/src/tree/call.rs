//! One call of the tree.

use super::Tree;
use super::text::{bytes, gas, plain};
use crate::api::{
    CallView, EndView, GasView, HexBytes, HostView, PlaceView, RefusalView, SourceView, StepView,
};
use serde_json::Value;

impl Tree<'_> {
    /// The lines of `call`: the first behind `first`, the others behind `rest`.
    pub(super) fn call(&self, call: &CallView, first: &str, rest: &str, lines: &mut Vec<String>) {
        lines.push(format!("{first}{}", self.call_line(call)));
        let places: Vec<String> = call.places.iter().flat_map(place_lines).collect();
        let steps: Vec<&StepView> = call.steps.iter().filter(|step| self.shows(step)).collect();
        for step in steps {
            match step {
                StepView::Host(host) => lines.push(format!("{rest}├─ {}", self.host_line(host))),
                StepView::Call(inner) => {
                    self.call(inner, &format!("{rest}├─ "), &format!("{rest}│  "), lines);
                }
            }
        }
        lines.push(format!("{rest}└─ {}", self.end(&call.end)));
        lines.extend(places.into_iter().map(|line| format!("{rest}     {line}")));
    }

    fn shows(&self, step: &StepView) -> bool {
        match step {
            StepView::Host(host) => self.host || host.stopped.is_some(),
            StepView::Call(_) => true,
        }
    }

    fn call_line(&self, call: &CallView) -> String {
        let contract = (self.names)(&call.contract);
        let function = call.function.as_deref().unwrap_or(&call.entry);
        let arguments = match &call.arguments {
            Some(Value::Null) => String::new(),
            Some(arguments) => format!(" {}", self.value(arguments)),
            None => format!(" ({})", bytes(call.payload.0.len() as u64)),
        };
        let used = gas(call.gas_used);
        let own: u64 = call.own_gas.classes().iter().map(|(_, gas)| gas).sum();
        let own = match own == call.gas_used {
            true => classes(&call.own_gas),
            false => format!("its own {}: {}", gas(own), classes(&call.own_gas)),
        };
        format!("{contract} {}{arguments} [{used} gas; {own}]", plain(function))
    }

    fn host_line(&self, host: &HostView) -> String {
        let mut line = host.function.clone();
        if let Some(namespace) = host.namespace {
            line.push(' ');
            line +=
                &self.place(host.storage.as_deref(), namespace, &host.key_value, host.key.as_ref());
        }
        if let Some(text) = &host.text {
            line += &format!(" {:?}", plain(text));
        }
        if host.given_bytes > 0 {
            line += &format!(", gives {}", bytes(host.given_bytes));
        }
        match host.got_bytes {
            Some(got) => line += &format!(", gets {}", bytes(got)),
            None if host.function == "storage_get" => line += ", nothing there",
            None => {}
        }
        line += &format!(" [{} gas]", gas(host.gas));
        if let Some(stopped) = &host.stopped {
            line += &format!(": {stopped}");
        }
        line
    }

    /// A place in storage: `balances[alice]`, or `namespace 3 [0x6b]`.
    pub(super) fn place(
        &self,
        storage: Option<&str>,
        namespace: u32,
        key_value: &Option<Value>,
        key: Option<&HexBytes>,
    ) -> String {
        let name = storage.map_or_else(|| format!("namespace {namespace} "), plain);
        match (key_value, key) {
            (Some(Value::Null), _) => name,
            (Some(value), _) => format!("{name}[{}]", self.value(value)),
            (None, Some(key)) => format!("{name}[{key}]"),
            (None, None) => name,
        }
    }

    fn end(&self, end: &EndView) -> String {
        match end {
            EndView::Returned { value: Some(Value::Null), .. } => "returned".into(),
            EndView::Returned { value: Some(value), .. } => {
                format!("returned {}", self.value(value))
            }
            EndView::Returned { output, .. } if output.0.is_empty() => "returned".into(),
            EndView::Returned { output, .. } => {
                format!("returned {}", bytes(output.0.len() as u64))
            }
            EndView::Failed(refusal) => self.refusal(refusal),
            EndView::Halted { name } => format!("stopped: {}", plain(name)),
        }
    }

    /// `refused by cash-eur: Insufficient {available: 0}`.
    pub(super) fn refusal(&self, refusal: &RefusalView) -> String {
        let who = (self.names)(&refusal.contract);
        let what = match (&refusal.name, &refusal.meaning) {
            (Some(name), _) => plain(name),
            (None, Some(meaning)) => plain(meaning),
            (None, None) => format!("code {}", refusal.code),
        };
        let fields = match &refusal.fields {
            None | Some(Value::Null) => String::new(),
            Some(fields) => format!(" {}", self.value(fields)),
        };
        format!("refused by {who}: {what}{fields}")
    }
}

fn classes(own: &GasView) -> String {
    let parts = own.classes().into_iter().filter(|(_, gas)| *gas > 0);
    parts.map(|(name, used)| format!("{name} {}", gas(used))).collect::<Vec<_>>().join(", ")
}

/// A place with its lines of source: `at increment, examples/counter/src/execute.rs:18:20`.
fn place_lines(place: &PlaceView) -> Vec<String> {
    let offset = place.offset.map_or_else(String::new, |offset| format!(", offset {offset:#x}"));
    if place.source.is_empty() {
        let name =
            place.name.as_deref().map_or_else(String::new, |name| format!(" {}", plain(name)));
        return vec![format!("at function {}{name}{offset}", place.function)];
    }
    let last = place.source.len() - 1;
    let line = |(index, source): (usize, &SourceView)| {
        let function = source.function.as_deref().or(place.name.as_deref()).unwrap_or("?");
        let file = source.file.as_deref().unwrap_or("?");
        let number = |number: Option<u32>| number.map_or_else(String::new, |n| format!(":{n}"));
        let (line, column) = (number(source.line), number(source.column));
        let place = if index == last { offset.as_str() } else { "" };
        format!("at {}, {}{line}{column}{place}", plain(function), plain(file))
    };
    place.source.iter().enumerate().map(line).collect()
}
