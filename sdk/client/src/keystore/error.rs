//! Why a key cannot be had.

use std::path::PathBuf;
use thiserror::Error;

/// A keystore's refusal.
#[derive(Debug, Error)]
pub enum KeystoreError {
    /// A name that cannot be a file's.
    #[error("expected a key name of 1 to 64 of a-z, 0-9, '-', '.', '_', got {name:?}")]
    Name {
        /// The name.
        name: String,
    },
    /// There is no such key.
    #[error("there is no key {name:?} in {directory}; make it with: tenor keys new {name}")]
    Missing {
        /// The name.
        name: String,
        /// Where it was looked for.
        directory: PathBuf,
    },
    /// There is one already.
    #[error("the key {name:?} exists already in {directory}; take another name")]
    Exists {
        /// The name.
        name: String,
        /// Where.
        directory: PathBuf,
    },
    /// The key is encrypted and no passphrase was given.
    #[error("the key {name:?} needs its passphrase; set TENOR_PASSPHRASE_FILE or TENOR_PASSPHRASE")]
    PassphraseNeeded {
        /// The name.
        name: String,
    },
    /// The passphrase is not the key's, or the file was changed.
    #[error("the passphrase does not open the key {name:?}")]
    WrongPassphrase {
        /// The name.
        name: String,
    },
    /// The passphrase is too short to encrypt with.
    #[error("expected a passphrase of at least {min} characters, got {got}")]
    WeakPassphrase {
        /// The fewest allowed.
        min: usize,
        /// How many were given.
        got: usize,
    },
    /// The file is not a key file.
    #[error("{path} is not a key file: {reason}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file asks for more work or memory than a keystore may.
    #[error("{path}: the key derivation asks for too much: {reason}")]
    TooExpensive {
        /// The file.
        path: PathBuf,
        /// What it asks for.
        reason: String,
    },
    /// Recovery words, or a path to one of their keys, that lead to no key.
    #[error("the recovery words lead to no key: {reason}")]
    Words {
        /// What is wrong, without the words.
        reason: String,
    },
    /// The machine gave no randomness.
    #[error("the system gave no randomness for a new key")]
    Randomness,
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}
