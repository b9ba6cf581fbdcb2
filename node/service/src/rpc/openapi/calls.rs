//! Every call of the API.

use super::super::{handlers, stream, transactions};
use super::call::Call;
use super::table::Table;
use super::{document, readable};
use crate::access::Access;
use tenor_client::api::{
    AccountView, AtHeight, BlockView, CodeView, ErrorCode as Code, EventCursor, EventPage,
    EventParameters, EventStreamParameters, HeaderView, InstanceFilter, InstancePage, InstanceView,
    MapProofParameters, NodeStatus, ProofParameters, ProofRequest, ProofView, QueryRequest,
    QueryResponse, ReceiptView, SetTimeRequest, SetTimeResponse, SimulateRequest, SimulateResponse,
    SubmitParameters, SubmitRequest, SubmitResponse, TraceView, TransactionStatusView,
};
use tenor_primitives::{Address, Hash};

/// Why a transaction may not enter a block.
const INVALID: &[Code] = &[
    Code::MalformedTransaction,
    Code::UnsupportedVersion,
    Code::WrongChain,
    Code::TransactionTooLarge,
    Code::MessageCount,
    Code::SignatureCount,
    Code::InvalidSignature,
    Code::DuplicateSigner,
    Code::MissingRole,
    Code::StrangerSigner,
    Code::UnknownSender,
    Code::NotAuthorized,
    Code::InvalidLane,
    Code::StaleNonce,
    Code::EarlyNonce,
    Code::Expired,
    Code::ValidTooLong,
    Code::GasLimit,
    Code::ClientRefTaken,
    Code::BlockFull,
];

/// Why a node does not take a transaction now.
const NOT_TAKEN: &[Code] = &[
    Code::NonceTaken,
    Code::SenderQuota,
    Code::MempoolFull,
    Code::HandOver,
    Code::CodeRefused,
    Code::CodeNotCompiled,
    Code::Overloaded,
    Code::DiskFull,
    Code::ShuttingDown,
];

/// Why a question or a dry run is not answered now.
const BUSY: &[Code] = &[Code::Deadline, Code::Overloaded];

/// Why there is nothing to read behind a cursor of events.
const CURSOR: &[Code] = &[Code::HeightNotKept, Code::ForeignCursor, Code::CursorAhead];

/// The table.
pub(in crate::rpc) fn calls() -> Table {
    node_calls(state_calls(block_calls(transaction_calls(Table::default()))))
}

fn transaction_calls(table: Table) -> Table {
    let hash = "The transaction's hash";
    table
        .call(
            Call::post(
                Access::Everybody,
                "/v1/transactions",
                "Sends a signed transaction; sending it again is harmless",
            )
            .query::<SubmitParameters>()
            .takes_bytes()
            .takes::<SubmitRequest>()
            .gives::<SubmitResponse>(200, "Committed")
            .gives::<SubmitResponse>(202, "It waits still, also when the time is over")
            .or(INVALID)
            .or(NOT_TAKEN),
            transactions::submit,
        )
        .call(
            Call::post(
                Access::Declared,
                "/v1/transactions/simulate",
                "Tries an unsigned transaction on top of the head; nothing is kept",
            )
            .takes::<SimulateRequest>()
            .gives::<SimulateResponse>(200, "What it would do")
            .or(INVALID)
            .or(&[Code::ClientRefUsed, Code::UnapprovedDryRun, Code::HandOver])
            .or(BUSY),
            transactions::simulate,
        )
        .call(
            Call::get(
                Access::Declared,
                "/v1/transactions/{hash}",
                "A transaction, waiting or committed",
            )
            .segment::<Hash>("hash", hash)
            .gives::<TransactionStatusView>(200, "The transaction and where it stands")
            .gives_bytes(200, "The transaction; its borsh when Accept asks for raw bytes")
            .or(&[Code::UnknownTransaction]),
            transactions::transaction,
        )
        .call(
            Call::get(
                Access::Overseers,
                "/v1/transactions/{hash}/trace",
                "What a committed transaction did, step by step",
            )
            .segment::<Hash>("hash", hash)
            .gives::<TraceView>(200, "Its calls, events and changes")
            .or(&[Code::UnknownTransaction, Code::NotCommitted, Code::HeightNotKept])
            .or(BUSY),
            transactions::trace,
        )
        .call(
            Call::get(Access::Declared, "/v1/receipts/{hash}", "A committed transaction's receipt")
                .segment::<Hash>("hash", hash)
                .query::<transactions::ReceiptParameters>()
                .gives::<ReceiptView>(200, "The receipt")
                .or(&[Code::UnknownTransaction, Code::NotCommitted]),
            transactions::receipt,
        )
}

fn block_calls(table: Table) -> Table {
    let block = "The block's height, or 'latest'";
    table
        .call(
            Call::get(
                Access::Overseers,
                "/v1/blocks/{height}",
                "A block with its transactions and its votes",
            )
            .segment::<handlers::BlockSegment>("height", block)
            .gives::<BlockView>(200, "The block")
            .gives_bytes(200, "The block; its borsh when Accept asks for raw bytes")
            .or(&[Code::UnknownBlock, Code::Overloaded]),
            handlers::block,
        )
        .call(
            Call::get(Access::Everybody, "/v1/headers/{height}", "A block's header")
                .segment::<handlers::BlockSegment>("height", block)
                .gives::<HeaderView>(200, "The header")
                .or(&[Code::UnknownBlock]),
            handlers::header,
        )
        .call(
            Call::get(
                Access::Declared,
                "/v1/events",
                "A page of the ledger's events, in their one sequence",
            )
            .query::<EventParameters>()
            .gives::<EventPage>(200, "Events; reading on from 'next' misses and doubles none")
            .or(CURSOR),
            handlers::events,
        )
        .call(
            Call::get(
                Access::Declared,
                "/v1/events/stream",
                "The ledger's events as they come, one by one",
            )
            .query::<EventStreamParameters>()
            .header::<EventCursor>(
                stream::LAST_EVENT_ID,
                "The id of the last message, as clients by the standard send it",
            )
            .gives_text(200, "Server-sent events: SequencedEvent", "text/event-stream")
            .or(CURSOR)
            .or(&[Code::SlowReader, Code::Overloaded, Code::ShuttingDown]),
            stream::follow,
        )
}

fn state_calls(table: Table) -> Table {
    let proof = &[Code::NoCertificate, Code::HeightNotKept];
    table
        .call(
            Call::get(
                Access::Session,
                "/v1/accounts/{address}",
                "An account: its keys, roles and nonces",
            )
            .segment::<Address>("address", "The account")
            .query::<AtHeight>()
            .gives::<AccountView>(200, "The account")
            .or(&[Code::UnknownAccount, Code::HeightNotKept]),
            handlers::account,
        )
        .call(
            Call::get(Access::Session, "/v1/contracts/{address}", "An instance of a contract")
                .segment::<Address>("address", "The instance")
                .query::<AtHeight>()
                .gives::<InstanceView>(200, "The instance")
                .or(&[Code::UnknownContract, Code::HeightNotKept]),
            handlers::contract,
        )
        .call(
            Call::post(Access::Declared, "/v1/contracts/{address}/query", "Asks a contract")
                .segment::<Address>("address", "The instance")
                .takes::<QueryRequest>()
                .gives::<QueryResponse>(200, "Its answer")
                .or(&[Code::UnknownContract, Code::HeightNotKept])
                .or(&[Code::QueryFailed, Code::QueryHalted])
                .or(BUSY),
            handlers::query,
        )
        .call(
            Call::get(Access::Session, "/v1/code/{hash}", "What is known of uploaded code")
                .segment::<Hash>("hash", "Keccak-256 of the module as uploaded")
                .gives::<CodeView>(200, "The code's record")
                .or(&[Code::UnknownCode]),
            handlers::code,
        )
        .call(
            Call::get(Access::Session, "/v1/code/{hash}/spec", "The spec section of uploaded code")
                .segment::<Hash>("hash", "Keccak-256 of the module as uploaded")
                .gives_bytes(200, "The bytes of the section tenor.spec")
                .or(&[Code::UnknownCode, Code::NoSpec]),
            handlers::spec,
        )
        .call(
            Call::get(
                Access::Session,
                "/v1/instances",
                "A page of instances, in the order of their addresses",
            )
            .query::<InstanceFilter>()
            .gives::<InstancePage>(200, "Instances; the last page has no 'next'")
            .or(&[Code::HeightNotKept, Code::ForeignCursor]),
            handlers::instances,
        )
        .call(
            Call::get(
                Access::Declared,
                "/v1/state/proof",
                "A value, or its absence, with its proof",
            )
            .query::<ProofParameters>()
            .gives::<ProofView>(200, "The value with all that an offline check needs")
            .or(proof),
            handlers::proof,
        )
        .call(
            Call::post(Access::Declared, "/v1/state/proof", "Many values with one proof")
                .takes::<ProofRequest>()
                .gives::<ProofView>(200, "The values with all that an offline check needs")
                .or(proof)
                .or(&[Code::MapTooLarge, Code::Overloaded]),
            handlers::proof_of_many,
        )
        .call(
            Call::get(
                Access::Declared,
                "/v1/state/map",
                "All entries of a map, and the proof that there are no others",
            )
            .query::<MapProofParameters>()
            .gives::<ProofView>(200, "The entries with all that an offline check needs")
            .or(proof)
            .or(&[Code::MapTooLarge, Code::Overloaded]),
            handlers::proof_of_map,
        )
}

fn node_calls(table: Table) -> Table {
    table
        .call(
            Call::get(Access::Everybody, "/v1/status", "Where the node stands")
                .gives::<NodeStatus>(200, "Head, bounds, mempool, version"),
            handlers::status,
        )
        .call(
            Call::post(
                Access::Operators,
                "/v1/dev/time",
                "Moves ledger time forward, on ledgers that allow it",
            )
            .takes::<SetTimeRequest>()
            .gives::<SetTimeResponse>(200, "The block that carries the new time")
            .or(&[Code::ManualTimeDisabled, Code::TimeNotAhead, Code::ShuttingDown]),
            handlers::set_time,
        )
        .call(
            Call::get(Access::Everybody, "/openapi.json", "This description, as OpenAPI 3.1")
                .gives_json(200, "The document"),
            document,
        )
        .call(
            Call::get(Access::Everybody, "/openapi.html", "This description, as a page")
                .gives_text(200, "The page", "text/html"),
            readable,
        )
        .call(
            Call::get(Access::Everybody, "/livez", "Whether the process answers").gives_text(
                200,
                "It does",
                "text/plain",
            ),
            handlers::livez,
        )
        .call(
            Call::get(Access::Everybody, "/readyz", "Whether transactions are taken")
                .gives_text(200, "They are", "text/plain")
                .or(&[Code::ShuttingDown, Code::DiskFull]),
            handlers::readyz,
        )
}
