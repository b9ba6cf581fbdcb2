//! Who signs for a name: what `[signers.NAME]` of `config.toml` says, else a key of the keystore.

use super::context::passphrase;
use super::error::{CliError, CliResult};
use super::home::{Home, TlsSettings};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tenor_client::signer::{Pkcs11Key, Pkcs11Signer, RemoteSigner, Signer};
use tenor_primitives::PublicKey;

/// `[signers.NAME]` of `config.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum SignerSettings {
    /// A signing service.
    Remote {
        /// Its address: https, or http on this machine.
        url: String,
        /// The key that signs.
        public_key: PublicKey,
        /// Whom we trust to be the service, and who we are.
        #[serde(default)]
        tls: TlsSettings,
    },
    /// A hardware module.
    Pkcs11 {
        /// Its library.
        module: PathBuf,
        /// The token's label.
        token: String,
        /// The key's label.
        key: String,
    },
}

impl SignerSettings {
    /// What it is, for people.
    pub(crate) fn kind(&self) -> String {
        match self {
            Self::Remote { url, .. } => format!("signing service {url}"),
            Self::Pkcs11 { token, key, .. } => format!("PKCS#11 token {token}, key {key}"),
        }
    }
}

/// All that can sign here.
#[derive(Clone, Debug)]
pub(crate) struct Signers {
    home: Home,
    named: Arc<BTreeMap<String, SignerSettings>>,
    /// Those that were opened: one command asks for a passphrase once, whatever it signs.
    opened: Arc<Mutex<BTreeMap<String, Arc<dyn Signer>>>>,
}

impl Signers {
    pub(crate) fn new(home: Home, named: BTreeMap<String, SignerSettings>) -> Self {
        Self { home, named: Arc::new(named), opened: Arc::default() }
    }

    /// Those that are no keys of the keystore.
    pub(crate) fn named(&self) -> impl Iterator<Item = (&String, &SignerSettings)> {
        self.named.iter()
    }

    /// The signer of a name, with its passphrase or PIN from file, environment or terminal.
    pub(crate) fn open(&self, name: &str) -> CliResult<Arc<dyn Signer>> {
        // A map of whole entries: nothing panics while it is held.
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(signer) = opened.get(name) {
            return Ok(Arc::clone(signer));
        }
        let signer = self.open_new(name)?;
        opened.insert(name.into(), Arc::clone(&signer));
        Ok(signer)
    }

    fn open_new(&self, name: &str) -> CliResult<Arc<dyn Signer>> {
        match self.named.get(name) {
            None => {
                let asked = passphrase(&format!("Passphrase of key {name}: "))?;
                Ok(Arc::new(self.home.keystore().load(name, || asked.or_prompt())?))
            }
            Some(SignerSettings::Remote { url, public_key, tls }) => {
                Ok(Arc::new(RemoteSigner::new(url, &self.home.tls(tls)?, *public_key)?))
            }
            Some(SignerSettings::Pkcs11 { module, token, key }) => {
                let asked = passphrase(&format!("PIN of token {token}: "))?;
                let pin = asked.or_prompt().ok_or_else(|| {
                    let hint = "set TENOR_PASSPHRASE_FILE or use a terminal";
                    CliError::Usage(format!("expected the PIN of token {token}: {hint}"))
                })?;
                let (token, key) = (token.clone(), key.clone());
                let place = Pkcs11Key { module: module.clone(), token, key };
                Ok(Arc::new(Pkcs11Signer::open(place, &pin)?))
            }
        }
    }

    /// The public key of a name, without its secret where that is possible.
    pub(crate) fn public_key(&self, name: &str) -> CliResult<PublicKey> {
        match self.named.get(name) {
            None => self.home.keystore().info(name)?.public_key.ok_or_else(|| {
                CliError::Usage(format!(
                    "the file of key {name:?} was written by another tool and does not name its \
                     public key"
                ))
            }),
            Some(SignerSettings::Remote { public_key, .. }) => Ok(*public_key),
            Some(SignerSettings::Pkcs11 { .. }) => Ok(self.open(name)?.public_key()),
        }
    }
}
