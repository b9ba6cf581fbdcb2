//! Backups of a running node: snapshots at intervals, the newest ones kept.

use super::{NodeFile, genesis};
use crate::commands::snapshot::save;
use crate::core::{CliError, CliResult};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;
use tenor_ledger::PastHeads;
use tenor_primitives::Height;
use tenor_rocksdb::RocksDatabase;
use tenor_service::Database;

/// `[backup]` in `node.toml`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct BackupFile {
    /// Where snapshots go; best on another disk than the store.
    pub(crate) directory: PathBuf,
    /// Seconds between snapshots; 0 means never. Without a new block none is written.
    pub(crate) every_s: u64,
    /// How many are kept, the newest; at least 1.
    pub(crate) keep: usize,
}

impl Default for BackupFile {
    fn default() -> Self {
        Self { directory: "backups".into(), every_s: 0, keep: 7 }
    }
}

/// The thread that writes backups; it ends when this is dropped.
pub(crate) struct Backups {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Backups {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // Its panic has been printed; there is nothing left to be done about it here.
            let _ = thread.join();
        }
    }
}

/// What a backup needs.
struct Job {
    database: Arc<RocksDatabase>,
    past: PastHeads,
    chain_id: String,
    directory: PathBuf,
    keep: usize,
    last: Option<Height>,
}

impl Backups {
    /// Starts backups as the node's configuration says; `None` where it says never.
    pub(super) fn start(
        directory: &Path,
        file: &NodeFile,
        database: Arc<RocksDatabase>,
    ) -> CliResult<Option<Self>> {
        let backup = &file.backup;
        if backup.every_s == 0 {
            return Ok(None);
        }
        let genesis = genesis::load(&NodeFile::at(directory, &file.genesis))?;
        let past = PastHeads::open(&genesis, Arc::clone(&database) as Arc<dyn Database>)
            .map_err(|error| CliError::Node(error.to_string()))?;
        let directory = NodeFile::at(directory, &backup.directory);
        std::fs::create_dir_all(&directory).map_err(|error| CliError::file(&directory, error))?;
        let (chain_id, keep) = (genesis.chain_id.to_string(), backup.keep.max(1));
        let mut job = Job { database, past, chain_id, directory, keep, last: None };
        let every = Duration::from_secs(backup.every_s);
        let (stop, stopped) = mpsc::channel();
        let run = move || {
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(every) {
                // The node goes on: a backup that fails is for its operator to see.
                if let Err(error) = job.run() {
                    tracing::error!(%error, "a backup failed");
                }
            }
        };
        let thread = Builder::new().name("tenor-backup".into()).spawn(run);
        let thread = thread.map_err(|error| CliError::Machine(format!("a thread: {error}")))?;
        Ok(Some(Self { stop: Some(stop), thread: Some(thread) }))
    }
}

impl Job {
    fn run(&mut self) -> CliResult<()> {
        let head = self.database.tip().map(|tip| tip.height);
        if head == self.last {
            return Ok(());
        }
        let name = |height| self.directory.join(format!("{}-{height:012}.snapshot", self.chain_id));
        let saved = save(&self.database, &self.past, name)?;
        self.last = Some(saved.height);
        let (height, entries, bytes) = (saved.height, saved.entries, saved.bytes);
        tracing::info!(height, entries, bytes, "backup written");
        self.prune()
    }

    /// Removes all but the newest.
    fn prune(&self) -> CliResult<()> {
        let failed = |error| CliError::file(&self.directory, error);
        let mut backups = Vec::new();
        for entry in std::fs::read_dir(&self.directory).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            backups.extend(self.height_of(&path).map(|height| (height, path)));
        }
        backups.sort_unstable();
        let surplus = backups.len().saturating_sub(self.keep);
        for (_, path) in backups.drain(..surplus) {
            std::fs::remove_file(&path).map_err(|error| CliError::file(&path, error))?;
        }
        Ok(())
    }

    /// The height of a backup of this ledger, by its name; other files are left alone.
    fn height_of(&self, path: &Path) -> Option<Height> {
        let name = path.file_name()?.to_str()?.strip_suffix(".snapshot")?;
        name.strip_prefix(&self.chain_id)?.strip_prefix('-')?.parse().ok()
    }
}
