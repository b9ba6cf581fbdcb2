//! `tenor dev`: a ledger to try things on.

use crate::commands::node::genesis::{AccountEntry, GenesisFile, ValidatorEntry};
use crate::commands::node::{NodeFile, RunArgs, open, serve, start_logging};
use crate::core::home::Home;
use crate::core::{CliError, CliResult, GlobalArgs, Report};
use clap::Args;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tenor_client::keystore::{Keystore, dev_key};
use tenor_primitives::{ChainId, Role, Roles, Timestamp};

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

/// Runs the command: returns after a clean stop.
pub(crate) async fn run(global: &GlobalArgs, args: DevArgs) -> CliResult<Report> {
    let kept_until_stop = match &args.data {
        Some(_) => None,
        None => Some(
            tempfile::tempdir().map_err(|error| CliError::file("temporary directory", error))?,
        ),
    };
    let directory = match (&args.data, &kept_until_stop) {
        (Some(data), _) => data.clone(),
        (None, Some(temporary)) => temporary.path().to_owned(),
        (None, None) => unreachable!("one of the two was set above"),
    };
    prepare(&directory, args.time)?;
    start_logging("warn")?;
    let run = RunArgs { directory: directory.clone(), listen: Some(args.listen) };
    let mut file = NodeFile::load(&run)?;
    // Nothing moves by itself here: blocks come with transactions, time with set-time.
    file.node.block.empty_block_after_ms = 0;
    let node = open(&run, &file).await?;
    announce(global, &node.url(), &directory.join("client"), args.data.is_some());
    serve(node).await?;
    Ok(Report::new())
}

/// Writes what is missing: a kept ledger is taken up again.
fn prepare(directory: &Path, time: Timestamp) -> CliResult<()> {
    let keystore = Keystore::new(directory.join("keys"));
    let validator = keystore.create_dev("validator")?;
    let home = Home::open(Some(&directory.join("client")))?;
    for (name, _) in ACCOUNTS {
        home.keystore().create_dev(name)?;
    }
    let genesis_path = directory.join("genesis.toml");
    if genesis_path.exists() {
        return Ok(());
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
    write(&directory.join("node.toml"), "")?;
    write(&genesis_path, &file.to_toml()?)
}

fn write(path: &Path, text: &str) -> CliResult<()> {
    std::fs::write(path, text).map_err(|error| CliError::file(path, error))
}

/// What to do with it, before it runs until it is stopped.
fn announce(global: &GlobalArgs, url: &str, client: &Path, is_kept: bool) {
    let names = ACCOUNTS.map(|(name, _)| name);
    if global.json {
        let value = serde_json::json!({"url": url, "config": client, "accounts": names});
        println!("{value}");
        return;
    }
    println!("a development ledger is ready at {url}; Ctrl-C stops it");
    if !is_kept {
        println!("it is gone when it stops; --data DIR keeps it");
    }
    println!("accounts, with keys that anyone can derive: {}", names.join(", "));
    println!("\nIn another terminal:");
    println!("  export TENOR_URL={url} TENOR_CONFIG={}", client.display());
    println!("  tenor contract build");
    println!("  tenor contract upload target/contracts/wasm/registry.wasm --as developer");
    println!("  tenor contract approve registry --as operator");
    println!(
        "  tenor contract instantiate registry registry --officers operator,registrar --as operator"
    );
    println!("  tenor contract query registry office --address operator");
    println!("  tenor node set-time 2026-01-05T08:00:00Z");
}
