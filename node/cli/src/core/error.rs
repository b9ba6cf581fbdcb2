//! Why a command failed, and with which exit code.

use std::path::PathBuf;
use tenor_client::builder::TransactionFileError;
use tenor_client::codec::{CodecError, FlagError};
use tenor_client::keystore::KeystoreError;
use tenor_client::{HttpError, ProofFileError};
use tenor_primitives::Hash;
use thiserror::Error;

/// A command's failure. Its text says what was expected, what was got and what to do.
#[derive(Debug, Error)]
pub(crate) enum CliError {
    /// Arguments that do not fit.
    #[error("{0}")]
    Usage(String),
    /// Arguments that do not fit a contract's spec.
    #[error("{0}")]
    Codec(#[from] CodecError),
    /// Flags that do not fit a contract's spec.
    #[error("{0}")]
    Flag(#[from] FlagError),
    /// A name that stands for nothing.
    #[error("{what} {name:?} is unknown; {hint}")]
    Unknown {
        /// What kind of thing.
        what: &'static str,
        /// The name.
        name: String,
        /// What to do.
        hint: String,
    },
    /// The ledger took the transaction and refused what it asks; nothing took effect.
    #[error("{text}")]
    Failed {
        /// Who refused and why, decoded by its spec.
        text: String,
        /// The same for programs.
        details: Box<serde_json::Value>,
    },
    /// The node.
    #[error("{0}")]
    Http(#[from] HttpError),
    /// Accepted, but not committed in time.
    #[error("transaction {0} is accepted but not committed yet; next: tenor tx wait {0}")]
    Pending(Hash),
    /// Keys.
    #[error("{0}")]
    Keystore(#[from] KeystoreError),
    /// Transaction files.
    #[error("{0}")]
    TransactionFile(#[from] TransactionFileError),
    /// A file.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A proof.
    #[error("{0}")]
    Proof(#[from] ProofFileError),
    /// Something this machine lacks.
    #[error("{0}")]
    Machine(String),
    /// The node in this process.
    #[error("{0}")]
    Node(String),
    /// Something that ought to hold and does not; a bug of ours or of the node.
    #[error("{0}")]
    Internal(String),
}

impl CliError {
    /// The process's exit code; `docs/cli.md` has the table.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Internal(_) => 1,
            Self::Usage(_) | Self::Codec(_) | Self::Flag(_) | Self::Unknown { .. } => 2,
            Self::Failed { .. } => 3,
            Self::Http(HttpError::Refused(_)) => 4,
            Self::Http(_) => 5,
            Self::Pending(_) => 6,
            Self::Keystore(_) | Self::TransactionFile(_) | Self::File { .. } => 7,
            Self::Proof(_) => 8,
            Self::Machine(_) => 9,
            Self::Node(_) => 10,
        }
    }

    /// A short stable name, for programs.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Internal(_) => "internal",
            Self::Usage(_) | Self::Codec(_) | Self::Flag(_) => "usage",
            Self::Unknown { .. } => "unknown",
            Self::Failed { .. } => "failed",
            Self::Http(HttpError::Refused(_)) => "refused",
            Self::Http(_) => "unreachable",
            Self::Pending(_) => "pending",
            Self::Keystore(_) => "keys",
            Self::TransactionFile(_) | Self::File { .. } => "file",
            Self::Proof(_) => "proof",
            Self::Machine(_) => "machine",
            Self::Node(_) => "node",
        }
    }

    /// A file that cannot be read or written.
    pub(crate) fn file(path: impl Into<PathBuf>, reason: impl ToString) -> Self {
        Self::File { path: path.into(), reason: reason.to_string() }
    }
}

/// What every command gives.
pub(crate) type CliResult<T> = Result<T, CliError>;
