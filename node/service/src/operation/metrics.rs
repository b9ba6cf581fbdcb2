//! What a node counts, and how it is written for Prometheus.

use crate::service::Service;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, LabelSetEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use std::fmt;
use std::time::Duration;

/// What the API's front counts while it serves. Clones share their counts.
#[derive(Clone, Debug)]
pub(crate) struct Traffic {
    /// Open connections.
    pub(crate) connections: Gauge,
    /// Connections that got a place.
    pub(crate) accepted: Counter,
    /// Connections that lost theirs to another one.
    pub(crate) evicted: Counter,
    /// Connections that got none, because their peer had its share.
    pub(crate) refused: Counter,
    requests: Family<Answered, Counter>,
    seconds: Histogram,
}

impl Default for Traffic {
    fn default() -> Self {
        Self {
            connections: Gauge::default(),
            accepted: Counter::default(),
            evicted: Counter::default(),
            refused: Counter::default(),
            requests: Family::default(),
            // From a quarter of a millisecond to a minute, which is the longest that one waits.
            seconds: Histogram::new(exponential_buckets(0.000_25, 4.0, 10)),
        }
    }
}

/// How a request was answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Answered {
    /// The method, of the few that the API knows.
    method: &'static str,
    status: u16,
}

impl EncodeLabelSet for Answered {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> fmt::Result {
        [("method", self.method.to_owned()), ("status", self.status.to_string())].encode(encoder)
    }
}

impl Traffic {
    /// Counts one answer and the time until its head was made.
    pub(crate) fn answered(&self, method: &hyper::Method, status: u16, took: Duration) {
        // A peer chooses the method's name: only ours become a series of their own.
        let method = match method.as_str() {
            "GET" => "GET",
            "POST" => "POST",
            _ => "other",
        };
        self.requests.get_or_create(&Answered { method, status }).inc();
        self.seconds.observe(took.as_secs_f64());
    }
}

/// All that a node shows of itself.
pub(super) struct Metrics {
    registry: Registry,
    state: State,
}

/// What is read when it is asked for.
#[derive(Default)]
struct State {
    ready: Gauge,
    height: Gauge,
    block_time: Gauge,
    waiting: Gauge,
    waiting_bytes: Gauge,
    disk_free: Gauge,
}

impl Metrics {
    pub(super) fn new(chain_id: String, traffic: &Traffic) -> Self {
        let (mut registry, state) = (Registry::with_prefix("tenor"), State::default());
        let build =
            Info::new([("version", env!("CARGO_PKG_VERSION").to_owned()), ("chain_id", chain_id)]);
        registry.register("build", "The node's version and its ledger", build);
        let gauges = [
            ("ready", "1 while transactions are taken", &state.ready),
            ("block_height", "The last block's height", &state.height),
            ("block_time_seconds", "Ledger time of the last block, since 1970", &state.block_time),
            ("mempool_transactions", "Transactions that wait", &state.waiting),
            ("mempool_bytes", "Their bytes", &state.waiting_bytes),
            ("disk_free_bytes", "Bytes free on the store's disk", &state.disk_free),
            ("connections", "Open connections of the API", &traffic.connections),
        ];
        for (name, help, gauge) in gauges {
            registry.register(name, help, gauge.clone());
        }
        let counters = [
            ("connections_accepted", "Connections that got a place", &traffic.accepted),
            ("connections_evicted", "Connections that lost it to a newcomer", &traffic.evicted),
            ("connections_refused", "Connections of peers that had their share", &traffic.refused),
        ];
        for (name, help, counter) in counters {
            registry.register(name, help, counter.clone());
        }
        let help = "Answered requests of the API, by method and status";
        registry.register("http_requests", help, traffic.requests.clone());
        let help = "Seconds from a request's head to its answer's";
        registry.register("http_request_seconds", help, traffic.seconds.clone());
        Self { registry, state }
    }

    /// All metrics now, in OpenMetrics text.
    pub(super) fn text(&self, service: &Service) -> Result<String, fmt::Error> {
        let status = service.status();
        let state = &self.state;
        state.ready.set(i64::from(service.readiness().is_ok()));
        state.height.set(signed(status.height));
        state.block_time.set(signed(status.block_time.unix_ms / 1_000));
        state.waiting.set(signed(status.mempool.transactions));
        state.waiting_bytes.set(signed(status.mempool.bytes));
        state.disk_free.set(signed(service.disk_free_bytes()));
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
