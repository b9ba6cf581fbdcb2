//! A node around a ledger: what is let in, what waits, and the HTTP API in front of it.
//!
//! [`Node::start`] needs a store and engines, and knows neither RocksDB nor wasmtime. The service
//! layer offers every operation below HTTP; the API only translates.

mod accept;
mod access;
mod config;
mod engines;
mod error;
mod node;
mod operation;
mod pool;
mod problems;
mod rpc;
mod service;
#[cfg(test)]
mod tests;
mod tls;
pub mod traces;
mod workers;

pub use access::Reads;
pub use config::{ApiConfig, BlockConfig, MempoolConfig, NodeConfig, SettingError};
pub use engines::{CodeNotAdmitted, Engines};
pub use error::{NodeError, Rejected, StartError};
pub use node::{Node, NodeHandle};
pub use operation::LogControl;
pub use tenor_executor::trace::TransactionTrace;
pub use tenor_executor::{Genesis, GenesisAccount, SystemError, Vm};
pub use tenor_state::Database;
pub use tls::TlsConfig;
