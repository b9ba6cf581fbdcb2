//! What a dry run shows besides the receipt.

use super::context::Context;
use super::report::Report;
use serde_json::json;
use tenor_client::api::{ChangeView, SimulateResponse};

impl Context {
    /// Gas by class, roles and changes of storage; programs get what the node said.
    pub(crate) fn dry_run(&self, answer: &SimulateResponse) -> Report {
        let mut parts = vec![format!("{} for bytes and signatures", answer.intrinsic_gas)];
        let classes = answer.call_gas.classes();
        parts.extend(
            classes.iter().filter(|(_, gas)| *gas > 0).map(|(name, gas)| format!("{gas} {name}")),
        );
        let mut report =
            Report::new().line(format!("  gas {}: {}", answer.receipt.gas_used, parts.join(", ")));
        for (index, roles) in answer.roles_needed.iter().enumerate() {
            let names = json!(roles);
            let names = names.as_array().into_iter().flatten().filter_map(|name| name.as_str());
            let names: Vec<_> = names.collect();
            if !names.is_empty() {
                let line = format!("  message {index} needs the role {}", names.join(" or "));
                report = report.line(line);
            }
        }
        for change in &answer.changes {
            report = report.line(format!("  changes {}", self.changed(change)));
        }
        if answer.changes_withheld > 0 {
            let count = answer.changes_withheld;
            report = report.line(format!("  and {count} values that others may read"));
        }
        report
            .field("intrinsic_gas", answer.intrinsic_gas.to_string())
            .field("call_gas", json!(answer.call_gas))
            .field("roles_needed", json!(answer.roles_needed))
            .field("changes", json!(answer.changes))
            .field("changes_withheld", answer.changes_withheld)
    }

    /// Which value changes.
    fn changed(&self, change: &ChangeView) -> String {
        let contract = self.name_of(&change.contract);
        let namespace = change.namespace.to_string();
        let storage = change.storage.as_deref().unwrap_or(&namespace);
        match &change.key_value {
            Some(key) => format!("{contract} {storage} {key}"),
            None if change.key.0.is_empty() => format!("{contract} {storage}"),
            None => format!("{contract} {storage} {}", change.key),
        }
    }
}
