//! Starting and stopping.

use super::support::*;
use crate::{Node, StartError};
use std::sync::Arc;
use std::time::Duration;
use tenor_client::api::{ErrorCode, EventParameters, Progress, Wait};
use tenor_ledger::{DriverError, LedgerError};
use tenor_state::Database;

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_includes_what_waits_and_answers_who_waits() {
    let database = memory();
    let (node, client) = start_with(sleepy(), genesis(), database.clone()).await;
    let accepted = operator().transaction(0, 0, open_account("one"));
    client.submit(&accepted, Wait::accepted()).await.expect("taken");
    let early = operator().transaction(0, 7, open_account("early"));
    let sender = |transaction| {
        let client = client.clone();
        tokio::spawn(async move { client.submit(&transaction, LONG).await })
    };
    let (included, left) =
        (sender(operator().transaction(1, 0, open_account("two"))), sender(early));
    let reader = client.clone();
    let forever = EventParameters { timeout_ms: Some(60_000), ..EventParameters::default() };
    let reading = tokio::spawn(async move { reader.events(&forever).await });
    while client.status().await.expect("answers").mempool.transactions < 3 {
        tokio::task::yield_now().await;
    }

    node.shutdown().await.expect("stops");
    let answer = included.await.expect("runs").expect("taken");
    assert_eq!(answer.progress, Progress::Committed);
    let error = left.await.expect("runs").expect_err("has a gap before it");
    assert_eq!(error.problem().map(|problem| problem.code), Some(ErrorCode::ShuttingDown));
    assert!(reading.await.expect("runs").is_ok());
    assert!(client.status().await.is_err(), "nobody listens any more");

    let (node, client) = start_with(config(), genesis(), Arc::new(database.restart())).await;
    assert!(client.receipt(&accepted.hash()).await.expect("committed").is_success());
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_node_stops_at_once() {
    let database = memory();
    let (node, _) = start_with(config(), genesis(), database.clone()).await;
    tokio::time::timeout(Duration::from_secs(5), node.shutdown())
        .await
        .expect("in time")
        .expect("stops");
    assert_eq!(database.tip().map(|tip| tip.height), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_cannot_work_does_not_start() {
    let start = |config, genesis, secret: &str| {
        let secret = key(secret);
        async move {
            Node::start(config, memory(), Arc::new(ScriptEngines), genesis, secret).await.err()
        }
    };
    let error = start(config(), genesis(), "somebody").await;
    assert!(matches!(error, Some(StartError::Driver(DriverError::NotTheValidator { .. }))));

    let mut empty = genesis();
    empty.accounts.clear();
    let error = start(config(), empty, "validator").await;
    assert!(matches!(error, Some(StartError::Ledger(LedgerError::Genesis(_)))));

    let mut other = genesis();
    other.chain_id = "tenor-other".parse().expect("valid");
    let error = start(config(), other, "validator").await;
    assert!(matches!(error, Some(StartError::Ledger(LedgerError::OtherChain { .. }))));

    let (node, _) = super::support::start(config()).await;
    let mut taken = config();
    taken.listen = node.address();
    let error = start(taken, genesis(), "validator").await;
    assert!(matches!(error, Some(StartError::Listen { .. })));
    node.shutdown().await.expect("stops");
}
