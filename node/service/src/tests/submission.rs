//! One effect per transaction, whatever is sent how often.

use super::support::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use tenor_client::api::{ErrorCode, HexBytes, Progress, SubmitRequest, SubmitResponse, Wait};
use tenor_client::{HttpClient, HttpError};
use tenor_primitives::{
    ClientRef, Hash, KeyPolicy, Message, SignatureEntry, Timestamp, Transaction,
};
use tenor_state::{Database, Failure};

async fn refused(client: &HttpClient, transaction: &Transaction) -> ErrorCode {
    match client.submit(transaction, LONG).await {
        Err(HttpError::Refused(problem)) => problem.code,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_give_the_same_answer_also_after_a_restart() {
    let database = memory();
    let (node, client) = start_with(config(), genesis(), database.clone()).await;
    let transaction = operator().transaction(0, 0, open_account("bank"));
    let first = client.submit(&transaction, LONG).await.expect("taken");
    assert_eq!(first.transaction_hash, transaction.hash());
    assert!(first.receipt.as_ref().expect("committed").is_success());
    assert_eq!(client.submit(&transaction, LONG).await.expect("taken"), first);
    assert_eq!(client.submit(&transaction, Wait::accepted()).await.expect("taken"), first);
    node.shutdown().await.expect("stops");

    let restarted = Arc::new(database.restart());
    let (node, client) = start_with(config(), genesis(), restarted).await;
    assert_eq!(client.submit(&transaction, LONG).await.expect("taken"), first);
    assert_eq!(client.status().await.expect("answers").height, 1);
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_is_answered_to_who_shows_a_signers_signature() {
    let (node, client) = start(config()).await;
    let sent = operator().transaction(0, 0, open_account("bank"));
    let first = client.submit(&sent, LONG).await.expect("taken");
    let with = |signatures: Vec<SignatureEntry>| Transaction { signatures, ..sent.clone() };
    let own = sent.signatures[0].clone();
    let hash = sent.hash();
    let stranger = key("stranger");
    let strange =
        SignatureEntry { public_key: stranger.public_key(), signature: stranger.sign(&hash) };
    let forged = SignatureEntry { signature: strange.signature, ..own.clone() };
    for (name, signatures, expected) in [
        ("none", vec![], ErrorCode::SignatureCount),
        ("forged", vec![forged.clone()], ErrorCode::InvalidSignature),
        ("a stranger's", vec![strange.clone()], ErrorCode::NotAuthorized),
        ("a stranger's beside", vec![own, strange.clone()], ErrorCode::StrangerSigner),
    ] {
        assert_eq!(refused(&client, &with(signatures)).await, expected, "{name}");
    }
    assert_eq!(client.submit(&sent, LONG).await.expect("taken"), first);
    node.shutdown().await.expect("stops");

    // The same while it waits.
    let (node, client) = start(sleepy()).await;
    let pending = client.submit(&sent, Wait::accepted()).await.expect("waits");
    assert_eq!(refused(&client, &with(vec![forged])).await, ErrorCode::InvalidSignature);
    assert_eq!(refused(&client, &with(vec![strange])).await, ErrorCode::NotAuthorized);
    assert_eq!(client.submit(&sent, Wait::accepted()).await.expect("waits"), pending);
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_reference_gives_the_first_transactions_answer() {
    let (node, client) = start(config()).await;
    let first = operator().referenced(0, 0, "order-1");
    let second = operator().referenced(3, 0, "order-1");
    assert_ne!(first.hash(), second.hash());
    let answer = client.submit(&first, LONG).await.expect("taken");
    assert_eq!(client.submit(&second, LONG).await.expect("taken"), answer);
    assert_eq!(answer.transaction_hash, first.hash());
    node.shutdown().await.expect("stops");

    let (node, client) = start(sleepy()).await;
    let pending = client.submit(&first, Wait::accepted()).await.expect("taken");
    assert_eq!(client.submit(&second, Wait::accepted()).await.expect("taken"), pending);
    assert_eq!(pending.transaction_hash, first.hash());
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_reference_stands_for_its_messages_and_no_others() {
    let other = |lane: u8| {
        let mut body = operator().body(lane, 0, vec![open_account("another")]);
        body.client_ref = ClientRef::new("order-1");
        operator().sign(body)
    };
    let (node, client) = start(config()).await;
    client.submit(&operator().referenced(0, 0, "order-1"), LONG).await.expect("taken");
    assert_eq!(refused(&client, &other(3)).await, ErrorCode::ClientRefTaken);
    node.shutdown().await.expect("stops");

    let (node, client) = start(sleepy()).await;
    let first = operator().referenced(0, 0, "order-1");
    client.submit(&first, Wait::accepted()).await.expect("waits");
    assert_eq!(refused(&client, &other(3)).await, ErrorCode::ClientRefTaken);
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_at_once_have_one_effect() {
    let database = memory();
    let (node, client) = start_with(config(), genesis(), database.clone()).await;
    let first = answers_of_128(&client).await;
    assert_eq!(first.len(), 2, "one effect each: {first:?}");
    node.shutdown().await.expect("stops");
    let (node, client) = start_with(config(), genesis(), database).await;
    assert_eq!(answers_of_128(&client).await, first, "also after a restart");
    node.shutdown().await.expect("stops");
}

/// Where the effects are of 64 times the same bytes, and of one reference in 64 lanes, all at once.
async fn answers_of_128(client: &HttpClient) -> BTreeSet<(Hash, Option<u64>, Option<u32>)> {
    let same = operator().transaction(0, 0, open_account("bank"));
    let mut senders = Vec::new();
    for index in 0..128u8 {
        let client = client.clone();
        let transaction = match index.checked_sub(64) {
            None => same.clone(),
            Some(lane) => operator().referenced(lane, u64::from(lane == 0), "order-1"),
        };
        senders.push(tokio::spawn(async move { client.submit(&transaction, LONG).await }));
    }
    let mut answers = BTreeSet::new();
    for sender in senders {
        let answer = sender.await.expect("runs").expect("taken");
        let receipt = answer.receipt.expect("committed");
        assert!(receipt.is_success());
        answers.insert((receipt.transaction_hash, receipt.height, receipt.index));
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn nonces_are_used_in_order_once_each() {
    let (node, client) = start(config()).await;
    let third = operator().transaction(0, 2, open_account("third"));
    let early = client.submit(&third, SHORT).await.expect("waits");
    assert_eq!(early.progress, Progress::Pending);
    let rival = operator().transaction(0, 2, open_account("rival"));
    assert_eq!(refused(&client, &rival).await, ErrorCode::NonceTaken);
    let far = operator().transaction(0, 5_000, open_account("far"));
    assert_eq!(refused(&client, &far).await, ErrorCode::EarlyNonce);
    let account = client.account(&operator().address).await.expect("known");
    assert_eq!(account.next_nonce(0), 0, "a gap is before what waits");

    for nonce in 0..2 {
        let label = format!("account-{nonce}");
        commit(&client, &operator().transaction(0, nonce, open_account(&label))).await;
    }
    assert!(client.wait(&third.hash(), LONG.timeout).await.expect("committed").is_success());
    let account = client.account(&operator().address).await.expect("known");
    assert_eq!(account.next_nonce(0), 3);
    assert_eq!(refused(&client, &rival).await, ErrorCode::StaleNonce);
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_ends_with_202_and_goes_on_elsewhere() {
    let (node, client) = start(sleepy()).await;
    let transaction = operator().transaction(0, 0, open_account("bank"));
    let hash = transaction.hash();
    for wait in [SHORT, Wait::accepted(), SHORT] {
        let answer = client.submit(&transaction, wait).await.expect("taken");
        assert_eq!((answer.progress, answer.transaction_hash), (Progress::Pending, hash));
        assert_eq!(answer.receipt, None);
    }
    let error = client.wait(&hash, SHORT.timeout).await.expect_err("waits");
    assert_eq!(error.problem().map(|problem| problem.code), Some(ErrorCode::NotCommitted));
    let status = client.transaction(&hash).await.expect("known");
    assert_eq!((status.progress, status.receipt), (Progress::Pending, None));
    assert_eq!(client.account(&operator().address).await.expect("known").next_nonce(0), 1);
    assert_eq!(client.status().await.expect("answers").mempool.transactions, 1);

    let waiter = client.clone();
    let waiting = tokio::spawn(async move { waiter.wait(&hash, LONG.timeout).await });
    let time = Timestamp::from_unix_ms(2_000_000);
    let block = client.set_time(time).await.expect("makes a block");
    let receipt = waiting.await.expect("runs").expect("committed");
    assert_eq!((receipt.height, receipt.index), (Some(block.height), Some(0)));
    let status = client.transaction(&hash).await.expect("known");
    assert_eq!((status.progress, status.receipt), (Progress::Committed, Some(receipt)));
    assert_eq!(client.status().await.expect("answers").mempool, Default::default());
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_what_expires_is_told() {
    let (node, client) = start(config()).await;
    let mut body = operator().body(0, 1, vec![open_account("late")]);
    body.valid_until = Timestamp::from_unix_ms(1_500_000);
    let early = operator().sign(body);
    let waiter = client.clone();
    let sent = early.clone();
    let waiting = tokio::spawn(async move { waiter.submit(&sent, LONG).await });
    while client.transaction(&early.hash()).await.is_err() {
        tokio::task::yield_now().await;
    }
    client.set_time(Timestamp::from_unix_ms(1_500_000)).await.expect("makes a block");
    let error = waiting.await.expect("runs").expect_err("expired");
    assert_eq!(error.problem().map(|problem| problem.code), Some(ErrorCode::Expired));
    assert_eq!(refused(&client, &early).await, ErrorCode::Expired);
    node.shutdown().await.expect("stops");
}

/// What anybody may send: their own keys as they are.
fn keep_keys(party: &Party) -> Message {
    let policy = KeyPolicy::single(party.key.public_key());
    Message::UpdateKeyPolicy { account: party.address, policy }
}

#[tokio::test(flavor = "multi_thread")]
async fn bounds_of_the_mempool_are_errors_of_their_own() {
    let mut config = sleepy();
    config.mempool.sender_transactions_max = 2;
    config.mempool.transactions_max = 3;
    let (node, client) = start(config).await;
    let send = |party: Party, lane| {
        let client = client.clone();
        async move {
            let transaction = party.transaction(lane, 0, keep_keys(&party));
            let answer = client.submit(&transaction, Wait::accepted()).await;
            answer.map_err(|error| error.problem().expect("refused").code)
        }
    };
    assert!(send(operator(), 0).await.is_ok() && send(operator(), 1).await.is_ok());
    assert_eq!(send(operator(), 2).await, Err(ErrorCode::SenderQuota));
    assert!(send(operator(), 1).await.is_ok(), "what waits already is still answered");
    assert!(send(Party::named("issuer"), 0).await.is_ok());
    assert_eq!(send(Party::named("deployer"), 0).await, Err(ErrorCode::MempoolFull));
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_acknowledged_before_it_is_durable() {
    let database = memory();
    let (node, client) = start_with(config(), genesis(), database.clone()).await;
    database.fail_after(0, Failure::Lost);
    let transaction = operator().transaction(0, 0, open_account("bank"));
    let error = client.submit(&transaction, LONG).await.expect_err("not committed");
    assert_eq!(error.problem().map(|problem| problem.code), Some(ErrorCode::ShuttingDown));
    assert!(error.is_retryable());
    let reason = node.stopped().await.to_string();
    assert!(reason.contains("injected failure"), "{reason}");
    assert!(!client.is_ready().await);
    assert!(node.shutdown().await.is_err());
    assert_eq!(database.restart().tip().map(|tip| tip.height), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn json_bodies_and_raw_answers_carry_the_same_bytes() {
    let (node, client) = start(config()).await;
    let transaction = operator().transaction(0, 0, open_account("bank"));
    let bytes = borsh::to_vec(&transaction).expect("encodes");
    let http = reqwest::Client::builder().no_proxy().build().expect("builds");
    let request = SubmitRequest { transaction: HexBytes(bytes.clone()) };
    let sent = http.post(format!("{}/v1/transactions", node.url())).json(&request).send().await;
    let sent = sent.expect("answers");
    assert_eq!(sent.status(), 200);
    let answer: SubmitResponse =
        serde_json::from_slice(&sent.bytes().await.expect("whole")).expect("the API's JSON");
    assert_eq!(client.submit_bytes(bytes.clone(), LONG).await.expect("taken"), answer);
    let url = format!("{}/v1/transactions/{}", node.url(), transaction.hash());
    let raw = http.get(url).header("accept", "application/octet-stream").send().await;
    assert_eq!(raw.expect("answers").bytes().await.expect("whole"), bytes);
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn code_that_is_not_let_in_says_why_and_uses_no_nonce() {
    let (node, client) = start(config()).await;
    let deployer = Party::named("deployer");
    let upload = |code: &[u8]| {
        let message = Message::UploadCode { code: code.to_vec() };
        deployer.transaction(0, 0, message)
    };
    for (code, expected, retryable) in [
        (&b"refused"[..], ErrorCode::CodeRefused, false),
        (&b"unfinished"[..], ErrorCode::CodeNotCompiled, true),
    ] {
        // Again is the same: nothing of the first try is left.
        for _ in 0..2 {
            let error = client.submit(&upload(code), LONG).await.expect_err("not let in");
            let problem = error.problem().expect("a problem");
            assert_eq!((problem.code, problem.retryable), (expected, retryable));
            let both = (problem.expected.as_deref(), problem.got.as_deref());
            assert_eq!(both, (Some("other code"), std::str::from_utf8(code).ok()));
        }
    }
    assert_eq!(client.status().await.expect("answers").mempool, Default::default());
    assert!(commit(&client, &upload(CODE)).await.is_success());
    node.shutdown().await.expect("stops");
}
