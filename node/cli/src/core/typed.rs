//! Calls and questions in the types of the reference contracts' interfaces.

use super::context::Context;
use super::error::{CliError, CliResult};
use super::send::Sent;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_abi::codec::{decode, encode};
use tenor_client::HttpError;
use tenor_client::api::StatusView;
use tenor_primitives::{Address, ContractFailure, Message};

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
        match self.client.query(&contract, encode(question)).await {
            Ok(answer) => reply(&answer.output.0),
            Err(error) => Err(self.refused_question(error).await?),
        }
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
