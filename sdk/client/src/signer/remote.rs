//! A signing service over HTTP; `docs/keys.md` has the protocol.

use super::{Signer, SignerError, Signing, Statement};
use crate::ClientTls;
use crate::api::HexBytes;
use reqwest::{Client, Response, Url};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::time::Duration;
use tenor_primitives::{Hash, PublicKey, Signature};

/// How long a service may take: somebody may have to agree first.
const PATIENCE: Duration = Duration::from_secs(120);
/// Bytes of an answer that are read.
const ANSWER_BYTES_MAX: usize = 4_096;

/// What a service is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignRequest {
    /// The key that is to sign.
    pub public_key: PublicKey,
    /// What is signed: `tenor/transaction/1` or `tenor/session/1`.
    pub purpose: String,
    /// Its borsh bytes. A service that decides reads them, and makes the hash itself.
    pub bytes: HexBytes,
    /// What is signed.
    pub hash: Hash,
}

/// What a service answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignResponse {
    /// ECDSA over the hash: r then s.
    pub signature: Signature,
}

/// A key that a service holds.
#[derive(Clone, Debug)]
pub struct RemoteSigner {
    url: Url,
    http: Client,
    public_key: PublicKey,
}

impl RemoteSigner {
    /// The key `public_key` at the service at `url`, which is known by `tls` and knows us by it.
    ///
    /// # Errors
    /// [`SignerError::Url`] for what is no address, and for plain HTTP to another machine.
    pub fn new(url: &str, tls: &ClientTls, public_key: PublicKey) -> Result<Self, SignerError> {
        let wrong = || SignerError::Url;
        let parsed: Url = url.parse().map_err(|_| wrong())?;
        if !is_private(&parsed) {
            return Err(wrong());
        }
        // The process's choice of cryptography for TLS; an error says that it has been made already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // A request to sign is for this service alone, wherever it points to.
        let http = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        let http = tls.apply(http).timeout(PATIENCE).build();
        let http = http.map_err(|error| service(&parsed, &error))?;
        Ok(Self { url: parsed, http, public_key })
    }

    async fn ask(&self, statement: &Statement) -> Result<Signature, SignerError> {
        let request = SignRequest {
            public_key: self.public_key,
            purpose: statement.purpose().into(),
            bytes: HexBytes(statement.bytes().to_vec()),
            hash: statement.hash(),
        };
        let answer = self.http.post(self.url.clone()).json(&request).send().await;
        let answer = answer.map_err(|error| service(&self.url, &error))?;
        let status = answer.status().as_u16();
        let body = self.body(answer).await?;
        if status != 200 {
            let reason = words(&body);
            return Err(SignerError::Refused { url: self.url.to_string(), status, reason });
        }
        let response: SignResponse =
            serde_json::from_slice(&body).map_err(|error| service(&self.url, &error))?;
        response.signature.normalized().map_err(|error| service(&self.url, &error))
    }

    async fn body(&self, mut answer: Response) -> Result<Vec<u8>, SignerError> {
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| service(&self.url, &error))? {
            if body.len().saturating_add(chunk.len()) > ANSWER_BYTES_MAX {
                let reason = format!("expected an answer of at most {ANSWER_BYTES_MAX} bytes");
                return Err(service(&self.url, &reason));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

impl Signer for RemoteSigner {
    fn public_key(&self) -> PublicKey {
        self.public_key
    }

    fn sign<'a>(&'a self, statement: &'a Statement) -> Signing<'a> {
        Box::pin(self.ask(statement))
    }
}

/// Whether nobody between can change what is to be signed.
fn is_private(url: &Url) -> bool {
    // A name could be made to stand for another machine.
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_local = host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    // A secret in an address would be shown with it.
    let is_plain = url.username().is_empty() && url.password().is_none();
    is_plain && (url.scheme() == "https" || (url.scheme() == "http" && is_local))
}

/// A refusal's words, fit for a terminal.
fn words(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    text.chars().filter(|character| !character.is_control()).take(300).collect()
}

fn service(url: &Url, reason: &dyn std::fmt::Display) -> SignerError {
    SignerError::Service { url: url.to_string(), reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signer::signed_by;
    use crate::{Session, keystore::dev_key};
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use tenor_primitives::{Address, Timestamp};

    fn statement() -> Statement {
        let (genesis_id, account) = (Hash([1; 32]), Address([2; 32]));
        let valid_until = Timestamp::from_unix_ms(3);
        Statement::session(&Session { genesis_id, account, valid_until })
    }

    /// A service that reads one request and answers with `answer`.
    fn service(
        answer: impl FnOnce(SignRequest) -> (u16, String) + Send + 'static,
    ) -> (String, std::thread::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/keys/alice", listener.local_addr().expect("bound"));
        let serving = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a request");
            let (mut got, mut chunk) = (Vec::new(), [0; 4_096]);
            let body = loop {
                let read = stream.read(&mut chunk).expect("reads");
                got.extend_from_slice(&chunk[..read]);
                let text = String::from_utf8_lossy(&got);
                let Some((_, body)) = text.split_once("\r\n\r\n") else { continue };
                if let Ok(request) = serde_json::from_str::<SignRequest>(body) {
                    break request;
                }
            };
            let (status, text) = answer(body);
            let head = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\n\r\n", text.len());
            // Whoever has read enough hangs up.
            let _ = stream.write_all((head + &text).as_bytes());
        });
        (url, serving)
    }

    async fn ask(
        answer: impl FnOnce(SignRequest) -> (u16, String) + Send + 'static,
    ) -> Result<(), SignerError> {
        let (url, serving) = service(answer);
        let key = dev_key("alice").public_key();
        let signer = RemoteSigner::new(&url, &ClientTls::default(), key).expect("an address");
        let signed = signed_by(&signer, &statement()).await;
        serving.join().expect("served");
        signed.map(|_| ())
    }

    fn by(name: &str, hash: &Hash) -> String {
        let signature = dev_key(name).sign(hash);
        serde_json::to_string(&SignResponse { signature }).expect("encodes")
    }

    #[tokio::test]
    async fn a_service_is_told_what_it_signs_and_its_signature_is_checked() {
        let told = |request: SignRequest| {
            assert_eq!(request.public_key, dev_key("alice").public_key());
            assert_eq!(request.purpose, "tenor/session/1");
            let session: Session = borsh::from_slice(&request.bytes.0).expect("a session");
            assert_eq!(session.hash(), request.hash, "it can be read, not only signed");
            (200, by("alice", &request.hash))
        };
        ask(told).await.expect("signs");
        let another = ask(|request| (200, by("bob", &request.hash))).await;
        assert!(matches!(another, Err(SignerError::WrongSignature { .. })), "{another:?}");
        let other_hash = ask(|_| (200, by("alice", &Hash([9; 32])))).await;
        assert!(matches!(other_hash, Err(SignerError::WrongSignature { .. })), "{other_hash:?}");
    }

    #[tokio::test]
    async fn answers_that_are_none_are_errors_with_a_name() {
        let refused = ask(|_| (403, "not on \u{1b}[31ma Sunday\n".into())).await;
        let refused = refused.expect_err("refused").to_string();
        assert!(refused.ends_with("refused with 403: not on [31ma Sunday"), "{refused}");
        for answer in ["", "{}", r#"{"signature": "0x00"}"#, &"x".repeat(10_000)] {
            let answer = answer.to_owned();
            let error = ask(move |_| (200, answer)).await.expect_err("no signature");
            assert!(matches!(error, SignerError::Service { .. }), "{error}");
        }
        let elsewhere = ask(|_| (307, String::new())).await;
        assert!(matches!(elsewhere, Err(SignerError::Refused { status: 307, .. })));
    }

    #[test]
    fn what_is_to_be_signed_goes_no_open_way() {
        let key = dev_key("alice").public_key();
        for (url, is_taken) in [
            ("https://signer.example/keys/alice", true),
            ("http://127.0.0.1:9/", true),
            ("http://[::1]:9/", true),
            ("http://10.0.0.1/", false),
            ("http://localhost/", false),
            ("http://127.0.0.1.signer.example/", false),
            ("https://desk:secret@signer.example/", false),
            ("ftp://127.0.0.1/", false),
            ("signer", false),
        ] {
            let made = RemoteSigner::new(url, &ClientTls::default(), key);
            assert_eq!(made.is_ok(), is_taken, "{url}");
        }
    }
}
