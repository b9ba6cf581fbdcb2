//! Who may read what, cell by cell: every call and every set of declared readers against every kind
//! of reader. What is expected stands here, told from docs/privacy.md.

mod calls;
mod declared;
mod sessions;
mod withheld;

use super::support::*;
use crate::{Genesis, GenesisAccount, NodeConfig, Reads};
use std::time::{SystemTime, UNIX_EPOCH};
use tenor_abi::spec::declare::{
    ContractSchema, ErrorSchema, EventSchema, FunctionSchema, Readers, StorageSchema,
};
use tenor_abi::spec::{encode, encoded_len};
use tenor_client::api::ErrorCode;
use tenor_client::{HttpClient, HttpError, Session, SignedSession};
use tenor_primitives::schema::{FieldSchema, Schema as _, TypeSchema};
use tenor_primitives::{Address, Hash, KeyPolicy, Role, Roles, Timestamp, Transaction};

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

/// 32 questions whose argument names an account, then 32 whose answer does, then one whose answer is a
/// list.
const QUERIES: [FunctionSchema; 65] = {
    let unit = TypeSchema::Unit;
    let none = FunctionSchema { name: "", doc: "", input: &[], output: unit, readers: Readers(0) };
    let mut all = [none; 65];
    let mut set = 0;
    while set < 32 {
        let readers = readers_of(set);
        all[set] = FunctionSchema { name: ASK[set], doc: "", input: NAMED, output: unit, readers };
        all[set + 32] =
            FunctionSchema { name: TELL[set], doc: "", input: BYTES, output: ECHO, readers };
        set += 1;
    }
    let output = TypeSchema::List(&ADDRESS);
    all[LIST as usize] =
        FunctionSchema { name: "list", doc: "", input: BYTES, output, readers: Readers::PARTIES };
    all
};
/// The question whose answer is a list: its tag is the first byte of the list's length too.
const LIST: u8 = 64;

/// A function that answers with its question.
const EXECUTE: FunctionSchema =
    FunctionSchema { name: "echo", doc: "", input: BYTES, output: ECHO, readers: Readers::PUBLIC };
/// What `fail` refuses with.
const REFUSED: ErrorSchema = ErrorSchema { code: 7, name: "Refused", doc: "", fields: NAMED };

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
    execute: &[EXECUTE],
    query: &QUERIES,
    events: &EVENTS,
    errors: &[REFUSED],
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

/// A node that wants sessions, with an instance of the contract above and a client of each of these.
async fn start_guarded(labels: &[&str]) -> (crate::NodeHandle, Address, Vec<HttpClient>) {
    let (node, client) = start_with(guarded(), people(), memory()).await;
    let id = client.status().await.expect("for everybody").genesis_id;
    let (_, instances) = deploy_code(&client, &code(), &["cells"]).await;
    let clients = labels.iter().map(|label| client.with_session(&session(id, label, 60_000)));
    (node, instances[0], clients.collect())
}
