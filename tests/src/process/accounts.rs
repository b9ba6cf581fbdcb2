//! A load that any node takes: its operator opens accounts, each with a transaction of its own.

use super::NodeProcess;
use tenor_client::HttpClient;
use tenor_primitives::{
    ChainId, ClientRef, KeyPolicy, Message, Roles, SignatureEntry, Timestamp, Transaction,
    TransactionBody,
};

/// Where a sender of such transactions stands.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// Its nonce lane.
    pub lane: u8,
    /// The next nonce there.
    pub nonce: u64,
    /// Ledger time when it was asked for.
    pub time: Timestamp,
}

impl Opening {
    /// Asks the node where `lane` stands; `None` when it does not answer.
    pub async fn of(client: &HttpClient, lane: u8) -> Option<Self> {
        let account = client.account(&NodeProcess::operator()).await.ok()?;
        let time = client.status().await.ok()?.time;
        Some(Self { lane, nonce: account.next_nonce(lane), time })
    }

    /// The next transaction; `tag` makes its client reference differ from others with the same nonce.
    ///
    /// # Panics
    /// Never within the lifetime of a ledger: its names are valid.
    pub fn next(&mut self, tag: u32) -> Transaction {
        let (lane, nonce) = (self.lane, self.nonce);
        self.nonce += 1;
        let key = NodeProcess::operator_key();
        let label = format!("a-{lane}-{nonce}");
        let policy = KeyPolicy::single(key.public_key());
        let body = TransactionBody {
            version: TransactionBody::VERSION,
            chain_id: ChainId::new(NodeProcess::CHAIN_ID).expect("a valid name"),
            sender: NodeProcess::operator(),
            lane,
            nonce,
            valid_until: self.time.checked_add_ms(3_600_000).expect("in range"),
            client_ref: ClientRef::new(&format!("ref-{lane}-{nonce}-{tag}")),
            gas_limit: 2_000_000,
            messages: vec![Message::CreateAccount { label, policy, roles: Roles::NONE }],
        };
        let signature = key.sign(&body.hash());
        let signatures = vec![SignatureEntry { public_key: key.public_key(), signature }];
        Transaction { body, signatures }
    }
}
