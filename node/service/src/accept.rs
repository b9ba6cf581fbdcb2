//! Accepts connections: so many at a time, and each must send its requests in time. A node whose
//! sockets are all held by silent peers could not open its own files any more. Nothing bounds how
//! long a peer takes to read its answers.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

/// How long to wait after the system refused a connection, before the next try: it has run out of
/// something that only time gives back.
const REFUSED_PAUSE: Duration = Duration::from_millis(100);

/// What connections may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConnectionLimits {
    /// Connections at once. More wait in the system's queue until one ends.
    pub(crate) connections_max: usize,
    /// How long a connection may take to send a request's head, and how long it may be idle
    /// between two requests.
    pub(crate) head_time_max: Duration,
}

/// Serves connections until `closed`, then lets the open ones end their requests.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    closed: impl Future<Output = ()>,
) {
    let slots = Arc::new(Semaphore::new(limits.connections_max.max(1)));
    let (close, closing) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut closed = pin!(closed);
    loop {
        let (stream, slot) = tokio::select! {
            () = &mut closed => break,
            accepted = accept(&listener, &slots) => accepted,
        };
        // Those that have ended are forgotten.
        while connections.try_join_next().is_some() {}
        connections.spawn(connection(stream, router.clone(), limits, closing.clone(), slot));
    }
    drop(listener);
    drop(close);
    while connections.join_next().await.is_some() {}
}

/// The next connection with its slot; waits for a slot first.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> (TcpStream, OwnedSemaphorePermit) {
    let slot = Arc::clone(slots).acquire_owned().await.expect("the semaphore is never closed");
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, slot),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(REFUSED_PAUSE).await;
            }
        }
    }
}

async fn connection(
    stream: TcpStream,
    router: Router,
    limits: ConnectionLimits,
    mut closing: watch::Receiver<()>,
    _slot: OwnedSemaphorePermit,
) {
    // Answers are small and awaited: they must not wait for more to send.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection sends with delay");
    }
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_time_max)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut served = pin!(served);
    let ended = tokio::select! {
        ended = &mut served => ended,
        // An error: the sender is gone, which is the sign to close.
        _ = closing.changed() => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}
