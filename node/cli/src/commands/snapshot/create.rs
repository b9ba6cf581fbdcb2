//! Writing a snapshot.

use super::NodeArgs;
use crate::commands::node::{NodeFile, genesis};
use crate::core::{CliError, CliResult, Report, counted};
use clap::Args;
use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use tenor_ledger::{LedgerError, PastHeads};
use tenor_primitives::Height;
use tenor_rocksdb::RocksDatabase;
use tenor_service::Database;
use tenor_state::snapshot::SnapshotError;

/// What to write, and where to.
#[derive(Args, Debug)]
pub(crate) struct CreateArgs {
    #[command(flatten)]
    node: NodeArgs,
    /// Where to write the snapshot; nothing may be there yet
    #[arg(long, short)]
    out: PathBuf,
}

/// A snapshot that was written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Saved {
    /// The block after which the entries are the state.
    pub(crate) height: Height,
    /// The number of entries.
    pub(crate) entries: u64,
    /// The file's size.
    pub(crate) bytes: u64,
}

/// `tenor snapshot create`.
pub(super) fn run(args: &CreateArgs) -> CliResult<Report> {
    let started = Instant::now();
    let run = args.node.run_args();
    let (file, database) = crate::commands::db::open_existing(&run)?;
    if args.out.exists() {
        return Err(CliError::file(&args.out, std::io::Error::from(ErrorKind::AlreadyExists)));
    }
    let genesis = genesis::load(&NodeFile::at(&run.directory, &file.genesis))?;
    let database = Arc::new(database);
    let past = PastHeads::open(&genesis, Arc::clone(&database) as Arc<dyn Database>)
        .map_err(|error| CliError::Node(error.to_string()))?;
    let Saved { height, entries, bytes } = save(&database, &past, |_| args.out.clone())?;
    let out = args.out.display();
    Ok(Report::new()
        .line(format!(
            "wrote {out}: the state after block {height}, {}, {bytes} bytes, in {:.1} s",
            counted(entries, "value"),
            started.elapsed().as_secs_f64()
        ))
        .field("file", out.to_string())
        .field("height", height)
        .field("entries", entries)
        .field("bytes", bytes)
        .next(format!("tenor snapshot verify {out} --genesis genesis.toml")))
}

/// Writes the head as it is now to the file that `path` gives for its height. The file is there when
/// all of it is on disk, and not before.
pub(crate) fn save(
    database: &RocksDatabase,
    past: &PastHeads,
    path: impl FnOnce(Height) -> PathBuf,
) -> CliResult<Saved> {
    let source = database
        .snapshot(|header| past.validators_of(header))
        .map_err(|error: LedgerError| CliError::Node(error.to_string()))?;
    let height = source.header().height;
    let path = path(height);
    let part = path.with_extension("part");
    let failed = |error: std::io::Error| CliError::file(&path, error);
    let out = File::create(&part).map_err(failed)?;
    let written = source.write(BufWriter::with_capacity(1 << 20, out));
    let written = written.and_then(|(out, entries, bytes)| {
        let out = out.into_inner().map_err(|error| SnapshotError::Io(error.into_error()))?;
        out.sync_all()?;
        Ok((entries, bytes))
    });
    let (entries, bytes) = written.map_err(|error| {
        // What is not whole is of no use to anybody.
        let _ = fs::remove_file(&part);
        match error {
            SnapshotError::Io(error) => failed(error),
            error => CliError::Node(error.to_string()),
        }
    })?;
    fs::rename(&part, &path).map_err(failed)?;
    sync_directory(&path).map_err(failed)?;
    Ok(Saved { height, entries, bytes })
}

/// Makes a new name durable.
fn sync_directory(path: &Path) -> std::io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}
