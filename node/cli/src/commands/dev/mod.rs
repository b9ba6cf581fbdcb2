//! `tenor dev`: a ledger to try things on.

mod welcome;

use crate::commands::node::genesis::{AccountEntry, GenesisFile, ValidatorEntry};
use crate::commands::node::{NodeFile, RunArgs, open, serve};
use crate::core::home::Home;
use crate::core::logs;
use crate::core::signals::Signals;
use crate::core::{CliError, CliResult, GlobalArgs, Report};
use clap::Args;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tenor_client::keystore::{Keystore, dev_key};
use tenor_primitives::{ChainId, Role, Roles, Timestamp};
use welcome::Welcome;

/// A development ledger.
#[derive(Args, Debug)]
pub(crate) struct DevArgs {
    /// Keep the ledger in this directory; without it, it is gone when the node stops
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where the API listens
    #[arg(long, default_value = "127.0.0.1:4600")]
    listen: SocketAddr,
    /// The ledger's first time; it moves only by hand
    #[arg(long, default_value = "2026-01-02T08:00:00Z")]
    time: Timestamp,
}

/// The accounts of a development ledger, and their network roles.
const ACCOUNTS: [(&str, &[Role]); 6] = [
    ("operator", &[Role::Operator, Role::Issuer, Role::Participant]),
    ("registrar", &[Role::Operator, Role::Participant]),
    ("developer", &[Role::Deployer]),
    ("issuer", &[Role::Issuer, Role::Participant]),
    ("alice", &[Role::Participant]),
    ("bob", &[Role::Participant]),
];

/// What the node's file says. Nothing moves by itself here: blocks come with transactions, time with
/// set-time.
const NODE_TOML: &str = "\
# Every setting has a default; `tenor node config DIR` prints what is in force.
log = \"warn\"

[node.block]
empty_block_after_ms = 0
";

/// Runs the command: returns after a clean stop.
pub(crate) async fn run(global: &GlobalArgs, args: DevArgs) -> CliResult<Report> {
    let signals = Signals::listen()?;
    let kept_until_stop = match &args.data {
        Some(_) => None,
        None => Some(
            tempfile::tempdir().map_err(|error| CliError::file("temporary directory", error))?,
        ),
    };
    let directory = match (&args.data, &kept_until_stop) {
        // The other terminal may stand elsewhere.
        (Some(data), _) => {
            std::path::absolute(data).map_err(|error| CliError::file(data, error))?
        }
        (None, Some(temporary)) => temporary.path().to_owned(),
        (None, None) => unreachable!("one of the two was set above"),
    };
    let is_new = prepare(&directory, args.time)?;
    let run = RunArgs { listen: Some(args.listen), ..RunArgs::of(&directory) };
    let file = NodeFile::load(&run)?;
    let log = logs::start(&file)?;
    let (node, _backups) = open(&run, &file, log).await?;
    let names = ACCOUNTS.map(|(name, _)| name);
    let (url, client) = (node.url(), directory.join("client"));
    let kept_in = args.data.as_ref().map(|_| directory.as_path());
    let begins = is_new.then_some(args.time);
    let welcome = Welcome { url: &url, client: &client, names: &names, kept_in, begins };
    serve(node, welcome.print(global.json), signals).await?;
    if let Some(temporary) = &kept_until_stop {
        remove(temporary.path()).await;
    }
    Ok(Report::new())
}

/// Removes a directory in which a thread that ends, such as one of the store's, may write a last file.
async fn remove(directory: &Path) {
    for _ in 0..50 {
        match std::fs::remove_dir_all(directory) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            _ => return,
        }
    }
}

/// Writes what is missing: a kept ledger is taken up again. Says whether the ledger is new.
fn prepare(directory: &Path, time: Timestamp) -> CliResult<bool> {
    let keystore = Keystore::new(directory.join("keys"));
    let validator = keystore.create_dev("validator")?;
    let home = Home::open(Some(&directory.join("client")))?;
    for (name, _) in ACCOUNTS {
        home.keystore().create_dev(name)?;
    }
    let genesis_path = directory.join("genesis.toml");
    if genesis_path.exists() {
        return Ok(false);
    }
    let entry = |(name, roles): &(&str, &[Role])| {
        AccountEntry::single(name, Roles::of(roles), dev_key(name).public_key())
    };
    let public_key = validator
        .public_key
        .ok_or_else(|| CliError::Internal("a development key has a public key".into()))?;
    let file = GenesisFile {
        chain_id: ChainId::new("tenor-dev")
            .map_err(|error| CliError::Internal(error.to_string()))?,
        time,
        manual_time: true,
        validators: vec![ValidatorEntry { public_key, power: 1 }],
        accounts: ACCOUNTS.iter().map(entry).collect(),
    };
    let genesis = file.to_genesis();
    home.update_aliases(|aliases| {
        for (name, _) in ACCOUNTS {
            aliases.addresses.insert(name.into(), genesis.address_of(name));
        }
    })?;
    write(&directory.join("node.toml"), NODE_TOML)?;
    write(&genesis_path, &file.to_toml()?)?;
    Ok(true)
}

fn write(path: &Path, text: &str) -> CliResult<()> {
    std::fs::write(path, text).map_err(|error| CliError::file(path, error))
}
