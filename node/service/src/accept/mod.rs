//! Accepts connections. A peer that keeps its socket open and silent costs itself its place, not
//! others theirs: when all places are taken, who has kept the node waiting longest goes.

mod connection;
mod places;
mod stream;
#[cfg(test)]
mod tests;
mod watched;

use crate::operation::Traffic;
use axum::Router;
use axum::body::Body;
pub(crate) use connection::{Connection, Deadline};
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
pub(crate) use places::Peer;
use places::{Admission, Place, Places, Ticket};
use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use stream::TimedStream;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;
use watched::{Answer, Upload};

/// How long to wait after the system refused a connection, before the next try: it has run out of
/// something that only time gives back.
const REFUSED_PAUSE: Duration = Duration::from_millis(100);

/// Bytes that a connection may hold of what has been read and not been understood: a request's head
/// must fit.
const READ_BUFFER_BYTES_MAX: usize = 64 << 10;

/// What connections may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConnectionLimits {
    /// Connections at once.
    pub(crate) connections_max: usize,
    /// Connections at once of one peer.
    pub(crate) peer_connections_max: usize,
    /// How long a connection may take to send a request's head, and how long it may be idle
    /// between two requests.
    pub(crate) head_time_max: Duration,
    /// How long a peer may take to read an answer, beside what its length allows.
    pub(crate) send_time_max: Duration,
    /// How many bytes of an answer a peer must read in a second.
    pub(crate) send_bytes_per_s_min: u64,
}

/// Serves connections until `closed`, then lets the open ones end their requests.
pub(crate) async fn serve(listener: TcpListener, front: Front, closed: impl Future<Output = ()>) {
    let (max, peer_max) = (front.limits.connections_max, front.limits.peer_connections_max);
    let places = Arc::new(Places::new(max, peer_max, front.traffic.clone()));
    let (close, closing) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut closed = pin!(closed);
    loop {
        let (stream, ticket) = tokio::select! {
            () = &mut closed => break,
            accepted = accept(&listener, &places) => accepted,
        };
        // Those that have ended are forgotten.
        while connections.try_join_next().is_some() {}
        connections.spawn(connection(stream, front.clone(), closing.clone(), ticket));
    }
    drop(listener);
    drop(close);
    while connections.join_next().await.is_some() {}
}

/// What every connection needs.
#[derive(Clone)]
pub(crate) struct Front {
    /// Who answers.
    pub(crate) router: Router,
    /// What is counted.
    pub(crate) traffic: Traffic,
    /// What may be taken.
    pub(crate) limits: ConnectionLimits,
    /// What makes connections private; `None` for plain HTTP.
    pub(crate) tls: Option<TlsAcceptor>,
}

/// The next connection that has a place.
async fn accept(listener: &TcpListener, places: &Arc<Places>) -> (TcpStream, Ticket) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => match admit(places, peer).await {
                Some(ticket) => return (stream, ticket),
                None => tracing::debug!(%peer, "a peer has all its places at work"),
            },
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(REFUSED_PAUSE).await;
            }
        }
    }
}

/// A place for a peer. While every place is at work, this waits, and who comes next waits in the
/// system's queue; each request ends by a limit of its own. `None` where the peer has its share.
async fn admit(places: &Arc<Places>, peer: SocketAddr) -> Option<Ticket> {
    loop {
        let freed = places.freed();
        match places.admit(peer.ip()) {
            Admission::Admitted(ticket) => return Some(ticket),
            Admission::PeerAtWork => return None,
            Admission::AllAtWork => freed.await,
        }
    }
}

async fn connection(
    stream: TcpStream,
    front: Front,
    mut closing: watch::Receiver<()>,
    ticket: Ticket,
) {
    // Answers are small and awaited: they must not wait for more to send.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection sends with delay");
    }
    let place = ticket.place();
    let stream = TimedStream::new(stream, &front.limits, Arc::clone(place));
    match front.tls.clone() {
        None => converse(stream, front, closing, place).await,
        Some(acceptor) => {
            let time_max = front.limits.head_time_max;
            let shaken = tokio::select! {
                shaken = timeout(time_max, acceptor.accept(stream)) => shaken,
                () = place.evicted() => return,
                _ = closing.changed() => return,
            };
            match shaken {
                Ok(Ok(stream)) => converse(stream, front, closing, place).await,
                Ok(Err(error)) => tracing::debug!(%error, "a peer and the node agree on no TLS"),
                Err(_) => tracing::debug!("a peer was too slow to agree on TLS"),
            }
        }
    }
}

/// Requests and answers, until one side ends it.
async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    front: Front,
    mut closing: watch::Receiver<()>,
    place: &Arc<Place>,
) {
    let answering = Arc::clone(place);
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(front.limits.head_time_max)
        .max_buf_size(READ_BUFFER_BYTES_MAX)
        .serve_connection(
            TokioIo::new(stream),
            service_fn(move |request| answer(request, front.clone(), Arc::clone(&answering))),
        );
    let mut served = pin!(served);
    let ended = tokio::select! {
        ended = &mut served => ended,
        () = place.evicted() => return,
        // An error: the sender is gone, which is the sign to close.
        _ = closing.changed() => {
            if place.owes_request() {
                return;
            }
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// One request: its place is at work but while its body is awaited and once its answer is made.
async fn answer(
    request: Request<Incoming>,
    front: Front,
    place: Arc<Place>,
) -> Result<hyper::Response<Answer>, Infallible> {
    place.received();
    let (started, method) = (Instant::now(), request.method().clone());
    let mut request = request.map(|body| Body::new(Upload::new(body, Arc::clone(&place))));
    request.extensions_mut().insert(Connection::new(Arc::clone(&place)));
    let answer = front.router.oneshot(request).await?;
    front.traffic.answered(&method, answer.status().as_u16(), started.elapsed());
    Ok(answer.map(|body| Answer::new(body, place)))
}
