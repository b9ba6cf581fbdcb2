//! A node's configuration: `node.toml`, then the environment, then flags.

use super::RunArgs;
use super::backup::BackupFile;
use crate::core::{CliError, CliResult, Report};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use tenor_rocksdb::StoreOptions;
use tenor_service::NodeConfig;
use tenor_state::Retention;
use tenor_vm::CompileLimits;
use toml::{Table, Value};

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
    /// The service.
    pub(crate) node: NodeConfig,
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
            database_memory_bytes_max: 256 << 20,
            history: History::default(),
            backup: BackupFile::default(),
            compiler: CompilerFile::default(),
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

/// `tenor node config`: as a file that could be used, each line with where its value comes from.
pub(super) fn show(args: &RunArgs) -> CliResult<Report> {
    let file = NodeFile::load(args)?;
    let path = args.directory.join(FILE);
    let text = std::fs::read_to_string(&path).map_err(|error| CliError::file(&path, error))?;
    let said: Table = toml::from_str(&text).map_err(|error| CliError::file(&path, error))?;
    let effective = Table::try_from(&file)
        .map_err(|error| CliError::Internal(format!("a configuration does not encode: {error}")))?;
    let listen_from = match (args.listen, std::env::var_os("TENOR_LISTEN")) {
        (Some(_), Some(_)) => Some("TENOR_LISTEN or --listen"),
        (Some(_), None) => Some("--listen"),
        (None, _) => None,
    };
    let mut report = Report::new().line(format!(
        "# precedence: flags, then TENOR_* in the environment, then {FILE}, then defaults"
    ));
    for line in lines(&effective, Some(&said), "", listen_from) {
        report = report.line(line);
    }
    let effective = serde_json::to_value(&effective)
        .map_err(|error| CliError::Internal(format!("a configuration does not encode: {error}")))?;
    Ok(report.fields(effective).next(format!("tenor node run {}", args.directory.display())))
}

/// A table line by line, values before tables; `said` is what the file says at its place.
fn lines(table: &Table, said: Option<&Table>, path: &str, listen: Option<&str>) -> Vec<String> {
    let (mut values, mut tables) = (Vec::new(), Vec::new());
    for (name, value) in table {
        let said_here = said.and_then(|said| said.get(name));
        let Value::Table(inner) = value else {
            let source = match (listen, said_here) {
                (Some(source), _) if path == "node" && name == "listen" => source,
                (_, Some(_)) => FILE,
                (_, None) => "default",
            };
            values.push(format!("{name} = {value} # {source}"));
            continue;
        };
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        tables.extend([String::new(), format!("[{path}]")]);
        tables.extend(lines(inner, said_here.and_then(Value::as_table), &path, listen));
    }
    values.extend(tables);
    values
}
