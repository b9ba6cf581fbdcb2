//! TLS: who is let in, by certificates that the test makes.

use super::support::*;
use crate::{NodeConfig, NodeHandle, StartError, TlsConfig};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tenor_client::{ClientTls, HttpClient};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut parameters = CertificateParams::new(Vec::new()).expect("parameters");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    Authority::self_signed(parameters, KeyPair::generate().expect("a key")).expect("signs itself")
}

/// A certificate and its key in PEM.
fn certificate(authority: &Authority, name: &str) -> (String, String) {
    let key = KeyPair::generate().expect("a key");
    let parameters = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    let certificate = parameters.signed_by(&key, authority).expect("signed");
    (certificate.pem(), key.serialize_pem())
}

/// The files of a node for 127.0.0.1.
fn files(folder: &Path, authority: &Authority) -> TlsConfig {
    let (certificate, key) = certificate(authority, "127.0.0.1");
    fs::write(folder.join("node.pem"), certificate).expect("writes");
    fs::write(folder.join("node.key"), key).expect("writes");
    fs::write(folder.join("clients.pem"), authority.pem()).expect("writes");
    TlsConfig { certificate: "node.pem".into(), key: "node.key".into(), ..TlsConfig::default() }
}

async fn start_private(folder: &Path, tls: &TlsConfig) -> NodeHandle {
    try_start(folder, tls).await.expect("starts")
}

async fn try_start(folder: &Path, tls: &TlsConfig) -> Result<NodeHandle, StartError> {
    let mut config = NodeConfig { tls: tls.below(folder), ..config() };
    config.api.head_ms_max = 5_000;
    let engines = Arc::new(ScriptEngines);
    crate::Node::start(config, memory(), engines, genesis(), key("validator")).await
}

fn trusting(authority: &Authority) -> ClientTls {
    ClientTls::default().trusting(authority.pem().as_bytes()).expect("an authority")
}

async fn is_served(url: &str, tls: &ClientTls) -> bool {
    HttpClient::with_tls(url, tls).expect("valid").status().await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_is_trusted_by_its_authority_and_speaks_to_nobody_in_the_open() {
    let (folder, ours, other) = (TempDir::new().expect("a folder"), authority(), authority());
    let node = start_private(folder.path(), &files(folder.path(), &ours)).await;
    assert!(node.url().starts_with("https://"));
    assert!(is_served(&node.url(), &trusting(&ours)).await);
    assert!(!is_served(&node.url(), &trusting(&other)).await, "another authority");
    assert!(!is_served(&node.url(), &ClientTls::default()).await, "the system's authorities");
    let elsewhere = node.url().replace("127.0.0.1", "localhost");
    assert!(!is_served(&elsewhere, &trusting(&ours)).await, "a name that it has not");
    let open = node.url().replace("https", "http");
    assert!(!is_served(&open, &ClientTls::default()).await);
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_show_a_certificate_of_the_authority_that_is_asked_for() {
    let (folder, ours, other) = (TempDir::new().expect("a folder"), authority(), authority());
    let files = files(folder.path(), &ours);
    let tls = TlsConfig { client_authorities: "clients.pem".into(), ..files };
    let node = start_private(folder.path(), &tls).await;
    let shown = |authority: &Authority| {
        let (certificate, key) = certificate(authority, "custodian.example");
        trusting(&ours).identified((certificate + &key).as_bytes()).expect("an identity")
    };
    assert!(is_served(&node.url(), &shown(&ours)).await);
    assert!(!is_served(&node.url(), &trusting(&ours)).await, "none shown");
    assert!(!is_served(&node.url(), &shown(&other)).await, "another authority's");
    node.shutdown().await.expect("stops");
}

/// One that opens a connection and never begins, or never ends, the handshake.
#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_that_does_not_come_ends_in_time() {
    let (folder, ours) = (TempDir::new().expect("a folder"), authority());
    let node = start_private(folder.path(), &files(folder.path(), &ours)).await;
    let mut silent = TcpStream::connect(node.address()).await.expect("connects");
    let read = tokio::time::timeout(Duration::from_secs(30), silent.read(&mut [0; 16])).await;
    assert_eq!(read.expect("closed").unwrap_or(0), 0);
    assert!(is_served(&node.url(), &trusting(&ours)).await);
    node.shutdown().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_do_not_fit_keep_a_node_from_starting_by_name() {
    let (folder, ours) = (TempDir::new().expect("a folder"), authority());
    let good = files(folder.path(), &ours);
    fs::write(folder.path().join("empty.pem"), "").expect("writes");
    let (_, stranger) = certificate(&ours, "127.0.0.1");
    fs::write(folder.path().join("stranger.key"), stranger).expect("writes");
    for (wrong, says) in [
        (TlsConfig { certificate: "nowhere.pem".into(), ..good.clone() }, "nowhere.pem"),
        (TlsConfig { certificate: "empty.pem".into(), ..good.clone() }, "empty.pem"),
        (TlsConfig { key: "empty.pem".into(), ..good.clone() }, "empty.pem"),
        (TlsConfig { key: "stranger.key".into(), ..good.clone() }, "node.pem"),
        (TlsConfig { key: "".into(), ..good.clone() }, "with its key"),
        (TlsConfig { client_authorities: "empty.pem".into(), ..good.clone() }, "empty.pem"),
        (TlsConfig { client_authorities: "clients.pem".into(), ..TlsConfig::default() }, "both"),
    ] {
        let error = try_start(folder.path(), &wrong).await.expect_err(says).to_string();
        assert!(error.contains(says), "expected {says:?} in {error:?}");
    }
}
