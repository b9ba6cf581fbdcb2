//! Four senders who send as fast as the node answers, each on several lanes, and never wait for a block:
//! whatever the mempool takes of theirs is full all the time.

use super::place::{GREEDY, Place, Sender};
use tenor_client::HttpClient;
use tenor_client::api::Wait;
use tokio::task::JoinSet;

/// Lanes of each, one connection per lane.
const LANES: u8 = 4;

/// The flood; it ends when it is dropped.
pub(super) struct Flood {
    _senders: JoinSet<()>,
}

impl Flood {
    /// Begins, and waits until the mempool is full of it.
    pub(super) async fn on(place: &Place) -> Self {
        let mut senders = JoinSet::new();
        for name in GREEDY {
            for lane in 0..LANES {
                senders.spawn(send(place.client(), place.sender(name, lane)));
            }
        }
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        Self { _senders: senders }
    }
}

/// Sends the next transaction as soon as the last one is taken, and the same again when it is refused.
async fn send(client: HttpClient, mut sender: Sender) {
    let account = client.account(&sender.address()).await.expect("answers");
    sender.nonce = account.next_nonce(sender.lane());
    let mut next = sender.next();
    loop {
        match client.submit(&next, Wait::accepted()).await {
            Ok(_) => next = sender.next(),
            Err(error) if error.problem().is_some_and(|problem| problem.retryable) => {}
            // Somewhere else than it thought: an earlier attack's transactions were dropped.
            Err(_) => {
                let account = client.account(&sender.address()).await.expect("answers");
                sender.nonce = account.next_nonce(sender.lane());
                next = sender.next();
            }
        }
    }
}
