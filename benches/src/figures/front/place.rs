//! A node with five senders.

use std::net::SocketAddr;
use tenor_client::HttpClient;
use tenor_client::api::Wait;
use tenor_client::keystore::dev_key;
use tenor_primitives::{
    Address, ChainId, KeyPolicy, Message, SignatureEntry, SigningKey, Timestamp, Transaction,
    TransactionBody,
};
use tenor_tests::process::NodeProcess;

/// The one whose requests are measured.
pub(super) const HONEST: &str = "honest";
/// Those who take what they can get.
pub(super) const GREEDY: [&str; 4] = ["greedy-1", "greedy-2", "greedy-3", "greedy-4"];

/// The node, as `tenor node init` makes it.
pub(super) struct Place {
    node: NodeProcess,
    /// Ledger time at its start.
    time: Timestamp,
}

impl Place {
    pub(super) async fn start() -> Self {
        let senders = GREEDY.iter().copied().chain([HONEST]);
        let accounts: Vec<String> = [("operator", "operator")]
            .into_iter()
            .chain(senders.map(|name| (name, "participant")))
            .map(|(name, role)| format!("{name}={:?}={role}", dev_key(name).public_key()))
            .collect();
        let mut arguments = vec!["--chain-id", NodeProcess::CHAIN_ID];
        for account in &accounts {
            arguments.extend(["--account", account]);
        }
        let mut node = NodeProcess::init_with(&arguments);
        node.start().await;
        let time = node.client().status().await.expect("answers").time;
        Self { node, time }
    }

    /// A client with connections of its own.
    pub(super) fn client(&self) -> HttpClient {
        self.node.client()
    }

    pub(super) fn address(&self) -> SocketAddr {
        let client = self.client();
        let url = client.url().trim_start_matches("http://").trim_end_matches('/');
        url.parse().expect("an address")
    }

    /// A sender's transactions in one lane, from the first on.
    pub(super) fn sender(&self, name: &'static str, lane: u8) -> Sender {
        Sender { name, key: dev_key(name), lane, nonce: 0, time: self.time }
    }

    /// The most memory that the node has had at once.
    pub(super) fn memory_peak_mib(&self) -> f64 {
        let path = format!("/proc/{}/status", self.node.pid());
        let status = std::fs::read_to_string(path).expect("a process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its peak");
        let kib: f64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
        kib / 1024.0
    }
}

/// Somebody who sends.
pub(super) struct Sender {
    name: &'static str,
    key: SigningKey,
    lane: u8,
    pub(super) nonce: u64,
    time: Timestamp,
}

impl Sender {
    pub(super) fn address(&self) -> Address {
        let chain_id = ChainId::new(NodeProcess::CHAIN_ID).expect("a valid name");
        Address::of_account(&chain_id, &Address::SYSTEM, self.name)
    }

    pub(super) fn lane(&self) -> u8 {
        self.lane
    }

    /// The next transaction: it writes one record of the sender's own.
    pub(super) fn next(&mut self) -> Transaction {
        let nonce = self.nonce;
        self.nonce += 1;
        let policy = KeyPolicy::single(self.key.public_key());
        let body = TransactionBody {
            version: TransactionBody::VERSION,
            chain_id: ChainId::new(NodeProcess::CHAIN_ID).expect("a valid name"),
            sender: self.address(),
            lane: self.lane,
            nonce,
            valid_until: self.time.checked_add_ms(12 * 3_600_000).expect("in range"),
            client_ref: None,
            gas_limit: 2_000_000,
            messages: vec![Message::UpdateKeyPolicy { account: self.address(), policy }],
        };
        let signature = self.key.sign(&body.hash());
        let signatures = vec![SignatureEntry { public_key: self.key.public_key(), signature }];
        Transaction { body, signatures }
    }
}

/// Sends and waits until it is durable.
pub(super) async fn commit(client: &HttpClient, transaction: &Transaction) {
    let wait = Wait::committed(std::time::Duration::from_secs(60));
    let answer = client.submit(transaction, wait).await.expect("an honest transaction is taken");
    assert!(answer.receipt.is_some_and(|receipt| receipt.is_success()), "committed in time");
}
