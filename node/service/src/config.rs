//! How a node is set up. Every field has a default, so a file names only what differs.

use crate::Reads;
use crate::TlsConfig;
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZero;
use std::thread::available_parallelism;
use std::time::Duration;

/// A node's settings. Nothing here changes what blocks contain, only when they are made and what is
/// let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NodeConfig {
    /// Where the API listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Bytes that must be free on the store's disk for transactions to be taken; 0 takes them until
    /// the store fails.
    pub disk_free_bytes_min: u64,
    /// When blocks are made.
    pub block: BlockConfig,
    /// What may wait.
    pub mempool: MempoolConfig,
    /// TLS of the API.
    pub tls: TlsConfig,
    /// What a request may ask for.
    pub api: ApiConfig,
}

impl Default for NodeConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 4600)),
            disk_free_bytes_min: 512 << 20,
            block: BlockConfig::default(),
            mempool: MempoolConfig::default(),
            tls: TlsConfig::default(),
            api: ApiConfig::default(),
        }
    }
}

impl NodeConfig {
    /// Refuses settings with which a node would run and serve nobody.
    pub fn check(&self) -> Result<(), SettingError> {
        const DAY_MS: u64 = 86_400_000;
        let api = &self.api;
        let count = |value: usize| u64::try_from(value).unwrap_or(u64::MAX);
        let rows = [
            ("connections_max", count(api.connections_max), u64::MAX),
            ("peer_connections_max", count(api.peer_connections_max), u64::MAX),
            ("head_ms_max", api.head_ms_max, DAY_MS),
            ("send_ms_max", api.send_ms_max, DAY_MS),
            ("body_bytes_max", count(api.body_bytes_max), u64::MAX),
            ("body_ms_max", api.body_ms_max, DAY_MS),
            ("query_gas_max", api.query_gas_max, u64::MAX),
            ("query_ms_max", api.query_ms_max, DAY_MS),
            ("large_answers_max", count(api.large_answers_max), u64::MAX),
            ("peer_large_answers_max", count(api.peer_large_answers_max), u64::MAX),
            ("large_answer_ms_max", api.large_answer_ms_max, DAY_MS),
            ("session_ms_max", api.session_ms_max, DAY_MS),
            ("heartbeat_ms", api.heartbeat_ms, ApiConfig::HEARTBEAT_MS_MAX),
            ("slow_reader_ms_max", api.slow_reader_ms_max, DAY_MS),
        ];
        let wrong = rows.into_iter().find(|(_, value, max)| !(1..=*max).contains(value));
        match wrong {
            Some((name, got, max)) => Err(SettingError { name, got, max }),
            None => Ok(()),
        }
    }
}

/// A setting of the API out of its bounds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("node.api.{name}: expected 1 to {max}, got {got}")]
pub struct SettingError {
    /// The field's name.
    pub name: &'static str,
    /// Its value.
    pub got: u64,
    /// The most that it may be.
    pub max: u64,
}

/// When blocks are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BlockConfig {
    /// Milliseconds between blocks; 0 makes one as soon as anything waits.
    pub interval_ms: u64,
    /// Milliseconds without a block after which an empty one moves ledger time; 0 means never.
    pub empty_block_after_ms: u64,
    /// The longest that a block is filled, in milliseconds.
    pub build_ms_max: u64,
    /// The longest that a stopping node goes on including what waits, in milliseconds.
    pub drain_ms_max: u64,
}

impl Default for BlockConfig {
    fn default() -> Self {
        Self { interval_ms: 0, empty_block_after_ms: 1_000, build_ms_max: 200, drain_ms_max: 5_000 }
    }
}

/// What may wait in the mempool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MempoolConfig {
    /// Transactions in all.
    pub transactions_max: usize,
    /// Their bytes.
    pub bytes_max: u64,
    /// Transactions of one sender.
    pub sender_transactions_max: usize,
    /// Their bytes.
    pub sender_bytes_max: u64,
    /// How far a nonce may be ahead of its lane's next one.
    pub early_nonces_max: u64,
    /// Submissions whose signatures may be in the queue to be checked.
    pub checks_max: usize,
    /// Submissions whose code may be in the queue to be compiled; one at a time is.
    pub compiles_max: usize,
}

impl Default for MempoolConfig {
    fn default() -> Self {
        Self {
            transactions_max: 65_536,
            bytes_max: 64 << 20,
            sender_transactions_max: 4_096,
            sender_bytes_max: 16 << 20,
            early_nonces_max: 1_024,
            checks_max: 4_096,
            compiles_max: 8,
        }
    }
}

/// What a request may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApiConfig {
    /// Connections at once. When all are taken, one goes that keeps the node waiting.
    pub connections_max: usize,
    /// Connections at once of one peer: an IPv4 address, or a /64 of IPv6. As many as
    /// `connections_max` where all requests come through a proxy.
    pub peer_connections_max: usize,
    /// The longest that a connection may take to send a request's head or be idle between two, in
    /// milliseconds.
    pub head_ms_max: u64,
    /// The longest that a peer may take to read an answer, in milliseconds, beside what
    /// `send_bytes_per_s_min` allows.
    pub send_ms_max: u64,
    /// How many bytes of an answer a peer must read in a second.
    pub send_bytes_per_s_min: u64,
    /// Bytes of a body. A transaction in JSON takes two characters per byte.
    pub body_bytes_max: usize,
    /// The longest that a body may take to arrive, in milliseconds.
    pub body_ms_max: u64,
    /// How long a submission waits when it does not say, in milliseconds.
    pub wait_ms_default: u64,
    /// The longest that a request may wait, in milliseconds.
    pub wait_ms_max: u64,
    /// Gas of a query.
    pub query_gas_max: u64,
    /// The longest that a query or dry run may run, in milliseconds.
    pub query_ms_max: u64,
    /// The longest that one may be in the queue before it runs, in milliseconds.
    pub query_wait_ms_max: u64,
    /// Entries of a map that one proof shows or names: it is made and sent as a whole.
    pub map_entries_max: usize,
    /// Queries and dry runs that run at once; 0 leaves one processor to blocks.
    pub queries_running_max: usize,
    /// Queries and dry runs that may be in the queue.
    pub queries_max: usize,
    /// Blocks and proofs of maps that are read and sent at once; more wait.
    pub large_answers_max: usize,
    /// How many of them to one peer.
    pub peer_large_answers_max: usize,
    /// The longest that a peer may take for one of them, in milliseconds; then it is cut.
    pub large_answer_ms_max: u64,
    /// Whom the node lets read.
    pub reads: Reads,
    /// The longest that a session may be good for, in milliseconds.
    pub session_ms_max: u64,
    /// Streams of events at once.
    pub streams_max: usize,
    /// How many of them to one peer. As many as `streams_max` where all requests come through a
    /// proxy.
    pub peer_streams_max: usize,
    /// How many of them to one account, where sessions say who reads.
    pub account_streams_max: usize,
    /// How often a stream with nothing to say shows that it lives, in milliseconds, at most
    /// [`ApiConfig::HEARTBEAT_MS_MAX`]: clients give up a stream that says nothing for longer.
    pub heartbeat_ms: u64,
    /// The longest that the reader of a stream may leave 100 events unread, in milliseconds.
    pub slow_reader_ms_max: u64,
}

impl Default for ApiConfig {
    fn default() -> Self {
        Self {
            connections_max: 1_024,
            peer_connections_max: 512,
            head_ms_max: 30_000,
            send_ms_max: 10_000,
            send_bytes_per_s_min: 64 << 10,
            body_bytes_max: 2 << 20,
            body_ms_max: 10_000,
            wait_ms_default: 10_000,
            wait_ms_max: 60_000,
            query_gas_max: 500_000_000,
            query_ms_max: 2_000,
            query_wait_ms_max: 5_000,
            map_entries_max: 100_000,
            queries_running_max: 0,
            queries_max: 1_024,
            large_answers_max: 4,
            peer_large_answers_max: 2,
            large_answer_ms_max: 60_000,
            reads: Reads::Open,
            session_ms_max: 3_600_000,
            streams_max: 128,
            peer_streams_max: 64,
            account_streams_max: 16,
            heartbeat_ms: 15_000,
            slow_reader_ms_max: 10_000,
        }
    }
}

impl ApiConfig {
    /// The longest time between two signs of life of a stream.
    pub const HEARTBEAT_MS_MAX: u64 = 30_000;

    /// The time between two signs of life of a stream.
    pub(crate) fn heartbeat(&self) -> Duration {
        Duration::from_millis(self.heartbeat_ms)
    }

    /// Queries and dry runs that run at once.
    pub fn queries_running(&self) -> usize {
        match self.queries_running_max {
            0 => available_parallelism().map_or(1, NonZero::get).saturating_sub(1).max(1),
            given => given,
        }
    }

    /// How long to wait, given what the request asks for.
    pub(crate) fn wait(&self, asked_ms: Option<u64>) -> Duration {
        Duration::from_millis(asked_ms.unwrap_or(self.wait_ms_default).min(self.wait_ms_max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_would_serve_nobody_are_refused_by_name() {
        assert_eq!(NodeConfig::default().check(), Ok(()));
        let refused = |change: fn(&mut ApiConfig)| {
            let mut config = NodeConfig::default();
            change(&mut config.api);
            config.check().expect_err("out of bounds").to_string()
        };
        let cut = refused(|api| api.large_answer_ms_max = 0);
        assert!(cut.starts_with("node.api.large_answer_ms_max: expected 1 to "), "{cut}");
        let silent = refused(|api| api.heartbeat_ms = 30_001);
        assert_eq!(silent, "node.api.heartbeat_ms: expected 1 to 30000, got 30001");
        let endless = refused(|api| api.session_ms_max = u64::MAX);
        assert!(endless.contains("session_ms_max") && endless.contains("86400000"), "{endless}");
        let deaf = refused(|api| api.slow_reader_ms_max = 0);
        assert!(deaf.contains("slow_reader_ms_max"), "{deaf}");
    }
}
