//! A node's configuration: `node.toml`, then the environment, then flags.

mod layers;
mod show;

use super::RunArgs;
use super::backup::BackupFile;
use crate::core::{CliError, CliResult};
use layers::Layers;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tenor_rocksdb::StoreOptions;
use tenor_service::NodeConfig;
use tenor_state::Retention;
use tenor_vm::CompileLimits;
use toml::Table;

pub(super) use show::show;

/// The file's name in a node's directory.
pub(crate) const FILE: &str = "node.toml";

/// `node.toml`. Paths are relative to the directory it lies in.
#[derive(Clone, Debug, Deserialize, Serialize)]
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
    /// Which past states are kept for queries and proofs: a number of blocks before the last one, or
    /// "archive" for all.
    pub(crate) history: History,
    /// Snapshots at intervals.
    pub(crate) backup: BackupFile,
    /// What compiling a module may take.
    pub(crate) compiler: CompilerFile,
    /// What is logged, as `tracing` filters are written.
    pub(crate) log: String,
    /// How.
    pub(crate) log_format: LogFormat,
    /// Where the operator's listener is, or "off".
    pub(crate) operation_listen: OperationListen,
    /// The service.
    pub(crate) node: NodeConfig,
}

/// How a line of the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

/// Where the operator's listener is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged, expecting = "expected an address such as 127.0.0.1:4601, or \"off\"")]
pub(crate) enum OperationListen {
    /// At an address; port 0 takes any free one, which the log tells.
    At(SocketAddr),
    /// Nowhere.
    Off(Off),
}

/// The word for no listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Off {
    /// No listener.
    Off,
}

/// How much of the past is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged, expecting = "expected a number of blocks, or \"archive\"")]
pub(crate) enum History {
    /// The states after so many blocks before the last one.
    Blocks(u64),
    /// Every state.
    All(Archive),
}

/// The word for all of the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Archive {
    /// Every state.
    Archive,
}

impl Default for History {
    fn default() -> Self {
        match Retention::default() {
            Retention::Blocks(blocks) => Self::Blocks(blocks),
            Retention::Archive => Self::All(Archive::Archive),
        }
    }
}

/// What compiling a module may take. One that takes more is not let in; approved code that takes
/// more stops the node.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CompilerFile {
    /// Seconds of processor time.
    pub(crate) cpu_s_max: u64,
    /// Bytes of address space of the process.
    pub(crate) memory_bytes_max: u64,
    /// Milliseconds in all.
    pub(crate) wall_ms_max: u64,
}

impl Default for CompilerFile {
    fn default() -> Self {
        let CompileLimits { cpu_s_max, memory_bytes_max, wall_ms_max } = CompileLimits::default();
        Self { cpu_s_max, memory_bytes_max, wall_ms_max }
    }
}

impl CompilerFile {
    /// The same as the engine takes it.
    pub(crate) fn limits(self) -> CompileLimits {
        let Self { cpu_s_max, memory_bytes_max, wall_ms_max } = self;
        CompileLimits { cpu_s_max, memory_bytes_max, wall_ms_max }
    }
}

impl Default for NodeFile {
    fn default() -> Self {
        Self {
            genesis: "genesis.toml".into(),
            validator_key: "validator".into(),
            data: "data".into(),
            modules: "modules".into(),
            database_memory_bytes_max: 320 << 20,
            history: History::default(),
            backup: BackupFile::default(),
            compiler: CompilerFile::default(),
            log: "info".into(),
            log_format: LogFormat::Text,
            operation_listen: OperationListen::Off(Off::Off),
            node: NodeConfig::default(),
        }
    }
}

impl NodeFile {
    /// The configuration in force for a node: its file, under the environment and the flags.
    pub(crate) fn load(args: &RunArgs) -> CliResult<Self> {
        Layers::read(args)?.effective()
    }

    /// How the store is set up.
    pub(crate) fn store_options(&self) -> StoreOptions {
        let history = match self.history {
            History::Blocks(blocks) => Retention::Blocks(blocks),
            History::All(Archive::Archive) => Retention::Archive,
        };
        StoreOptions {
            memory_bytes_max: self.database_memory_bytes_max,
            history,
            ..StoreOptions::default()
        }
    }

    /// A path of the file as seen from here.
    pub(crate) fn at(directory: &Path, path: &Path) -> PathBuf {
        directory.join(path)
    }
}

/// A configuration as TOML's data.
fn table(file: &NodeFile) -> CliResult<Table> {
    Table::try_from(file)
        .map_err(|error| CliError::Internal(format!("a configuration does not encode: {error}")))
}
