//! Callers that take places and give nothing. Each comes back when it is thrown out.

use super::place::Place;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Sockets that send a byte of a request's head each second.
const SLOW: u32 = 1_000;
/// Connections that have asked once and stay.
const IDLE: u32 = 5_000;
/// How many connections one address of loopback opens.
const PER_ADDRESS: u32 = 200;
/// How long one waits before it comes back.
const PAUSE: Duration = Duration::from_secs(10);

/// The attack; it ends when it is dropped.
pub(super) struct Sockets {
    _callers: JoinSet<()>,
}

impl Sockets {
    /// Begins, and waits until every caller has begun.
    pub(super) async fn on(place: &Place) -> Self {
        let node = place.address();
        let mut callers = JoinSet::new();
        for number in 0..SLOW + IDLE {
            callers.spawn(async move {
                // Not all in one moment, then each in its own rhythm.
                sleep(PAUSE * number / (SLOW + IDLE)).await;
                loop {
                    // Thrown out or refused, which is what an attacker expects.
                    let _ = if number < SLOW {
                        slow(node, number).await
                    } else {
                        idle(node, number).await
                    };
                    sleep(PAUSE).await;
                }
            });
        }
        sleep(PAUSE).await;
        Self { _callers: callers }
    }
}

/// A connection from one of many addresses of this machine.
async fn connect(node: SocketAddr, number: u32) -> std::io::Result<TcpStream> {
    let [.., high, low] = (number / PER_ADDRESS + 1).to_be_bytes();
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from((Ipv4Addr::new(127, 9, high, low), 0)))?;
    socket.connect(node).await
}

async fn slow(node: SocketAddr, number: u32) -> std::io::Result<()> {
    let mut stream = connect(node, number).await?;
    stream.write_all(b"GET /v1/status HTTP/1.1\r\nhost: node\r\nx: ").await?;
    loop {
        sleep(Duration::from_secs(1)).await;
        stream.write_all(b"x").await?;
    }
}

async fn idle(node: SocketAddr, number: u32) -> std::io::Result<()> {
    let mut stream = connect(node, number).await?;
    stream.write_all(b"GET /v1/status HTTP/1.1\r\nhost: node\r\n\r\n").await?;
    while stream.read(&mut [0; 4_096]).await? > 0 {}
    Ok(())
}
