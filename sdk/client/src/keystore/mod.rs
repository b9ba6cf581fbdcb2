//! Secret keys in files, one per name, encrypted with a passphrase.
//!
//! The format is Web3 Secret Storage version 3 (scrypt, AES-128-CTR, Keccak-256), which other tools
//! read too. A second kind of file holds no secret at all: a development key is derived from its
//! public name, so that anyone can use it. Nothing here ever prints a secret.

mod dev;
mod error;
mod passphrase;
mod store;
mod v3;
mod words;

pub use dev::dev_key;
pub use error::KeystoreError;
pub use passphrase::Passphrase;
pub use store::{KeyInfo, KeyKind, Keystore};
pub use v3::Strength;
pub use words::{PATH_DEFAULT, RecoveryWords};
