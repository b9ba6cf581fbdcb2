//! Streams of events: nothing missing, nothing twice, whatever happens to connection and node.

use super::support::*;
use crate::NodeHandle;
use std::time::Duration;
use tenor_client::api::{
    ErrorCode, EventCursor, EventParameters, EventStreamParameters, HexBytes, SequencedEvent,
};
use tenor_client::{EventStream, HttpClient, HttpError};
use tenor_primitives::{Address, Message};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// What keeps a test from waiting for ever.
const PATIENCE: Duration = Duration::from_secs(20);

fn say(contract: Address, text: &[u8]) -> Message {
    Message::Execute { contract, payload: text.to_vec() }
}

async fn everything(client: &HttpClient) -> Vec<SequencedEvent> {
    let all = EventParameters { limit: Some(1_000), ..Default::default() };
    client.events(&all).await.expect("a page").events
}

async fn next(stream: &mut EventStream) -> SequencedEvent {
    let next = tokio::time::timeout(PATIENCE, stream.next()).await.expect("in time");
    next.expect("an event")
}

fn from(after: Option<EventCursor>) -> EventStreamParameters {
    EventStreamParameters { after, ..Default::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_misses_and_doubles_nothing_across_breaks_and_restarts() {
    let database = memory();
    let (mut node, mut client) = start_with(config(), genesis(), database.clone()).await;
    let (_, instances) = deploy(&client, &["a", "b"]).await;
    let issuer = Party::named("issuer");
    let (mut seen, mut last) = (Vec::new(), None);
    // The issuer's nonces 0 and 1 made the instances.
    let mut nonce = 2;
    for round in 0..6_u64 {
        let mut stream = client.follow(&from(last)).await.expect("follows");
        for _ in 0..3 {
            let message = say(instances[(nonce % 2) as usize], format!("event {nonce}").as_bytes());
            assert!(commit(&client, &issuer.transaction(0, nonce, message)).await.is_success());
            nonce += 1;
        }
        // The reader is behind in some rounds: it stops in the middle of what is there.
        let there = everything(&client).await.len();
        let unread = (round % 3) as usize;
        while seen.len() + unread < there {
            seen.push(next(&mut stream).await);
        }
        last = stream.last();
        drop(stream);
        if round % 2 == 1 {
            node.shutdown().await.expect("stops");
            (node, client) = start_with(config(), genesis(), database.clone()).await;
        }
    }
    let mut stream = client.follow(&from(last)).await.expect("follows");
    let all = everything(&client).await;
    while seen.len() < all.len() {
        seen.push(next(&mut stream).await);
    }
    assert_eq!(seen, all);
    node.shutdown().await.expect("stops");
    // The node says that it stops, and nothing else comes before.
    let end = tokio::time::timeout(PATIENCE, stream.next()).await.expect("in time");
    let end = end.expect_err("the end");
    assert_eq!(end.problem().map(|problem| problem.code), Some(ErrorCode::ShuttingDown));
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_leave_out_and_still_move_on() {
    let mut config = config();
    config.api.heartbeat_ms = 20;
    let (node, client) = start(config).await;
    let (_, instances) = deploy(&client, &["a", "b"]).await;
    let issuer = Party::named("issuer");
    for (nonce, text) in (2..).zip(["one", "tagged", "three", "four"]) {
        let message = say(instances[(nonce % 2) as usize], text.as_bytes());
        commit(&client, &issuer.transaction(0, nonce, message)).await;
    }
    let all = everything(&client).await;
    let wanted = |fits: &dyn Fn(&SequencedEvent) -> bool| -> Vec<SequencedEvent> {
        all.iter().filter(|event| fits(event)).cloned().collect()
    };
    let topic = all.iter().find_map(|event| event.event.topics.first()).cloned();
    let none = EventStreamParameters::default;
    for (asked, expected) in [
        (
            EventStreamParameters { contract: Some(instances[0]), ..none() },
            wanted(&|event| event.event.emitter == instances[0]),
        ),
        (
            EventStreamParameters { name: Some("said".into()), ..none() },
            wanted(&|event| event.event.name == "said"),
        ),
        (
            EventStreamParameters { topic: topic.clone(), ..none() },
            wanted(&|event| event.event.topics.iter().any(|held| Some(held) == topic.as_ref())),
        ),
        (EventStreamParameters { topic: Some(HexBytes(vec![7; 9])), ..none() }, Vec::new()),
    ] {
        assert!(expected.len() < all.len(), "the filter leaves something out: {asked:?}");
        let mut stream = client.follow(&asked).await.expect("follows");
        let mut got = Vec::new();
        while got.len() < expected.len() {
            got.push(next(&mut stream).await);
        }
        assert_eq!(got, expected, "{asked:?}");
        // Heartbeats come, carry no event, and move the place behind all that did not fit.
        let quiet = tokio::time::timeout(Duration::from_millis(200), stream.next()).await;
        assert!(quiet.is_err(), "{quiet:?}");
        let head = client.status().await.expect("answers").height;
        assert_eq!(stream.last(), Some(end_of(&client, head).await));
        let page = EventParameters {
            contract: asked.contract,
            name: asked.name,
            topic: asked.topic,
            role: asked.role,
            ..Default::default()
        };
        assert_eq!(client.events(&page).await.expect("a page").events, expected);
    }
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_reader_is_told_so_and_can_go_on() {
    let mut config = config();
    config.api.slow_reader_ms_max = 100;
    config.api.send_ms_max = 2_000;
    config.api.streams_max = 1;
    let (node, client) = start(config).await;
    let (_, instances) = deploy(&client, &["a"]).await;
    let issuer = Party::named("issuer");
    // More than fits the buffers of both ends of a connection.
    let text = vec![b'x'; 30_000];
    let count = 400;
    for nonce in 0..count {
        let transaction = issuer.transaction(1, nonce, say(instances[0], &text));
        let wait = if nonce + 1 == count { LONG } else { tenor_client::api::Wait::accepted() };
        client.submit(&transaction, wait).await.expect("taken");
    }
    let ask = b"GET /v1/events/stream HTTP/1.1\r\nhost: node\r\n\r\n";
    let mut slow = deaf(&node).await;
    slow.write_all(ask).await.expect("writes");
    // Its place is its own until all that was sent is read.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let refused = client.follow(&from(None)).await.expect_err("no place");
    let problem = refused.problem().expect("a problem").clone();
    assert_eq!(problem.code, ErrorCode::Overloaded);
    assert_eq!(problem.expected.as_deref(), Some("at most 64 to one address, 1 in all"));
    let mut got = String::new();
    let mut chunk = vec![0; 1 << 16];
    while !got.contains("event: end") || !got.ends_with("\r\n0\r\n\r\n") {
        let read = tokio::time::timeout(PATIENCE, slow.read(&mut chunk)).await.expect("in time");
        let read = read.expect("reads");
        assert!(read > 0, "the stream ends in order");
        got.push_str(&String::from_utf8_lossy(&chunk[..read]));
    }
    assert!(got.contains("\"slow_reader\""), "it is told why");
    let last = got.lines().filter_map(|line| line.strip_prefix("id: ")).next_back();
    let last: EventCursor = last.expect("some were read").parse().expect("a place");
    let rest = EventParameters { after: Some(last), limit: Some(3), ..Default::default() };
    let rest = client.events(&rest).await.expect("a page").events;
    assert!(!rest.is_empty(), "it was not sent all");
    let mut stream = client.follow(&from(Some(last))).await.expect("follows: the place is free");
    for event in rest {
        assert_eq!(next(&mut stream).await, event);
    }
    drop(stream);
    // Who never reads is cut, and gives the place back.
    let _slow = loop {
        let mut slow = deaf(&node).await;
        slow.write_all(ask).await.expect("writes");
        let mut status = [0; 12];
        slow.read_exact(&mut status).await.expect("answers");
        // The stream before has its place until its end is seen.
        if &status == b"HTTP/1.1 200" {
            break slow;
        }
    };
    assert!(client.follow(&from(None)).await.is_err());
    let free = async {
        while client.follow(&from(None)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, free).await.expect("the place is given back");
    node.shutdown().await.expect("stops");
}

/// A connection that takes little before it is read.
async fn deaf(node: &NodeHandle) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a small buffer");
    socket.connect(node.address()).await.expect("connects")
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_its_share_of_the_streams() {
    let mut config = config();
    (config.api.streams_max, config.api.peer_streams_max) = (3, 2);
    let (node, client) = start(config).await;
    let first = client.follow(&from(None)).await.expect("a place");
    let _second = client.follow(&from(None)).await.expect("a place");
    let refused = client.follow(&from(None)).await.expect_err("no third one");
    assert_eq!(refused.problem().map(|problem| problem.code), Some(ErrorCode::Overloaded));
    let ask = b"GET /v1/events/stream HTTP/1.1\r\nhost: node\r\n\r\n";
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.2:0".parse().expect("an address")).expect("of loopback");
    let mut other = socket.connect(node.address()).await.expect("connects");
    other.write_all(ask).await.expect("writes");
    let mut status = [0; 12];
    other.read_exact(&mut status).await.expect("answers");
    assert_eq!(&status, b"HTTP/1.1 200", "another address has a share of its own");
    drop(first);
    let again = async {
        while client.follow(&from(None)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, again).await.expect("who has gone gives the place back");
    drop(other);
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_without_a_sign_of_life_is_given_up() {
    let (node, client) = start(config()).await;
    let stream = client.follow(&from(None)).await.expect("follows");
    let mut stream = stream.with_silence_max(Duration::from_millis(100));
    let end = tokio::time::timeout(PATIENCE, stream.next()).await.expect("in time");
    let error = end.expect_err("nothing came");
    assert!(matches!(error, HttpError::Connection { .. }) && error.is_retryable(), "{error}");
    drop(stream);
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_that_come_fast_do_not_keep_the_sign_of_life_back() {
    let mut config = config();
    config.api.heartbeat_ms = 20;
    let (node, client) = start(config).await;
    let asked = EventStreamParameters { name: Some("never".into()), ..Default::default() };
    let mut stream = client.follow(&asked).await.expect("follows");
    let blocks = async {
        for nonce in 0..100 {
            let message = open_account(&format!("a{nonce}"));
            commit(&client, &operator().transaction(0, nonce, message)).await;
        }
    };
    tokio::select! {
        () = blocks => {}
        event = stream.next() => panic!("expected nothing, got {event:?}"),
    }
    let first = end_of(&client, 1).await;
    assert!(stream.last() > Some(first), "{:?}", stream.last());
    drop(stream);
    node.shutdown().await.expect("stops");
}
