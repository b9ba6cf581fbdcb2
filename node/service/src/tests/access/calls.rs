//! Every call against nobody, an account, a regulator and an operator, each with its exact status.

use super::super::support::*;
use super::{code, commit_all, guarded, people, session};
use crate::rpc::DOCUMENT;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tenor_primitives::Transaction;

/// Call, then the statuses for: nobody, an account, a regulator, an operator. The transaction in
/// question is the operator's.
const CALLS: &[(&str, [u16; 4])] = &[
    ("POST /v1/transactions", [200, 200, 200, 200]),
    ("POST /v1/transactions/simulate", [401, 403, 200, 200]),
    ("GET /v1/transactions/{hash}", [401, 403, 200, 200]),
    ("GET /v1/transactions/{hash}/trace", [401, 403, 200, 200]),
    ("GET /v1/receipts/{hash}", [401, 403, 200, 200]),
    ("GET /v1/blocks/{height}", [401, 403, 200, 200]),
    ("GET /v1/headers/{height}", [200, 200, 200, 200]),
    ("GET /v1/events", [401, 200, 200, 200]),
    ("GET /v1/events/stream", [401, 200, 200, 200]),
    ("GET /v1/accounts/{address}", [401, 200, 200, 200]),
    ("GET /v1/contracts/{address}", [401, 200, 200, 200]),
    ("POST /v1/contracts/{address}/query", [401, 200, 200, 200]),
    ("GET /v1/code/{hash}", [401, 200, 200, 200]),
    ("GET /v1/code/{hash}/spec", [401, 200, 200, 200]),
    ("GET /v1/instances", [401, 200, 200, 200]),
    ("GET /v1/state/proof", [401, 403, 200, 200]),
    ("POST /v1/state/proof", [401, 403, 200, 200]),
    ("GET /v1/state/map", [401, 403, 200, 200]),
    ("GET /v1/status", [200, 200, 200, 200]),
    ("POST /v1/dev/time", [401, 403, 403, 200]),
    ("GET /openapi.json", [200, 200, 200, 200]),
    ("GET /openapi.html", [200, 200, 200, 200]),
    ("GET /livez", [200, 200, 200, 200]),
    ("GET /readyz", [200, 200, 200, 200]),
];

/// What the calls are about.
struct About {
    transaction: Transaction,
    contract: String,
    code_hash: String,
}

impl About {
    /// The path of a call, its query string included.
    fn path(&self, call: &str, template: &str) -> String {
        let hash = if template.starts_with("/v1/code") {
            self.code_hash.clone()
        } else {
            self.transaction.hash().to_string()
        };
        let address = if template.starts_with("/v1/accounts") {
            operator().address.to_string()
        } else {
            self.contract.clone()
        };
        let path = template.replace("{hash}", &hash).replace("{address}", &address);
        let query = match call {
            "GET /v1/state/proof" => "?contract=system&namespace=1&key=00",
            "GET /v1/state/map" => "?contract=system&namespace=1",
            _ => "",
        };
        path.replace("{height}", "1") + query
    }

    /// The request with the body that the call takes.
    fn with_body(&self, call: &str, request: RequestBuilder) -> RequestBuilder {
        let hex = |bytes: Vec<u8>| {
            format!("0x{}", bytes.iter().map(|b| format!("{b:02x}")).collect::<String>())
        };
        let body = borsh::to_vec(&self.transaction.body).expect("encodes");
        let json = match call {
            "POST /v1/transactions" => {
                json!({"transaction": hex(borsh::to_vec(&self.transaction).expect("encodes"))})
            }
            "POST /v1/transactions/simulate" => {
                // The same once more would have a used nonce.
                let mut next = self.transaction.body.clone();
                (next.nonce, next.messages) = (next.nonce + 1, vec![open_account("next")]);
                let body = hex(borsh::to_vec(&next).expect("encodes"));
                json!({"body": body, "signers": [operator().key.public_key()]})
            }
            // The first question of the contract is for nobody, the second for everybody.
            "POST /v1/contracts/{address}/query" => {
                json!({"payload": hex([&[1][..], &body[..32]].concat())})
            }
            "POST /v1/state/proof" => {
                json!({"keys": [{"contract": "system", "namespace": 1, "key": "0x00"}]})
            }
            "POST /v1/dev/time" => json!({"time": "2100-01-01T00:00:00Z"}),
            _ => return request,
        };
        request.json(&json)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_call_lets_in_whom_it_should() {
    let (node, client) = start_with(guarded(), people(), memory()).await;
    let genesis_id = client.status().await.expect("for everybody").genesis_id;
    let transaction = operator().transaction(0, 0, open_account("bank"));
    commit_all(&client, std::slice::from_ref(&transaction)).await;
    let (code_hash, instances) = deploy_code(&client, &code(), &["cells"]).await;
    let (contract, code_hash) = (instances[0].to_string(), code_hash.to_string());
    let about = About { transaction, contract, code_hash };
    let document: Value = serde_json::from_str(&DOCUMENT).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let calls: usize = paths.values().map(|of| of.as_object().expect("methods").len()).sum();
    assert_eq!(calls, CALLS.len(), "every call has its row");
    let http = reqwest::Client::builder().no_proxy().build().expect("builds");
    for (call, statuses) in CALLS {
        let (method, template) = call.split_once(' ').expect("two words");
        assert!(!document["paths"][template][method.to_lowercase()].is_null(), "{call}");
        let method: Method = method.parse().expect("a method");
        let url = format!("{}{}", node.url(), about.path(call, template));
        let people = [None, Some("stranger"), Some("regulator"), Some("operator")];
        for (who, expected) in people.iter().zip(statuses) {
            let shown = |request: RequestBuilder| match who {
                Some(label) => request.bearer_auth(session(genesis_id, label, 60_000)),
                None => request,
            };
            let request = about.with_body(call, shown(http.request(method.clone(), &url)));
            let answer = request.send().await.expect("answers");
            assert_eq!(answer.status(), *expected, "{call} for {who:?}");
            if method == Method::GET {
                let same = shown(http.head(&url)).send().await.expect("answers");
                assert_eq!(same.status(), *expected, "HEAD {url} for {who:?}");
            }
            let other = shown(http.request(Method::DELETE, &url)).send().await.expect("answers");
            assert_eq!(other.status(), StatusCode::METHOD_NOT_ALLOWED, "DELETE {url} for {who:?}");
            assert!(other.headers().contains_key("allow"), "DELETE {url}");
        }
    }
    node.shutdown().await.expect("stops");
}

/// Its own transaction is the sender's to read, in each form, whatever its roles.
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_is_for_its_sender() {
    let (node, client) = start_with(guarded(), people(), memory()).await;
    let id = client.status().await.expect("for everybody").genesis_id;
    let (_, _) = deploy_code(&client, &code(), &["cells"]).await;
    let issuer = Party::named("issuer");
    let message = tenor_primitives::Message::Instantiate {
        code_hash: tenor_primitives::keccak256(&code()),
        label: "own".into(),
        payload: b"hello".to_vec(),
    };
    let own = issuer.transaction(0, 1, message);
    commit_all(&client, std::slice::from_ref(&own)).await;
    let http = reqwest::Client::builder().no_proxy().build().expect("builds");
    for (label, expected) in [("issuer", 200), ("party", 403), ("operator", 200)] {
        for path in ["transactions", "receipts"] {
            let url = format!("{}/v1/{path}/{}", node.url(), own.hash());
            let request = http.get(url).bearer_auth(session(id, label, 60_000));
            let raw =
                request.try_clone().expect("no body").header("accept", "application/octet-stream");
            let answer = request.send().await.expect("answers");
            assert_eq!(answer.status(), expected, "{path} for {label}");
            let raw = raw.send().await.expect("answers");
            assert_eq!(raw.status(), expected, "{path} for {label}, raw");
            if expected == 200 && path == "transactions" {
                let bytes = raw.bytes().await.expect("whole");
                let read: Transaction = borsh::from_slice(&bytes).expect("decodes");
                assert_eq!(read, own);
            }
        }
    }
    node.shutdown().await.expect("stops");
}
