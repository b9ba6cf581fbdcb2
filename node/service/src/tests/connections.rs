//! Silent and slow connections cost their own time only.

use super::support::*;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_does_not_end_is_given_up() {
    let mut config = config();
    config.api.head_ms_max = 200;
    let (node, _) = start(config).await;
    let mut stream = TcpStream::connect(node.address()).await.expect("connects");
    stream.write_all(b"GET /v1/status HTTP/1.1\r\nhost: no").await.expect("sends");
    let mut rest = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut rest));
    closed.await.expect("the node closes it").expect("in good order");
    node.shutdown().await.expect("stops");
}
