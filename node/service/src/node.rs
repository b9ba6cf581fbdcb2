//! A running node: ledger, driver, API.

use crate::accept::{self, ConnectionLimits, Front};
use crate::operation::{self, LogControl, Traffic};
use crate::pool::Pool;
use crate::service::{Parts, Service};
use crate::{BlockConfig, Engines, NodeConfig, NodeError, Reads, StartError, rpc};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tenor_executor::{Genesis, Vm};
use tenor_ledger::{
    ChainLedger, Clock, DriverControl, DriverThread, HeadCell, Ledger, ManualClock, Pace,
    SoloDriver, SystemClock,
};
use tenor_primitives::SigningKey;
use tenor_state::Database;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// How long open connections may take to end.
const CLOSING: Duration = Duration::from_secs(5);

/// What the operator's listener gives: a few of the operator's machines ask it.
const OPERATION_LIMITS: ConnectionLimits = ConnectionLimits {
    connections_max: 32,
    peer_connections_max: 16,
    head_time_max: Duration::from_secs(10),
    send_time_max: Duration::from_secs(10),
    send_bytes_per_s_min: 64 << 10,
};

/// Starts nodes.
#[derive(Clone, Copy, Debug)]
pub struct Node;

impl Node {
    /// Opens the ledger of `genesis` in `database`, starts its driver with the only validator's
    /// `key`, and listens. Must be called inside a tokio runtime.
    pub async fn start(
        config: NodeConfig,
        database: Arc<dyn Database>,
        engines: Arc<dyn Engines>,
        genesis: Genesis,
        key: SigningKey,
    ) -> Result<NodeHandle, StartError> {
        config.check()?;
        let ledger = open(&genesis, Arc::clone(&database), engines.for_blocks()).await?;
        let (head, past) = (ledger.head(), ledger.past());
        let (clock, manual_clock) = clock(&genesis, &head);
        let control = Arc::new(DriverControl::default());
        let pool = Pool::new(config.mempool, Arc::clone(&head), Arc::clone(&control));
        let pool = Arc::new(pool);
        let pace = pace(&config.block);
        let validator = key.public_key();
        let driver = SoloDriver::new(
            key,
            genesis.chain_id.clone(),
            Arc::clone(&clock),
            Arc::clone(&control),
            pace,
        );
        driver.check_validators(&ledger.validators())?;
        let service = Arc::new(Service::new(Parts {
            database,
            engines,
            head,
            past,
            pool: Arc::clone(&pool),
            control: Arc::clone(&control),
            clock,
            manual_clock,
            config: config.api,
            mempool: config.mempool,
            validator,
            disk_free_bytes_min: config.disk_free_bytes_min,
        })?);
        let tls = config.tls.acceptor()?;
        let is_private = tls.is_some();
        let (listener, address) = listen(config.listen).await?;

        let (failures, failure) = watch::channel(None);
        let ended = on_driver_end(Arc::clone(&service), Arc::clone(&pool), failures);
        let driver = DriverThread::spawn(Box::new(driver), Box::new(ledger), pool, ended)?;
        let (close, closing) = watch::channel(false);
        let traffic = Traffic::default();
        let server = serve(listener, Arc::clone(&service), traffic.clone(), tls, closing);
        tokio::spawn(Arc::clone(&service).watch_space());
        tracing::info!(chain_id = %genesis.chain_id, %address, "node started");
        if config.api.reads == Reads::Open && !address.ip().is_loopback() {
            tracing::warn!(%address, "whoever reaches this address reads everything (api.reads)");
        }
        let drain = Duration::from_millis(config.block.drain_ms_max);
        let operation = None;
        Ok(NodeHandle {
            address,
            is_private,
            service,
            control,
            drain,
            driver,
            failure,
            server,
            close,
            traffic,
            operation,
        })
    }
}

/// A running node. Dropping it without [`NodeHandle::shutdown`] leaves it running.
pub struct NodeHandle {
    address: SocketAddr,
    is_private: bool,
    service: Arc<Service>,
    control: Arc<DriverControl>,
    drain: Duration,
    driver: DriverThread,
    failure: watch::Receiver<Option<NodeError>>,
    server: JoinHandle<()>,
    close: watch::Sender<bool>,
    traffic: Traffic,
    operation: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for NodeHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NodeHandle").field("address", &self.address).finish_non_exhaustive()
    }
}

impl NodeHandle {
    /// Where the API listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The API's address as clients take it.
    pub fn url(&self) -> String {
        let scheme = if self.is_private { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Opens the operator's listener, which answers until the node has stopped, and gives its
    /// address.
    ///
    /// # Errors
    /// [`StartError::Listen`] when the address cannot be had.
    pub async fn serve_operation(
        &mut self,
        address: SocketAddr,
        log: Arc<dyn LogControl>,
    ) -> Result<SocketAddr, StartError> {
        let (listener, bound) = listen(address).await?;
        let router = operation::router(Arc::clone(&self.service), &self.traffic, log);
        let never = std::future::pending();
        let traffic = Traffic::default();
        let front = Front { router, traffic, limits: OPERATION_LIMITS, tls: None };
        let serve = accept::serve(listener, front, never);
        self.operation = Some(tokio::spawn(serve));
        tracing::info!(address = %bound, "the operator's listener is open");
        Ok(bound)
    }

    /// Waits until the node stops by itself; it never does in good order. The process must exit
    /// with an error then.
    pub async fn stopped(&self) -> NodeError {
        let mut failure = self.failure.clone();
        match failure.wait_for(Option::is_some).await.map(|failed| failed.clone()) {
            Ok(Some(error)) => error,
            // Its senders are gone: the node has been shut down in order, nothing will fail.
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }

    /// Takes nothing more, as a stop begins.
    #[cfg(test)]
    pub(crate) fn stop_taking(&self) {
        self.service.stop_admission();
    }

    /// Stops in order: takes nothing more, includes what waits, answers who waits, closes.
    pub async fn shutdown(self) -> Result<(), NodeError> {
        tracing::info!("node stopping");
        self.service.stop_admission();
        self.control.stop(self.drain);
        let driver = self.driver;
        // The thread's own end is reported through `failure`; a join cannot fail otherwise.
        let _ = tokio::task::spawn_blocking(move || driver.join()).await;
        self.close.send_replace(true);
        let mut server = self.server;
        if tokio::time::timeout(CLOSING, &mut server).await.is_err() {
            tracing::warn!("connections were still open and are cut");
            server.abort();
        }
        if let Some(operation) = &self.operation {
            operation.abort();
        }
        let failure = self.failure.borrow().clone();
        tracing::info!("node stopped");
        failure.map_or(Ok(()), Err)
    }
}

/// Opens the ledger on a thread that may block.
async fn open(
    genesis: &Genesis,
    database: Arc<dyn Database>,
    vm: Arc<dyn Vm>,
) -> Result<ChainLedger, StartError> {
    let genesis = genesis.clone();
    let opened =
        tokio::task::spawn_blocking(move || ChainLedger::open(&genesis, database, vm)).await;
    Ok(opened.map_err(|error| StartError::Threads(error.to_string()))??)
}

/// The machine's clock, or one that stands at the last block's time until it is moved.
fn clock(genesis: &Genesis, head: &HeadCell) -> (Arc<dyn Clock>, Option<Arc<ManualClock>>) {
    if !genesis.manual_time {
        return (Arc::new(SystemClock), None);
    }
    let manual = Arc::new(ManualClock::new(head.get().header.time));
    (Arc::clone(&manual) as Arc<dyn Clock>, Some(manual))
}

fn pace(config: &BlockConfig) -> Pace {
    let unless_zero = |ms: u64| (ms > 0).then(|| Duration::from_millis(ms));
    Pace {
        interval: unless_zero(config.interval_ms),
        empty_after: unless_zero(config.empty_block_after_ms),
        build_max: Duration::from_millis(config.build_ms_max.max(1)),
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |source| StartError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// What happens when the driver ends: nothing more is taken, nobody waits in vain, and an error is
/// told to the node's owner.
fn on_driver_end(
    service: Arc<Service>,
    pool: Arc<Pool>,
    failures: watch::Sender<Option<NodeError>>,
) -> impl FnOnce(Result<(), tenor_ledger::DriverError>) + Send + 'static {
    move |result| {
        service.stop_admission();
        pool.abandon();
        if let Err(error) = result {
            tracing::error!(%error, "the driver stopped");
            failures.send_replace(Some(NodeError::Driver(Arc::new(error))));
        }
    }
}

fn serve(
    listener: TcpListener,
    service: Arc<Service>,
    traffic: Traffic,
    tls: Option<TlsAcceptor>,
    mut closing: watch::Receiver<bool>,
) -> JoinHandle<()> {
    let closed = async move {
        // An error says that the handle is gone; the node then runs until the process ends.
        if closing.wait_for(|closing| *closing).await.is_err() {
            std::future::pending().await
        }
    };
    let config = service.config();
    let limits = ConnectionLimits {
        connections_max: config.connections_max,
        peer_connections_max: config.peer_connections_max,
        head_time_max: Duration::from_millis(config.head_ms_max),
        send_time_max: Duration::from_millis(config.send_ms_max),
        send_bytes_per_s_min: config.send_bytes_per_s_min,
    };
    let front = Front { router: rpc::router(service), traffic, limits, tls };
    tokio::spawn(accept::serve(listener, front, closed))
}
