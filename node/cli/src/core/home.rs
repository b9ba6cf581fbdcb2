//! The client's directory: settings, names of addresses and codes, keys, cached specs.
//!
//! `config.toml` holds the node's address and the usual sender; `aliases.toml` names addresses and
//! uploaded codes; `keys/` is the keystore. Everything in it can be written by hand.

use super::error::{CliError, CliResult};
use super::signers::SignerSettings;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tenor_client::ClientTls;
use tenor_client::keystore::Keystore;
use tenor_primitives::{Address, Hash};
use zeroize::Zeroizing;

/// `config.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// The node's address.
    pub(crate) url: Option<String>,
    /// The usual sender's name.
    pub(crate) r#as: Option<String>,
    /// The ledger's genesis file, relative to the client's directory: what contracts run is then
    /// proved up to its validators' votes instead of taken from the node.
    pub(crate) genesis: Option<PathBuf>,
    /// Folders with debug files of contracts, relative to the client's directory.
    pub(crate) debug: Vec<PathBuf>,
    /// Certificates for a node at an `https` address.
    pub(crate) tls: TlsSettings,
    /// Signers by name that are no keys of the keystore.
    pub(crate) signers: BTreeMap<String, SignerSettings>,
}

/// `[tls]` of `config.toml`: files in PEM, relative to the client's directory.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TlsSettings {
    /// The authorities that the node's certificate must come from, instead of the system's.
    authorities: Option<PathBuf>,
    /// A certificate of one's own, for nodes that ask for it.
    certificate: Option<PathBuf>,
    /// Its private key.
    key: Option<PathBuf>,
}

/// `aliases.toml`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Aliases {
    /// Names of accounts and instances.
    pub(crate) addresses: BTreeMap<String, Address>,
    /// Names of uploaded codes.
    pub(crate) codes: BTreeMap<String, Hash>,
}

/// The directory.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    directory: PathBuf,
}

impl Home {
    /// The client's directory: the one given, else `~/.tenor`.
    pub(crate) fn open(given: Option<&Path>) -> CliResult<Self> {
        let directory = match given {
            Some(directory) => directory.to_owned(),
            None => std::env::home_dir()
                .ok_or_else(|| CliError::Usage("no home directory; give --config DIR".into()))?
                .join(".tenor"),
        };
        Ok(Self { directory })
    }

    /// Where it is.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// What the settings say of TLS, read from its files.
    pub(crate) fn tls(&self, settings: &TlsSettings) -> CliResult<ClientTls> {
        let mut tls = ClientTls::default();
        if let Some(path) = &settings.authorities {
            let path = self.directory.join(path);
            let pem = std::fs::read(&path).map_err(|error| CliError::file(&path, error))?;
            tls = tls.trusting(&pem).map_err(|error| CliError::file(&path, error))?;
        }
        match (&settings.certificate, &settings.key) {
            (None, None) => Ok(tls),
            (Some(certificate), Some(key)) => {
                let path = self.directory.join(certificate);
                let read =
                    |path: &Path| std::fs::read(path).map_err(|error| CliError::file(path, error));
                let mut pem = Zeroizing::new(read(&path)?);
                pem.push(b'\n');
                pem.extend_from_slice(&Zeroizing::new(read(&self.directory.join(key))?));
                tls.identified(&pem).map_err(|error| CliError::file(&path, error))
            }
            _ => Err(CliError::file(
                self.directory.join("config.toml"),
                "[tls]: expected a certificate with its key, got one of the two",
            )),
        }
    }

    /// The keys.
    pub(crate) fn keystore(&self) -> Keystore {
        Keystore::new(self.directory.join("keys"))
    }

    /// The settings; empty when there are none.
    pub(crate) fn settings(&self) -> CliResult<Settings> {
        self.read("config.toml")
    }

    /// The aliases; empty when there are none.
    pub(crate) fn aliases(&self) -> CliResult<Aliases> {
        self.read("aliases.toml")
    }

    /// Changes the aliases. The file is replaced as a whole.
    pub(crate) fn update_aliases(&self, change: impl FnOnce(&mut Aliases)) -> CliResult<()> {
        let mut aliases = self.aliases()?;
        change(&mut aliases);
        let text = toml::to_string(&aliases)
            .map_err(|error| CliError::Internal(format!("aliases do not encode: {error}")))?;
        self.write("aliases.toml", text.as_bytes())
    }

    /// A cached spec section; specs never change under their code hash.
    pub(crate) fn cached_spec(&self, code_hash: &Hash) -> Option<Vec<u8>> {
        std::fs::read(self.spec_path(code_hash)).ok()
    }

    /// Caches a spec section.
    pub(crate) fn cache_spec(&self, code_hash: &Hash, section: &[u8]) -> CliResult<()> {
        let path = self.spec_path(code_hash);
        let name = path.strip_prefix(&self.directory).unwrap_or(&path).to_owned();
        self.write(&name.to_string_lossy(), section)
    }

    fn spec_path(&self, code_hash: &Hash) -> PathBuf {
        self.directory.join("specs").join(format!("{code_hash:?}"))
    }

    fn read<T: Default + for<'de> Deserialize<'de>>(&self, name: &str) -> CliResult<T> {
        let path = self.directory.join(name);
        match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).map_err(|error| CliError::file(path, error)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(T::default()),
            Err(error) => Err(CliError::file(path, error)),
        }
    }

    fn write(&self, name: &str, bytes: &[u8]) -> CliResult<()> {
        let path = self.directory.join(name);
        let parent = path.parent().unwrap_or(&self.directory);
        let temporary = path.with_extension("new");
        std::fs::create_dir_all(parent)
            .and_then(|()| std::fs::write(&temporary, bytes))
            .and_then(|()| std::fs::rename(&temporary, &path))
            .map_err(|error| CliError::file(&path, error))
    }
}
