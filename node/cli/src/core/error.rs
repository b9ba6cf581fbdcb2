//! Why a command failed, and with which exit code.

use super::signals::Stop;
use std::any::Any;
use std::fmt::Display;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use tenor_client::builder::TransactionFileError;
use tenor_client::codec::{CodecError, FlagError};
use tenor_client::keystore::KeystoreError;
use tenor_client::signer::SignerError;
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
    Keystore(KeystoreError),
    /// Who signs.
    #[error("{0}")]
    Signer(#[from] SignerError),
    /// Transaction files.
    #[error("{0}")]
    TransactionFile(TransactionFileError),
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
    Proof(ProofFileError),
    /// A snapshot.
    #[error("{0}")]
    Snapshot(String),
    /// Something this machine lacks.
    #[error("{0}")]
    Machine(String),
    /// The node in this process.
    #[error("{0}")]
    Node(String),
    /// A module that breaks a rule of the ledger.
    #[error("{text}")]
    CodeRefused {
        /// The rule, the place, both sides.
        text: String,
        /// The same for programs.
        details: Box<serde_json::Value>,
    },
    /// A module that was not compiled within the limits.
    #[error("{0}")]
    CodeNotCompiled(String),
    /// Nobody reads standard output any more.
    #[error("standard output was closed")]
    Closed,
    /// A signal stopped the command before it was done.
    #[error("stopped by {}", .0.name())]
    Interrupted(Stop),
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
            Self::Http(HttpError::Refused(problem)) => problem.code.class().exit_code(),
            Self::Http(HttpError::Login(_)) => 7,
            Self::Http(_) => 5,
            Self::Pending(_) => 6,
            Self::Keystore(_)
            | Self::Signer(_)
            | Self::TransactionFile(_)
            | Self::File { .. }
            | Self::Snapshot(_) => 7,
            Self::Proof(_) => 8,
            Self::Machine(_) => 9,
            Self::Node(_) => 10,
            Self::CodeRefused { .. } => 11,
            Self::CodeNotCompiled(_) => 12,
            Self::Interrupted(stop) => stop.exit_code(),
            // What a process gets that SIGPIPE ends.
            Self::Closed => 141,
        }
    }

    /// A short stable name, for programs.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Internal(_) => "internal",
            Self::Usage(_) | Self::Codec(_) | Self::Flag(_) => "usage",
            Self::Unknown { .. } => "unknown",
            Self::Failed { .. } => "failed",
            Self::Http(HttpError::Refused(problem)) => problem.code.class().name(),
            Self::Http(HttpError::Login(_)) => "keys",
            Self::Http(_) => "unreachable",
            Self::Pending(_) => "pending",
            Self::Keystore(_) | Self::Signer(_) => "keys",
            Self::TransactionFile(_) | Self::File { .. } => "file",
            Self::Proof(_) => "proof",
            Self::Snapshot(_) => "snapshot",
            Self::Machine(_) => "machine",
            Self::Node(_) => "node",
            Self::CodeRefused { .. } => "code",
            Self::CodeNotCompiled(_) => "compiler",
            Self::Interrupted(_) => "interrupted",
            Self::Closed => "closed",
        }
    }

    /// A file that cannot be used, and why: what the system says of it is put into words.
    pub(crate) fn file<R: Display + Any>(path: impl Into<PathBuf>, reason: R) -> Self {
        let reason = match (&reason as &dyn Any).downcast_ref::<io::Error>() {
            Some(error) => words(error),
            None => reason.to_string(),
        };
        Self::File { path: path.into(), reason }
    }
}

/// What the system said of a file: what was expected, what was got, what to do.
fn words(error: &io::Error) -> String {
    let text = match error.kind() {
        ErrorKind::NotFound => "expected a file or folder here, got none; check the path",
        ErrorKind::PermissionDenied => {
            "expected permission to use it, got none; run as its owner, or let the owner permit it"
        }
        ErrorKind::IsADirectory => "expected a file, got a folder; give the path of a file in it",
        ErrorKind::NotADirectory => "expected a folder on the way, got a file; check the path",
        ErrorKind::AlreadyExists => "expected nothing here, got something; take another path",
        ErrorKind::InvalidData => "expected text in UTF-8, got other bytes; check the path",
        ErrorKind::StorageFull => "expected room on the disk, got none; free some and try again",
        _ => return format!("expected to read or write it, got: {error}"),
    };
    text.into()
}

impl From<KeystoreError> for CliError {
    fn from(error: KeystoreError) -> Self {
        match error {
            KeystoreError::Io { path, source } => Self::file(path, source),
            other => Self::Keystore(other),
        }
    }
}

impl From<TransactionFileError> for CliError {
    fn from(error: TransactionFileError) -> Self {
        match error {
            TransactionFileError::Io { path, source } => Self::file(path, source),
            TransactionFileError::Signer(error) => Self::Signer(error),
            other => Self::TransactionFile(other),
        }
    }
}

impl From<ProofFileError> for CliError {
    fn from(error: ProofFileError) -> Self {
        match error {
            ProofFileError::Io { path, source } => Self::file(path, source),
            other => Self::Proof(other),
        }
    }
}

/// What every command gives.
pub(crate) type CliResult<T> = Result<T, CliError>;
