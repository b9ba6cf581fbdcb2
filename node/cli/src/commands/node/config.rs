//! A node's configuration: `node.toml`, then the environment, then flags.

use super::RunArgs;
use crate::core::{CliError, CliResult, Report};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use tenor_service::NodeConfig;

/// The file's name in a node's directory.
pub(crate) const FILE: &str = "node.toml";

/// `node.toml`. Paths are relative to the directory it lies in.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NodeFile {
    /// The genesis file.
    pub(crate) genesis: PathBuf,
    /// The validator's key in `keys/`.
    pub(crate) validator_key: String,
    /// The database.
    pub(crate) data: PathBuf,
    /// Compiled modules; may be deleted at any time.
    pub(crate) modules: PathBuf,
    /// Memory for RocksDB's caches and buffers, in bytes.
    pub(crate) database_memory_bytes_max: usize,
    /// What is logged, as `tracing` filters are written.
    pub(crate) log: String,
    /// The service.
    pub(crate) node: NodeConfig,
}

impl Default for NodeFile {
    fn default() -> Self {
        Self {
            genesis: "genesis.toml".into(),
            validator_key: "validator".into(),
            data: "data".into(),
            modules: "modules".into(),
            database_memory_bytes_max: 256 << 20,
            log: "info".into(),
            node: NodeConfig::default(),
        }
    }
}

impl NodeFile {
    /// The configuration of the node in `directory`; defaults where the file says nothing.
    pub(crate) fn load(args: &RunArgs) -> CliResult<Self> {
        let path = args.directory.join(FILE);
        let text = std::fs::read_to_string(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => CliError::file(
                &path,
                format!(
                    "there is no node here; make one with: tenor node init {}",
                    args.directory.display()
                ),
            ),
            _ => CliError::file(&path, error),
        })?;
        let mut file: Self = toml::from_str(&text).map_err(|error| CliError::file(&path, error))?;
        if let Some(listen) = args.listen {
            file.node.listen = listen;
        }
        Ok(file)
    }

    /// A path of the file as seen from here.
    pub(crate) fn at(directory: &Path, path: &Path) -> PathBuf {
        directory.join(path)
    }
}

/// `tenor node config`.
pub(super) fn show(args: &RunArgs) -> CliResult<Report> {
    let file = NodeFile::load(args)?;
    let listen_from = match (args.listen, std::env::var_os("TENOR_LISTEN")) {
        (Some(_), Some(_)) => "TENOR_LISTEN or --listen",
        (Some(_), None) => "--listen",
        (None, _) => FILE,
    };
    let listen = file.node.listen;
    Ok(Report::new()
        .line(format!(
            "precedence: flags, then TENOR_* in the environment, then {FILE}, then defaults"
        ))
        .line(format!("listen: {listen} (from {listen_from})"))
        .line(format!("{file:#?}"))
        .field("listen", listen.to_string())
        .field("genesis", file.genesis.display().to_string())
        .field("data", file.data.display().to_string())
        .field("modules", file.modules.display().to_string())
        .field("database_memory_bytes_max", file.database_memory_bytes_max)
        .field("log", file.log.clone())
        .next(format!("tenor node run {}", args.directory.display())))
}
