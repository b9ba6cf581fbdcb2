//! Typed clients over HTTP: the same clients that contracts use among themselves.
//!
//! ```no_run
//! # use tenor_client::{HttpClient, RemoteCaller};
//! # use tenor_primitives::{Address, SigningKey};
//! # async fn example(
//! #     client: HttpClient, sender: Address, key: SigningKey, contract: Address,
//! # ) -> Result<(), tenor_client::CallerError> {
//! use tenor_abi::Caller as _;
//! let mut caller = RemoteCaller::new(client, sender, vec![key]);
//! let done = caller.execute::<u64>(contract, vec![0]).send().await?;
//! println!("returned {} in block {:?}", done.output, done.receipt.height);
//! # Ok(())
//! # }
//! ```

use crate::api::{Progress, ReceiptView, Wait};
use crate::builder::{TransactionRequest, prepare, sign};
use crate::{HttpClient, HttpError};
use borsh::BorshDeserialize;
use core::marker::PhantomData;
use tenor_abi::{Bytes, Caller, Malformed, Querier, codec};
use tenor_primitives::{Address, Hash, Message, SigningKey};
use thiserror::Error;

/// Why a typed call gave no result.
#[derive(Debug, Error)]
pub enum CallerError {
    /// The node could not be reached or refused.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The transaction was committed and failed; the receipt says how.
    #[error("the transaction {} failed: {:?}", .0.transaction_hash, .0.status)]
    Failed(Box<ReceiptView>),
    /// The transaction was accepted and not committed in time; ask for its receipt later.
    #[error("the transaction {0} is not committed yet; ask for its receipt later")]
    Pending(Hash),
    /// The reply is not of the type that the interface promises.
    #[error("the contract replied with another type: {0}")]
    Reply(#[from] Malformed),
}

/// An account that calls contracts through a node.
#[derive(Clone, Debug)]
pub struct RemoteCaller {
    client: HttpClient,
    sender: Address,
    keys: Vec<SigningKey>,
    wait: Wait,
}

impl RemoteCaller {
    /// A caller that acts for `sender` and signs with `keys`.
    pub fn new(client: HttpClient, sender: Address, keys: Vec<SigningKey>) -> Self {
        Self { client, sender, keys, wait: Wait::default() }
    }
}

/// A call that has not been sent yet.
#[derive(Debug)]
#[must_use = "nothing happens before send"]
pub struct RemoteCall<T> {
    caller: RemoteCaller,
    message: Message,
    output: PhantomData<fn() -> T>,
}

/// A call that took effect.
#[derive(Clone, Debug)]
pub struct Executed<T> {
    /// What the contract returned.
    pub output: T,
    /// The transaction's receipt.
    pub receipt: ReceiptView,
}

impl<T: BorshDeserialize> RemoteCall<T> {
    /// Signs and sends the call, and waits until its block is durable.
    pub async fn send(self) -> Result<Executed<T>, CallerError> {
        let Self { caller, message, .. } = self;
        let request = TransactionRequest::new(caller.sender, vec![message]);
        let body = prepare(&caller.client, request).await?;
        let answer = caller.client.submit(&sign(body, &caller.keys), caller.wait).await?;
        let receipt = match (answer.progress, answer.receipt) {
            (Progress::Committed, Some(receipt)) => receipt,
            _ => return Err(CallerError::Pending(answer.transaction_hash)),
        };
        if !receipt.is_success() {
            return Err(CallerError::Failed(Box::new(receipt)));
        }
        let output = receipt.output(0).ok_or(Malformed)?;
        Ok(Executed { output: codec::decode(output)?, receipt })
    }
}

impl Caller for RemoteCaller {
    type Reply<T: BorshDeserialize> = RemoteCall<T>;

    fn execute<T: BorshDeserialize>(&mut self, contract: Address, payload: Bytes) -> RemoteCall<T> {
        let message = Message::Execute { contract, payload };
        RemoteCall { caller: self.clone(), message, output: PhantomData }
    }
}

/// A question that has not been asked yet.
#[derive(Debug)]
#[must_use = "nothing is asked before send"]
pub struct RemoteQuery<T> {
    client: HttpClient,
    contract: Address,
    payload: Bytes,
    output: PhantomData<fn() -> T>,
}

impl<T: BorshDeserialize> RemoteQuery<T> {
    /// Asks, at the head.
    pub async fn send(self) -> Result<T, CallerError> {
        let answer = self.client.query(&self.contract, self.payload).await?;
        Ok(codec::decode(&answer.output.0)?)
    }
}

impl Querier for HttpClient {
    type Answer<T: BorshDeserialize> = RemoteQuery<T>;

    fn query<T: BorshDeserialize>(&self, contract: Address, payload: Bytes) -> RemoteQuery<T> {
        RemoteQuery { client: self.clone(), contract, payload, output: PhantomData }
    }
}
