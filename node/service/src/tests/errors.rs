//! Every wrong request and the problem it gets. The node answers each and goes on.

use super::support::*;
use super::wrong;
use reqwest::{Method, StatusCode};
use std::collections::BTreeSet;
use tenor_client::api::{ErrorCode, HexBytes, Problem};
use tenor_primitives::{
    Address, Message, PublicKey, Signature, SignatureEntry, Timestamp, Transaction, TransactionBody,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const JSON: Option<&str> = Some("application/json");
const BINARY: Option<&str> = Some("application/octet-stream");

#[derive(Clone)]
pub(super) struct Wrong {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) content_type: Option<&'static str>,
    pub(super) body: Vec<u8>,
    pub(super) expected: ErrorCode,
}

pub(super) fn get(path: impl Into<String>, expected: ErrorCode) -> Wrong {
    let (method, path) = (Method::GET, path.into());
    Wrong { method, path, content_type: None, body: Vec::new(), expected }
}

pub(super) fn post(
    path: impl Into<String>,
    content_type: Option<&'static str>,
    body: impl Into<Vec<u8>>,
    expected: ErrorCode,
) -> Wrong {
    let (method, path) = (Method::POST, path.into());
    Wrong { method, path, content_type, body: body.into(), expected }
}

/// Paths, queries, methods, media types, bodies.
fn requests() -> Vec<Wrong> {
    use ErrorCode as Code;
    let nobody = Address([0xcd; 32]);
    let hash = "0x".to_owned() + &"ab".repeat(32);
    let system = Address::SYSTEM;
    let deep = "[".repeat(10_000);
    let transactions = "/v1/transactions";
    let simulate = "/v1/transactions/simulate";
    let query = format!("/v1/contracts/{nobody}/query");
    let mut wrong = vec![
        get("/", Code::NoSuchRoute),
        get("/v2/status", Code::NoSuchRoute),
        get("/v1/status/", Code::NoSuchRoute),
        get(transactions, Code::MethodNotAllowed),
        post("/v1/status", JSON, "{}", Code::MethodNotAllowed),
        get("/v1/dev/time", Code::MethodNotAllowed),
        get("/v1/transactions/1234", Code::MalformedRequest),
        get("/v1/transactions/%ff", Code::MalformedRequest),
        get(format!("/v1/transactions/{hash}"), Code::UnknownTransaction),
        get(format!("/v1/receipts/{hash}"), Code::UnknownTransaction),
        get(format!("/v1/receipts/{hash}?timeout_ms=soon"), Code::MalformedRequest),
        get(format!("/v1/receipts/{hash}?timeout=1"), Code::MalformedRequest),
        get("/v1/blocks/first", Code::MalformedRequest),
        get("/v1/blocks/-1", Code::MalformedRequest),
        get("/v1/blocks/+1", Code::MalformedRequest),
        get("/v1/blocks/99999999999999999999", Code::MalformedRequest),
        get("/v1/blocks/7", Code::UnknownBlock),
        get("/v1/headers/18446744073709551615", Code::UnknownBlock),
        get("/v1/accounts/alice", Code::MalformedRequest),
        get(format!("/v1/accounts/{nobody}"), Code::UnknownAccount),
        get(format!("/v1/accounts/{system}"), Code::UnknownAccount),
        get(format!("/v1/contracts/{nobody}"), Code::UnknownContract),
        get(format!("/v1/code/{hash}"), Code::UnknownCode),
        get(format!("/v1/code/{hash}/spec"), Code::UnknownCode),
        get("/v1/instances?limit=0", Code::MalformedRequest),
        get("/v1/instances?limit=1001", Code::MalformedRequest),
        get("/v1/instances?creator=bob", Code::MalformedRequest),
        get("/v1/instances?issuer=bob", Code::MalformedRequest),
        get("/v1/state/proof", Code::MalformedRequest),
        get("/v1/state/proof?contract=system", Code::MalformedRequest),
        get("/v1/state/proof?contract=system&namespace=65536&key=00", Code::MalformedRequest),
        get("/v1/state/proof?contract=system&namespace=1&key=0", Code::MalformedRequest),
        get("/v1/state/proof?contract=system&namespace=1&key=00", Code::NoCertificate),
        get("/v1/events?after=1", Code::MalformedRequest),
        get("/v1/events?after=1-99999999999", Code::MalformedRequest),
        get("/v1/events?limit=0", Code::MalformedRequest),
        get("/v1/events?limit=-1", Code::MalformedRequest),
        get("/v1/events?topic=0", Code::MalformedRequest),
        get("/v1/events?contract=bob", Code::MalformedRequest),
        get("/v1/events/stream?after=1", Code::MalformedRequest),
        get("/v1/events/stream?limit=1", Code::MalformedRequest),
        get("/v1/events/stream?topic=xyz", Code::MalformedRequest),
        get("/v1/events/stream/", Code::NoSuchRoute),
        post(transactions, None, "", Code::UnsupportedMediaType),
        post(transactions, Some("text/plain"), "hello", Code::UnsupportedMediaType),
        post(transactions, BINARY, "", Code::MalformedTransaction),
        post(transactions, BINARY, [0xff; 100], Code::MalformedTransaction),
        post(transactions, BINARY, vec![0; 700 << 10], Code::TransactionTooLarge),
        post(transactions, BINARY, vec![0; 3 << 20], Code::BodyTooLarge),
        post(transactions, JSON, "", Code::MalformedRequest),
        post(transactions, JSON, "{", Code::MalformedRequest),
        post(transactions, JSON, "null", Code::MalformedRequest),
        post(transactions, JSON, deep, Code::MalformedRequest),
        post(transactions, JSON, r#"{"transaction":"0xzz"}"#, Code::MalformedRequest),
        post(transactions, JSON, r#"{"transaction":7}"#, Code::MalformedRequest),
        post(transactions, JSON, r#"{"transaction":"00","x":1}"#, Code::MalformedRequest),
        post(transactions, JSON, r#"{"transaction":"00"}"#, Code::MalformedTransaction),
        post(format!("{transactions}?wait=never"), BINARY, "", Code::MalformedRequest),
        post(format!("{transactions}?timeout_ms=-1"), BINARY, "", Code::MalformedRequest),
        post(simulate, BINARY, "", Code::UnsupportedMediaType),
        post(simulate, JSON, r#"{"body":"00","signers":[]}"#, Code::MalformedTransaction),
        post(simulate, JSON, r#"{"body":"00","signers":["key"]}"#, Code::MalformedRequest),
        post(query.clone(), JSON, r#"{"payload":"00"}"#, Code::UnknownContract),
        post(query.clone(), JSON, r#"{"payload":"00","height":9}"#, Code::HeightNotKept),
        post(query.clone(), JSON, r#"{"payload":0}"#, Code::MalformedRequest),
        post(query, BINARY, "00", Code::UnsupportedMediaType),
        post("/v1/contracts/x/query", JSON, r#"{"payload":"00"}"#, Code::MalformedRequest),
        post("/v1/dev/time", JSON, r#"{"time":"tomorrow"}"#, Code::MalformedRequest),
        post("/v1/dev/time", JSON, r#"{"time":"1970-01-01T00:00:01Z"}"#, Code::TimeNotAhead),
        post("/v1/dev/time", JSON, r#"{"time":12}"#, Code::MalformedRequest),
    ];
    let keys = vec![HexBytes(vec![2; 33]); 65];
    let flood = serde_json::json!({ "body": HexBytes(body_bytes()), "signers": keys });
    wrong.push(post(simulate, JSON, flood.to_string(), Code::SignatureCount));
    wrong
}

fn body_bytes() -> Vec<u8> {
    borsh::to_vec(&operator().body(0, 0, vec![open_account("a")])).expect("encodes")
}

/// Transactions that are well-formed and yet wrong.
fn transactions() -> Vec<(Transaction, ErrorCode)> {
    use ErrorCode as Code;
    let changed = |change: fn(&mut TransactionBody)| {
        let mut body = operator().body(0, 0, vec![open_account("a")]);
        change(&mut body);
        operator().sign(body)
    };
    let good = || changed(|_| {});
    let resigned = |change: fn(&mut Transaction)| {
        let mut transaction = good();
        change(&mut transaction);
        transaction
    };
    vec![
        (changed(|b| b.version = 2), Code::UnsupportedVersion),
        (changed(|b| b.chain_id = "tenor-other".parse().expect("valid")), Code::WrongChain),
        (changed(|b| b.sender = Address([9; 32])), Code::UnknownSender),
        (changed(|b| b.sender = Party::named("issuer").address), Code::NotAuthorized),
        (changed(|b| b.lane = 64), Code::InvalidLane),
        (changed(|b| b.nonce = u64::MAX), Code::EarlyNonce),
        (changed(|b| b.valid_until = Timestamp::EPOCH), Code::Expired),
        (changed(|b| b.valid_until.unix_ms = 1_000_000), Code::Expired),
        (changed(|b| b.valid_until.unix_ms = u64::MAX), Code::ValidTooLong),
        (changed(|b| b.gas_limit = 1), Code::GasLimit),
        (changed(|b| b.gas_limit = u64::MAX), Code::GasLimit),
        (changed(|b| b.messages.clear()), Code::MessageCount),
        (changed(|b| b.messages = vec![open_account("a"); 65]), Code::MessageCount),
        (resigned(|t| t.signatures.clear()), Code::SignatureCount),
        (resigned(|t| t.signatures = vec![t.signatures[0].clone(); 65]), Code::SignatureCount),
        (resigned(|t| t.signatures.push(t.signatures[0].clone())), Code::DuplicateSigner),
        (resigned(|t| t.signatures[0].signature = Signature([0; 64])), Code::InvalidSignature),
        (resigned(|t| t.signatures[0].public_key = PublicKey([0; 33])), Code::InvalidSignature),
        (resigned(|t| t.body.nonce = 1), Code::InvalidSignature),
        (resigned(sign_by_a_stranger), Code::NotAuthorized),
        (resigned(also_sign_by_a_stranger), Code::StrangerSigner),
        (changed(|b| b.messages = vec![large_upload()]), Code::TransactionTooLarge),
        (Party::named("issuer").transaction(0, 0, open_account("a")), Code::MissingRole),
    ]
}

fn sign_by_a_stranger(transaction: &mut Transaction) {
    let stranger = key("stranger");
    let signature = stranger.sign(&transaction.hash());
    transaction.signatures = vec![SignatureEntry { public_key: stranger.public_key(), signature }];
}

fn also_sign_by_a_stranger(transaction: &mut Transaction) {
    let own = transaction.signatures.clone();
    sign_by_a_stranger(transaction);
    transaction.signatures.splice(0..0, own);
}

fn large_upload() -> Message {
    Message::UploadCode { code: vec![0; 660 << 10] }
}

async fn send(url: &str, wrong: &Wrong) -> (StatusCode, String, Vec<u8>) {
    let client = reqwest::Client::builder().no_proxy().build().expect("builds");
    let mut request = client.request(wrong.method.clone(), format!("{url}{}", wrong.path));
    if let Some(content_type) = wrong.content_type {
        request = request.header("content-type", content_type);
    }
    let answer = request.body(wrong.body.clone()).send().await.expect("answers");
    let status = answer.status();
    let media_type = answer.headers().get("content-type").cloned().expect("typed");
    let media_type = media_type.to_str().expect("text").to_owned();
    (status, media_type, answer.bytes().await.expect("whole").into())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_request_gets_its_own_problem() {
    let (node, client) = start(config()).await;
    let rows = [requests(), wrong::requests()].concat();
    assert!(rows.len() >= 120, "{} wrong requests", rows.len());
    for wrong in rows {
        let (status, media_type, body) = send(&node.url(), &wrong).await;
        let name = format!("{} {}", wrong.method, wrong.path);
        let problem: Problem = serde_json::from_slice(&body)
            .unwrap_or_else(|error| panic!("{name}: {error}: {}", String::from_utf8_lossy(&body)));
        assert_eq!(problem.code, wrong.expected, "{name}: {problem}");
        assert_eq!(media_type, Problem::MEDIA_TYPE, "{name}");
        assert_eq!(status.as_u16(), wrong.expected.http_status(), "{name}");
        assert_eq!(problem.status, status.as_u16(), "{name}");
        assert_eq!(problem.retryable, wrong.expected.is_retryable(), "{name}");
        assert!(!problem.hint.is_empty() && !problem.detail.is_empty(), "{name}");
        assert_eq!(problem.expected.is_some(), problem.got.is_some(), "{name}");
    }
    assert_eq!(client.status().await.expect("lives").height, 0);
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_transaction_gets_its_own_problem() {
    let (node, client) = start(config()).await;
    let rows = [transactions(), wrong::transactions()].concat();
    assert!(rows.len() >= 60, "{} wrong transactions", rows.len());
    for (index, (transaction, expected)) in rows.into_iter().enumerate() {
        let error = client.submit(&transaction, LONG).await.expect_err("refused");
        let problem = error.problem().unwrap_or_else(|| panic!("{index}: {error}"));
        assert_eq!(problem.code, expected, "{index}: {problem}");
    }
    let status = client.status().await.expect("lives");
    assert_eq!((status.height, status.mempool.transactions), (0, 0), "nothing was taken");
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_arrive_is_given_up() {
    let mut config = config();
    config.api.body_ms_max = 100;
    let (node, _) = start(config).await;
    let mut stream = TcpStream::connect(node.address()).await.expect("connects");
    let head = "POST /v1/transactions HTTP/1.1\r\nhost: node\r\ncontent-length: 10\r\n\
                content-type: application/octet-stream\r\n\r\n12345";
    stream.write_all(head.as_bytes()).await.expect("sends");
    let mut answer = vec![0; 4096];
    let got = stream.read(&mut answer).await.expect("answers");
    let answer = String::from_utf8_lossy(&answer[..got]);
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains(ErrorCode::RequestTimeout.name()), "{answer}");
    drop(stream);
    node.shutdown().await.expect("stops");
}

/// 100 MiB, with their length in the head and without: what is beyond the bound is never taken in.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_100_mib_is_refused_and_not_taken_in() {
    const BODY_BYTES: usize = 100 << 20;
    const PART: usize = 64 << 10;
    let (node, client) = start(config()).await;
    let length = format!("content-length: {BODY_BYTES}\r\n");
    for (framing, head) in [(length.as_str(), ""), ("transfer-encoding: chunked\r\n", "10000\r\n")]
    {
        let stream = TcpStream::connect(node.address()).await.expect("connects");
        let (mut reading, mut writing) = stream.into_split();
        let request = format!(
            "POST /v1/transactions HTTP/1.1\r\nhost: node\r\n{framing}\
             content-type: application/octet-stream\r\n\r\n"
        );
        writing.write_all(request.as_bytes()).await.expect("sends");
        let end = if head.is_empty() { "" } else { "\r\n" };
        let part = [head.as_bytes(), &[0; PART], end.as_bytes()].concat();
        let sending = tokio::spawn(async move {
            let mut sent = 0;
            // Until the node closes: nobody reads on what was refused.
            while sent < BODY_BYTES && writing.write_all(&part).await.is_ok() {
                sent += PART;
            }
            sent
        });
        let mut answer = vec![0; 4096];
        let got = reading.read(&mut answer).await.expect("answers");
        let answer = String::from_utf8_lossy(&answer[..got]);
        assert!(answer.starts_with("HTTP/1.1 413 "), "{framing}{answer}");
        assert!(answer.contains(ErrorCode::BodyTooLarge.name()), "{answer}");
        drop(reading);
        let sent = sending.await.expect("ends");
        // The bound is 2 MiB; the rest lies in the buffers of two systems.
        assert!(sent < 32 << 20, "{sent} bytes went out");
    }
    assert_eq!(client.status().await.expect("lives").height, 0);
    node.shutdown().await.expect("stops");
}

/// Codes that no single request to a healthy node can give, and where each is shown instead.
const ELSEWHERE: &[ErrorCode] = &[
    // tests/submission.rs and tests/shutdown.rs
    ErrorCode::StaleNonce,
    ErrorCode::NonceTaken,
    ErrorCode::SenderQuota,
    ErrorCode::MempoolFull,
    ErrorCode::NotCommitted,
    ErrorCode::CodeRefused,
    ErrorCode::CodeNotCompiled,
    ErrorCode::ShuttingDown,
    // tests/reads.rs
    ErrorCode::QueryFailed,
    ErrorCode::QueryHalted,
    ErrorCode::Deadline,
    ErrorCode::Internal,
    ErrorCode::ManualTimeDisabled,
    ErrorCode::ClientRefUsed,
    ErrorCode::ClientRefTaken,
    ErrorCode::NoSpec,
    ErrorCode::MapTooLarge,
    ErrorCode::UnapprovedDryRun,
    ErrorCode::ForeignCursor,
    ErrorCode::CursorAhead,
    // tests/access
    ErrorCode::SessionRequired,
    ErrorCode::SessionInvalid,
    ErrorCode::NotAReader,
    // tests/streams.rs
    ErrorCode::SlowReader,
    ErrorCode::Overloaded,
    // tests/integration/process/refused.rs of the workspace, on a disk that fills up
    ErrorCode::DiskFull,
    // below
    ErrorCode::RequestTimeout,
    // Blocks are far larger than transactions: only a dry run could see one.
    ErrorCode::BlockFull,
];

#[test]
fn every_code_of_the_table_is_shown_by_some_test() {
    let mut shown: BTreeSet<ErrorCode> = requests().iter().map(|wrong| wrong.expected).collect();
    shown.extend(transactions().into_iter().chain(wrong::transactions()).map(|(_, code)| code));
    for code in ErrorCode::ALL {
        let elsewhere = ELSEWHERE.contains(code);
        assert_ne!(shown.contains(code), elsewhere, "{}", code.name());
    }
}
