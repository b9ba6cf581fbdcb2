//! How every ledger of a measurement begins.

use tenor_executor::{Genesis, GenesisAccount};
use tenor_primitives::{
    ChainId, KeyPolicy, Parameters, Role, Roles, SigningKey, Timestamp, ValidatorSet,
};

/// The time of block 0.
pub(crate) const START: Timestamp = Timestamp::from_unix_ms(1_767_340_800_000);

/// Two accounts of one key, which is the only validator's too: `owner`, who may do anything but upload,
/// and `deployer`, who uploads.
pub(crate) fn genesis(key: &SigningKey) -> Genesis {
    let account = |label: &str, roles: &[Role]| GenesisAccount {
        label: label.into(),
        policy: KeyPolicy::single(key.public_key()),
        roles: Roles::of(roles),
    };
    Genesis {
        chain_id: ChainId::new("tenor-bench").expect("a valid name"),
        time: START,
        parameters: Parameters::initial(),
        validators: ValidatorSet::solo(key.public_key()),
        accounts: vec![
            account("owner", &[Role::Operator, Role::Issuer, Role::Participant]),
            account("deployer", &[Role::Deployer]),
        ],
        manual_time: true,
    }
}
