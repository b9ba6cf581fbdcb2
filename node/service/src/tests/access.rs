//! Who may read what, cell by cell: every call and every set of declared readers against every kind
//! of reader. What is expected stands here, told from docs/privacy.md.

use super::support::*;
use crate::rpc::DOCUMENT;
use crate::{Genesis, GenesisAccount, NodeConfig, Reads};
use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tenor_abi::spec::declare::{
    ContractSchema, EventSchema, FunctionSchema, Readers, StorageSchema,
};
use tenor_abi::spec::{encode, encoded_len};
use tenor_client::api::{ErrorCode, EventParameters, EventStreamParameters};
use tenor_client::{HttpClient, HttpError, LoggingIn, Login, Session, SignedSession};
use tenor_primitives::schema::{FieldSchema, Schema as _, TypeSchema};
use tenor_primitives::{
    Address, Hash, KeyPolicy, Message, Role, Roles, StorageKey, Timestamp, Transaction,
};

const ADDRESS: TypeSchema = Address::SCHEMA;
const fn field(ty: TypeSchema) -> FieldSchema {
    FieldSchema { name: "account", doc: "", ty }
}
const NAMED: &[FieldSchema] = &[field(ADDRESS)];
const BYTES: &[FieldSchema] = &[field(TypeSchema::Bytes(32))];
/// The scripted engine answers with the question: its tag and 32 bytes.
const ECHO: TypeSchema = TypeSchema::Tuple(&[TypeSchema::Unsigned(8), ADDRESS]);

const ASK: [&str; 32] = [
    "f00", "f01", "f02", "f03", "f04", "f05", "f06", "f07", "f08", "f09", "f10", "f11", "f12",
    "f13", "f14", "f15", "f16", "f17", "f18", "f19", "f20", "f21", "f22", "f23", "f24", "f25",
    "f26", "f27", "f28", "f29", "f30", "f31",
];
const TELL: [&str; 32] = [
    "g00", "g01", "g02", "g03", "g04", "g05", "g06", "g07", "g08", "g09", "g10", "g11", "g12",
    "g13", "g14", "g15", "g16", "g17", "g18", "g19", "g20", "g21", "g22", "g23", "g24", "g25",
    "g26", "g27", "g28", "g29", "g30", "g31",
];
const EMIT: [&str; 32] = [
    "e00", "e01", "e02", "e03", "e04", "e05", "e06", "e07", "e08", "e09", "e10", "e11", "e12",
    "e13", "e14", "e15", "e16", "e17", "e18", "e19", "e20", "e21", "e22", "e23", "e24", "e25",
    "e26", "e27", "e28", "e29", "e30", "e31",
];

#[allow(clippy::cast_possible_truncation)] // below 32
const fn readers_of(set: usize) -> Readers {
    Readers(set as u8)
}

/// 32 questions whose argument names an account, then 32 whose answer does.
const QUERIES: [FunctionSchema; 64] = {
    let unit = TypeSchema::Unit;
    let none = FunctionSchema { name: "", doc: "", input: &[], output: unit, readers: Readers(0) };
    let mut all = [none; 64];
    let mut set = 0;
    while set < 32 {
        let readers = readers_of(set);
        all[set] = FunctionSchema { name: ASK[set], doc: "", input: NAMED, output: unit, readers };
        all[set + 32] =
            FunctionSchema { name: TELL[set], doc: "", input: BYTES, output: ECHO, readers };
        set += 1;
    }
    all
};

const EVENTS: [EventSchema; 32] = {
    let readers = Readers(0);
    let none = EventSchema { name: "", doc: "", fields: NAMED, topics: &[], readers };
    let mut all = [none; 32];
    let mut set = 0;
    while set < 32 {
        all[set] = EventSchema { name: EMIT[set], readers: readers_of(set), ..none };
        set += 1;
    }
    all
};

const CONTRACT: ContractSchema = ContractSchema {
    name: "cells",
    version: "1",
    instantiate: TypeSchema::Unit,
    migrate: TypeSchema::Unit,
    execute: &[],
    query: &QUERIES,
    events: &EVENTS,
    errors: &[],
    storage: &[StorageSchema {
        namespace: 1,
        name: "held",
        kind: "map",
        key: ADDRESS,
        value: TypeSchema::Unit,
    }],
};

/// A module with the spec above in its section.
fn code() -> Vec<u8> {
    const LEN: usize = encoded_len(&CONTRACT);
    const SPEC: [u8; LEN] = encode(&CONTRACT);
    let leb = |number: usize| -> Vec<u8> {
        let low = |shift: u32| u8::try_from((number >> shift) & 0x7f).expect("seven bits");
        vec![low(0) | 0x80, low(7) | 0x80, low(14)]
    };
    let named = [&[10][..], b"tenor.spec", &SPEC].concat();
    [&b"\0asm\x01\0\0\0\0"[..], &leb(named.len()), &named].concat()
}

/// Everybody but the genesis's operator, deployer and issuer.
fn people() -> Genesis {
    let mut genesis = genesis();
    for (label, roles) in [
        ("regulator", Roles::of(&[Role::Regulator])),
        ("party", Roles::of(&[Role::Participant])),
        ("stranger", Roles::of(&[Role::Participant, Role::Observer, Role::Deployer])),
    ] {
        let policy = KeyPolicy::single(key(label).public_key());
        genesis.accounts.push(GenesisAccount { label: label.into(), policy, roles });
    }
    genesis
}

fn guarded() -> NodeConfig {
    let mut config = config();
    config.api.reads = Reads::Sessions;
    config
}

#[allow(clippy::disallowed_methods)] // a session's time is the machine's
fn in_ms(ms: i64) -> Timestamp {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    let now = i64::try_from(now.as_millis()).expect("small");
    Timestamp::from_unix_ms(u64::try_from(now + ms).expect("after 1970"))
}

fn session(genesis_id: Hash, label: &str, valid_ms: i64) -> SignedSession {
    let party = Party::named(label);
    let valid_until = in_ms(valid_ms);
    Session { genesis_id, account: party.address, valid_until }.sign(&party.key)
}

/// Sends with waiting, and without reading the past.
async fn commit_all(client: &HttpClient, transactions: &[Transaction]) {
    for transaction in transactions {
        let receipt = commit(client, transaction).await;
        assert!(receipt.is_success(), "{receipt:?}");
    }
}

fn code_of(error: &HttpError) -> Option<ErrorCode> {
    error.problem().map(|problem| problem.code)
}

/// Call, then: nobody, an account, a regulator, an operator. `o` is let through, `s` is asked for a
/// session, `n` is told that others may read it.
const CALLS: &[(&str, &str, &str)] = &[
    ("POST /v1/transactions", "/v1/transactions", "oooo"),
    ("POST /v1/transactions/simulate", "/v1/transactions/simulate", "sooo"),
    ("GET /v1/transactions/{hash}", "/v1/transactions/HASH", "snoo"),
    ("GET /v1/transactions/{hash}/trace", "/v1/transactions/HASH/trace", "snoo"),
    ("GET /v1/receipts/{hash}", "/v1/receipts/HASH", "snoo"),
    ("GET /v1/blocks/{height}", "/v1/blocks/0", "snoo"),
    ("GET /v1/headers/{height}", "/v1/headers/0", "oooo"),
    ("GET /v1/events", "/v1/events", "sooo"),
    ("GET /v1/events/stream", "/v1/events/stream", "sooo"),
    ("GET /v1/accounts/{address}", "/v1/accounts/system", "sooo"),
    ("GET /v1/contracts/{address}", "/v1/contracts/system", "sooo"),
    ("POST /v1/contracts/{address}/query", "/v1/contracts/system/query", "sooo"),
    ("GET /v1/code/{hash}", "/v1/code/HASH", "sooo"),
    ("GET /v1/code/{hash}/spec", "/v1/code/HASH/spec", "sooo"),
    ("GET /v1/instances", "/v1/instances", "sooo"),
    ("GET /v1/state/proof", "/v1/state/proof?contract=system&namespace=1&key=00", "snoo"),
    ("POST /v1/state/proof", "/v1/state/proof", "sooo"),
    ("GET /v1/state/map", "/v1/state/map?contract=system&namespace=1", "snoo"),
    ("GET /v1/status", "/v1/status", "oooo"),
    ("POST /v1/dev/time", "/v1/dev/time", "snno"),
    ("GET /openapi.json", "/openapi.json", "oooo"),
    ("GET /openapi.html", "/openapi.html", "oooo"),
    ("GET /livez", "/livez", "oooo"),
    ("GET /readyz", "/readyz", "oooo"),
];

#[tokio::test(flavor = "multi_thread")]
async fn each_call_lets_in_whom_it_should() {
    let (node, client) = start_with(guarded(), people(), memory()).await;
    let genesis_id = client.status().await.expect("for everybody").genesis_id;
    let somebody = operator().transaction(0, 0, open_account("bank"));
    commit_all(&client, std::slice::from_ref(&somebody)).await;
    let document: Value = serde_json::from_str(&DOCUMENT).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let calls: usize = paths.values().map(|of| of.as_object().expect("methods").len()).sum();
    assert_eq!(calls, CALLS.len(), "every call has its row");
    let http = reqwest::Client::builder().no_proxy().build().expect("builds");
    let tokens = [None, Some("stranger"), Some("regulator"), Some("operator")];
    for (call, path, expected) in CALLS {
        let (method, template) = call.split_once(' ').expect("two words");
        assert!(!document["paths"][template][method.to_lowercase()].is_null(), "{call}");
        let method: Method = method.parse().expect("a method");
        let path = path.replace("HASH", &somebody.hash().to_string());
        for (who, expected) in tokens.iter().zip(expected.chars()) {
            let mut request = http.request(method.clone(), format!("{}{path}", node.url()));
            if let Some(label) = who {
                request = request.bearer_auth(session(genesis_id, label, 60_000));
            }
            let answer = request.send().await.expect("answers");
            assert!(answer.status().as_u16() < 500, "{call} for {who:?}: {}", answer.status());
            let got = match answer.status().as_u16() {
                401 => 's',
                403 => 'n',
                _ => 'o',
            };
            assert_eq!(got, expected, "{call} for {who:?}: {}", answer.status());
            if method == Method::GET {
                let mut head = http.head(format!("{}{path}", node.url()));
                if let Some(label) = who {
                    head = head.bearer_auth(session(genesis_id, label, 60_000));
                }
                let same = head.send().await.expect("answers").status();
                assert_eq!(same, answer.status(), "HEAD {path} for {who:?}");
            }
        }
    }
    // Its own transaction is the sender's to read.
    for (label, expected) in [("operator", None), ("issuer", Some(ErrorCode::NotAReader))] {
        let client = client.with_session(&session(genesis_id, label, 60_000));
        let read = client.receipt(&somebody.hash()).await;
        assert_eq!(read.err().as_ref().and_then(code_of), expected, "{label}");
    }
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_good_session_is_one() {
    let (node, client) = start_with(guarded(), people(), memory()).await;
    let id = client.status().await.expect("for everybody").genesis_id;
    let address = Party::named("party").address;
    let stolen = Session { genesis_id: id, account: operator().address, valid_until: in_ms(9_000) };
    let good = session(id, "party", 60_000);
    let mut cases = vec![
        ("good", good.clone(), None),
        ("over", session(id, "party", -1), Some(ErrorCode::SessionInvalid)),
        ("too long", session(id, "party", 4_000_000), Some(ErrorCode::SessionInvalid)),
        (
            "another ledger",
            session(Hash([1; 32]), "party", 60_000),
            Some(ErrorCode::SessionInvalid),
        ),
        ("nobody's", session(id, "nobody", 60_000), Some(ErrorCode::SessionInvalid)),
        (
            "another's account",
            stolen.sign(&Party::named("party").key),
            Some(ErrorCode::SessionInvalid),
        ),
    ];
    let mut longer = good.clone();
    longer.session.valid_until = in_ms(120_000);
    cases.push(("changed", longer, Some(ErrorCode::SessionInvalid)));
    for (name, session, expected) in cases {
        let answer = client.with_session(&session).account(&address).await;
        assert_eq!(answer.err().as_ref().and_then(code_of), expected, "{name}");
    }
    let http = reqwest::Client::builder().no_proxy().build().expect("builds");
    let url = format!("{}/v1/instances", node.url());
    for header in ["Bearer", "Bearer ", "Bearer 00", "Basic YTpi", "zzz"] {
        let answer = http.get(&url).header("authorization", header).send().await.expect("answers");
        let problem: Value = answer.json().await.expect("a problem");
        assert_eq!(problem["code"], "session_invalid", "{header}");
    }
    // A key that leaves the policy takes its sessions with it, also of a stream that is open.
    let reader = client.with_session(&good);
    let after = Some(tenor_client::api::EventCursor::end_of(1_000));
    let ask = EventStreamParameters { after, ..Default::default() };
    let mut stream = reader.follow(&ask).await.expect("follows");
    let policy = KeyPolicy::single(key("new").public_key());
    let rotate = Message::UpdateKeyPolicy { account: address, policy };
    commit_all(&client, &[Party::named("party").transaction(0, 0, rotate)]).await;
    let answer = reader.account(&address).await.expect_err("not any more");
    assert_eq!(code_of(&answer), Some(ErrorCode::SessionInvalid));
    let end = stream.next().await.expect_err("ends");
    assert_eq!(code_of(&end), Some(ErrorCode::SessionInvalid), "{end}");
    node.shutdown().await.expect("stops");
}

/// Kinds of readers, and the flags by which each is let in besides [`Readers::PUBLIC`].
const KINDS: [(&str, u8); 5] =
    [("stranger", 0), ("party", 2), ("issuer", 4), ("regulator", 8), ("operator", 16)];

/// Overseers read everything, whatever is declared.
fn may_read(kind: &str, flag: u8, set: u8) -> bool {
    matches!(kind, "regulator" | "operator") || set & (flag | 1) != 0
}

#[tokio::test(flavor = "multi_thread")]
async fn each_question_and_event_is_for_its_declared_readers() {
    let (node, client) = start_with(guarded(), people(), memory()).await;
    let id = client.status().await.expect("for everybody").genesis_id;
    let (_, instances) = deploy_code(&client, &code(), &["cells"]).await;
    let contract = instances[0];
    let party = Party::named("party").address;
    let emit = |name: &str| {
        let payload = [b"as ", name.as_bytes(), &party.0].concat();
        Message::Execute { contract, payload }
    };
    let issuer = Party::named("issuer");
    // The scripted engine uses half of the gas that a message has, so that each has its own.
    let told = (0..).zip(EMIT).map(|(nonce, name)| issuer.transaction(1, nonce, emit(name)));
    commit_all(&client, &told.collect::<Vec<_>>()).await;
    for (kind, flag) in KINDS {
        let client = client.with_session(&session(id, kind, 60_000));
        for set in 0..32_u8 {
            for tag in [set, set + 32] {
                let payload = [&[tag][..], &party.0].concat();
                let answer = client.query(&contract, payload).await;
                let got = answer.err().as_ref().and_then(code_of);
                let expected = (!may_read(kind, flag, set)).then_some(ErrorCode::NotAReader);
                assert_eq!(got, expected, "{kind} asks {tag}, readers {set:05b}");
            }
        }
        let expected: BTreeSet<String> = (0..32_u8)
            .filter(|set| may_read(kind, flag, *set))
            .map(|set| EMIT[usize::from(set)].to_owned())
            .collect();
        let asked = EventParameters { contract: Some(contract), ..Default::default() };
        let page = client.events(&asked).await.expect("a page");
        // What was said when it was made has no declaration.
        let names = page.events.into_iter().map(|event| event.event.name);
        let names: BTreeSet<String> = names.filter(|name| name != "said").collect();
        assert_eq!(names, expected, "{kind}");
        let asked = EventStreamParameters { contract: Some(contract), ..Default::default() };
        let mut stream = client.follow(&asked).await.expect("follows");
        let mut streamed = BTreeSet::new();
        while streamed != expected {
            let event = stream.next().await.expect("an event").event;
            assert!(expected.contains(&event.name) || event.name == "said", "{kind}: {event:?}");
            if event.name != "said" {
                streamed.insert(event.name);
            }
        }
        let sees_all = matches!(kind, "issuer" | "regulator" | "operator");
        for (key, shown) in [(party, sees_all || kind == "party"), (contract, sees_all)] {
            let proof = client.proof(&StorageKey::new(contract, 1, key.0.to_vec())).await;
            let got = proof.err().as_ref().and_then(code_of);
            assert_eq!(got, (!shown).then_some(ErrorCode::NotAReader), "{kind} proves {key}");
        }
    }
    node.shutdown().await.expect("stops");
}

/// Signs sessions that are soon over.
#[derive(Debug)]
struct Shortly;

impl Login for Shortly {
    fn session<'a>(&'a self, genesis_id: &'a Hash) -> LoggingIn<'a> {
        Box::pin(async { Ok(session(*genesis_id, "party", 1_500)) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_signs_in_again_when_its_session_is_over() {
    let (node, client) = start_with(guarded(), people(), memory()).await;
    let reader = client.with_login(Arc::new(Shortly));
    let address = Party::named("party").address;
    reader.account(&address).await.expect("reads");
    tokio::time::sleep(Duration::from_millis(1_600)).await;
    reader.account(&address).await.expect("reads again");
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_node_asks_for_nothing_and_looks_at_nothing() {
    let (node, _) = start(config()).await;
    let http = reqwest::Client::builder().no_proxy().build().expect("builds");
    let url = format!("{}/v1/instances", node.url());
    let answer = http.get(url).header("authorization", "Basic YTpi").send().await;
    assert_eq!(answer.expect("answers").status().as_u16(), 200, "a gateway's own header");
    node.shutdown().await.expect("stops");
}
