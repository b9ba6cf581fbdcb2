//! Who runs a command, against which node, with which names.

use super::args::GlobalArgs;
use super::error::{CliError, CliResult};
use super::home::{Aliases, Home};
use super::login::KeyLogin;
use super::progress::asking;
use super::report::Report;
use super::signers::Signers;
use std::path::PathBuf;
use std::sync::Arc;
use tenor_client::HttpClient;
use tenor_client::codec::Names;
use tenor_client::keystore::Passphrase;
use tenor_client::signer::Signer;
use tenor_primitives::{Address, Hash};

/// The node's address when nothing says otherwise.
pub(crate) const URL_DEFAULT: &str = "http://127.0.0.1:4600";

/// What a command works with.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) global: GlobalArgs,
    pub(crate) home: Home,
    /// Who can sign here.
    pub(crate) signers: Signers,
    pub(crate) client: HttpClient,
    /// The ledger's genesis file, if the settings name it.
    pub(crate) genesis: Option<PathBuf>,
    /// Folders with debug files of contracts that the settings name.
    pub(crate) debug: Vec<PathBuf>,
    aliases: Aliases,
}

impl Context {
    /// Reads settings and aliases. Flags and environment go before `config.toml`.
    pub(crate) fn new(mut global: GlobalArgs) -> CliResult<Self> {
        let home = Home::open(global.config.as_deref())?;
        let settings = home.settings()?;
        let url = global.url.clone().or(settings.url).unwrap_or_else(|| URL_DEFAULT.into());
        global.sender = global.sender.or(settings.r#as);
        let aliases = home.aliases()?;
        let genesis = settings.genesis.map(|genesis| home.directory().join(genesis));
        let debug = settings.debug.iter().map(|folder| home.directory().join(folder)).collect();
        let client = HttpClient::with_tls(&url, &home.tls(&settings.tls)?)?.at(global.height);
        let signers = Signers::new(home.clone(), settings.signers);
        let mut context = Self { client, genesis, debug, global, home, signers, aliases };
        context.log_in_when_asked();
        Ok(context)
    }

    /// Lets the client sign in as the sender, should the node want to know who reads.
    fn log_in_when_asked(&mut self) {
        let Some(name) = self.global.sender.clone() else { return };
        // Whoever stands for nothing is refused where it is used.
        let Ok(account) = self.address(&name) else { return };
        let key = self.global.keys.first().cloned().unwrap_or(name);
        let login = KeyLogin { signers: self.signers.clone(), key, account };
        self.client = self.client.with_login(Arc::new(login));
    }

    /// Whether an address of some ledger has a name here.
    pub(crate) fn knows_a_ledger(&self) -> bool {
        !self.aliases.addresses.is_empty()
    }

    /// The sender's name.
    pub(crate) fn sender_name(&self) -> CliResult<&str> {
        self.global.sender.as_deref().ok_or_else(|| {
            CliError::Usage("expected --as NAME (or TENOR_AS): who sends this?".into())
        })
    }

    /// The sender's address.
    pub(crate) fn sender(&self) -> CliResult<Address> {
        self.address(self.sender_name()?)
    }

    /// Who signs: those of `--key`, else the one named as the sender.
    pub(crate) fn signers(&self) -> CliResult<Vec<Arc<dyn Signer>>> {
        let named = &self.global.keys;
        let names =
            if named.is_empty() { vec![self.sender_name()?.to_owned()] } else { named.clone() };
        names.iter().map(|name| self.signers.open(name)).collect()
    }

    /// An address by name, or in full.
    pub(crate) fn address(&self, name: &str) -> CliResult<Address> {
        if let Some(address) = self.address_of(name) {
            return Ok(address);
        }
        name.parse().map_err(|_| CliError::Unknown {
            what: "the address",
            name: name.into(),
            hint: format!(
                "give one in full (tnr1…) or name it under [addresses] in {}",
                self.home.directory().join("aliases.toml").display()
            ),
        })
    }

    /// A code by name, or its hash.
    pub(crate) fn code(&self, name: &str) -> CliResult<Hash> {
        if let Some(hash) = self.aliases.codes.get(name) {
            return Ok(*hash);
        }
        name.parse().map_err(|_| CliError::Unknown {
            what: "the code",
            name: name.into(),
            hint: "upload it with: tenor contract upload, or give its hash".into(),
        })
    }

    /// The name of an address, or the address.
    pub(crate) fn name_of(&self, address: &Address) -> String {
        let known = self.aliases.addresses.iter().find(|(_, known)| *known == address);
        known.map_or_else(|| address.to_string(), |(name, _)| name.clone())
    }

    /// The name of a code, if it has one here.
    pub(crate) fn name_of_code(&self, code_hash: &Hash) -> Option<&str> {
        let mut codes = self.aliases.codes.iter();
        codes.find(|(_, known)| *known == code_hash).map(|(name, _)| name.as_str())
    }

    /// Names an address, in the file and from now on.
    fn set_alias(&mut self, name: &str, address: Address) -> CliResult<()> {
        self.aliases.addresses.insert(name.into(), address);
        self.home.update_aliases(|aliases| {
            aliases.addresses.insert(name.into(), address);
        })
    }

    /// Names what a committed transaction has made. It is there, whether or not its name can be kept.
    pub(crate) fn name_new(&mut self, name: &str, address: Address) -> Report {
        match self.set_alias(name, address) {
            Ok(()) => Report::new(),
            Err(error) => Report::new().line(format!("  {address} has no name here: {error}")),
        }
    }

    /// Names a code, in the file and from now on.
    pub(crate) fn set_code(&mut self, name: &str, code_hash: Hash) -> CliResult<()> {
        self.aliases.codes.insert(name.into(), code_hash);
        self.home.update_aliases(|aliases| {
            aliases.codes.insert(name.into(), code_hash);
        })
    }
}

impl Names for Context {
    fn address_of(&self, name: &str) -> Option<Address> {
        self.aliases.addresses.get(name).copied()
    }
}

/// Where a passphrase comes from.
pub(crate) struct PassphraseSource {
    given: Option<Passphrase>,
    prompt: String,
}

impl PassphraseSource {
    /// The passphrase given, else what a person types; `None` without a terminal.
    pub(crate) fn or_prompt(self) -> Option<Passphrase> {
        let ask = || rpassword::prompt_password(self.prompt).ok().map(Passphrase::new);
        self.given.or_else(|| asking(ask))
    }
}

/// A passphrase from `TENOR_PASSPHRASE_FILE` or `TENOR_PASSPHRASE`, or to be asked for. Never from
/// the command line, where others can read it.
pub(crate) fn passphrase(prompt: &str) -> CliResult<PassphraseSource> {
    let file = std::env::var_os("TENOR_PASSPHRASE_FILE").map(PathBuf::from);
    let given = match file {
        Some(file) => Some(Passphrase::from_file(&file)?),
        None => std::env::var("TENOR_PASSPHRASE").ok().map(Passphrase::new),
    };
    Ok(PassphraseSource { given, prompt: prompt.into() })
}
