//! `tenor node sync`: a stopped node catches up by the blocks of another one. Each is checked as one
//! that is proposed would be: votes, every transaction, every field of the header.

use super::engines::NodeEngines;
use super::{NodeFile, RunArgs, genesis};
use crate::commands::db;
use crate::core::{CliError, CliResult, Context, GlobalArgs, Report, counted, out};
use clap::Args;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tenor_client::{BlockRef, HttpClient};
use tenor_ledger::{ChainLedger, Ledger};
use tenor_primitives::{Block, CommitCertificate, Hash, Height};
use tenor_proof::verify_certificate;
use tenor_service::Engines as _;
use tenor_vm::THREAD_STACK_BYTES;
use tokio::runtime::Handle;

/// How often progress is shown.
const SHOWN_EVERY: Duration = Duration::from_secs(2);

/// Whose blocks.
#[derive(Args, Debug)]
pub(crate) struct SyncArgs {
    /// The directory of the node that catches up
    directory: PathBuf,
    /// The address of a node that has the blocks; --as an operator or a regulator where it wants a
    /// session
    #[arg(long, value_name = "URL")]
    from: String,
    /// The last block to take [default: that node's last one]
    #[arg(long, value_name = "HEIGHT")]
    to: Option<Height>,
}

struct Synced {
    from: Height,
    height: Height,
    state_root: Hash,
}

/// Runs the command.
pub(super) async fn run(global: &GlobalArgs, args: &SyncArgs) -> CliResult<Report> {
    let run = RunArgs::of(&args.directory);
    let (file, database) = db::open(&run)?;
    let genesis = genesis::load(&NodeFile::at(&run.directory, &file.genesis))?;
    let vm = NodeEngines::new(&run.directory, &file)?.for_blocks();
    // With the certificates of config.toml, and as --as where the other node wants to know who reads.
    let global = GlobalArgs { url: Some(args.from.clone()), height: None, ..global.clone() };
    let client = Context::new(global)?.client;
    let last = match args.to {
        Some(height) => height,
        None => client.status().await?.height,
    };
    let handle = Handle::current();
    // Guests run on a thread with the stack that a node gives them.
    let thread = std::thread::Builder::new().stack_size(THREAD_STACK_BYTES);
    let thread = thread
        .spawn(move || {
            let ledger = ChainLedger::open(&genesis, Arc::new(database), vm)
                .map_err(|error| CliError::Node(error.to_string()))?;
            sync(ledger, &client, &handle, last)
        })
        .map_err(|error| CliError::Machine(format!("a thread: {error}")))?;
    let joined = tokio::task::spawn_blocking(move || thread.join()).await;
    let joined = joined.map_err(|error| CliError::Machine(format!("a thread: {error}")))?;
    let Synced { from, height, state_root } =
        joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    let taken = height.saturating_sub(from);
    Ok(Report::new()
        .line(format!("took {}, up to height {height}", counted(taken, "block")))
        .line(format!("every block was checked; state root {state_root}"))
        .field("blocks", taken)
        .field("height", height)
        .field("state_root", state_root.to_string())
        .line(format!(
            "it stays a copy that catches up when asked; with the validator's key in {}, and the other node \
             stopped for good, tenor node run takes over",
            args.directory.join("keys").display()
        ))
        .next(format!("tenor node sync {} --from {}", args.directory.display(), args.from)))
}

fn sync(
    mut ledger: ChainLedger,
    client: &HttpClient,
    handle: &Handle,
    last: Height,
) -> CliResult<Synced> {
    let from = ledger.tip().height;
    let mut shown = Instant::now();
    for height in from.saturating_add(1)..=last {
        let (block, certificate) = handle.block_on(client.block_encoded(BlockRef::At(height)))?;
        let certificate = certificate
            .ok_or_else(|| CliError::Node(format!("block {height} came without its votes")))?;
        take(&mut ledger, &block, certificate)?;
        if shown.elapsed() >= SHOWN_EVERY {
            out::note(&format!("block {height} of {last}"));
            shown = Instant::now();
        }
    }
    let tip = ledger.tip();
    Ok(Synced { from, height: tip.height, state_root: tip.state_root })
}

/// Checks one block and its votes, and commits it.
pub(super) fn take(
    ledger: &mut ChainLedger,
    block: &Block,
    certificate: CommitCertificate,
) -> CliResult<()> {
    let height = block.header.height;
    let differs = |what: &dyn std::fmt::Display| CliError::Node(format!("block {height}: {what}"));
    let validators = ledger.head().get().next_validators.clone();
    verify_certificate(&block.header, &certificate, &validators)
        .map_err(|error| differs(&error))?;
    let tip = ledger.tip();
    let candidate = ledger.check(&tip, block).map_err(|error| differs(&error))?;
    ledger.commit(candidate, certificate).map_err(|error| differs(&error))?;
    Ok(())
}
