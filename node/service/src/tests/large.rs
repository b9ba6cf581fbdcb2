//! Large answers: how many at once, and what becomes of who does not take one.

use super::support::*;
use std::net::SocketAddr;
use std::time::Duration;
use tenor_client::api::{ErrorCode, Wait};
use tenor_client::{BlockRef, HttpClient};
use tenor_primitives::{Message, Timestamp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// More than the buffers of both ends of a connection hold.
const UPLOADS: u32 = 24;
const CODE_BYTES: usize = 500_000;

/// Makes block 1 of many uploads.
async fn large_block(client: &HttpClient) {
    let deployer = Party::named("deployer");
    for nonce in 0..UPLOADS {
        let mut code = vec![0; CODE_BYTES];
        code[..4].copy_from_slice(&nonce.to_le_bytes());
        let upload = deployer.transaction(0, u64::from(nonce), Message::UploadCode { code });
        client.submit(&upload, Wait::accepted()).await.expect("waits");
    }
    let made = client.set_time(Timestamp::from_unix_ms(2_000_000)).await.expect("a block");
    assert_eq!(made.height, 1);
}

/// Asks for the block from an address of this machine; gives the connection once the answer begins.
async fn asked(from: [u8; 4], node: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a small buffer");
    socket.bind(SocketAddr::from((from, 0))).expect("an address of loopback");
    let mut stream = socket.connect(node).await.expect("connects");
    let ask =
        b"GET /v1/blocks/1 HTTP/1.1\r\nhost: node\r\naccept: application/octet-stream\r\n\r\n";
    stream.write_all(ask).await.expect("asks");
    let mut status = [0; 12];
    stream.read_exact(&mut status).await.expect("answers");
    assert_eq!(&status, b"HTTP/1.1 200");
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_take_a_large_answer_has_its_share_of_places_and_is_cut() {
    let mut config = sleepy();
    config.api.large_answers_max = 2;
    config.api.peer_large_answers_max = 1;
    config.api.large_answer_ms_max = 3_000;
    config.api.query_wait_ms_max = 200;
    let (node, client) = start(config).await;
    large_block(&client).await;
    let mut deaf = asked([127, 0, 0, 1], node.address()).await;
    let refused = client.block_encoded(BlockRef::Latest).await.expect_err("its share is taken");
    let problem = refused.problem().expect("a problem");
    assert_eq!(problem.code, ErrorCode::Overloaded);
    assert_eq!(problem.expected.as_deref(), Some("a place among 2, 1 of one address"));
    // Whoever asks for what is not there does not wait for a place.
    let unknown = client.block_encoded(BlockRef::At(7)).await.expect_err("not there");
    assert_eq!(unknown.problem().map(|problem| problem.code), Some(ErrorCode::UnknownBlock));
    let other = asked([127, 0, 0, 2], node.address()).await;
    drop(other);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (block, _) = client.block_encoded(BlockRef::Latest).await.expect("the place is free");
    assert_eq!(block.transactions.len(), UPLOADS as usize);
    let mut rest = Vec::new();
    // Closed, or reset.
    let _ = deaf.read_to_end(&mut rest).await;
    assert!(rest.len() < UPLOADS as usize * CODE_BYTES, "{} bytes came", rest.len());
    node.shutdown().await.expect("stops");
}
