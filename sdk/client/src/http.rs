//! A typed client of the node's HTTP API. Every method is one call of `docs/api.md`.

use crate::api::{
    AccountView, AtHeight, BlockView, CodeView, EventPage, EventParameters, EventStreamParameters,
    HeaderView, HexBytes, InstanceFilter, InstancePage, InstanceView, MapProofParameters,
    NodeStatus, Problem, ProofParameters, ProofRequest, ProofView, QueryRequest, QueryResponse,
    ReceiptView, SetTimeRequest, SetTimeResponse, SimulateRequest, SimulateResponse,
    StorageKeyView, SubmitResponse, TraceView, TransactionStatusView, Wait, WaitFor,
};
use crate::event_stream::EventStream;
use crate::session::{Login, SignedSession};
use crate::tls::ClientTls;
use reqwest::{Method, RequestBuilder, Response, Url};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tenor_primitives::{
    Address, Block, CommitCertificate, Hash, Height, PublicKey, StorageKey, Timestamp, Transaction,
    TransactionBody,
};
use tenor_proof::KeyRange;

/// Waiting on top of what a request asks the node to wait, for the answer to travel.
const TRAVEL: Duration = Duration::from_secs(30);

/// How long a node may take to take a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// How long the head of any answer may take: nodes wait for a block for a minute at most, unless their
/// configuration gives more.
const HEAD: Duration = Duration::from_secs(600);

/// How long an answer may take that is as large as a block or a map: a node cuts one that takes longer
/// than a minute, unless its configuration gives more.
const LARGE: Duration = Duration::from_secs(120);

/// The longest answer that is read. The largest a node gives is a block in JSON: at most 64 MiB of
/// transactions by the initial parameters, each byte as two digits, with names around them.
const ANSWER_BYTES_MAX: usize = 192 << 20;

/// The status of an answer to who showed no session that is good.
const UNAUTHORIZED: u16 = 401;

/// Why a call gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The node's address is none.
    #[error("expected a node's address such as http://127.0.0.1:4600, got {url:?}")]
    Url {
        /// The address.
        url: String,
    },
    /// The node could not be reached, or the connection broke.
    #[error("cannot reach the node at {url}: {reason}; check that it runs and the address")]
    Connection {
        /// The node's address.
        url: String,
        /// What failed.
        reason: String,
        /// Whether the request was certainly never sent.
        not_sent: bool,
    },
    /// The node refused, and says why.
    #[error(transparent)]
    Refused(Box<Problem>),
    /// The node wants a session, and there is none to show.
    #[error("the node shows what it holds to accounts only, and no session was signed: {0}")]
    Login(String),
    /// The answer is not what the API promises.
    #[error("the node at {url} gave an answer that is not the API's: {reason}")]
    Answer {
        /// The node's address.
        url: String,
        /// What was wrong with it.
        reason: String,
    },
}

impl HttpError {
    /// The node's own words, if it answered.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Refused(problem) => Some(problem),
            _ => None,
        }
    }

    /// Whether the same call can succeed later. After a broken connection a submission may have
    /// had its effect; sending the same bytes again is safe.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Refused(problem) => problem.retryable,
            Self::Connection { .. } => true,
            Self::Url { .. } | Self::Login(_) | Self::Answer { .. } => false,
        }
    }
}

/// A client of one node. Cheap to clone; clones share connections.
#[derive(Clone, Debug)]
pub struct HttpClient {
    base: Url,
    http: reqwest::Client,
    height: Option<Height>,
    login: Option<Arc<dyn Login>>,
    token: Token,
}

/// The session that the node took last, shared by all clones of a client.
#[derive(Clone, Default)]
struct Token {
    shown: Arc<Mutex<Shown>>,
    /// Held by who signs in.
    signing_in: Arc<tokio::sync::Mutex<()>>,
}

/// A session, and which one it is of those that were signed.
#[derive(Clone, Default)]
struct Shown {
    number: u64,
    text: Option<String>,
}

impl Token {
    fn of(session: &SignedSession) -> Self {
        let token = Self::default();
        token.set(session);
        token
    }

    fn get(&self) -> MutexGuard<'_, Shown> {
        // It is whole at any moment: nothing panics while it is held.
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, session: &SignedSession) {
        let mut shown = self.get();
        *shown = Shown { number: shown.number.wrapping_add(1), text: Some(session.to_string()) };
    }
}

impl std::fmt::Debug for Token {
    /// Whoever has it reads: only whether there is one.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.get().text.is_some() { "Token(…)" } else { "Token(none)" })
    }
}

/// Which block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockRef {
    /// The last one.
    Latest,
    /// The one at this height.
    At(Height),
}

impl std::fmt::Display for BlockRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Latest => f.write_str("latest"),
            Self::At(height) => write!(f, "{height}"),
        }
    }
}

impl HttpClient {
    /// A client of the node at `url`, such as `http://127.0.0.1:4600`; at an `https` address, of one
    /// with a certificate of the system's authorities.
    pub fn new(url: &str) -> Result<Self, HttpError> {
        Self::with_tls(url, &ClientTls::default())
    }

    /// The same, with authorities and a certificate of its own.
    pub fn with_tls(url: &str, tls: &ClientTls) -> Result<Self, HttpError> {
        let wrong = || HttpError::Url { url: url.into() };
        let mut base: Url = url.parse().map_err(|_| wrong())?;
        if !["http", "https"].contains(&base.scheme()) || base.cannot_be_a_base() {
            return Err(wrong());
        }
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        // The process's choice of cryptography for TLS; an error says that it has been made already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // Parties on one machine talk to a node on loopback: no proxy may come between.
        let http = reqwest::Client::builder().no_proxy().tcp_nodelay(true).connect_timeout(CONNECT);
        let http = tls.apply(http).build();
        let http = http.map_err(|error| HttpError::Connection {
            url: url.into(),
            reason: error.to_string(),
            not_sent: true,
        })?;
        Ok(Self { base, http, height: None, login: None, token: Token::default() })
    }

    /// The same client, reading accounts, instances, contracts and proofs as they were after the
    /// block at `height`; `None` reads the head.
    #[must_use]
    pub fn at(&self, height: Option<Height>) -> Self {
        Self { height, ..self.clone() }
    }

    /// The same client, that shows a session of `login` to nodes that want one.
    #[must_use]
    pub fn with_login(&self, login: Arc<dyn Login>) -> Self {
        Self { login: Some(login), token: Token::default(), ..self.clone() }
    }

    /// The same client, that shows this session.
    #[must_use]
    pub fn with_session(&self, session: &SignedSession) -> Self {
        Self { login: None, token: Token::of(session), ..self.clone() }
    }

    /// The node's address.
    pub fn url(&self) -> &str {
        self.base.as_str()
    }

    /// Sends a signed transaction.
    pub async fn submit(
        &self,
        transaction: &Transaction,
        wait: Wait,
    ) -> Result<SubmitResponse, HttpError> {
        let bytes = borsh::to_vec(transaction).map_err(|error| self.answer(&error))?;
        self.submit_bytes(bytes, wait).await
    }

    /// Sends the borsh bytes of a signed transaction.
    pub async fn submit_bytes(
        &self,
        transaction: Vec<u8>,
        wait: Wait,
    ) -> Result<SubmitResponse, HttpError> {
        let mut url = self.path(&["v1", "transactions"]);
        let until = match wait.until {
            WaitFor::Accepted => "accepted",
            WaitFor::Committed => "committed",
        };
        url.query_pairs_mut()
            .append_pair("wait", until)
            .append_pair("timeout_ms", &millis(wait.timeout));
        let request =
            self.http.request(Method::POST, url).timeout(wait.timeout.saturating_add(TRAVEL));
        let request = request.header("content-type", "application/octet-stream").body(transaction);
        self.json(request).await
    }

    /// Tries an unsigned transaction on top of the head, as if `signers` had signed it.
    pub async fn simulate(
        &self,
        body: &TransactionBody,
        signers: &[PublicKey],
    ) -> Result<SimulateResponse, HttpError> {
        let body = borsh::to_vec(body).map_err(|error| self.answer(&error))?;
        let request = SimulateRequest { body: HexBytes(body), signers: signers.to_vec() };
        self.post(&["v1", "transactions", "simulate"], &request).await
    }

    /// A transaction, pending or committed.
    pub async fn transaction(&self, hash: &Hash) -> Result<TransactionStatusView, HttpError> {
        self.get(&["v1", "transactions", &hash.to_string()]).await
    }

    /// What a committed transaction did, step by step.
    pub async fn trace(&self, hash: &Hash) -> Result<TraceView, HttpError> {
        self.get(&["v1", "transactions", &hash.to_string(), "trace"]).await
    }

    /// A committed transaction's receipt.
    pub async fn receipt(&self, hash: &Hash) -> Result<ReceiptView, HttpError> {
        self.wait(hash, Duration::ZERO).await
    }

    /// A transaction's receipt, as soon as it is committed; `not_committed` after `timeout`.
    pub async fn wait(&self, hash: &Hash, timeout: Duration) -> Result<ReceiptView, HttpError> {
        let mut url = self.path(&["v1", "receipts", &hash.to_string()]);
        url.query_pairs_mut().append_pair("timeout_ms", &millis(timeout));
        self.json(self.http.get(url).timeout(timeout.saturating_add(TRAVEL))).await
    }

    /// A block.
    pub async fn block(&self, block: BlockRef) -> Result<BlockView, HttpError> {
        let url = self.path(&["v1", "blocks", &block.to_string()]);
        self.json(self.http.get(url).timeout(LARGE)).await
    }

    /// A block with its certificate, exactly as the ledger holds them.
    pub async fn block_encoded(
        &self,
        block: BlockRef,
    ) -> Result<(Block, Option<CommitCertificate>), HttpError> {
        let url = self.path(&["v1", "blocks", &block.to_string()]);
        let request =
            self.http.get(url).header("accept", "application/octet-stream").timeout(LARGE);
        let bytes = self.bytes(request).await?;
        borsh::from_slice(&bytes).map_err(|error| self.answer(&error))
    }

    /// A header.
    pub async fn header(&self, block: BlockRef) -> Result<HeaderView, HttpError> {
        self.get(&["v1", "headers", &block.to_string()]).await
    }

    /// An account.
    pub async fn account(&self, account: &Address) -> Result<AccountView, HttpError> {
        self.get_at(&["v1", "accounts", &account.to_string()]).await
    }

    /// An instance.
    pub async fn contract(&self, contract: &Address) -> Result<InstanceView, HttpError> {
        self.get_at(&["v1", "contracts", &contract.to_string()]).await
    }

    /// Asks a contract; `payload` is the borsh query message.
    pub async fn query(
        &self,
        contract: &Address,
        payload: Vec<u8>,
    ) -> Result<QueryResponse, HttpError> {
        let request = QueryRequest { payload: HexBytes(payload), height: self.height };
        self.post(&["v1", "contracts", &contract.to_string(), "query"], &request).await
    }

    /// What is known of uploaded code.
    pub async fn code(&self, code_hash: &Hash) -> Result<CodeView, HttpError> {
        self.get(&["v1", "code", &code_hash.to_string()]).await
    }

    /// The raw spec section of uploaded code.
    pub async fn code_spec(&self, code_hash: &Hash) -> Result<Vec<u8>, HttpError> {
        let url = self.path(&["v1", "code", &code_hash.to_string(), "spec"]);
        self.bytes(self.http.get(url).timeout(TRAVEL)).await
    }

    /// A page of instances.
    pub async fn instances(&self, filter: &InstanceFilter) -> Result<InstancePage, HttpError> {
        let mut url = self.path(&["v1", "instances"]);
        let height = filter.height.or(self.height);
        self.ask(&mut url, &InstanceFilter { height, ..filter.clone() })?;
        self.json(self.http.get(url).timeout(TRAVEL)).await
    }

    /// A value, or its absence, with its proof.
    pub async fn proof(&self, key: &StorageKey) -> Result<ProofView, HttpError> {
        let parameters = ProofParameters {
            contract: key.contract,
            namespace: key.namespace,
            key: HexBytes(key.key.clone()),
            height: self.height,
        };
        let mut url = self.path(&["v1", "state", "proof"]);
        self.ask(&mut url, &parameters)?;
        self.json(self.http.get(url).timeout(TRAVEL)).await
    }

    /// Many values, or their absence, with one proof for all; in the order of the keys.
    pub async fn proof_of_many(&self, keys: &[StorageKey]) -> Result<ProofView, HttpError> {
        let keys = keys.iter().map(StorageKeyView::from).collect();
        let request = ProofRequest { keys, height: self.height };
        let post = self.http.post(self.path(&["v1", "state", "proof"])).timeout(LARGE);
        self.json(post.json(&request)).await
    }

    /// All entries of a namespace, or of a range of its keys, with the proof that there are no
    /// others.
    pub async fn proof_of_map(
        &self,
        contract: &Address,
        namespace: u16,
        range: &KeyRange,
    ) -> Result<ProofView, HttpError> {
        let mut url = self.path(&["v1", "state", "map"]);
        let parameters = MapProofParameters {
            contract: *contract,
            namespace,
            start: range.start.clone().map(HexBytes),
            end: range.end.clone().map(HexBytes),
            height: self.height,
        };
        self.ask(&mut url, &parameters)?;
        self.json(self.http.get(url).timeout(LARGE)).await
    }

    /// A page of events.
    pub async fn events(&self, parameters: &EventParameters) -> Result<EventPage, HttpError> {
        let mut url = self.path(&["v1", "events"]);
        self.ask(&mut url, parameters)?;
        let wait = Duration::from_millis(parameters.timeout_ms.unwrap_or(0));
        self.json(self.http.get(url).timeout(wait.saturating_add(TRAVEL))).await
    }

    /// Follows events as they come.
    pub async fn follow(
        &self,
        parameters: &EventStreamParameters,
    ) -> Result<EventStream, HttpError> {
        let mut url = self.path(&["v1", "events", "stream"]);
        self.ask(&mut url, parameters)?;
        let answer = self.answered(self.http.get(url)).await?;
        Ok(EventStream::new(answer, self.base.to_string(), parameters.clone()))
    }

    /// Where the node stands.
    pub async fn status(&self) -> Result<NodeStatus, HttpError> {
        self.get(&["v1", "status"]).await
    }

    /// Moves ledger time forward, on ledgers that allow it.
    pub async fn set_time(&self, time: Timestamp) -> Result<SetTimeResponse, HttpError> {
        self.post(&["v1", "dev", "time"], &SetTimeRequest { time }).await
    }

    /// Whether the node answers at all and takes transactions.
    pub async fn is_ready(&self) -> bool {
        let answer = self.http.get(self.path(&["readyz"])).timeout(TRAVEL).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    fn path(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .expect("checked when the client was made")
            .pop_if_empty()
            .extend(segments);
        url
    }

    /// Writes a call's parameters into its query string; those that are absent are left out.
    fn ask(&self, url: &mut Url, parameters: &impl Serialize) -> Result<(), HttpError> {
        let parameters = serde_json::to_value(parameters).map_err(|error| self.answer(&error))?;
        for (name, value) in parameters.as_object().into_iter().flatten() {
            let text = match value {
                Value::Null => continue,
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            url.query_pairs_mut().append_pair(name, &text);
        }
        Ok(())
    }

    async fn get<T: DeserializeOwned>(&self, path: &[&str]) -> Result<T, HttpError> {
        self.json(self.http.get(self.path(path)).timeout(TRAVEL)).await
    }

    /// The same, of the height that this client reads at.
    async fn get_at<T: DeserializeOwned>(&self, path: &[&str]) -> Result<T, HttpError> {
        let mut url = self.path(path);
        self.ask(&mut url, &AtHeight { height: self.height })?;
        self.json(self.http.get(url).timeout(TRAVEL)).await
    }

    async fn post<T: DeserializeOwned>(
        &self,
        path: &[&str],
        body: &impl Serialize,
    ) -> Result<T, HttpError> {
        self.json(self.http.post(self.path(path)).timeout(TRAVEL).json(body)).await
    }

    async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, HttpError> {
        let bytes = self.bytes(request).await?;
        serde_json::from_slice(&bytes).map_err(|error| self.answer(&error))
    }

    /// The body of a successful answer.
    async fn bytes(&self, request: RequestBuilder) -> Result<Vec<u8>, HttpError> {
        let answer = self.answered(request).await?;
        self.body(answer, ANSWER_BYTES_MAX).await
    }

    /// A successful answer whose body is still to come.
    async fn answered(&self, request: RequestBuilder) -> Result<Response, HttpError> {
        let again = request.try_clone();
        let shown = self.token.get().clone();
        match (self.sent(request, shown.text.as_deref()).await, again, &self.login) {
            (Err(HttpError::Refused(problem)), Some(again), Some(login))
                if problem.status == UNAUTHORIZED =>
            {
                self.log_in(&**login, shown.number).await?;
                let shown = self.token.get().clone();
                self.sent(again, shown.text.as_deref()).await
            }
            (answer, ..) => answer,
        }
    }

    /// Signs in at the node's ledger, unless somebody did since the session of that number was refused:
    /// many requests may be refused with one old session, and a signer may be a person with a device.
    async fn log_in(&self, login: &dyn Login, refused: u64) -> Result<(), HttpError> {
        let _alone = self.token.signing_in.lock().await;
        if self.token.get().number != refused {
            return Ok(());
        }
        // Without a session: the old one is over, and this is for everybody.
        let answer = {
            let status = self.http.get(self.path(&["v1", "status"])).timeout(TRAVEL);
            self.sent(status, None).await?
        };
        let body = self.body(answer, ANSWER_BYTES_MAX).await?;
        let status: NodeStatus =
            serde_json::from_slice(&body).map_err(|error| self.answer(&error))?;
        let ms_max = status.session_ms_max.unwrap_or(0);
        let session = login.session(&status.genesis_id, ms_max).await.map_err(HttpError::Login)?;
        self.token.set(&session);
        Ok(())
    }

    /// Sends a request with this session.
    async fn sent(
        &self,
        request: RequestBuilder,
        session: Option<&str>,
    ) -> Result<Response, HttpError> {
        let request = match session {
            Some(session) => request.bearer_auth(session),
            None => request,
        };
        // The head of the answer: a stream's body comes for as long as there are news, and the node may
        // have been asked to wait before it answers, which the request's own time-out allows for.
        let answer = tokio::time::timeout(HEAD, request.send()).await;
        let answer = answer.map_err(|_| HttpError::Connection {
            url: self.base.to_string(),
            reason: format!("no answer within {} s", HEAD.as_secs()),
            not_sent: false,
        })?;
        let answer = answer.map_err(|error| self.connection(&error))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let body = self.body(answer, ANSWER_BYTES_MAX).await?;
        match serde_json::from_slice(&body) {
            Ok(problem) => Err(HttpError::Refused(Box::new(problem))),
            Err(_) => Err(self.answer(&format!("status {status} without a problem"))),
        }
    }

    /// The body, read only as far as it may go: who answers is not trusted with our memory.
    async fn body(&self, mut answer: Response, bytes_max: usize) -> Result<Vec<u8>, HttpError> {
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.connection(&error))? {
            if body.len() + chunk.len() > bytes_max {
                let reason = format!("expected at most {bytes_max} bytes, got more");
                return Err(self.answer(&reason));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn connection(&self, error: &reqwest::Error) -> HttpError {
        let mut reason = error.to_string();
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            reason = cause.to_string();
            source = cause.source();
        }
        HttpError::Connection { url: self.base.to_string(), reason, not_sent: error.is_connect() }
    }

    fn answer(&self, reason: &dyn std::fmt::Display) -> HttpError {
        HttpError::Answer { url: self.base.to_string(), reason: reason.to_string() }
    }
}

fn millis(duration: Duration) -> String {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    #[test]
    fn addresses_of_nodes_are_checked() {
        for bad in ["", "127.0.0.1:4600", "ftp://node", "mailto:node@example.org"] {
            assert!(matches!(HttpClient::new(bad), Err(HttpError::Url { .. })), "{bad}");
        }
        let client = HttpClient::new("http://127.0.0.1:4600/tenor").expect("valid");
        let url = client.path(&["v1", "blocks", "latest"]);
        assert_eq!(url.as_str(), "http://127.0.0.1:4600/tenor/v1/blocks/latest");
    }

    /// Answers one request with a body of `bytes` zeros that says nothing of its length.
    fn serve(bytes: usize) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("somebody asks");
            // The client may hang up before the end: that is what is tested.
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
            let _ = stream.write_all(&vec![b'0'; bytes]);
        });
        url
    }

    #[tokio::test]
    async fn an_answer_is_read_only_as_far_as_it_may_go() {
        for (bytes, fits) in [(100_000, true), (100_001, false), (9_000_000, false)] {
            let url = serve(bytes);
            let client = HttpClient::new(&url).expect("valid");
            let answer = client.http.get(&url).send().await.expect("answers");
            match client.body(answer, 100_000).await {
                Ok(body) => assert!(fits && body.len() == bytes, "{bytes}"),
                Err(HttpError::Answer { reason, .. }) => {
                    assert!(!fits && reason.contains("at most 100000 bytes"), "{reason}");
                }
                Err(error) => panic!("{bytes}: {error}"),
            }
        }
    }
}
