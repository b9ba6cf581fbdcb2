//! A server under peers that take places and give nothing: what becomes of each is counted.

use super::{ConnectionLimits, Front, serve};
use crate::operation::Traffic;
use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Notify, Semaphore, oneshot};
use tokio::task::JoinHandle;

/// How long anything here may take before the test has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// More than the system keeps of what nobody reads.
const LARGE_BYTES: usize = 64 << 20;

struct Server {
    address: SocketAddr,
    held: Held,
    close: oneshot::Sender<()>,
    served: JoinHandle<()>,
    traffic: Traffic,
}

/// Requests that are worked on until the test lets them go on.
#[derive(Clone)]
struct Held {
    /// One more for each that has begun.
    begun: Arc<Semaphore>,
    /// Lets one go on.
    release: Arc<Notify>,
}

impl Held {
    /// Waits until one more has begun: before that the node still waits for its head, and who comes
    /// may get its place.
    async fn begun(&self) {
        let begun = tokio::time::timeout(PATIENCE, self.begun.acquire()).await;
        begun.expect("begins").expect("open").forget();
    }
}

/// Limits under which nothing ends by itself during a test.
fn patient(connections_max: usize, peer_connections_max: usize) -> ConnectionLimits {
    ConnectionLimits {
        connections_max,
        peer_connections_max,
        head_time_max: PATIENCE,
        send_time_max: PATIENCE,
        send_bytes_per_s_min: 1 << 20,
    }
}

impl Server {
    async fn start(limits: ConnectionLimits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let held = Held { begun: Arc::new(Semaphore::new(0)), release: Arc::default() };
        let hold = |State(held): State<Held>| async move {
            held.begun.add_permits(1);
            held.release.notified().await;
        };
        let router = Router::new()
            .route("/quick", get(|| async { "here" }))
            .route("/held", get(hold))
            .route("/large", get(|| async { vec![b'x'; LARGE_BYTES] }))
            .route("/taken", post(|body: axum::body::Bytes| async move { body.len().to_string() }))
            .with_state(held.clone());
        let (close, closed) = oneshot::channel();
        let closed = async {
            let _ = closed.await;
        };
        let traffic = Traffic::default();
        let front = Front { router, traffic: traffic.clone(), limits, tls: None };
        let served = tokio::spawn(serve(listener, front, closed));
        Self { address, held, close, served, traffic }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("connects")
    }

    async fn stop(self) {
        self.close.send(()).expect("the server runs");
        tokio::time::timeout(PATIENCE, self.served).await.expect("ends").expect("in good order");
    }
}

async fn ask(stream: &mut TcpStream, path: &str) {
    let head = format!("GET {path} HTTP/1.1\r\nhost: node\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("sends");
}

/// Asks and reads the answer; `false` when the connection has ended or ends.
async fn is_answered(stream: &mut TcpStream) -> bool {
    let head = b"GET /quick HTTP/1.1\r\nhost: node\r\n\r\n";
    if stream.write_all(head).await.is_err() {
        return false;
    }
    let mut text = Vec::new();
    while !text.ends_with(b"here") {
        let read = tokio::time::timeout(PATIENCE, stream.read_buf(&mut text)).await;
        if !read.expect("answered or closed").is_ok_and(|bytes| bytes > 0) {
            return false;
        }
    }
    true
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_that_have_all_places_keep_nobody_out() {
    let server = Server::start(patient(64, 64)).await;
    let mut idle = Vec::new();
    for _ in 0..64 {
        let mut stream = server.connect().await;
        assert!(is_answered(&mut stream).await);
        idle.push(stream);
    }
    let mut honest = Vec::new();
    for number in 0..16 {
        let mut stream = server.connect().await;
        assert!(is_answered(&mut stream).await, "honest connection {number}");
        honest.push(stream);
    }
    assert_eq!(server.traffic.evicted.get(), 16);
    let mut kept = 0;
    for stream in &mut idle {
        kept += usize::from(is_answered(stream).await);
    }
    assert_eq!(server.traffic.accepted.get(), 64 + 16);
    assert_eq!(kept, 64 - 16, "each newcomer has taken one place, of the one longest idle");
    for stream in &mut honest {
        assert!(is_answered(stream).await, "who came last has been idle for the shortest time");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_one_peer_costs_another_one_nothing() {
    let server = Server::start(patient(32, 16)).await;
    let mut other = from([127, 0, 0, 2], &server).await;
    assert!(is_answered(&mut other).await);
    let mut flood = Vec::new();
    for _ in 0..500 {
        let mut stream = server.connect().await;
        stream.write_all(b"GET /quick HTTP/1.1\r\nhost:").await.expect("sends");
        flood.push(stream);
        if flood.len() % 50 == 0 {
            assert!(is_answered(&mut other).await, "after {} connections", flood.len());
        }
    }
    server.stop().await;
}

/// A connection from another address of this machine.
async fn from(address: [u8; 4], server: &Server) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(SocketAddr::from((address, 0))).expect("an address of loopback");
    socket.connect(server.address).await.expect("connects")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_come_is_no_work_and_a_request_that_is_worked_on_stays() {
    let server = Server::start(patient(2, 2)).await;
    let mut working = server.connect().await;
    ask(&mut working, "/held").await;
    server.held.begun().await;
    let mut silent = server.connect().await;
    let head = b"POST /taken HTTP/1.1\r\nhost: node\r\ncontent-length: 100\r\n\r\nabc";
    silent.write_all(head).await.expect("sends");
    let mut honest = server.connect().await;
    assert!(is_answered(&mut honest).await);
    let mut rest = Vec::new();
    let read = tokio::time::timeout(PATIENCE, silent.read_to_end(&mut rest)).await;
    // Closed, or reset for what it had sent.
    assert_eq!(read.expect("the upload has lost its place").unwrap_or(0), 0);
    server.held.release.notify_one();
    let mut answer = [0; 12];
    working.read_exact(&mut answer).await.expect("answered");
    assert_eq!(&answer, b"HTTP/1.1 200");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_its_answer_is_cut() {
    let limits = ConnectionLimits { send_time_max: Duration::from_millis(200), ..patient(4, 4) };
    let server = Server::start(limits).await;
    let mut deaf = server.connect().await;
    ask(&mut deaf, "/large").await;
    let mut reader = server.connect().await;
    ask(&mut reader, "/large").await;
    let mut whole = Vec::new();
    while whole.len() < LARGE_BYTES {
        let read = tokio::time::timeout(PATIENCE, reader.read_buf(&mut whole)).await;
        assert!(read.expect("sent").expect("not cut") > 0, "who reads gets all of it");
    }
    // One that was cut ends before its length; what the system had kept is still read.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut rest = Vec::new();
    let read = tokio::time::timeout(PATIENCE, deaf.read_to_end(&mut rest)).await;
    let _closed_or_reset = read.expect("the connection has ended");
    assert!(rest.len() < LARGE_BYTES, "{} bytes came", rest.len());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_all_places_are_at_work_the_next_one_waits_for_the_first_that_ends() {
    let server = Server::start(patient(2, 2)).await;
    let (mut first, mut second) = (server.connect().await, from([127, 0, 0, 2], &server).await);
    ask(&mut first, "/held").await;
    ask(&mut second, "/held").await;
    server.held.begun().await;
    server.held.begun().await;
    let mut third = from([127, 0, 0, 3], &server).await;
    let next = async { is_answered(&mut third).await };
    let release = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        server.held.release.notify_one();
    };
    let (answered, ()) = tokio::join!(next, release);
    assert!(answered);
    server.held.release.notify_one();
    server.stop().await;
}
