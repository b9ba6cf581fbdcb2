//! Why a node does not start, stops, or does not take a transaction.

use crate::{CodeNotAdmitted, SettingError};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tenor_executor::InvalidTransaction;
use tenor_ledger::{DriverError, LedgerError};
use tenor_primitives::{Hash, PublicKey};
use thiserror::Error;

/// Why a node does not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// A setting is out of its bounds.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The ledger cannot be opened.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The driver cannot start, for instance because the key is not the validator's.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}; choose another address or stop who uses it")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A certificate, its key or the authorities of clients cannot be used.
    #[error("TLS: {path}: {reason}; expected certificates and keys in PEM")]
    Tls {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The system gave no threads.
    #[error("cannot start worker threads: {0}")]
    Threads(String),
}

/// Why a running node stops by itself. The process must exit with an error.
#[derive(Clone, Debug, Error)]
pub enum NodeError {
    /// The driver met a fatal error.
    #[error("the node stopped: {0}")]
    Driver(Arc<DriverError>),
}

/// Why a transaction is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Rejected {
    /// It cannot enter a block.
    #[error(transparent)]
    Invalid(#[from] InvalidTransaction),
    /// Another transaction with the same sender, lane and nonce waits.
    #[error("transaction {by} waits with nonce {nonce} in lane {lane}")]
    NonceTaken {
        /// The lane.
        lane: u8,
        /// The nonce.
        nonce: u64,
        /// Who waits.
        by: Hash,
    },
    /// The sender has too much waiting.
    #[error("{transactions} transactions of {bytes} bytes of this account wait")]
    SenderQuota {
        /// Its waiting transactions.
        transactions: usize,
        /// Their bytes.
        bytes: u64,
        /// The bound on transactions.
        transactions_max: usize,
        /// The bound on bytes.
        bytes_max: u64,
    },
    /// Too much waits in all.
    #[error("{transactions} transactions of {bytes} bytes wait")]
    Full {
        /// Waiting transactions.
        transactions: usize,
        /// Their bytes.
        bytes: u64,
    },
    /// It would take the ledger from the only node that makes its blocks.
    #[error("no node would make blocks after it: {key} alone does, without consensus")]
    HandOver {
        /// The key of this node, the only validator.
        key: PublicKey,
    },
    /// Its code is not let in.
    #[error(transparent)]
    Code(#[from] CodeNotAdmitted),
    /// Too many submissions wait to be checked.
    #[error("too many requests are being worked on")]
    Overloaded,
    /// The store's disk is nearly full.
    #[error("{free} bytes are free on the node's disk")]
    DiskFull {
        /// Bytes that are free.
        free: u64,
        /// Bytes that must be.
        min: u64,
    },
    /// The node stops.
    #[error("the node is stopping")]
    ShuttingDown,
    /// The node failed; the reason is in its log.
    #[error("the node failed while it worked on the request")]
    Failed,
}
