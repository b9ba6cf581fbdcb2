//! SIGKILL at random moments under load: nothing acknowledged is lost, nothing has two effects.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tenor_client::HttpClient;
use tenor_client::api::{Progress, ReceiptView, Wait};
use tenor_primitives::{Address, Hash, Transaction};
use tenor_tests::process::{NodeProcess, Opening};
use tokio::task::JoinSet;

/// Senders that work at the same time, each on a nonce lane of its own.
const LANES: u8 = 8;
/// Rounds unless `TENOR_KILLS` says otherwise.
const ROUNDS: u32 = 200;
/// Nodes that are killed beside one another, each with a ledger of its own: one starts while another
/// is under load.
const NODES: u32 = 4;

/// What the node has acknowledged: written by the clients before they go on.
type Acknowledged = Arc<Mutex<BTreeMap<Hash, ReceiptView>>>;

/// Opens accounts until the node is gone. What was sent and not answered is returned.
async fn load(
    client: HttpClient,
    lane: u8,
    round: u32,
    acknowledged: Acknowledged,
) -> Option<Transaction> {
    let mut opening = Opening::of(&client, lane).await?;
    loop {
        let transaction = opening.next(round);
        let Ok(answer) =
            client.submit(&transaction, Wait::committed(Duration::from_secs(20))).await
        else {
            return Some(transaction);
        };
        if answer.progress == Progress::Committed {
            let receipt = answer.receipt.expect("a committed transaction has a receipt");
            assert!(receipt.is_success(), "{:?}", receipt.status);
            acknowledged.lock().expect("not poisoned").insert(transaction.hash(), receipt);
        }
    }
}

async fn one_round(node: &mut NodeProcess, round: u32, acknowledged: &Acknowledged) {
    let mut senders = JoinSet::new();
    for lane in 0..LANES {
        senders.spawn(load(node.client(), lane, round, acknowledged.clone()));
    }
    // Moments spread over what a few blocks take, without a clock in the seed.
    let moment = Duration::from_micros(u64::from(round) * 7_919 % 150_000 + 3_000);
    tokio::time::sleep(moment).await;
    node.kill();
    let unanswered: Vec<Transaction> = senders.join_all().await.into_iter().flatten().collect();
    node.start().await;
    let client = node.client();
    for transaction in unanswered {
        finish(&client, &transaction, acknowledged).await;
    }
}

/// A retry of the same bytes is harmless, whatever became of the first try.
async fn finish(client: &HttpClient, transaction: &Transaction, acknowledged: &Acknowledged) {
    let wait = Wait::committed(Duration::from_secs(20));
    let first = client.submit(transaction, wait).await.expect("the node answers");
    let again = client.submit(transaction, wait).await.expect("the node answers");
    let receipt = first.receipt.expect("committed");
    assert_eq!(again.receipt.as_ref(), Some(&receipt), "one effect");
    acknowledged.lock().expect("not poisoned").insert(transaction.hash(), receipt);
}

async fn check_all(client: &HttpClient, acknowledged: &BTreeMap<Hash, ReceiptView>) {
    for (hash, receipt) in acknowledged {
        let found = client.receipt(hash).await;
        assert_eq!(found.as_ref().ok(), Some(receipt), "{hash} was acknowledged");
    }
}

#[test]
fn nothing_acknowledged_is_lost_by_kill_nine() {
    let rounds = std::env::var("TENOR_KILLS").ok().and_then(|text| text.parse().ok());
    let rounds: u32 = rounds.unwrap_or(ROUNDS);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let acknowledged: usize = runtime.expect("a runtime").block_on(async {
        let nodes =
            (0..NODES).map(|node| kill_again_and_again((node..rounds).step_by(NODES as usize)));
        JoinSet::from_iter(nodes).join_all().await.into_iter().sum()
    });
    println!("{rounds} kills, {acknowledged} transactions acknowledged, none lost");
    assert!(acknowledged > rounds as usize, "the load was a load: {acknowledged}");
}

/// Kills one node once per round; returns how many transactions it has acknowledged.
async fn kill_again_and_again(rounds: impl Iterator<Item = u32>) -> usize {
    let acknowledged = Acknowledged::default();
    let mut node = NodeProcess::init();
    node.start().await;
    for round in rounds {
        let before = acknowledged.lock().expect("not poisoned").clone();
        one_round(&mut node, round, &acknowledged).await;
        check_all(&node.client(), &newest(&before, &acknowledged)).await;
    }
    let all = acknowledged.lock().expect("not poisoned").clone();
    check_all(&node.client(), &all).await;
    check_accounts(&node.client(), &all).await;
    all.len()
}

/// What a round acknowledged.
fn newest(
    before: &BTreeMap<Hash, ReceiptView>,
    acknowledged: &Acknowledged,
) -> BTreeMap<Hash, ReceiptView> {
    let now = acknowledged.lock().expect("not poisoned").clone();
    now.into_iter().filter(|(hash, _)| !before.contains_key(hash)).collect()
}

/// Every acknowledged account is in the state.
async fn check_accounts(client: &HttpClient, acknowledged: &BTreeMap<Hash, ReceiptView>) {
    for receipt in acknowledged.values() {
        let address = receipt.outputs[0].0.as_slice().try_into().map(Address);
        let address = address.expect("an account's address");
        assert!(client.account(&address).await.is_ok(), "{address} was acknowledged");
    }
}
