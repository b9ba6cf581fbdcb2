//! `tenor keys`: keys on this machine.

mod paper;

use crate::core::context::passphrase;
use crate::core::table::table;
use crate::core::{CliError, CliResult, Context, Report};
use clap::Subcommand;
use serde_json::json;
use std::path::PathBuf;
use tenor_client::keystore::{KeyInfo, KeyKind, PATH_DEFAULT, Passphrase, Strength};

/// Keys on this machine.
#[derive(Subcommand, Debug)]
pub(crate) enum KeysCommand {
    /// Make a key, encrypted with a passphrase (asked for, or TENOR_PASSPHRASE_FILE)
    New {
        /// Its name: 1 to 64 of a-z, 0-9, '-', '.', '_'
        name: String,
        /// A key that anyone can derive from its name: for development and demos only
        #[arg(long)]
        insecure_dev_keys: bool,
        /// Derive the key from 24 new recovery words (BIP-39), which this new file gets: copy them on
        /// paper, then delete it
        #[arg(long, value_name = "FILE", conflicts_with = "insecure_dev_keys")]
        words: Option<PathBuf>,
    },
    /// Have a key again from its recovery words
    Restore {
        /// The name it is to have here
        name: String,
        /// A file with the words [default: they are asked for]
        #[arg(long, value_name = "FILE")]
        words: Option<PathBuf>,
        /// Which of the words' keys (BIP-32)
        #[arg(long, default_value = PATH_DEFAULT)]
        path: String,
    },
    /// List all keys
    List,
    /// Show the address that a name stands for
    Address {
        /// The name of an account
        name: String,
    },
    /// Print a public key
    ExportPublic {
        /// The key's name
        name: String,
    },
}

/// Runs the command.
pub(crate) fn run(context: Context, command: KeysCommand) -> CliResult<Report> {
    match command {
        KeysCommand::New { name, insecure_dev_keys: true, .. } => {
            let info = context.home.keystore().create_dev(&name)?;
            Ok(made(&context, &info).line("INSECURE: anyone can derive this key from its name"))
        }
        KeysCommand::New { name, words: Some(words), .. } => paper::new(&context, &name, &words),
        KeysCommand::New { name, .. } => new(&context, &name),
        KeysCommand::Restore { name, words, path } => {
            paper::restore(&context, &name, words.as_deref(), &path)
        }
        KeysCommand::List => list(&context),
        KeysCommand::Address { name } => {
            let address = context.address(&name)?;
            let report = Report::new().line(address.to_string());
            Ok(report.field("address", address.to_string()))
        }
        KeysCommand::ExportPublic { name } => {
            let public_key = context.signers.public_key(&name)?;
            let report = Report::new().line(public_key.to_string());
            Ok(report.field("public_key", public_key.to_string()))
        }
    }
}

fn new(context: &Context, name: &str) -> CliResult<Report> {
    let chosen = new_passphrase(name)?;
    Ok(made(context, &context.home.keystore().create(name, &chosen, Strength::Standard)?))
}

/// The passphrase that a new key file is to have.
fn new_passphrase(name: &str) -> CliResult<Passphrase> {
    let asked = passphrase(&format!("New passphrase for key {name}: "))?;
    let chosen = asked.or_prompt().ok_or_else(|| {
        CliError::Usage("expected a passphrase: set TENOR_PASSPHRASE_FILE or use a terminal".into())
    })?;
    chosen.check_strength()?;
    Ok(chosen)
}

/// Whoever knows no name of a ledger yet makes one, or gives the public key to an operator of one.
fn made(context: &Context, info: &KeyInfo) -> Report {
    let (name, public_key) = (&info.name, info.public_key);
    let public_key = public_key.map(|key| key.to_string()).unwrap_or_default();
    let report = Report::new()
        .line(format!("key {name}: {public_key}"))
        .field("name", name.clone())
        .field("public_key", public_key);
    if context.knows_a_ledger() {
        return report.next(format!("tenor account create {name} --as operator"));
    }
    report
        .line(
            "for a ledger of your own, it is made into an account when the node is; to join one, an \
             operator of it needs the public key",
        )
        .next(format!("tenor node init DIR --account {name}={name}=operator"))
        .next(format!("tenor keys export-public {name}"))
}

fn list(context: &Context) -> CliResult<Report> {
    let keys = context.home.keystore().list()?;
    let mut rows: Vec<Vec<String>> = keys
        .iter()
        .map(|info| {
            let public_key = info.public_key.map(|key| key.to_string()).unwrap_or_default();
            vec![info.name.clone(), kind(info.kind).into(), public_key]
        })
        .collect();
    let mut others = serde_json::Map::new();
    for (name, settings) in context.signers.named() {
        let kind = settings.kind();
        others.insert(name.clone(), json!(kind));
        rows.push(vec![name.clone(), kind, String::new()]);
    }
    let is_empty = rows.is_empty();
    let shown = table(&["name", "kind", "public key"], &[], rows);
    let report = Report::new().field("keys", json!(keys)).field("signers", others);
    Ok(if is_empty {
        report.line("no keys yet").next("tenor keys new NAME")
    } else {
        report.line(shown)
    })
}

fn kind(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Encrypted => "encrypted",
        KeyKind::InsecureDev => "INSECURE development key",
    }
}
