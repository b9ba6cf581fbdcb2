//! Everything but transactions.

use super::access::Caller;
use super::extract::{JsonBody, Parameters, Segment, wants_binary};
use super::respond;
use crate::problems::ApiError;
use crate::service::Service;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use std::str::FromStr;
use std::sync::Arc;
use tenor_client::BlockRef;
use tenor_client::api::{
    AtHeight, BlockView, EventParameters, InstanceFilter, MapProofParameters, ProofParameters,
    ProofRequest, QueryRequest, SetTimeRequest,
};
use tenor_primitives::{Address, Hash, StorageKey};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

type Answer = Result<Response, ApiError>;

/// A height or `latest`.
pub(super) struct BlockSegment(BlockRef);

impl FromStr for BlockSegment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let height = || digits.then(|| text.parse().ok()).flatten();
        let block =
            if text == "latest" { Some(BlockRef::Latest) } else { height().map(BlockRef::At) };
        block.map(Self).ok_or("expected a height or 'latest'")
    }
}

impl PartialSchema for BlockSegment {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^(latest|[0-9]{1,20})$"))
            .description(Some("A height, or 'latest'"));
        Schema::from(object.build()).into()
    }
}

impl ToSchema for BlockSegment {}

pub(super) async fn block(
    State(service): State<Arc<Service>>,
    caller: Caller,
    Segment(BlockSegment(block)): Segment<BlockSegment>,
    headers: HeaderMap,
) -> Answer {
    // Whoever asks for what is not there waits for no place.
    let height = service.header(block).await?.height;
    let place = service.large_place(&caller.connection).await?;
    let found = service.block(BlockRef::At(height)).await?;
    if wants_binary(&headers) {
        let bytes = borsh::to_vec(&found).map_err(|error| ApiError::internal(&error))?;
        return Ok(respond::holding(place, respond::binary(bytes)));
    }
    let answer = respond::ok(&BlockView::new(&found.0, found.1.as_ref()))?;
    Ok(respond::holding(place, answer))
}

pub(super) async fn header(
    State(service): State<Arc<Service>>,
    Segment(BlockSegment(block)): Segment<BlockSegment>,
) -> Answer {
    respond::ok(&service.header(block).await?)
}

pub(super) async fn account(
    State(service): State<Arc<Service>>,
    Segment(address): Segment<Address>,
    Parameters(at): Parameters<AtHeight>,
) -> Answer {
    respond::ok(&service.account(address, at.height).await?)
}

pub(super) async fn contract(
    State(service): State<Arc<Service>>,
    Segment(address): Segment<Address>,
    Parameters(at): Parameters<AtHeight>,
) -> Answer {
    respond::ok(&service.instance(address, at.height).await?)
}

pub(super) async fn query(
    State(service): State<Arc<Service>>,
    caller: Caller,
    Segment(address): Segment<Address>,
    JsonBody(request): JsonBody<QueryRequest>,
) -> Answer {
    respond::ok(&service.query(caller.reader, address, request).await?)
}

pub(super) async fn code(
    State(service): State<Arc<Service>>,
    Segment(code_hash): Segment<Hash>,
) -> Answer {
    respond::ok(&service.code(code_hash).await?)
}

pub(super) async fn spec(
    State(service): State<Arc<Service>>,
    Segment(code_hash): Segment<Hash>,
) -> Answer {
    Ok(respond::binary(service.spec(code_hash).await?))
}

pub(super) async fn instances(
    State(service): State<Arc<Service>>,
    Parameters(filter): Parameters<InstanceFilter>,
) -> Answer {
    respond::ok(&service.instances(filter).await?)
}

pub(super) async fn proof(
    State(service): State<Arc<Service>>,
    caller: Caller,
    Parameters(asked): Parameters<ProofParameters>,
) -> Answer {
    let key = StorageKey::new(asked.contract, asked.namespace, asked.key.0);
    respond::ok(&service.prove(caller.reader, key, asked.height).await?)
}

pub(super) async fn proof_of_many(
    State(service): State<Arc<Service>>,
    caller: Caller,
    JsonBody(request): JsonBody<ProofRequest>,
) -> Answer {
    let asked = service.check_many(caller.reader, request).await?;
    let place = service.large_place(&caller.connection).await?;
    let answer = respond::ok(&service.prove_many(asked).await?)?;
    Ok(respond::holding(place, answer))
}

pub(super) async fn proof_of_map(
    State(service): State<Arc<Service>>,
    caller: Caller,
    Parameters(asked): Parameters<MapProofParameters>,
) -> Answer {
    service.check_map(caller.reader, asked.contract, asked.height).await?;
    let place = service.large_place(&caller.connection).await?;
    let answer = respond::ok(&service.prove_map(caller.reader, asked).await?)?;
    Ok(respond::holding(place, answer))
}

pub(super) async fn events(
    State(service): State<Arc<Service>>,
    caller: Caller,
    Parameters(parameters): Parameters<EventParameters>,
) -> Answer {
    respond::ok(&service.events(caller.token, parameters).await?)
}

pub(super) async fn status(State(service): State<Arc<Service>>) -> Answer {
    respond::ok(&service.status())
}

pub(super) async fn set_time(
    State(service): State<Arc<Service>>,
    JsonBody(request): JsonBody<SetTimeRequest>,
) -> Answer {
    respond::ok(&service.set_time(request).await?)
}

pub(super) async fn livez() -> &'static str {
    "ok"
}

pub(super) async fn readyz(State(service): State<Arc<Service>>) -> Result<&'static str, ApiError> {
    service.readiness()?;
    Ok("ok")
}
