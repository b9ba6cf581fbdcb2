//! What a node needs to run: each thing by itself, so that one that is wrong hides no other.

use super::Finding;
use crate::commands::db;
use crate::commands::node::{NodeFile, RunArgs, genesis};
use crate::core::process::{files_allowed, files_needed};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::SystemTime;
use tenor_client::keystore::Keystore;
use tenor_service::{Database as _, Genesis, Reads};
use tokio::net::{TcpListener, TcpStream};

/// What was found, and whether something answers where the node listens.
pub(super) async fn findings(directory: &Path) -> (Vec<Finding>, bool) {
    let args = RunArgs::of(directory);
    let file = match NodeFile::load(&args) {
        Ok(file) => file,
        Err(error) => {
            return (vec![Finding::new("configuration", Err(error.to_string()))], false);
        }
    };
    let is_running = TcpStream::connect(file.node.listen).await.is_ok();
    let genesis = genesis_of(directory, &file);
    let keys = directory.join("keys");
    let findings = vec![
        Finding::new("configuration", Ok("every setting is valid".into())),
        Finding::new("key files", file_modes(&keys)),
        Finding::new("genesis", genesis.as_ref().map(said).map_err(Clone::clone)),
        Finding::new("validator", validator(&keys, &file.validator_key, genesis.as_ref().ok())),
        Finding::new("clock", clock(genesis.as_ref().ok())),
        Finding::new("disk", disk(directory, &file)),
        Finding::new("limits", limits(&file)),
        Finding::new("tls", tls(directory, &file)),
        Finding::new("reads", reads(&file)),
        Finding::new("port", port(&file, is_running).await),
        Finding::new("store", store(&args, is_running)),
    ];
    (findings, is_running)
}

/// Key files are their owner's alone.
pub(super) fn file_modes(directory: &Path) -> Result<String, String> {
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok("there are none".into());
        }
        Err(error) => return Err(format!("{}: {error}", directory.display())),
    };
    let mut open = Vec::new();
    for entry in entries {
        let read = entry.and_then(|entry| Ok((entry.path(), entry.metadata()?)));
        let (path, metadata) = read.map_err(|error| format!("{}: {error}", directory.display()))?;
        if metadata.permissions().mode() & 0o077 != 0 {
            open.push(path.display().to_string());
        }
    }
    if open.is_empty() {
        return Ok(format!("those in {} are their owner's alone", directory.display()));
    }
    let files = open.join(" ");
    Err(format!("expected files that only their owner may read; run: chmod 600 {files}"))
}

fn genesis_of(directory: &Path, file: &NodeFile) -> Result<Genesis, String> {
    let path = NodeFile::at(directory, &file.genesis);
    let genesis = genesis::load(&path).map_err(|error| error.to_string())?;
    genesis.execute().map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(genesis)
}

/// Whether the key makes the ledger's blocks. On a ledger of one validator it is the genesis's for ever.
fn validator(keys: &Path, name: &str, genesis: Option<&Genesis>) -> Result<String, String> {
    let info = Keystore::new(keys).info(name).map_err(|error| error.to_string())?;
    let Some(genesis) = genesis else {
        return Err("without a genesis nothing is known of the ledger's validators".into());
    };
    let validators = &genesis.validators.validators;
    match info.public_key {
        None => {
            Ok(format!("{name}'s public key is not in its file; the node tells when it starts"))
        }
        Some(key) if validators.iter().any(|validator| validator.public_key == key) => {
            Ok(format!("{key} makes the ledger's blocks"))
        }
        Some(key) => {
            let expected: Vec<_> =
                validators.iter().map(|validator| validator.public_key.to_string()).collect();
            Err(format!(
                "expected a key of the ledger's validators, {}, got {key}: this directory holds a copy, \
                 which tenor node sync keeps up to date, and cannot run",
                expected.join(", ")
            ))
        }
    }
}

fn said(genesis: &Genesis) -> String {
    format!("{}, from {}", genesis.chain_id, genesis.time)
}

/// A clock before the ledger's beginning would stop time there.
#[allow(clippy::disallowed_methods)]
fn clock(genesis: Option<&Genesis>) -> Result<String, String> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now_ms = since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX));
    match genesis {
        Some(genesis) if genesis.manual_time => Ok("time is set by hand on this ledger".into()),
        Some(genesis) if now_ms < genesis.time.unix_ms => Err(format!(
            "expected a time after the genesis, {}, got one before it; set the machine's clock",
            genesis.time
        )),
        Some(_) => Ok("after the genesis; keep it set by NTP".into()),
        None => Err("without a genesis nothing is known of the ledger's time".into()),
    }
}

fn disk(directory: &Path, file: &NodeFile) -> Result<String, String> {
    let data = NodeFile::at(directory, &file.data);
    let place = if data.exists() { &*data } else { directory };
    let stat =
        rustix::fs::statvfs(place).map_err(|error| format!("{}: {error}", place.display()))?;
    let (free, min) = (stat.f_bavail.saturating_mul(stat.f_frsize), file.node.disk_free_bytes_min);
    // Twice what stops it, so that there is time to do something.
    let wanted = min.saturating_mul(2);
    if free < wanted {
        return Err(format!(
            "expected {wanted} bytes free, twice node.disk_free_bytes_min, got {free}; make room"
        ));
    }
    Ok(format!("{free} bytes are free"))
}

fn limits(file: &NodeFile) -> Result<String, String> {
    let store = file.store_options().open_files_max;
    let needed = files_needed(file.node.api.connections_max, store);
    let allowed = files_allowed().map_err(|error| error.to_string())?;
    if allowed < needed {
        return Err(format!(
            "expected room for {needed} open files, got {allowed}; raise ulimit -Hn, or lower \
             node.api.connections_max"
        ));
    }
    Ok(format!("{allowed} open files are allowed, {needed} may be needed"))
}

/// The files are there and belong together; a certificate's last day is its owner's to watch.
fn tls(directory: &Path, file: &NodeFile) -> Result<String, String> {
    let config = file.node.tls.below(directory);
    match config.check() {
        Ok(true) if config.client_authorities.as_os_str().is_empty() => {
            Ok("the API speaks TLS, to anyone".into())
        }
        Ok(true) => Ok("the API speaks TLS, to clients with a certificate".into()),
        Ok(false) if file.node.listen.ip().is_loopback() => {
            Ok("none: the API speaks plain HTTP, on this machine".into())
        }
        Ok(false) => Err(format!(
            "expected TLS at {}, got plain HTTP; set node.tls, or listen on loopback behind what \
             speaks it",
            file.node.listen
        )),
        Err(error) => Err(error.to_string()),
    }
}

/// Whoever reaches an open node reads everything.
fn reads(file: &NodeFile) -> Result<String, String> {
    match (file.node.api.reads, file.node.listen.ip().is_loopback()) {
        (Reads::Sessions, _) => Ok("sessions: each account reads what is declared for it".into()),
        (Reads::Open, true) => Ok("open: whoever is on this machine reads everything".into()),
        (Reads::Open, false) => Err(format!(
            "expected node.api.reads = \"sessions\" at {}, got \"open\": whoever reaches it reads \
             everything",
            file.node.listen
        )),
    }
}

async fn port(file: &NodeFile, is_running: bool) -> Result<String, String> {
    let address = file.node.listen;
    if is_running {
        return Ok(format!("somebody listens at {address}; the node itself, if it runs"));
    }
    match TcpListener::bind(address).await {
        Ok(_) => Ok(format!("{address} is free")),
        Err(error) => Err(format!("expected to listen at {address}: {error}; take another one")),
    }
}

fn store(args: &RunArgs, is_running: bool) -> Result<String, String> {
    match db::open_existing(args) {
        Ok((_, database)) => match database.tip() {
            Some(tip) => {
                Ok(format!("opens at height {}; tenor db verify checks all of it", tip.height))
            }
            None => Ok("is there, without a block".into()),
        },
        Err(_) if is_running => Ok("in use".into()),
        Err(error) => {
            match NodeFile::load(args).map(|file| NodeFile::at(&args.directory, &file.data)) {
                Ok(data) if !data.exists() => Ok("none yet: the node has not run".into()),
                _ => Err(error.to_string()),
            }
        }
    }
}
