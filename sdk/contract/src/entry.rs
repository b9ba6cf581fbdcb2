//! From an entry point to the author's function and back.

use crate::host::Host;
use crate::{Context, QueryContext};
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_abi::codec::{decode, encode};
use tenor_abi::failure::{Failure, INPUT_MALFORMED};

/// An encoded result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response(pub tenor_abi::Bytes);

impl Response {
    /// The encoding of `value`, which must be of the type that the function's `#[returns]` names.
    pub fn of<T: BorshSerialize + ?Sized>(value: &T) -> Self {
        Self(encode(value))
    }
}

/// A successful answer: `value`, encoded. Unit is the empty answer.
pub fn reply<T: BorshSerialize>(value: T) -> crate::Result<Response> {
    Ok(Response::of(&value))
}

fn input<M: BorshDeserialize>(host: &Host<'_>) -> Result<M, Failure> {
    decode(&host.input()).map_err(|_| Failure::of_code(INPUT_MALFORMED))
}

/// Runs an author's `instantiate` or `migrate`.
pub fn run_setup<M: BorshDeserialize, E: Into<Failure>>(
    host: Host<'_>,
    function: fn(&mut Context<'_>, M) -> Result<(), E>,
) -> Result<(), Failure> {
    let message = input(&host)?;
    function(&mut Context::new(host), message).map_err(Into::into)
}

/// Runs an author's `execute`.
pub fn run_execute<M: BorshDeserialize, E: Into<Failure>>(
    host: Host<'_>,
    function: fn(&mut Context<'_>, M) -> Result<Response, E>,
) -> Result<(), Failure> {
    let message = input(&host)?;
    let mut context = Context::new(host);
    let response = function(&mut context, message).map_err(Into::into)?;
    context.host().set_output(&response.0);
    Ok(())
}

/// Runs an author's `query`.
pub fn run_query<M: BorshDeserialize, E: Into<Failure>>(
    host: Host<'_>,
    function: fn(&QueryContext<'_>, M) -> Result<Response, E>,
) -> Result<(), Failure> {
    let message = input(&host)?;
    let context = QueryContext::new(host);
    let response = function(&context, message).map_err(Into::into)?;
    context.host().set_output(&response.0);
    Ok(())
}
