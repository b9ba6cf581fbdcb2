//! Who may act for an account: a key policy with thresholds per scope.

use crate::PublicKey;
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};
use core::fmt;

/// What a key of an account may do: a set of flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Scopes(pub u8);

impl Scopes {
    /// May start a transaction (the maker).
    pub const INITIATE: Self = Self(1);
    /// May approve a transaction (the checker).
    pub const APPROVE: Self = Self(2);
    /// May change the account's key policy.
    pub const ADMIN: Self = Self(4);
    /// All of them.
    pub const ALL: Self = Self(7);

    /// Whether every flag of `other` is in this set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// This set and `other` together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// One key of a policy.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct KeyEntry {
    /// The key.
    pub public_key: PublicKey,
    /// What it may do.
    pub scopes: Scopes,
}

/// An account's keys and how many of them must sign.
///
/// A transaction needs one signature by a key with [`Scopes::INITIATE`] and signatures by
/// `approvals_required` distinct keys with [`Scopes::APPROVE`]; a key that holds both scopes counts
/// for both. A change of the policy needs `admins_required` distinct keys with [`Scopes::ADMIN`]
/// instead. Keys are sorted and distinct, at most [`KeyPolicy::KEYS_MAX`].
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct KeyPolicy {
    /// The keys, in ascending order.
    pub keys: Vec<KeyEntry>,
    /// Distinct approving keys that a transaction needs, at least 1.
    pub approvals_required: u8,
    /// Distinct admin keys that a change of policy needs, at least 1.
    pub admins_required: u8,
}

/// Why a key policy is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = false)]
pub enum KeyPolicyError {
    /// No key, or more than [`KeyPolicy::KEYS_MAX`].
    KeyCount,
    /// Keys are not in ascending order, or one stands twice.
    KeyOrder,
    /// A key has no scope, or flags that do not exist.
    KeyScopes,
    /// A key is not a compressed secp256k1 key.
    KeyEncoding,
    /// No key may initiate.
    NoInitiator,
    /// `approvals_required` is zero or more than there are approving keys.
    ApprovalsRequired,
    /// `admins_required` is zero or more than there are admin keys.
    AdminsRequired,
}

impl fmt::Display for KeyPolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KeyCount => "expected 1 to 32 keys",
            Self::KeyOrder => "expected keys in ascending order, each once",
            Self::KeyScopes => "expected each key to hold initiate, approve or admin",
            Self::KeyEncoding => "expected compressed secp256k1 keys (33 bytes, the first 2 or 3)",
            Self::NoInitiator => "expected at least one key that may initiate",
            Self::ApprovalsRequired => {
                "expected 1 to as many approvals as there are approving keys"
            }
            Self::AdminsRequired => "expected 1 to as many admins as there are admin keys",
        })
    }
}

impl core::error::Error for KeyPolicyError {}

impl KeyPolicy {
    /// The most keys a policy may have.
    pub const KEYS_MAX: usize = 32;

    /// One key that may do everything.
    pub fn single(public_key: PublicKey) -> Self {
        let keys = [KeyEntry { public_key, scopes: Scopes::ALL }].into();
        Self { keys, approvals_required: 1, admins_required: 1 }
    }

    /// Checks the policy's own rules.
    pub fn check(&self) -> Result<(), KeyPolicyError> {
        if self.keys.is_empty() || self.keys.len() > Self::KEYS_MAX {
            return Err(KeyPolicyError::KeyCount);
        }
        if !self.keys.is_sorted_by(|a, b| a.public_key < b.public_key) {
            return Err(KeyPolicyError::KeyOrder);
        }
        if !self.keys.iter().all(|key| key.public_key.is_compressed()) {
            return Err(KeyPolicyError::KeyEncoding);
        }
        if self.keys.iter().any(|key| key.scopes.0 == 0 || key.scopes.0 > Scopes::ALL.0) {
            return Err(KeyPolicyError::KeyScopes);
        }
        if self.count(Scopes::INITIATE) == 0 {
            return Err(KeyPolicyError::NoInitiator);
        }
        if !(1..=self.count(Scopes::APPROVE)).contains(&usize::from(self.approvals_required)) {
            return Err(KeyPolicyError::ApprovalsRequired);
        }
        if !(1..=self.count(Scopes::ADMIN)).contains(&usize::from(self.admins_required)) {
            return Err(KeyPolicyError::AdminsRequired);
        }
        Ok(())
    }

    /// Whether `signers` (distinct keys whose signatures verified) may submit a transaction.
    pub fn authorizes(&self, signers: &[PublicKey]) -> bool {
        self.signed_by(signers, Scopes::INITIATE) >= 1
            && self.signed_by(signers, Scopes::APPROVE) >= usize::from(self.approvals_required)
    }

    /// Whether `signers` may change this policy.
    pub fn authorizes_admin(&self, signers: &[PublicKey]) -> bool {
        self.signed_by(signers, Scopes::ADMIN) >= usize::from(self.admins_required)
    }

    fn count(&self, scope: Scopes) -> usize {
        self.keys.iter().filter(|key| key.scopes.contains(scope)).count()
    }

    fn signed_by(&self, signers: &[PublicKey], scope: Scopes) -> usize {
        let counts =
            |key: &&KeyEntry| key.scopes.contains(scope) && signers.contains(&key.public_key);
        self.keys.iter().filter(counts).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn key_of(byte: u8) -> PublicKey {
        let mut bytes = [byte; 33];
        bytes[0] = 2;
        PublicKey(bytes)
    }

    fn key(byte: u8, scopes: Scopes) -> KeyEntry {
        KeyEntry { public_key: key_of(byte), scopes }
    }

    #[test]
    fn four_eyes_need_a_maker_and_a_second_checker() {
        let policy = KeyPolicy {
            keys: vec![
                key(1, Scopes::INITIATE),
                key(2, Scopes::APPROVE),
                key(3, Scopes::APPROVE.with(Scopes::ADMIN)),
            ],
            approvals_required: 1,
            admins_required: 1,
        };
        assert_eq!(policy.check(), Ok(()));
        let [maker, checker, admin] = [1, 2, 3].map(key_of);
        assert!(!policy.authorizes(&[maker]));
        assert!(!policy.authorizes(&[checker, admin]));
        assert!(policy.authorizes(&[maker, checker]));
        assert!(policy.authorizes_admin(&[admin]));
        assert!(!policy.authorizes_admin(&[maker, checker]));
    }

    #[test]
    fn each_rule_refuses_by_name() {
        let good = KeyPolicy::single(PublicKey([2; 33]));
        let with = |change: fn(&mut KeyPolicy)| {
            let mut policy = good.clone();
            change(&mut policy);
            policy.check()
        };
        assert_eq!(with(|p| p.keys.clear()), Err(KeyPolicyError::KeyCount));
        assert_eq!(with(|p| p.keys.push(p.keys[0].clone())), Err(KeyPolicyError::KeyOrder));
        assert_eq!(with(|p| p.keys[0].public_key.0[0] = 5), Err(KeyPolicyError::KeyEncoding));
        assert_eq!(with(|p| p.keys[0].scopes = Scopes(8)), Err(KeyPolicyError::KeyScopes));
        assert_eq!(with(|p| p.keys[0].scopes = Scopes(6)), Err(KeyPolicyError::NoInitiator));
        assert_eq!(with(|p| p.approvals_required = 2), Err(KeyPolicyError::ApprovalsRequired));
        assert_eq!(with(|p| p.admins_required = 0), Err(KeyPolicyError::AdminsRequired));
    }
}
