//! Sending transactions to a node as fast as it takes them.

use crate::desks::Stream;
use std::collections::BTreeSet;
use std::time::Duration;
use tenor_client::HttpClient;
use tenor_client::api::{Progress, ReceiptView, Wait};
use tenor_interfaces::settlement::{InstructionStatus, Submitted};
use tokio::task::JoinSet;

/// How long an answer may take.
const ANSWER_MAX: Duration = Duration::from_secs(60);

/// What became of the transactions of a load.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// Those that took effect: all of them.
    pub transactions: u32,
    /// Trades that settled.
    pub settled: u32,
    /// Heights of the blocks that hold them.
    pub blocks: BTreeSet<u64>,
}

/// Sends all streams at once, each on a connection of its own: the next transaction when the node has
/// said that the last one is durable. A node serves 256 connections unless it is told otherwise.
///
/// # Panics
/// If a transaction is refused or fails, or leaves a trade neither waiting nor settled.
pub async fn send(client: &HttpClient, streams: Vec<Stream>) -> Loaded {
    let mut senders = JoinSet::new();
    for stream in streams {
        senders.spawn(send_one(client.clone(), stream));
    }
    let receipts = senders.join_all().await;
    let mut loaded = Loaded::default();
    for receipt in receipts.iter().flatten() {
        loaded.count(receipt);
    }
    loaded
}

async fn send_one(client: HttpClient, stream: Stream) -> Vec<ReceiptView> {
    let mut receipts = Vec::with_capacity(stream.len());
    for transaction in stream {
        let answer = client.submit(&transaction, Wait::committed(ANSWER_MAX)).await;
        let answer = answer.expect("the node takes it");
        assert_eq!(answer.progress, Progress::Committed, "durable in time");
        receipts.push(answer.receipt.expect("a committed transaction has a receipt"));
    }
    receipts
}

impl Loaded {
    fn count(&mut self, receipt: &ReceiptView) {
        assert!(receipt.is_success(), "{:?}", receipt.status);
        let output = &receipt.outputs.first().expect("one message").0;
        let submitted: Submitted = borsh::from_slice(output).expect("settlement's answer");
        self.transactions += 1;
        self.blocks.extend(receipt.height);
        match submitted.status {
            InstructionStatus::Settled { .. } => self.settled += 1,
            InstructionStatus::Unmatched => {}
            other => panic!("expected a trade to wait or to settle, got {other:?}"),
        }
    }
}
