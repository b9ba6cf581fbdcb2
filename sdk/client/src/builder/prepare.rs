//! Filling in what the ledger knows: its name, its time, the next nonce.

use crate::{HttpClient, HttpError};
use tenor_primitives::{Address, ClientRef, Message, TransactionBody, VALID_FOR_MAX_MS};

/// How long a transaction is valid unless asked otherwise: ten minutes of ledger time.
pub const VALID_FOR_DEFAULT_MS: u64 = 10 * 60 * 1000;

/// What a person decides about a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionRequest {
    /// The account that acts.
    pub sender: Address,
    /// What it does, all or nothing.
    pub messages: Vec<Message>,
    /// The nonce lane.
    pub lane: u8,
    /// The sender's own reference.
    pub client_ref: Option<ClientRef>,
    /// The most gas; the ledger's maximum when absent.
    pub gas_limit: Option<u64>,
    /// How long it is valid, in milliseconds of ledger time, at most a day.
    pub valid_for_ms: u64,
}

impl TransactionRequest {
    /// A request on lane 0, valid for ten minutes.
    pub fn new(sender: Address, messages: Vec<Message>) -> Self {
        Self {
            sender,
            messages,
            lane: 0,
            client_ref: None,
            gas_limit: None,
            valid_for_ms: VALID_FOR_DEFAULT_MS,
        }
    }
}

/// The body to sign: asks the node for the ledger's name and time and for the lane's next nonce.
pub async fn prepare(
    client: &HttpClient,
    request: TransactionRequest,
) -> Result<TransactionBody, HttpError> {
    let status = client.status().await?;
    let account = client.account(&request.sender).await?;
    let valid_for_ms = request.valid_for_ms.min(VALID_FOR_MAX_MS);
    let unix_ms = status.time.unix_ms.saturating_add(valid_for_ms);
    Ok(TransactionBody {
        version: TransactionBody::VERSION,
        chain_id: status.chain_id,
        sender: request.sender,
        lane: request.lane,
        nonce: account.next_nonce(request.lane),
        valid_until: tenor_primitives::Timestamp { unix_ms },
        client_ref: request.client_ref,
        gas_limit: request.gas_limit.unwrap_or(status.transaction_gas_max),
        messages: request.messages,
    })
}
