//! Addresses of accounts and of contract instances.

use crate::{ChainId, Domain, Hash};
use alloc::string::String;
use borsh::{BorshDeserialize, BorshSerialize};
use core::fmt;

/// An account or a contract instance: 32 bytes, derived once and independent of any key, so that
/// keys can be rotated. Its text form is bech32m with the prefix `tnr`.
#[derive(
    Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub struct Address(pub [u8; 32]);

impl Address {
    /// The ledger itself: owner of accounts, code, parameters and validators in the state.
    pub const SYSTEM: Self = Self([0; 32]);

    /// The address of an account created by `creator` with `label` (unique per creator).
    pub fn of_account(chain_id: &ChainId, creator: &Address, label: &str) -> Self {
        Self(Domain::Account.hash(&(chain_id, creator, label)).0)
    }

    /// The address of an instance created by `creator` with `label` (unique per creator).
    pub fn of_instance(chain_id: &ChainId, creator: &Address, label: &str) -> Self {
        Self(Domain::Instance.hash(&(chain_id, creator, label)).0)
    }

    /// The address's bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether `label` may name an account or an instance: 1 to 64 bytes of `a-z 0-9 - . _`.
    pub fn is_label(label: &str) -> bool {
        (1..=64).contains(&label.len())
            && label.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_'))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", Hash(self.0))
    }
}

impl AsRef<[u8]> for Address {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A label as the formats carry it.
pub(crate) type Label = String;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_and_instances_never_share_an_address() {
        let chain = ChainId::new("tenor-test").expect("valid");
        assert_ne!(
            Address::of_account(&chain, &Address::SYSTEM, "cash"),
            Address::of_instance(&chain, &Address::SYSTEM, "cash")
        );
    }

    #[test]
    fn labels_are_bounded_ascii() {
        assert!(Address::is_label("bond.xs1234567890"));
        assert!(!Address::is_label(""));
        assert!(!Address::is_label("Größe"));
        assert!(!Address::is_label(&"a".repeat(65)));
    }
}
