//! Everything that the API offers, below HTTP: one layer for every front door.

mod blocks;
mod code;
mod contracts;
mod events;
mod follow;
mod places;
mod proofs;
mod requests;
mod sessions;
mod shown;
mod simulation;
mod space;
mod status;
mod submission;
mod trace;
pub(crate) mod wasm_section;

use crate::accept::{Connection, Deadline, Peer};
use crate::access::Specs;
use crate::pool::Pool;
use crate::problems::ApiError;
use crate::workers::Workers;
use crate::{ApiConfig, Engines, MempoolConfig, Rejected, StartError};
pub(crate) use follow::{Following, Step};
use places::{Place, Places};
use space::Space;
use std::sync::Arc;
use std::time::Duration;
use tenor_client::api::ErrorCode;
use tenor_executor::system::read_record;
use tenor_ledger::{Clock, DriverControl, Head, HeadCell, ManualClock, PastHeads};
use tenor_primitives::{Address, Height, PublicKey, Timestamp};
use tenor_state::Database;
use tokio::sync::watch;

/// What the service works on.
pub(crate) struct Parts {
    pub(crate) database: Arc<dyn Database>,
    pub(crate) engines: Arc<dyn Engines>,
    pub(crate) head: Arc<HeadCell>,
    pub(crate) past: Arc<PastHeads>,
    pub(crate) pool: Arc<Pool>,
    pub(crate) control: Arc<DriverControl>,
    pub(crate) clock: Arc<dyn Clock>,
    /// The same clock, on ledgers whose time is set by hand.
    pub(crate) manual_clock: Option<Arc<ManualClock>>,
    pub(crate) config: ApiConfig,
    pub(crate) mempool: MempoolConfig,
    /// The key of the only validator: this node.
    pub(crate) validator: PublicKey,
    /// Bytes that must be free on the store's disk.
    pub(crate) disk_free_bytes_min: u64,
}

/// The service layer.
pub(crate) struct Service {
    parts: Parts,
    checks: Workers,
    compiles: Workers,
    queries: Workers,
    /// Places for answers that may be as large as a block, shared by peers.
    large: Places<Peer>,
    /// Places for streams of events, shared by peers, and for those with a session by accounts too.
    streams: Places<Peer>,
    account_streams: Places<Address>,
    specs: Specs,
    space: Space,
    stopping: watch::Sender<bool>,
}

/// A place for a large answer, and when its connection is cut.
pub(crate) struct LargePlace {
    _place: Place,
    _deadline: Deadline,
}

impl Service {
    pub(crate) fn new(parts: Parts) -> Result<Self, StartError> {
        let (mempool, api) = (&parts.mempool, &parts.config);
        let workers = |name, threads, queue_max| {
            Workers::new(name, threads, queue_max).map_err(StartError::Threads)
        };
        let checks = workers("tenor-check", 0, mempool.checks_max)?;
        let compiles = workers("tenor-compile", 1, mempool.compiles_max)?;
        let queries = workers("tenor-query", api.queries_running(), api.queries_max)?;
        let database = Arc::clone(&parts.database);
        let space = Space::new(parts.disk_free_bytes_min, Box::new(move || database.free_bytes()));
        let large = api.large_answers_max.max(1);
        let large = Places::new(large, api.peer_large_answers_max.max(1));
        let streams = Places::new(api.streams_max, api.peer_streams_max);
        let account_streams = Places::new(api.streams_max, api.account_streams_max);
        let stopping = watch::Sender::new(false);
        Ok(Self {
            parts,
            checks,
            compiles,
            queries,
            large,
            streams,
            account_streams,
            specs: Specs::default(),
            space,
            stopping,
        })
    }

    /// Looks at the disk's free space until the node stops.
    pub(crate) async fn watch_space(self: Arc<Self>) {
        tokio::select! {
            () = self.space.watch() => {}
            () = self.stopped() => {}
        }
    }

    pub(crate) fn config(&self) -> &ApiConfig {
        &self.parts.config
    }

    /// Takes no more transactions, and ends what waits for news.
    pub(crate) fn stop_admission(&self) {
        self.parts.pool.close();
        self.stopping.send_replace(true);
    }

    /// Refuses what would wait for news, or make some, once the node stops.
    pub(crate) fn check_running(&self) -> Result<(), Rejected> {
        if *self.stopping.borrow() { Err(Rejected::ShuttingDown) } else { Ok(()) }
    }

    /// Whether transactions are taken, or why not.
    pub(crate) fn readiness(&self) -> Result<(), Rejected> {
        self.check_running()?;
        self.space.check()
    }

    /// Bytes that were free on the store's disk when somebody looked last.
    pub(crate) fn disk_free_bytes(&self) -> u64 {
        self.space.free_bytes()
    }

    /// A place for an answer that may be large, kept until it is sent: together they are what
    /// memory has to hold. The connection is cut that has not taken it in time.
    pub(crate) async fn large_place(
        &self,
        connection: &Connection,
    ) -> Result<LargePlace, ApiError> {
        let config = self.config();
        let wait = Duration::from_millis(config.query_wait_ms_max);
        let place = tokio::time::timeout(wait, self.large.take(connection.peer())).await;
        let place = place.map_err(|_| {
            let (max, each_max) = (config.large_answers_max, config.peer_large_answers_max);
            let expected = format!("a place among {max}, {each_max} of one address");
            let got = format!("none within {} ms", config.query_wait_ms_max);
            let detail = "too many large answers are being sent";
            ApiError::mismatch(ErrorCode::Overloaded, detail, expected, got)
        })?;
        let deadline = connection.cut_after(Duration::from_millis(config.large_answer_ms_max));
        Ok(LargePlace { _place: place, _deadline: deadline })
    }

    /// Resolves when the node stops.
    pub(crate) async fn stopped(&self) {
        let mut stopping = self.stopping.subscribe();
        // An error says that the service is gone, which is the same.
        let _ = stopping.wait_for(|stopping| *stopping).await;
    }

    fn head(&self) -> Arc<Head> {
        self.parts.head.get()
    }

    /// The head, or what it was after the block at `height`.
    fn head_at(&self, height: Option<Height>) -> Result<Arc<Head>, ApiError> {
        let head = self.head();
        if height.is_none_or(|height| height == head.tip.height) {
            return Ok(head);
        }
        Ok(Arc::new(self.parts.past.at(height)?.0))
    }

    /// The time that a block made now would carry.
    fn next_block_time(&self, head: &Head) -> Timestamp {
        let earliest = head.header.time.checked_add_ms(1).unwrap_or(head.header.time);
        self.parts.clock.now().max(earliest)
    }

    /// Reads the store on a thread that may block.
    async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&Self) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let service = Arc::clone(self);
        let answer = tokio::task::spawn_blocking(move || read(&service)).await;
        answer.map_err(|error| ApiError::internal(&error))?
    }
}

/// A record of the ledger itself at `head`.
fn record<T: borsh::BorshDeserialize>(
    head: &Head,
    namespace: u16,
    key: &[u8],
    what: &'static str,
) -> Result<Option<T>, ApiError> {
    Ok(read_record(&*head.state, namespace, key, what)?)
}
