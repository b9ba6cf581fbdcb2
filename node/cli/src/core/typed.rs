//! Calls and questions in the types of the reference contracts' interfaces.

use super::context::Context;
use super::error::{CliError, CliResult};
use super::send::Sent;
use borsh::{BorshDeserialize, BorshSerialize};
use std::time::Duration;
use tenor_abi::codec::{decode, encode};
use tenor_client::HttpError;
use tenor_client::api::{ErrorCode, QueryResponse, StatusView};
use tenor_primitives::{Address, ContractFailure, Message};

/// How often a busy node is asked.
const QUESTIONS_MAX: u32 = 5;
/// How long to wait before it is asked again.
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(200);

/// A message to `contract`.
pub(crate) fn message<M: BorshSerialize>(contract: Address, message: &M) -> Message {
    Message::Execute { contract, payload: encode(message) }
}

impl Context {
    /// Sends one message to a contract.
    pub(crate) async fn execute<M: BorshSerialize>(
        &self,
        contract: Address,
        body: &M,
    ) -> CliResult<Sent> {
        self.send(vec![message(contract, body)]).await
    }

    /// Asks a contract at the head.
    pub(crate) async fn ask<Q: BorshSerialize, T: BorshDeserialize>(
        &self,
        contract: Address,
        question: &Q,
    ) -> CliResult<T> {
        reply(&self.answer(&contract, &encode(question)).await?.output.0)
    }

    /// Asks a contract in bytes; a refusal is in the contract's own words.
    pub(crate) async fn answer(
        &self,
        contract: &Address,
        payload: &[u8],
    ) -> CliResult<QueryResponse> {
        match self.query(contract, payload).await {
            Ok(answer) => Ok(answer),
            Err(error) => Err(self.refused_question(error).await?),
        }
    }

    /// Asks what those who see everything may ask; where the node does not let the reader, asks it as
    /// the party of the contract that the reader may be.
    pub(crate) async fn ask_as_party<Q: BorshSerialize, T: BorshDeserialize>(
        &self,
        contract: Address,
        question: &Q,
        as_party: impl FnOnce(Address) -> Q,
    ) -> CliResult<T> {
        match self.query(&contract, &encode(question)).await {
            Ok(answer) => reply(&answer.output.0),
            Err(HttpError::Refused(problem)) if problem.code == ErrorCode::NotAReader => {
                let own = self.query(&contract, &encode(&as_party(self.sender()?))).await;
                // Whoever is no such party is told that it is not theirs to read.
                reply(&own.map_err(|_| HttpError::Refused(problem))?.output.0)
            }
            Err(error) => Err(self.refused_question(error).await?),
        }
    }

    /// Asks a contract in bytes; a node that is too busy to answer is asked again.
    pub(crate) async fn query(
        &self,
        contract: &Address,
        payload: &[u8],
    ) -> Result<QueryResponse, HttpError> {
        for _ in 1..QUESTIONS_MAX {
            match self.client.query(contract, payload.to_vec()).await {
                Err(HttpError::Refused(problem)) if problem.retryable => {
                    tokio::time::sleep(BETWEEN_QUESTIONS).await;
                }
                answer => return answer,
            }
        }
        self.client.query(contract, payload.to_vec()).await
    }

    /// Asks a contract that may have no answer, or not this question.
    pub(crate) async fn try_ask<Q: BorshSerialize, T: BorshDeserialize>(
        &self,
        contract: Address,
        question: &Q,
    ) -> Option<T> {
        let answer = self.query(&contract, &encode(question)).await.ok()?;
        decode(&answer.output.0).ok()
    }

    /// A contract's refusal of a question in its own words.
    async fn refused_question(&self, error: HttpError) -> CliResult<CliError> {
        let outcome = error.problem().and_then(|problem| problem.outcome.clone());
        let Some(StatusView::Reverted { contract, code, details, .. }) = outcome else {
            return Ok(error.into());
        };
        let failure = ContractFailure { contract, code, details: details.0 };
        let (text, details) = self.refusal(&failure).await?;
        Ok(CliError::Failed { text, details: Box::new(details) })
    }
}

/// A typed reply.
pub(crate) fn reply<T: BorshDeserialize>(output: &[u8]) -> CliResult<T> {
    decode(output).map_err(|error| {
        CliError::Internal(format!(
            "the contract replied with another type than this tool's interfaces: {error}; use a tool of its version"
        ))
    })
}
