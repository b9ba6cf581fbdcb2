//! The JSON of the node's API, shared by server and clients; `docs/api.md` lists the calls.
//!
//! Addresses are bech32m, hashes, keys and byte strings hex with `0x`, instants RFC 3339 in UTC,
//! amounts and gas decimal strings. Heights, nonces and counts are JSON numbers: they count things
//! and stay below 2^53.

mod account;
mod block;
mod contract;
mod cursor;
mod encoding;
mod error_code;
mod event;
mod problem;
mod proof;
mod receipt;
mod status;
mod trace;
mod transaction;

pub use account::{AccountView, LaneView};
pub use block::{BlockView, CertificateView, CommitSignatureView, HeaderView, ValidatorView};
pub use contract::{
    AtHeight, CodeView, InstanceFilter, InstancePage, InstanceView, QueryRequest, QueryResponse,
};
pub use cursor::{BlockTag, CursorError, EventCursor, InstanceCursor, LedgerTag};
pub use encoding::{DecimalText, HexBytes, HexError, decimal};
pub use error_code::{ErrorClass, ErrorCode};
pub use event::{
    EventFilter, EventPage, EventParameters, EventStart, EventStreamParameters, ReaderRole,
    SequencedEvent,
};
pub use problem::Problem;
pub use proof::{
    ClaimView, EntryView, MapProofParameters, MapView, ProofParameters, ProofRequest, ProofView,
    ProvedValueView, StorageKeyView,
};
pub use receipt::{EventView, PartialReceipt, ReceiptView, StatusView};
pub use status::{MempoolView, NodeStatus, SetTimeRequest, SetTimeResponse};
pub use trace::{
    CallView, ChangeView, EndView, EventTraceView, GasView, HostView, MessageTraceView, PlaceView,
    RefusalView, SourceView, StepView, TraceView, ValueView,
};
pub use transaction::{
    KeyPolicyView, KeyView, MessageView, Progress, SignatureView, SimulateRequest,
    SimulateResponse, SubmitParameters, SubmitRequest, SubmitResponse, TransactionStatusView,
    TransactionView, Wait, WaitFor,
};
