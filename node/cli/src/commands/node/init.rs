//! `tenor node init`: a directory that a node can be run from.

use super::config::FILE;
use super::genesis::{AccountEntry, GenesisFile, ValidatorEntry};
use crate::core::context::passphrase;
use crate::core::home::Home;
use crate::core::{CliError, CliResult, GlobalArgs, Report};
use clap::Args;
use std::path::{Path, PathBuf};
use tenor_client::keystore::{Keystore, Strength, dev_key};
use tenor_primitives::{ChainId, PublicKey, Role, Roles, Timestamp};

/// A new node.
#[derive(Args, Debug)]
pub(crate) struct InitArgs {
    /// The directory to make
    directory: PathBuf,
    /// The ledger's name
    #[arg(long, default_value = "tenor-local")]
    chain_id: ChainId,
    /// An account of the genesis: LABEL=KEY=ROLES, with KEY a key's name here or a public key; repeat it
    #[arg(long = "account", value_name = "LABEL=KEY=ROLES", required = true)]
    accounts: Vec<String>,
    /// The genesis block's time [default: now]
    #[arg(long)]
    time: Option<Timestamp>,
    /// Let ledger time be moved by hand: development ledgers only
    #[arg(long)]
    manual_time: bool,
    /// Make blocks only when something is sent; no empty ones
    #[arg(long)]
    only_on_demand: bool,
    /// A validator key that anyone can derive: for development and demos only
    #[arg(long)]
    insecure_dev_keys: bool,
}

/// Runs the command.
pub(super) fn run(global: &GlobalArgs, args: &InitArgs) -> CliResult<Report> {
    let directory = &args.directory;
    if directory.join(FILE).exists() {
        return Err(CliError::file(
            directory,
            "there is a node here already; take another directory",
        ));
    }
    let home = Home::open(global.config.as_deref())?;
    // All that can be refused is refused before anything is written; the key comes last, so that a
    // command that failed can simply be given again.
    home.aliases()?;
    let keystore = Keystore::new(directory.join("keys"));
    let path = keystore.directory().join(format!("{VALIDATOR}.json"));
    if path.exists() && !args.insecure_dev_keys {
        let reason = "expected no validator key yet, got one; remove it or take another directory";
        return Err(CliError::file(path, reason));
    }
    let mut genesis = genesis_file(&home, args, dev_key(VALIDATOR).public_key())?;
    genesis
        .to_genesis()
        .execute()
        .map_err(|error| CliError::Usage(format!("the genesis is refused: {error}")))?;
    std::fs::create_dir_all(directory).map_err(|error| CliError::file(directory, error))?;
    let public_key = validator_key(args, &keystore)?;
    genesis.validators = vec![ValidatorEntry { public_key, power: 1 }];
    complete(&home, args, &genesis).inspect_err(|_| {
        // Without the rest the key is of no use, and would be in the way of the next try.
        let _ = std::fs::remove_file(&path);
    })
}

/// Writes the files of a new node around its key.
fn complete(home: &Home, args: &InitArgs, genesis: &GenesisFile) -> CliResult<Report> {
    let directory = &args.directory;
    write(&directory.join("genesis.toml"), &genesis.to_toml()?)?;
    let mut node = NODE_TOML.to_owned();
    if args.only_on_demand {
        node.push_str("\n[node.block]\nempty_block_after_ms = 0\n");
    }
    // The accounts are there from the first block; their names are useful from now on.
    let started = genesis.to_genesis();
    home.update_aliases(|aliases| {
        for account in &started.accounts {
            aliases.addresses.insert(account.label.clone(), started.address_of(&account.label));
        }
    })?;
    // The file that makes it a node is the last.
    write(&directory.join(FILE), &node)?;
    let path = directory.display();
    Ok(Report::new()
        .line(format!(
            "ledger {} in {path}: genesis.toml, {FILE}, keys/validator.json",
            args.chain_id
        ))
        .field("directory", path.to_string())
        .field("chain_id", args.chain_id.to_string())
        .field("validators_hash", started.validators.hash().to_string())
        .next(format!("tenor node run {path}")))
}

/// What a new node's file says; everything else is a default.
const NODE_TOML: &str = "\
# Every setting has a default; `tenor node config DIR` prints what is in force.
genesis = \"genesis.toml\"
validator_key = \"validator\"
data = \"data\"
modules = \"modules\"

[node]
listen = \"127.0.0.1:4600\"
";

/// The name of the validator's key.
const VALIDATOR: &str = "validator";

/// What the ledger starts from, if `validator` is its validator.
fn genesis_file(home: &Home, args: &InitArgs, validator: PublicKey) -> CliResult<GenesisFile> {
    let keystore = home.keystore();
    let accounts = args.accounts.iter().map(|word| account(&keystore, word));
    Ok(GenesisFile {
        chain_id: args.chain_id.clone(),
        time: args.time.map_or_else(now, Ok)?,
        manual_time: args.manual_time,
        validators: vec![ValidatorEntry { public_key: validator, power: 1 }],
        accounts: accounts.collect::<CliResult<_>>()?,
    })
}

fn validator_key(args: &InitArgs, keystore: &Keystore) -> CliResult<PublicKey> {
    let info = if args.insecure_dev_keys {
        keystore.create_dev(VALIDATOR)?
    } else {
        let asked = passphrase("New passphrase for the validator key: ")?.or_prompt();
        let chosen = asked.ok_or_else(|| CliError::Usage(
            "expected a passphrase for the validator key: set TENOR_PASSPHRASE_FILE, or --insecure-dev-keys for a development ledger".into(),
        ))?;
        keystore.create(VALIDATOR, &chosen, Strength::Standard)?
    };
    info.public_key.ok_or_else(|| CliError::Internal("a new key has a public key".into()))
}

/// `operator=operator=operator,issuer`.
fn account(keystore: &Keystore, word: &str) -> CliResult<AccountEntry> {
    let parts: Vec<_> = word.split('=').collect();
    let [label, key, roles] = parts.as_slice() else {
        return Err(CliError::Usage(format!("expected LABEL=KEY=ROLES, got {word:?}")));
    };
    let public_key = match key.parse::<PublicKey>() {
        Ok(public_key) => Some(public_key),
        Err(_) => keystore.info(key)?.public_key,
    };
    let public_key = public_key
        .ok_or_else(|| CliError::Usage(format!("the key {key:?} does not name its public key")))?;
    let roles = roles
        .split(',')
        .map(|role| role.parse().map_err(|error| CliError::Usage(format!("{error}"))))
        .collect::<CliResult<Vec<Role>>>()?;
    Ok(AccountEntry::single(label, Roles::of(&roles), public_key))
}

/// The machine's clock, to the second: when a person makes a ledger is the one instant that no
/// block can tell.
#[allow(clippy::disallowed_methods)]
fn now() -> CliResult<Timestamp> {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_err(|_| CliError::Machine("the machine's clock is before 1970; set it".into()))?;
    Ok(Timestamp::from_unix_ms(since.as_secs().saturating_mul(1000)))
}

fn write(path: &Path, text: &str) -> CliResult<()> {
    std::fs::write(path, text).map_err(|error| CliError::file(path, error))
}
