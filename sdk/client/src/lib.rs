//! The client of a Tenor ledger: what a person types becomes signed bytes, and what comes back
//! becomes readable.
//!
//! [`api`] is the JSON of the node, [`HttpClient`] speaks it.
//! [`codec`] turns JSON into borsh and back by a contract's spec; [`builder`] fills in, signs and
//! passes on transactions; [`keystore`] keeps keys; [`RemoteCaller`] drives the typed clients of
//! [`interfaces`]; [`ProofFile`] is checked without a node; [`tree`] shows traces.

pub mod api;
pub mod builder;
mod caller;
pub mod codec;
mod event_stream;
mod http;
pub mod keystore;
mod position;
mod session;
pub mod signer;
mod tls;
pub mod tree;

pub use caller::{CallerError, Executed, RemoteCall, RemoteCaller, RemoteQuery};
pub use event_stream::EventStream;
pub use http::{BlockRef, HttpClient, HttpError};
pub use position::{
    CompleteMap, ContractProofs, ProofFile, ProofFileError, Proved, ProvedContract,
};
pub use session::{LoggingIn, Login, Session, SignedSession, TokenError};
pub use tenor_interfaces as interfaces;
pub use tenor_proof::KeyRange;
pub use tls::{ClientTls, TlsError};
