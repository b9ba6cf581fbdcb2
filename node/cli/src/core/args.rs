//! The flags that every command has.

use super::error::{CliError, CliResult};
use super::valid_for::ValidFor;
use clap::Args;
use std::ffi::OsString;
use std::path::PathBuf;
use tenor_primitives::ClientRef;

/// Flags that every command has. They may stand anywhere before `--`.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct GlobalArgs {
    /// The node's address [default: http://127.0.0.1:4600]
    #[arg(long, global = true, env = "TENOR_URL", value_name = "URL", help_heading = "Global")]
    pub(crate) url: Option<String>,
    /// Who acts: the name of an account whose key is in the keystore
    #[arg(
        long = "as",
        global = true,
        env = "TENOR_AS",
        value_name = "NAME",
        help_heading = "Global"
    )]
    pub(crate) sender: Option<String>,
    /// Sign with these keys instead of the one named as the account
    #[arg(long = "key", global = true, value_name = "NAME", help_heading = "Global")]
    pub(crate) keys: Vec<String>,
    /// Print one JSON value instead of text
    #[arg(long, global = true, help_heading = "Global")]
    pub(crate) json: bool,
    /// Try a write on top of the head and change nothing
    #[arg(long, global = true, help_heading = "Global")]
    pub(crate) simulate: bool,
    /// Write the transaction to a file, to be signed by others, instead of sending it
    #[arg(long, global = true, value_name = "FILE", help_heading = "Global")]
    pub(crate) save: Option<PathBuf>,
    /// Your own reference: the same one again has no second effect
    #[arg(long, global = true, value_name = "TEXT", help_heading = "Global")]
    pub(crate) client_ref: Option<ClientRef>,
    /// The nonce lane, 0 to 63
    #[arg(long, global = true, default_value_t = 0, value_name = "N", help_heading = "Global")]
    pub(crate) lane: u8,
    /// How long a write can wait for its block, or for the others who sign, in ledger time: 90s, 10m,
    /// 24h at most [default: 10m; with --save 24h]
    #[arg(long, global = true, value_name = "TIME", help_heading = "Global")]
    pub(crate) valid_for: Option<ValidFor>,
    /// The most gas [default: the ledger's maximum]
    #[arg(long, global = true, value_name = "GAS", help_heading = "Global")]
    pub(crate) gas_limit: Option<u64>,
    /// Read the state as it was after this block, as far as the node keeps it [default: the last one]
    #[arg(long, global = true, value_name = "N", help_heading = "Global")]
    pub(crate) height: Option<u64>,
    /// Directory with config.toml, aliases.toml and keys/ [default: ~/.tenor]
    #[arg(long, global = true, env = "TENOR_CONFIG", value_name = "DIR", help_heading = "Global")]
    pub(crate) config: Option<PathBuf>,
}

/// The global flags, and whether each takes a value.
const GLOBAL_FLAGS: [(&str, bool); 12] = [
    ("--url", true),
    ("--as", true),
    ("--key", true),
    ("--json", false),
    ("--simulate", false),
    ("--save", true),
    ("--client-ref", true),
    ("--lane", true),
    ("--valid-for", true),
    ("--gas-limit", true),
    ("--height", true),
    ("--config", true),
];

/// The words of a command line, which must be text.
pub(crate) fn in_utf8(words: Vec<OsString>) -> CliResult<Vec<String>> {
    let word = |word: OsString| {
        word.into_string().map_err(|word| {
            CliError::Usage(format!("expected arguments in UTF-8, got {word:?}; rename the file"))
        })
    };
    words.into_iter().map(word).collect()
}

/// Moves global flags before the rest of the command line, so that they may also follow arguments
/// that only a contract's spec explains. A word `--` ends the search and is dropped.
pub(crate) fn hoist_global_flags(words: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut words = words.into_iter();
    let mut global: Vec<String> = words.next().into_iter().collect();
    let mut rest = Vec::new();
    while let Some(word) = words.next() {
        if word == "--" {
            rest.extend(words.by_ref());
            break;
        }
        let name = word.split_once('=').map_or(word.as_str(), |(name, _)| name);
        match GLOBAL_FLAGS.iter().find(|(flag, _)| *flag == name) {
            Some((_, takes_value)) => {
                let needs_next = *takes_value && !word.contains('=');
                global.push(word);
                global.extend(needs_next.then(|| words.next()).flatten());
            }
            None => rest.push(word),
        }
    }
    global.extend(rest);
    global
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    /// Values are found by their ids, so that a second one of a global flag's id would be read for it.
    #[test]
    fn no_argument_of_a_command_has_the_id_of_a_global_one() {
        fn ids(command: &clap::Command) -> Vec<String> {
            command.get_arguments().map(|argument| argument.get_id().to_string()).collect()
        }
        fn look(command: &clap::Command, global: &[String], seen: &mut usize) {
            for below in command.get_subcommands() {
                let own = ids(below);
                let clash = own.iter().find(|id| global.contains(id));
                assert_eq!(clash, None, "{}", below.get_name());
                *seen += own.len();
                look(below, global, seen);
            }
        }
        let command = crate::cli::Cli::command();
        let (global, mut seen) = (ids(&command), 0);
        assert!(global.contains(&"keys".to_owned()), "{global:?}");
        look(&command, &global, &mut seen);
        assert!(seen > 100, "{seen} arguments");
    }

    fn hoist(line: &str) -> String {
        hoist_global_flags(line.split(' ').map(str::to_owned)).join(" ")
    }

    #[test]
    fn global_flags_may_stand_anywhere_before_two_dashes() {
        assert_eq!(
            hoist("tenor contract call cash mint --as bank --amount 5 --json"),
            "tenor --as bank --json contract call cash mint --amount 5"
        );
        assert_eq!(
            hoist("tenor contract call cash mint --url=http://x --amount 5"),
            "tenor --url=http://x contract call cash mint --amount 5"
        );
        assert_eq!(
            hoist("tenor contract call odd run --as me -- --as you"),
            "tenor --as me contract call odd run --as you"
        );
    }
}
