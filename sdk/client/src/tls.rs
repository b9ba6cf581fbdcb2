//! Whom a client trusts to be its node, and who it says it is itself.

use reqwest::{Certificate, ClientBuilder, Identity};
use thiserror::Error;

/// Why certificates cannot be used.
#[derive(Debug, Error)]
pub enum TlsError {
    /// No certificate is in the text.
    #[error("expected certificates of authorities in PEM, got none")]
    NoAuthority,
    /// They cannot be read.
    #[error("expected certificates in PEM, and with one's own its private key: {0}")]
    Pem(#[source] reqwest::Error),
}

/// What a client's TLS needs beyond the system's authorities.
#[derive(Clone, Debug, Default)]
pub struct ClientTls {
    authorities: Vec<Certificate>,
    identity: Option<Identity>,
}

impl ClientTls {
    /// Trusts nodes whose certificates come from these authorities, in PEM, and no others.
    ///
    /// # Errors
    /// [`TlsError`] for a text without certificates.
    pub fn trusting(mut self, authorities: &[u8]) -> Result<Self, TlsError> {
        self.authorities = Certificate::from_pem_bundle(authorities).map_err(TlsError::Pem)?;
        if self.authorities.is_empty() { Err(TlsError::NoAuthority) } else { Ok(self) }
    }

    /// Shows nodes that ask for it a certificate: in PEM, with those up to its authority and its
    /// private key.
    ///
    /// # Errors
    /// [`TlsError`] for a text without a certificate or without a key.
    pub fn identified(mut self, certificate_and_key: &[u8]) -> Result<Self, TlsError> {
        self.identity = Some(Identity::from_pem(certificate_and_key).map_err(TlsError::Pem)?);
        Ok(self)
    }

    pub(crate) fn apply(&self, mut builder: ClientBuilder) -> ClientBuilder {
        if !self.authorities.is_empty() {
            builder = builder.tls_certs_only(self.authorities.iter().cloned());
        }
        match &self.identity {
            Some(identity) => builder.identity(identity.clone()),
            None => builder,
        }
    }
}
