//! The genesis file: what a ledger starts from, as TOML.

use crate::core::{CliError, CliResult};
use serde::{Deserialize, Serialize};
use std::path::Path;
use tenor_client::api::KeyPolicyView;
use tenor_primitives::{
    ChainId, KeyPolicy, Parameters, PublicKey, Roles, Timestamp, Validator, ValidatorSet,
};
use tenor_service::{Genesis, GenesisAccount};

/// The file. Gas, limits and instrumentation are those of a new ledger; an operator changes them
/// by transaction.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GenesisFile {
    /// The ledger's name.
    pub(crate) chain_id: ChainId,
    /// The genesis block's time.
    pub(crate) time: Timestamp,
    /// Whether ledger time is moved by hand: development ledgers only.
    #[serde(default)]
    pub(crate) manual_time: bool,
    /// Who commits the first block.
    pub(crate) validators: Vec<ValidatorEntry>,
    /// The first accounts; at least one operator.
    pub(crate) accounts: Vec<AccountEntry>,
}

/// A validator.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ValidatorEntry {
    /// Its key.
    pub(crate) public_key: PublicKey,
    /// Its weight.
    pub(crate) power: u64,
}

/// An account.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountEntry {
    /// Its label.
    pub(crate) label: String,
    /// Its network roles.
    pub(crate) roles: Roles,
    /// Its keys.
    pub(crate) policy: KeyPolicyView,
}

impl AccountEntry {
    /// An account of one key.
    pub(crate) fn single(label: &str, roles: Roles, public_key: PublicKey) -> Self {
        let policy = KeyPolicyView::from(&KeyPolicy::single(public_key));
        Self { label: label.into(), roles, policy }
    }
}

impl GenesisFile {
    /// The genesis it describes.
    pub(crate) fn to_genesis(&self) -> Genesis {
        let mut validators: Vec<_> = self
            .validators
            .iter()
            .map(|entry| Validator { public_key: entry.public_key, power: entry.power })
            .collect();
        validators.sort_by_key(|validator| validator.public_key);
        Genesis {
            chain_id: self.chain_id.clone(),
            time: self.time,
            parameters: Parameters::initial(),
            validators: ValidatorSet { validators },
            accounts: self.accounts.iter().map(account).collect(),
            manual_time: self.manual_time,
        }
    }

    /// The file's text.
    pub(crate) fn to_toml(&self) -> CliResult<String> {
        toml::to_string(self)
            .map_err(|error| CliError::Internal(format!("genesis does not encode: {error}")))
    }
}

fn account(entry: &AccountEntry) -> GenesisAccount {
    GenesisAccount {
        label: entry.label.clone(),
        policy: KeyPolicy::from(&entry.policy),
        roles: entry.roles,
    }
}

/// The genesis in a file.
pub(crate) fn load(path: &Path) -> CliResult<Genesis> {
    let text = std::fs::read_to_string(path).map_err(|error| CliError::file(path, error))?;
    let file: GenesisFile = toml::from_str(&text).map_err(|error| CliError::file(path, error))?;
    Ok(file.to_genesis())
}
