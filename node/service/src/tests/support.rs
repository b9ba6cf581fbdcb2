//! Nodes, parties and transactions for tests.

use crate::{CodeNotAdmitted, Engines, Genesis, GenesisAccount, Node, NodeConfig, NodeHandle, Vm};
use std::sync::Arc;
use std::time::Duration;
use tenor_client::api::{BlockTag, EventCursor, LedgerTag, ReceiptView, SubmitResponse, Wait};
use tenor_client::{BlockRef, HttpClient};
use tenor_executor::{
    CodeRefused, CodeReport, FatalError, GuestCall, GuestExit, HostError, Session,
};
use tenor_primitives::{
    Address, ChainId, ClientRef, HaltCode, Hash, KeyPolicy, Message, Parameters, Role, Roles,
    SignatureEntry, SigningKey, Timestamp, Transaction, TransactionBody, ValidatorSet, keccak256,
};
use tenor_state::MemoryDatabase;

/// A module with nothing but a spec section.
pub(crate) const CODE: &[u8] = b"\0asm\x01\0\0\0\0\x10\x0atenor.spechello";

/// An engine whose every contract does what its input says: `fail` (with what stands behind it), `put` a
/// key into its first map, `halt`, `slow`, `panic`, or else emit the input and return it.
pub(crate) struct ScriptVm;

impl Vm for ScriptVm {
    fn check_code(&self, code: &[u8], _: &Parameters) -> Result<CodeReport, CodeRefused> {
        Ok(CodeReport { migrates: false, spec_hash: keccak256(code), memory_pages: 1 })
    }

    fn run(&self, call: GuestCall, mut session: Box<Session>) -> (Box<Session>, GuestExit) {
        let result = follow(&mut session, call.entry.writes());
        (session, GuestExit { gas_left: call.gas_limit / 2, result })
    }
}

fn follow(session: &mut Session, may_write: bool) -> Result<(), HostError> {
    let input = session.input()?.to_vec();
    match input.as_slice() {
        b"fail" => session.fail(7, b"why"),
        [b'f', b'a', b'i', b'l', b' ', details @ ..] => session.fail(7, details),
        [b'p', b'u', b't', b' ', key @ ..] => session.storage_set(1, key, b""),
        b"halt" => Err(HostError::Halt(HaltCode::Unreachable)),
        b"slow" => Err(HostError::Fatal(FatalError::Deadline)),
        b"panic" => panic!("a bug of the engine"),
        _ => {
            if may_write {
                // `as NAME` in front of the data gives the event another name.
                let (name, data) =
                    match input.strip_prefix(b"as ").and_then(|rest| rest.split_at_checked(3)) {
                        Some((name, data)) => (name, data),
                        None => (&b"said"[..], &input[..]),
                    };
                let topics: Vec<&[u8]> = if input == b"tagged" { vec![b"t"] } else { Vec::new() };
                let topics = borsh::to_vec(&topics).expect("encodes");
                session.emit(name, &topics, data)?;
            }
            session.set_output(&input)
        }
    }
}

/// Engines whose every contract does what [`ScriptVm`] says. Code is let in but what names a reason
/// not to.
pub(crate) struct ScriptEngines;

impl Engines for ScriptEngines {
    fn for_blocks(&self) -> Arc<dyn Vm> {
        Arc::new(ScriptVm)
    }

    fn for_request(&self, _: Duration) -> Arc<dyn Vm> {
        Arc::new(ScriptVm)
    }

    fn for_trace(&self, _: Duration) -> Result<Arc<dyn Vm>, String> {
        Ok(Arc::new(ScriptVm))
    }

    fn admit_code(&self, code: &[u8], _: &Parameters) -> Result<(), CodeNotAdmitted> {
        let (detail, expected) = ("why".to_owned(), "other code".to_owned());
        let got = String::from_utf8_lossy(code).into_owned();
        match code {
            b"refused" => Err(CodeNotAdmitted::Refused { detail, expected, got }),
            b"unfinished" => Err(CodeNotAdmitted::Unfinished { detail, expected, got }),
            _ => Ok(()),
        }
    }
}

/// Somebody with an account and one key.
#[derive(Clone)]
pub(crate) struct Party {
    pub(crate) key: SigningKey,
    pub(crate) address: Address,
}

impl Party {
    /// A genesis account, whose key is made from its label.
    pub(crate) fn named(label: &str) -> Self {
        let address = Address::of_account(&chain_id(), &Address::SYSTEM, label);
        Self { key: key(label), address }
    }

    pub(crate) fn body(&self, lane: u8, nonce: u64, messages: Vec<Message>) -> TransactionBody {
        TransactionBody {
            version: TransactionBody::VERSION,
            chain_id: chain_id(),
            sender: self.address,
            lane,
            nonce,
            valid_until: Timestamp::from_unix_ms(60_000_000),
            client_ref: None,
            gas_limit: 100_000_000,
            messages,
        }
    }

    pub(crate) fn sign(&self, body: TransactionBody) -> Transaction {
        let signature = self.key.sign(&body.hash());
        let entry = SignatureEntry { public_key: self.key.public_key(), signature };
        Transaction { body, signatures: vec![entry] }
    }

    /// A signed transaction.
    pub(crate) fn transaction(&self, lane: u8, nonce: u64, message: Message) -> Transaction {
        self.sign(self.body(lane, nonce, vec![message]))
    }

    /// A signed transaction with a client reference; the same one does the same in every lane.
    pub(crate) fn referenced(&self, lane: u8, nonce: u64, reference: &str) -> Transaction {
        let mut body = self.body(lane, nonce, vec![open_account(reference)]);
        body.client_ref = ClientRef::new(reference);
        self.sign(body)
    }
}

pub(crate) fn key(label: &str) -> SigningKey {
    SigningKey::from_bytes(&keccak256(label.as_bytes()).0).expect("valid secret")
}

pub(crate) fn chain_id() -> ChainId {
    ChainId::new("tenor-test").expect("valid")
}

pub(crate) fn operator() -> Party {
    Party::named("operator")
}

/// A message by which the operator opens an account.
pub(crate) fn open_account(label: &str) -> Message {
    let policy = KeyPolicy::single(key(label).public_key());
    Message::CreateAccount { label: label.into(), policy, roles: Roles::NONE }
}

pub(crate) fn genesis() -> Genesis {
    let account = |label: &str, role| GenesisAccount {
        label: label.into(),
        policy: KeyPolicy::single(key(label).public_key()),
        roles: Roles::of(&[role]),
    };
    Genesis {
        chain_id: chain_id(),
        time: Timestamp::from_unix_ms(1_000_000),
        parameters: Parameters::initial(),
        validators: ValidatorSet::solo(key("validator").public_key()),
        accounts: vec![
            account("operator", Role::Operator),
            account("deployer", Role::Deployer),
            account("issuer", Role::Issuer),
        ],
        manual_time: true,
    }
}

pub(crate) fn memory() -> Arc<MemoryDatabase> {
    Arc::new(MemoryDatabase::new(chain_id()))
}

/// Instant blocks on any free port, and time that stands still.
pub(crate) fn config() -> NodeConfig {
    let mut config = NodeConfig::default();
    config.listen.set_port(0);
    config.block.empty_block_after_ms = 0;
    config
}

/// A node that makes no block by itself.
pub(crate) fn sleepy() -> NodeConfig {
    let mut config = config();
    config.block.interval_ms = 3_600_000;
    config
}

/// The tag of every cursor of the ledger with this genesis.
pub(crate) async fn ledger(client: &HttpClient) -> LedgerTag {
    LedgerTag::of(&client.status().await.expect("for everybody").genesis_id)
}

/// The place behind all events of the block at `height`.
pub(crate) async fn end_of(client: &HttpClient, height: u64) -> EventCursor {
    let header = client.header(BlockRef::At(height)).await.expect("for everybody");
    EventCursor::end_of(ledger(client).await, height, BlockTag::of(&header.block_id))
}

pub(crate) async fn start_with(
    config: NodeConfig,
    genesis: Genesis,
    database: Arc<MemoryDatabase>,
) -> (NodeHandle, HttpClient) {
    let engines = Arc::new(ScriptEngines);
    let node = Node::start(config, database, engines, genesis, key("validator")).await;
    let node = node.expect("starts");
    let client = HttpClient::new(&node.url()).expect("valid address");
    (node, client)
}

pub(crate) async fn start(config: NodeConfig) -> (NodeHandle, HttpClient) {
    start_with(config, genesis(), memory()).await
}

pub(crate) const LONG: Wait = Wait::committed(Duration::from_secs(20));
pub(crate) const SHORT: Wait = Wait::committed(Duration::from_millis(50));

/// Sends and expects a committed receipt.
pub(crate) async fn commit(client: &HttpClient, transaction: &Transaction) -> ReceiptView {
    let answer = client.submit(transaction, LONG).await.expect("taken");
    receipt_of(answer)
}

pub(crate) fn receipt_of(answer: SubmitResponse) -> ReceiptView {
    answer.receipt.expect("committed")
}

/// Uploads and approves [`CODE`] and makes instances of it with these labels by the issuer.
pub(crate) async fn deploy(client: &HttpClient, labels: &[&str]) -> (Hash, Vec<Address>) {
    deploy_code(client, CODE, labels).await
}

/// The same with other code.
pub(crate) async fn deploy_code(
    client: &HttpClient,
    code: &[u8],
    labels: &[&str],
) -> (Hash, Vec<Address>) {
    let upload = Message::UploadCode { code: code.to_vec() };
    let deployer = Party::named("deployer");
    assert!(commit(client, &deployer.transaction(0, 0, upload)).await.is_success());
    let code_hash = keccak256(code);
    let approve = operator().transaction(9, 0, Message::ApproveCode { code_hash });
    assert!(commit(client, &approve).await.is_success());
    let issuer = Party::named("issuer");
    let mut instances = Vec::new();
    for (nonce, label) in (0..).zip(labels) {
        let label = (*label).to_owned();
        let instantiate = Message::Instantiate { code_hash, label, payload: b"hello".to_vec() };
        let receipt = commit(client, &issuer.transaction(0, nonce, instantiate)).await;
        assert!(receipt.is_success());
        instances.push(Address(receipt.outputs[0].0.as_slice().try_into().expect("an address")));
    }
    (code_hash, instances)
}
