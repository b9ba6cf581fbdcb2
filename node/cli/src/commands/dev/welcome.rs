//! What `tenor dev` says before it runs until it is stopped: commands that work as they stand.

use crate::commands::contract::build;
use crate::core::shell::quoted;
use crate::core::{CliResult, out, places};
use std::path::Path;
use tenor_primitives::Timestamp;

/// How far the commands move time: from the default first day, a Friday, to the next weekday.
const LATER_MS: u64 = 3 * 24 * 3600 * 1000;

/// The contract that the commands begin with.
const REGISTRY: &str = "registry.wasm";

/// A development ledger that is ready.
pub(super) struct Welcome<'a> {
    pub(super) url: &'a str,
    /// The client's directory.
    pub(super) client: &'a Path,
    /// The accounts.
    pub(super) names: &'a [&'a str],
    /// Where it stays when it stops, if it does.
    pub(super) kept_in: Option<&'a Path>,
    /// The first time of a new ledger; `None` for one that is taken up again.
    pub(super) begins: Option<Timestamp>,
}

impl Welcome<'_> {
    pub(super) fn print(&self, is_json: bool) -> CliResult<()> {
        if is_json {
            let value =
                serde_json::json!({"url": self.url, "config": self.client, "accounts": self.names});
            return out::line(&value.to_string());
        }
        out::line(&format!("a development ledger is ready at {}", self.url))?;
        let names = self.names.join(", ");
        out::line(&format!("accounts, with keys that anyone can derive: {names}"))?;
        out::line("\nIn another terminal:")?;
        let url = quoted(&[format!("TENOR_URL={}", self.url)]);
        let config = quoted(&[format!("TENOR_CONFIG={}", self.client.display())]);
        out::line(&format!("  export {url} {config}"))?;
        for command in self.commands() {
            out::line(&format!("  {command}"))?;
        }
        match self.kept_in {
            Some(folder) => out::line(&format!("\nCtrl-C stops it; {} keeps it", folder.display())),
            None => out::line("\nCtrl-C stops it, and it is gone; --data DIR keeps one"),
        }
    }

    /// From nothing to a contract that answers; on a ledger with a past, a look at what is there.
    fn commands(&self) -> Vec<String> {
        let look = "tenor node status".to_owned();
        let Some(begins) = self.begins else {
            return vec![look, "tenor contract list".into()];
        };
        let mut commands = Vec::new();
        let contracts = places::find(places::CONTRACTS, &[REGISTRY]).unwrap_or_else(|| {
            commands.push("tenor contract build  # in the repository".into());
            build::target(Path::new("")).join("wasm")
        });
        let registry = contracts.join(REGISTRY).display().to_string();
        commands.push(quoted(&["tenor", "contract", "upload", &registry, "--as", "developer"]));
        commands.push("tenor contract approve registry --as operator".into());
        let officers = "--officers operator,registrar --as operator";
        commands.push(format!("tenor contract instantiate registry registry {officers}"));
        commands.push("tenor contract query registry office --address operator".into());
        let later = begins.checked_add_ms(LATER_MS);
        commands.extend(later.map(|time| format!("tenor node set-time {time}")));
        commands.push(look);
        commands
    }
}
