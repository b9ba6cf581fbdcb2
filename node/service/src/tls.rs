//! TLS of the API's listener: the node shows a certificate, and may ask its clients for theirs.

use crate::StartError;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use serde::{Deserialize, Serialize};
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// Files in PEM, read when the node starts. An empty path stands for none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TlsConfig {
    /// The node's certificate, then those between it and its authority. None: plain HTTP.
    pub certificate: PathBuf,
    /// The certificate's private key.
    pub key: PathBuf,
    /// The authorities of clients: who shows no certificate of theirs is not served. None: anyone
    /// may connect.
    pub client_authorities: PathBuf,
}

impl TlsConfig {
    /// The same, with paths that are relative to `directory`.
    #[must_use]
    pub fn below(&self, directory: &Path) -> Self {
        let at = |path: &Path| {
            if path.as_os_str().is_empty() { PathBuf::new() } else { directory.join(path) }
        };
        Self {
            certificate: at(&self.certificate),
            key: at(&self.key),
            client_authorities: at(&self.client_authorities),
        }
    }

    /// Whether the node can start with it: `false` for plain HTTP.
    ///
    /// # Errors
    /// [`StartError::Tls`]: files that cannot be used, or not together.
    pub fn check(&self) -> Result<bool, StartError> {
        Ok(self.acceptor()?.is_some())
    }

    /// What makes connections private; `None` for plain HTTP.
    pub(crate) fn acceptor(&self) -> Result<Option<TlsAcceptor>, StartError> {
        let (has_certificate, has_key) = (is_given(&self.certificate), is_given(&self.key));
        let asks_clients = is_given(&self.client_authorities);
        if has_certificate != has_key || (asks_clients && !has_certificate) {
            return Err(StartError::Tls {
                path: self.certificate.clone(),
                reason:
                    "expected a certificate with its key, and both where clients are asked for \
                         theirs; set node.tls.certificate and node.tls.key"
                        .into(),
            });
        }
        if !has_certificate {
            return Ok(None);
        }
        let config = self.server()?;
        Ok(Some(TlsAcceptor::from(Arc::new(config))))
    }

    fn server(&self) -> Result<ServerConfig, StartError> {
        let failed = |error: rustls::Error| wrong(&self.certificate, &error);
        let chain = certificates(&self.certificate)?;
        let key =
            PrivateKeyDer::from_pem_file(&self.key).map_err(|error| wrong(&self.key, &error))?;
        let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(failed)?;
        let builder = if is_given(&self.client_authorities) {
            builder.with_client_cert_verifier(self.clients()?)
        } else {
            builder.with_no_client_auth()
        };
        let mut config = builder.with_single_cert(chain, key).map_err(failed)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }

    fn clients(&self) -> Result<Arc<dyn rustls::server::danger::ClientCertVerifier>, StartError> {
        let path = &self.client_authorities;
        let mut roots = RootCertStore::empty();
        for authority in certificates(path)? {
            roots.add(authority).map_err(|error| wrong(path, &error))?;
        }
        let provider = Arc::new(default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        verifier.build().map_err(|error| wrong(path, &error))
    }
}

fn is_given(path: &Path) -> bool {
    !path.as_os_str().is_empty()
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, StartError> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(found) if found.is_empty() => Err(wrong(path, &pem::Error::NoItemsFound)),
        Ok(found) => Ok(found),
        Err(error) => Err(wrong(path, &error)),
    }
}

fn wrong(path: &Path, reason: &dyn Display) -> StartError {
    StartError::Tls { path: path.into(), reason: reason.to_string() }
}
